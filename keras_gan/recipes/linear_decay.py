"""Learning rates that fall to 0 over a training, for both players alike."""

import keras


def linear_decay(epochs: int) -> keras.callbacks.LearningRateScheduler:
    """Return a callback that lowers both learning rates by equal steps.

    The first epoch has the full rate, and each of ``epochs`` one step less, so that
    a step after the last would have none. A training that is continued goes on from
    the rate where it stopped.

    Args:
        epochs: Epochs of the whole training.

    Raises:
        ValueError: If ``epochs`` is below 1.

    Example:
        >>> gan.fit(images, epochs=45, callbacks=[linear_decay(45)])
    """
    if epochs < 1:
        raise ValueError(f"epochs must be 1 or more. Received: epochs={epochs}.")

    def lowered(epoch: int, rate: float) -> float:
        left = epochs - epoch
        return rate * left / (left + 1) if 0 < epoch < epochs else rate

    return keras.callbacks.LearningRateScheduler(lowered)
