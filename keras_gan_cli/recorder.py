"""Recorder: keeps the model and the history of a training on disk, as it goes."""

import math
import time
from collections.abc import Mapping
from typing import Any

import keras

from keras_gan.atomic_write import replacing
from keras_gan_cli import history
from keras_gan_cli.run_folder import RunFolder

_SHARE = 0.05  # of the time may go into saving


class Recorder(keras.callbacks.Callback):
    """Write the history, and save the model, after epochs.

    The model is saved after the first epoch, at the end, and between these after
    each epoch, unless saving would take more than a twentieth of the time. A model
    whose losses are not finite is not saved.

    Args:
        folder: The run's folder.
        config: The configuration, written when the training begins, so after the
            data has been checked.
        rows: The history of a run that is continued.
    """

    def __init__(
        self,
        folder: RunFolder,
        config: Mapping[str, Any],
        rows: list[history.Row],
    ) -> None:
        super().__init__()
        self.folder = folder
        self.config = config
        self.rows = list(rows)
        self.diverged_in: int | None = None
        self._saved_step = -1
        self._saved_at = self._cost = 0.0

    @property
    def epochs(self) -> int:
        """Epochs of the whole run so far."""
        return int(self.rows[-1]["epoch"]) if self.rows else 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Write the configuration and start the clock."""
        self.folder.write_config(dict(self.config))
        before = self.rows[-1]["seconds"] if self.rows else 0.0
        self._start = time.monotonic() - before

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the history, then the model that belongs to it."""
        logs = dict(logs or {})
        if not all(math.isfinite(value) for value in logs.values()):
            self.diverged_in = epoch + 1
            self.model.stop_training = True
            return
        step = self._step()
        values = {key: float(f"{value:.6g}") for key, value in logs.items()}
        seconds = round(time.monotonic() - self._start, 2)
        self.rows.append(
            {"epoch": epoch + 1, "step": step, "seconds": seconds, **values}
        )
        history.write(self.folder, self.rows)
        idle = time.monotonic() - self._saved_at
        if self._saved_step < 0 or self._cost <= _SHARE * idle:
            self._save(step)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Save the model as it is in the end."""
        if self.diverged_in is None and self._saved_step != self._step():
            self._save(self._step())

    def _save(self, step: int) -> None:
        start = time.monotonic()
        with replacing(self.folder.model) as temporary:
            self.model.save(temporary)
        self._saved_at = time.monotonic()
        self._cost = self._saved_at - start
        self._saved_step = step

    def _step(self) -> int:
        return int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))
