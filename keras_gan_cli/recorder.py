"""Recorder: keeps the model and the history of a training on disk, as it goes."""

import math
import time
from collections.abc import Mapping
from typing import Any

import keras

from keras_gan.callbacks.training_state import steps_of
from keras_gan.files.atomic_write import replacing, tolerated
from keras_gan_cli import history
from keras_gan_cli.run_folder import RunFolder

_SHARE = 0.05  # of the time may go into saving


class Recorder(keras.callbacks.Callback):
    """Write the history, and save the model, after epochs.

    The model is saved after the first epoch, at the end, and between these after
    each epoch, unless saving would take more than a twentieth of the time. A model
    whose losses are not finite is not saved. What cannot be written is a warning, and
    tried again; a training goes on. A checkpoint remembers the history.

    Args:
        folder: The run's folder.
        config: The configuration, written when the training begins, so after the
            data has been checked; where one is there already, when the first epoch
            begins, so after what is continued has been loaded.

    Attributes:
        rows: The history of the whole run.
        diverged_in: The epoch whose losses were not finite, or ``None``.
        failure: Why the model could not be saved in the end, or ``None``.
        has_trained: Whether an epoch has begun.
    """

    def __init__(self, folder: RunFolder, config: Mapping[str, Any]) -> None:
        super().__init__()
        self.folder = folder
        self.config = config
        self.rows: list[history.Row] = []
        self.diverged_in: int | None = None
        self.failure: OSError | None = None
        self.has_trained = False
        self._saved_step = -1
        self._saved_at = self._cost = 0.0

    @property
    def epochs(self) -> int:
        """Epochs of the whole run so far."""
        return int(self.rows[-1]["epoch"]) if self.rows else 0

    def get_memory(self) -> dict[str, Any]:
        """Return the history, for a checkpoint."""
        return {"rows": self.rows}

    def set_memory(self, memory: dict[str, Any]) -> None:
        """Go on with a history."""
        self.rows = list(memory["rows"])
        self._start -= self.rows[-1]["seconds"] if self.rows else 0.0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the clock, and write the configuration if there is none."""
        if not self.folder.config.is_file():
            # Before others write there: killed while they do, it is a run all the same.
            self.folder.write_config(dict(self.config))
        self._start = time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the configuration, once: what it continues is loaded."""
        if not self.has_trained:
            self.folder.write_config(dict(self.config))
            self.has_trained = True

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the history, then the model that belongs to it."""
        logs = dict(logs or {})
        if not all(math.isfinite(value) for value in logs.values()):
            self.diverged_in = epoch + 1
            self.model.stop_training = True
            return
        step = steps_of(self.model)
        values = {key: float(f"{value:.6g}") for key, value in logs.items()}
        seconds = round(time.monotonic() - self._start, 2)
        self.rows.append(
            {"epoch": epoch + 1, "step": step, "seconds": seconds, **values}
        )
        with tolerated(self.folder.history_csv):
            history.write(self.folder, self.rows)
        idle = time.monotonic() - self._saved_at
        if self._saved_step < 0 or self._cost <= _SHARE * idle:
            self._save(step)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Save the model as it is in the end, and the history, which may be lost."""
        if self.diverged_in is None and self.rows:
            with tolerated(self.folder.history_csv):
                history.write(self.folder, self.rows)
            if self._saved_step != steps_of(self.model):
                self._save(steps_of(self.model))

    def _save(self, step: int) -> None:
        start = time.monotonic()
        self.failure = None
        with tolerated(self.folder.model):
            try:
                if not self.folder.config.is_file():  # somebody may have removed it
                    self.folder.write_config(dict(self.config))
                with replacing(self.folder.model) as temporary:
                    self.model.save(temporary)
                self._saved_step = step
            except OSError as error:
                self.failure = error
                raise
        self._saved_at = time.monotonic()
        self._cost = self._saved_at - start
