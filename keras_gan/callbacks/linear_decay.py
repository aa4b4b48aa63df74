"""LinearDecay: learning rates that fall to 0 over a training, for both players."""

import time
from typing import Any

import keras

from keras_gan.arguments import checked_count, checked_positive
from keras_gan.callbacks.learning_rates import schedule_of
from keras_gan.distribution import check_one_clock
from keras_gan.optimizer import rate_of


class LinearDecay(keras.callbacks.Callback):
    """Lower both players' learning rates epoch by epoch, linearly to 0.

    The first epoch has the full rate; a step after the last would have none. With a
    limit in minutes the rate falls with whichever is further on, the epochs or the
    clock, so that a training of several epochs that `TimeLimit` ends has slowed down
    by then, on a machine of any speed.

    A training that `Checkpoint` continues has the rate of its new plan: with more
    epochs or minutes than before, a higher one at first. Without a checkpoint it goes
    on from its rate, and ``epochs`` must be those of the first time.

    Args:
        epochs: Epochs of the whole training.
        minutes: Minutes that the training may take from now on, or ``None``.

    Raises:
        ValueError: If ``epochs`` is below 1 or ``minutes`` not above 0; in `fit`, if
            an optimizer has a schedule of its own.

    Example:
        >>> gan.fit(images, epochs=45, callbacks=[LinearDecay(45)])
    """

    def __init__(self, epochs: int, minutes: float | None = None) -> None:
        super().__init__()
        self.epochs = checked_count("epochs", epochs, 1)
        if minutes is not None:
            checked_positive("minutes", minutes)
        self.minutes = minutes
        self._left: float | None = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the clock."""
        if self.minutes:
            check_one_clock(self.minutes)
        for optimizer in self.model.optimizer.optimizers:
            if schedule_of(optimizer) is not None:
                raise ValueError(
                    "LinearDecay sets learning rates that are numbers. Received: "
                    f"{type(optimizer).__name__} with a schedule. Leave one out."
                )
        self._start = time.monotonic()
        self._left = None

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Lower the rates from what the epoch before had."""
        before = self._left or 1 - max(epoch - 1, 0) / self.epochs
        left = self._share_left(epoch)
        if left <= 0 or left == before:
            return
        for optimizer in self.model.optimizer.optimizers:
            optimizer.learning_rate = rate_of(optimizer) * left / before
        self._left = left

    def get_memory(self) -> dict[str, Any]:
        """Return the share of the rate that is left, for a checkpoint."""
        return {"left": self._left}

    def set_memory(self, memory: dict[str, Any]) -> None:
        """Go on from that share."""
        self._left = memory["left"]

    def _share_left(self, epoch: int) -> float:
        left = 1 - epoch / self.epochs
        if self.minutes is None:
            return left
        passed = (time.monotonic() - self._start) / (60 * self.minutes)
        return min(left, 1 - passed)
