"""One batch on several replicas: means over all of it, and draws of one's own part.

Where a step runs on several replicas, each sees a part of the batch. What a single
device computes is what they compute together: means are over the **global** batch, and
random numbers are drawn for all of it, from the one seed, of which each replica takes
its part. So N replicas play the game that one would, but for what looks at groups of
samples: `MinibatchStdDev`, packs and the mode-seeking penalty see one replica's, and
Keras's `Dropout` draws the same on each. On JAX a step sees the global batch anyhow,
and nothing here does anything.
"""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_gan import backend


def batch_mean(values: Any) -> Any:
    """Return the mean over the global batch, on every replica; differentiable.

    Args:
        values: Tensor ``(batch, ...)``, of this replica's part of the batch. All
            parts are of one size.

    Returns:
        Tensor ``(1, ...)``.

    Example:
        >>> batch_mean(ops.array([1.0, 2.0, 6.0]))  # [3.0]
    """
    mean = ops.mean(values, axis=0, keepdims=True)
    if backend.replicas() == 1:
        return mean
    (total,) = backend.sum_over_replicas([mean])
    return total / backend.replicas()


def normal(shape: Any, seed: Any, dtype: Any = None) -> Any:
    """Draw from N(0, 1), as `keras.random.normal`, for a batch: ``(batch, ...)``."""
    return _part(lambda s: backend.normal(s, dtype, seed), shape)


def uniform(
    shape: Any, seed: Any, dtype: Any = None, low: float = 0.0, high: float = 1.0
) -> Any:
    """Draw from U[low, high), as `keras.random.uniform`, for a batch."""
    return _part(lambda s: backend.uniform(s, low, high, dtype, seed), shape)


def randint(shape: Any, low: int, high: int, seed: Any) -> Any:
    """Draw whole numbers in [low, high), as `keras.random.randint`, for a batch."""
    return _part(lambda s: keras.random.randint(s, low, high, seed=seed), shape)


def _part(draw: Callable[[tuple], Any], shape: Any) -> Any:
    """Draw for the global batch; return what belongs to this replica's part."""
    count = backend.replicas()
    if count == 1:
        return draw(shape)
    size, *rest = shape
    whole = draw((size * count, *rest))
    begin = backend.replica_index() * size
    return ops.slice(whole, [begin] + [0] * len(rest), shape)
