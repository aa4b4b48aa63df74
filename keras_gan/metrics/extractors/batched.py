"""Running a Keras model over arrays of any length without compiling it anew."""

from typing import Any

import keras
import numpy as np

from keras_gan.sampling import filled, filled_size


def run(model: keras.Model, samples: np.ndarray, batch_size: int = 256) -> list[Any]:
    """Run a model over samples in batches; return its outputs, a list, as arrays.

    Args:
        model: A model of one input.
        samples: ``(n, ...)``, n at least 1.
        batch_size: Most samples seen at once.

    Example:
        >>> features, logits = run(model, images)
    """
    # A model that was built on a list of one input wants a list.
    listed = isinstance(getattr(model, "input", None), list)
    parts = []
    size = filled_size(len(samples), batch_size)
    for start in range(0, len(samples), batch_size):
        part = samples[start : start + batch_size]
        inputs = filled(part, size)
        made = model.predict_on_batch([inputs] if listed else inputs)
        outputs = keras.tree.flatten(made)
        parts.append([np.asarray(output)[: len(part)] for output in outputs])
    return [np.concatenate(column) for column in zip(*parts, strict=True)]
