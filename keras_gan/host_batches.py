"""Whatever `fit` accepts, read batch by batch as NumPy arrays."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import keras
import numpy as np

from keras_gan.data_checks import to_numpy
from keras_gan.datasets.untuned import untuned

#: Samples, and their labels or ``None``.
Batch = tuple[np.ndarray, np.ndarray | None]

_BATCH_SIZE = 256  # of arrays, where none is given


def host_batches(
    x: Any, y: Any = None, batch_size: int | None = None, steps: int | None = None
) -> Iterator[Batch]:
    """Read samples, and labels where there are any.

    Args:
        x: Arrays, a dataset, a `PyDataset`, a loader, or an iterable of batches.
        y: Labels, where ``x`` is an array.
        batch_size: Samples in a batch, where ``x`` is an array.
        steps: Most batches to read; by default all.

    Yields:
        Pairs of samples and labels; labels are ``None`` where there are none.

    Example:
        >>> sum(len(samples) for samples, _ in host_batches(np.zeros((10, 2))))
        10
    """
    for batch in itertools.islice(_batches(x, y, batch_size or _BATCH_SIZE), steps):
        samples, labels, _ = keras.utils.unpack_x_y_sample_weight(batch)
        yield to_numpy(samples), None if labels is None else to_numpy(labels)


def _batches(x: Any, y: Any, batch_size: int) -> Iterable[Any]:
    if hasattr(x, "shape"):
        starts = range(0, len(x), batch_size)
        parts = (slice(start, start + batch_size) for start in starts)
        return ((x[part], None if y is None else y[part]) for part in parts)
    if isinstance(x, keras.utils.PyDataset):
        count = x.num_batches
        return (x[i] for i in (itertools.count() if count is None else range(count)))
    return untuned(x)
