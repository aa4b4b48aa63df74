"""TimeLimit: a training that ends in time."""

import time
from typing import Any

import keras

from keras_gan.arguments import checked_positive
from keras_gan.distribution import check_one_clock


class TimeLimit(keras.callbacks.Callback):
    """End training cleanly after a number of minutes by the clock.

    The step that is under way is finished, and so is what belongs to the end of an
    epoch and of a training: validation, other callbacks, `History`. The time of a
    limit counts from the beginning of each `fit`.

    Args:
        minutes: Minutes, above 0; fractions are fine.

    Raises:
        ValueError: If ``minutes`` is not a number above 0.

    Example:
        >>> gan.fit(ds, epochs=1000, callbacks=[TimeLimit(minutes=5)])
    """

    def __init__(self, minutes: float) -> None:
        super().__init__()
        self.minutes = checked_positive("minutes", minutes)
        self.reached = False

    def set_model(self, model: Any) -> None:
        """Remember the model, as the `model` property would cost JAX a sync."""
        super().set_model(model)
        self._watched = model

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the clock."""
        check_one_clock(self.minutes)
        self.reached = False
        self._end = time.monotonic() + 60 * self.minutes

    # At the beginning of a batch, as Keras calls callbacks for the end of one
    # later, from another thread, unless one of them makes it wait.
    def on_train_batch_begin(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        """Let this batch be the last one if the time is over."""
        self._check()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Begin no further epoch if the time is over."""
        if epoch + 1 < self.params["epochs"]:
            self._check()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Say that the time is over, if that ended the training."""
        if self.reached and self.params["verbose"]:
            print(f"Training ended by its time limit of {self.minutes:g} minutes.")

    def _check(self) -> None:
        if not self.reached and time.monotonic() >= self._end:
            self.reached = True
            self._watched.stop_training = True
