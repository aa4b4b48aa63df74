"""LinearDecay: learning rates that fall to 0 over a training, for both players."""

import time
from typing import Any

import keras
from keras import ops

from keras_gan.distribution import check_one_clock


class LinearDecay(keras.callbacks.Callback):
    """Lower both players' learning rates epoch by epoch, linearly to 0.

    The first epoch has the full rate; a step after the last would have none. With a
    limit in minutes the rate falls with whichever is further on, the epochs or the
    clock, so that a training that `TimeLimit` ends has slowed down by then, on a
    machine of any speed. A training that is continued goes on from its rate.

    Args:
        epochs: Epochs of the whole training.
        minutes: Minutes that the training may take, or ``None``.

    Raises:
        ValueError: If ``epochs`` is below 1 or ``minutes`` not above 0.

    Example:
        >>> gan.fit(images, epochs=45, callbacks=[LinearDecay(45)])
    """

    def __init__(self, epochs: int, minutes: float | None = None) -> None:
        super().__init__()
        if epochs < 1:
            raise ValueError(f"epochs must be 1 or more. Received: epochs={epochs}.")
        if minutes is not None and not minutes > 0:
            raise ValueError(f"minutes must be above 0. Received: minutes={minutes}.")
        self.epochs = epochs
        self.minutes = minutes
        self._left: float | None = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the clock."""
        if self.minutes:
            check_one_clock(self.minutes)
        self._start = time.monotonic()
        self._left = None

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Lower the rates from what the epoch before had."""
        before = self._left or 1 - max(epoch - 1, 0) / self.epochs
        self._left = left = self._share_left(epoch)
        if not 0 < left < before:
            return
        for optimizer in self.model.optimizer.optimizers:
            rate = float(ops.convert_to_numpy(optimizer.learning_rate))
            optimizer.learning_rate = rate * left / before

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
