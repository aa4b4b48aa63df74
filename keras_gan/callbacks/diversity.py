"""How far apart samples lie from each other: small where a generator collapsed."""

from typing import Any

import numpy as np


def mean_distance(samples: Any, labels: Any = None) -> float:
    """Mean Euclidean distance over all pairs of samples, or all pairs of one class.

    Args:
        samples: Array ``(n, ...)``; each sample is taken as one long vector.
        labels: ``(n,)`` class numbers or ``(n, classes)`` rows: only pairs whose
            labels are equal count. ``None`` for all pairs.

    Returns:
        The distance, at least 0; NaN if a sample is not finite.

    Raises:
        ValueError: If there is no pair.

    Example:
        >>> mean_distance([[0.0, 0.0], [3.0, 4.0]])
        5.0
    """
    rows = np.asarray(samples, "float64")
    rows = rows.reshape(len(rows), -1)
    pairs = np.triu(np.ones((len(rows), len(rows)), bool), 1)
    if labels is not None:
        classes = _classes(np.asarray(labels))
        pairs &= classes[:, None] == classes
    if not pairs.any():
        alike = "" if labels is None else " of one class"
        raise ValueError(
            f"A distance needs 2 samples{alike} or more. Received: {len(rows)} samples."
        )
    if not np.isfinite(rows).all():
        return float("nan")
    rows = rows - rows.mean(axis=0)  # small numbers, so that little is rounded away
    lengths = (rows * rows).sum(axis=1)
    squares = lengths[:, None] + lengths - 2 * rows @ rows.T
    return float(np.sqrt(np.maximum(squares[pairs], 0)).mean())


def _classes(labels: np.ndarray) -> np.ndarray:
    """Number the different labels, whatever their form."""
    rows = labels.reshape(len(labels), -1)
    return np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1)
