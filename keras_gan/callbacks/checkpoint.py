"""Checkpoint: a training that may be killed at any moment, and goes on."""

import dataclasses
import math
import os
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np

from keras_gan import backend
from keras_gan.arguments import check_within, checked_count
from keras_gan.callbacks.time_limit import TimeLimit
from keras_gan.callbacks.training_state import steps_of
from keras_gan.checkpointing import folders, memory, past, position, settings, state
from keras_gan.checkpointing.signals import HeldSignal
from keras_gan.checkpointing.state import Progress, Record
from keras_gan.files.atomic_write import writable_folder
from keras_gan.optimizer import rate_of
from keras_gan.version import versions

_SHOWN = 5  # settings that differ, in an error


class Checkpoint(keras.callbacks.Callback):
    """Write all of a training to disk, and go on from there when it begins again.

    Kill the process whenever you like and start the same program again: `GAN.fit`
    finds the newest checkpoint and ends with the GAN, bit for bit, that it would have
    made without the kill, on the same machine and versions. A checkpoint holds both
    networks, the average, both optimizers, what penalties and augmentation remember,
    all random states, the running means of the epoch under way, the place in the
    data, the history, and what `EarlyStopping`, `ReduceLROnPlateau`,
    `ModelCheckpoint` and callbacks with ``get_memory`` and ``set_memory`` remember.

    Each is a folder ``checkpoint_000012`` with ``model.keras``, the GAN, and a
    ``SHA256SUMS``. It is written under another name, synced and moved into place. One
    that is damaged is set aside with a warning, and the one before it is used. One
    that cannot be written, say on a full disk, is a warning: the training goes on. A
    GAN whose losses are NaN or infinite is not written.

    The data must have the same order in each program: arrays, data sets of
    `keras_gan.datasets` with a seed, a `tf.data.Dataset` that yields the same batches
    each time, or a `keras_gan.datasets.PerEpoch`. Arrays and ours are shuffled by the
    epoch's number then, so in another order than without a checkpoint.

    A training that a callback has ended stays ended, but for one that ran into its
    `TimeLimit`.

    SIGTERM and Ctrl-C let the step end, write a checkpoint, and then do what they do;
    a second one does it at once. Without ``data_position`` they do it at once, and
    the last end of an epoch is where it goes on. So they do where several processes
    train together; of these the first writes, and all read.

    Args:
        directory: Where the checkpoints lie; it is created if need be.
        every: ``"epoch"``, or a number of batches.
        keep: How many are kept, at least 1.
        max_share: Most of the time that may go into writing, in (0, 1): one that would
            take more is left out, but not the last. ``None`` to write all.
        data_position: Whether to go on in the middle of the data. If not, any data will
            do, and checkpoints are of ends of epochs alone.
        allow_changes: Whether a training with other settings may be continued. What
            both have is kept; a learning rate that was changed is changed.

    Attributes:
        resumed_from: The checkpoint that the training went on from, or ``None``.
        last: The last checkpoint written, or ``None``.
        failure: Why the last one could not be written, or ``None`` if it was.

    Raises:
        ValueError: If an argument is out of range; when a training begins, if all
            checkpoints are damaged, or are of other settings or data, or if the GAN
            has since learnt elsewhere what would be lost.
        OSError: When a training begins, if the folder cannot be written to.

    Example:
        >>> checkpoint = Checkpoint("run/checkpoints", every=500)
        >>> gan.fit(datasets.load("builtin"), epochs=50, callbacks=[checkpoint])
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        every: int | Literal["epoch"] = "epoch",
        *,
        keep: int = 2,
        max_share: float | None = None,
        data_position: bool = True,
        allow_changes: bool = False,
    ) -> None:
        super().__init__()
        if every != "epoch":
            checked_count("every", every, 1)
        checked_count("keep", keep, 1)
        check_within("max_share", max_share, 0, 1, optional=True)
        if every != "epoch" and not data_position:
            raise ValueError(
                "data_position=False goes on at the beginning of an epoch, so that "
                f"every must be 'epoch'. Received: every={every!r}."
            )
        self.directory = Path(directory).expanduser()
        self.every = every
        self.keep = keep
        self.max_share = max_share
        self.data_position = data_position
        self.allow_changes = allow_changes
        self.resumed_from: Path | None = None
        self.last: Path | None = None
        self.failure: Exception | None = None
        self._signal = HeldSignal()
        self._begun: Progress | None = None

    # Where to go on: `GAN.fit` asks before it begins.

    def prepare(
        self,
        gan: Any,
        data: Any,
        steps_per_epoch: int | None,
        callbacks: list[Any],
        first_epoch: int,
    ) -> Progress:
        """Look for a checkpoint, and return how far the training is.

        Args:
            gan: The GAN as it is without it.
            data: The `PerEpoch`, or ``None`` if its place is not kept.
            steps_per_epoch: Steps in an epoch, or ``None`` likewise.
            callbacks: All of the training's.
            first_epoch: Where a training begins that has no checkpoint.
        """
        self._callbacks = [c for c in callbacks if c is not self]
        self._steps_per_epoch = steps_per_epoch
        self._settings = settings.of(gan, steps_per_epoch)
        self._data = position.fingerprint(data) if data else None
        self.resumed_from = self._newest_good()
        self.last, self.failure = self.resumed_from, None
        consumed = first_epoch * (steps_per_epoch or 0)
        self._begun = Progress(epoch=first_epoch, consumed=consumed)
        self._record: Record | None = None
        if self.resumed_from is not None:
            self._record = state.read(self.resumed_from)
            self._check_same(self._record)
            past.check(gan, steps_of(gan), self.resumed_from, self._record.step)
            self._begun = self._record.progress
            if data is None:  # an epoch that was begun is begun anew
                self._begun = dataclasses.replace(self._begun, batch=0)
            memory.keep_logs(self._callbacks)
        return self._begun

    @contextmanager
    def under_way(self, gan: Any) -> Iterator[None]:
        """Hold signals back while `fit` runs, and note how far it came.

        Args:
            gan: The GAN that is trained.
        """
        # One of several processes must not end while others wait for it.
        held = self._signal.held() if backend.processes() == 1 else nullcontext()
        try:
            with held:
                yield
        finally:
            with suppress(RuntimeError):  # a step that failed leaves nothing on JAX
                past.note(gan, self.directory, steps_of(gan))

    def _newest_good(self) -> Path | None:
        """Return the newest that is whole, and set damaged ones after it aside."""
        damaged: dict[Path, str] = {}
        for path in reversed(folders.found(self.directory)):
            reason = folders.damage(path)
            if reason is None:
                for bad, why in damaged.items():
                    if backend.process_index() > 0:
                        continue  # the chief sees to it
                    aside = folders.set_aside(bad)
                    warnings.warn(
                        f"The checkpoint {bad} is damaged: {why}. It is {aside.name} "
                        f"now, and the one before it is used, {path.name}.",
                        RuntimeWarning,
                        stacklevel=2,
                    )
                return path
            damaged[path] = reason
        if damaged:
            found = "; ".join(f"{path}: {why}" for path, why in damaged.items())
            raise ValueError(
                f"All checkpoints are damaged ({found}). Put a good copy there, or "
                "move them away to begin the training anew."
            )
        return None

    def _check_same(self, record: Record) -> None:
        changed = settings.differences(record.settings, self._settings)
        if unfit := settings.other_shapes(changed):
            raise ValueError(
                f"{self.resumed_from} is of other networks: {'; '.join(unfit)}. Its "
                "weights fit no others. Choose another directory."
            )
        if changed and not self.allow_changes:
            shown = "; ".join(changed[:_SHOWN])
            raise ValueError(
                f"{self.resumed_from} is of another training: {shown}. Choose another "
                "directory, or pass allow_changes=True to go on all the same."
            )
        other_data = self._data != record.data
        if backend.processes() > 1:  # the chief's part was looked at
            other_data = other_data and backend.process_index() == 0
        if other_data and not self.allow_changes:
            raise ValueError(
                f"{self.resumed_from} is of other data: the first batch of the first "
                "epoch is not the same. Choose another directory, or pass "
                "allow_changes=True to go on all the same."
            )
        now = versions()
        other = [f"{k} {v}" for k, v in record.versions.items() if now.get(k) != v]
        if other:
            warnings.warn(
                f"{self.resumed_from} was written with {', '.join(other)}; now there "
                "are other versions, so that the same bits are not promised.",
                RuntimeWarning,
                stacklevel=2,
            )

    # When.

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Set everything to what it was."""
        if self._begun is None:
            raise RuntimeError(
                "Checkpoint works with GAN.fit, which asks it where to begin. "
                f"Received: a {type(self.model).__name__}."
            )
        writable_folder(self.directory, "directory")
        if backend.process_index() == 0:
            folders.remove_leftovers(self.directory)
        gan = self.model
        memory.of(self._callbacks)  # what cannot be kept is told now
        self._arrays: dict[str, np.ndarray] = {}
        if self.resumed_from is not None and self._record is not None:
            ratios = settings.learning_rate_ratios(
                self._record.settings, self._settings
            )
            fresh = [_scalars(optimizer) for optimizer in gan.optimizer.optimizers]
            self._arrays = state.load(self.resumed_from, gan)
            memory.put_back(self._callbacks, self._record.callbacks, self._arrays)
            for optimizer, ratio, before in zip(
                gan.optimizer.optimizers, ratios, fresh, strict=True
            ):
                # One that Keras could not load has the rate that it was given.
                if ratio != 1 and _scalars(optimizer) != before:
                    optimizer.learning_rate = rate_of(optimizer) * ratio
        self._progress = self._begun
        self._first_step = steps_of(gan)
        self._epoch, self._offset = self._begun.epoch, self._begun.batch
        self._means: list[np.ndarray] = []
        self._cost, self._written_at = 0.0, time.monotonic()
        self._saved = self._begun.consumed

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Set the running means, if the epoch is one that was begun."""
        if epoch != self._begun.epoch:  # type: ignore[union-attr]
            self._offset = 0
        self._epoch = epoch
        if self._offset:
            state.put_means_back(self.model, self._arrays)

    # At the beginning of a batch, not at the end of the one before, as a callback
    # for the latter makes Keras wait for every batch; and without reading the
    # model unless it is to be written, as this makes JAX copy its state.
    def on_train_batch_begin(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        """Write if it is time, or if a signal says so."""
        done = self._offset + batch
        if self._signal.number is not None:
            self._end(done)
        if self.every != "epoch" and self._is_due(self._epoch_consumed() + done):
            self._write(done, state.means_of(self.model))

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Keep the means of the epoch, which evaluation begins anew."""
        self._means = state.means_of(self.model)

    def on_test_batch_begin(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        """Write if a signal says so."""
        if self._signal.number is not None:
            self._end(self._steps_per_epoch or 0, self._means)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Note what was logged, and write if it is time."""
        gan = self.model
        done = self._progress
        consumed = self._consumed()
        history = {name: list(values) for name, values in done.history.items()}
        for name, value in (logs or {}).items():
            history.setdefault(name, []).append(value)
        limited = any(isinstance(c, TimeLimit) and c.reached for c in self._callbacks)
        stopped = bool(gan.stop_training)
        self._progress = Progress(
            epoch + 1,
            0,
            consumed,
            stopped and not limited,
            [*done.epochs, epoch],
            history,
        )
        self._epoch, self._offset = epoch + 1, 0
        last = stopped or epoch + 1 >= self.params["epochs"]
        if last or self._signal.number is not None or self._is_due(consumed):
            self._write(0, [])
        if self._signal.number is not None:
            self._obey()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Forget the training; the next `fit` asks anew."""
        self._begun = None

    # What.

    def _is_due(self, consumed: int) -> bool:
        """Whether it is time for a checkpoint, and there is time for it."""
        idle = time.monotonic() - self._written_at
        alone = backend.processes() == 1  # clocks do not agree
        if alone and self.max_share and self._cost > self.max_share * idle:
            return False
        if self.every == "epoch":
            return True
        return consumed // self.every > self._saved // self.every

    def _write(self, batch: int, means: list[np.ndarray]) -> None:
        """Write a checkpoint; say so if it cannot be done, and go on."""
        start = time.monotonic()
        gan = self.model
        self._saved = self._consumed()
        unsound = [n for n, t in gan.trackers.items() if not math.isfinite(t.result())]
        if unsound:
            self._warn(f"{', '.join(unsound)} is not finite, so no checkpoint is kept")
            return
        progress = self._progress
        if batch:
            progress = Progress(
                self._epoch,
                batch,
                self._consumed(),
                False,
                progress.epochs,
                progress.history,
            )
        remembered, arrays = memory.of(self._callbacks)
        record = Record(
            progress,
            self._settings,
            self._data,
            steps_of(gan),
            remembered,
            versions(),
        )
        try:
            self.last = folders.write(
                self.directory,
                lambda folder: state.write(folder, gan, record, means, arrays),
                self.keep,
            )
            self.failure = None
        except OSError as error:
            self.failure = error
            self._warn(
                f"No checkpoint could be written to {self.directory}: "
                f"{error.strerror or error}. The training goes on; the last good one "
                f"is {self.last or 'none'}"
            )
        self._written_at = time.monotonic()
        self._cost = self._written_at - start

    def _end(self, batch: int, means: list[np.ndarray] | None = None) -> None:
        """Write a checkpoint, if it can be of this place, and obey the signal."""
        if self.data_position:
            self._write(batch, state.means_of(self.model) if means is None else means)
        self._obey()

    def _obey(self) -> None:
        assert self._signal.number is not None
        if self.params["verbose"]:
            name = signal.Signals(self._signal.number).name
            place = "There is no checkpoint."
            if self.last:
                place = f"The same program goes on from {self.last}."
            print(f"{name}: the training ends here. {place}", file=sys.stderr)
        self._signal.obey()

    def _consumed(self) -> int:
        """Batches taken from the data in all."""
        return self._begun.consumed + steps_of(self.model) - self._first_step  # type: ignore[union-attr]

    def _epoch_consumed(self) -> int:
        """The same at the beginning of the epoch, without reading the model."""
        before = self._progress.consumed
        return before - self._begun.batch if self._offset else before  # type: ignore[union-attr]

    def _warn(self, message: str) -> None:
        warnings.warn(f"{message}.", RuntimeWarning, stacklevel=3)


def _scalars(optimizer: keras.optimizers.Optimizer) -> list[float]:
    """Return an optimizer's counts and rates, which change with its first step."""
    scalars = [v for v in optimizer.variables if len(v.shape) == 0]
    return [float(keras.ops.convert_to_numpy(v)) for v in scalars]
