"""Labels in the form that a network's label input takes."""

from typing import Any

import keras
from keras import ops


def encode(labels: Any, label_shape: tuple[int | None, ...]) -> Any:
    """Convert class numbers or one-hot labels to a network's label input.

    Args:
        labels: Class numbers of shape ``(batch,)`` or ``(batch, 1)``, one-hot
            labels ``(batch, classes)``, or any other array that the network takes
            as it is.
        label_shape: Shape of the network's label input without the batch axis.

    Returns:
        Tensor of shape ``(batch, *label_shape)`` where one form follows from the
        other; else the labels as they are.

    Example:
        >>> encode(ops.array([0, 2]), (3,))  # [[1, 0, 0], [0, 0, 1]]
    """
    numbers_wanted = label_shape in ((), (1,))
    if numbers_wanted and len(labels.shape) == 2 and labels.shape[-1] != 1:
        labels = ops.argmax(labels, axis=-1)
    numbers_given = len(labels.shape) == 1 or tuple(labels.shape[1:]) == (1,)
    if not numbers_given:
        return labels
    if keras.backend.is_float_dtype(keras.backend.standardize_dtype(labels.dtype)):
        labels = ops.cast(labels, "int32")  # a model in 16 bits would round 257.0
    if numbers_wanted:
        return ops.reshape(labels, (-1, *label_shape))
    return ops.one_hot(ops.reshape(ops.cast(labels, "int32"), (-1,)), label_shape[-1])
