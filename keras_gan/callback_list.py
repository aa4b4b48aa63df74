"""Callbacks in `fit`, whose logs are not read at each batch where nobody listens."""

import math
from typing import Any

import keras

from keras_gan.datasets.untuned import BATCH_SIZE

_BATCH_ENDS = ("on_batch_end", "on_train_batch_end", "on_test_batch_end")


class CallbackList(keras.callbacks.CallbackList):
    """Keras's list of callbacks, which turns no logs into numbers for nobody.

    Keras's own does so at the end of each batch, whether or not a callback wants
    them: in a thread beside the step, or, on PyTorch, waiting for the device.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_heard = any(map(_listens, self.callbacks))

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Tell of a training step, if a callback listens."""
        if self.is_heard:
            super().on_train_batch_end(batch, logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Tell of a batch of an evaluation, if a callback listens."""
        if self.is_heard:
            super().on_test_batch_end(batch, logs)


def for_fit(gan: Any, x: Any, given: dict[str, Any]) -> Any:
    """Return the callbacks that Keras's `fit` is to have.

    Args:
        gan: The model.
        x: What it is trained on, as Keras gets it.
        given: The other arguments of `fit`.

    Returns:
        A `CallbackList` where nobody listens to the end of a batch; what was given
        where somebody does, as the progress bar.

    Example:
        >>> super().fit(x, y, **{**given, "callbacks": for_fit(self, x, given)})
    """
    callbacks = given.get("callbacks")
    verbose = given.get("verbose", "auto")
    if verbose != 0 or isinstance(callbacks, keras.callbacks.CallbackList):
        return callbacks
    if keras.config.max_epochs() or keras.config.max_steps_per_epoch():
        return callbacks  # Keras changes what is told
    if any(map(_listens, keras.tree.flatten(callbacks or []))):
        return callbacks
    return CallbackList(
        callbacks,
        add_history=True,
        model=gan,
        verbose=verbose,
        epochs=given.get("epochs", 1),
        steps=_steps(x, given),
    )


def _listens(callback: Any) -> bool:
    """Whether a callback has a method of its own for the end of a batch."""
    return any(
        getattr(getattr(callback, name), "__func__", None)
        is not getattr(keras.callbacks.Callback, name)
        for name in _BATCH_ENDS
    )


def _steps(x: Any, given: dict[str, Any]) -> int | None:
    """Return the steps of an epoch as Keras counts them, ``None`` if unknown."""
    if given.get("steps_per_epoch"):
        return int(given["steps_per_epoch"])
    if hasattr(x, "shape"):
        held_out = given.get("validation_data") is None and given.get(
            "validation_split"
        )
        samples = math.floor(len(x) * (1 - (held_out or 0.0)))
        return math.ceil(samples / (given.get("batch_size") or BATCH_SIZE))
    if isinstance(x, keras.utils.PyDataset):
        return x.num_batches
    try:
        return len(x)
    except TypeError:  # without an end, or without a length
        return None
