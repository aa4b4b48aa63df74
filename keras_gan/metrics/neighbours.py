"""Distances between two sets of rows, block by block, and nearest neighbours."""

from collections.abc import Iterator

import numpy as np

_ROWS = 256  # rows of the first set in a block: 20 MB of 10,000 distances each
_OTHERS = 1024  # rows of the second set that are in float64 at once
_ROUNDING = 4 * np.finfo("float64").eps  # of sums, for each root of their length


def blocks(rows: np.ndarray, others: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield squared Euclidean distances, in float64, some rows at a time.

    The whole matrix never stands in memory. Of equal rows the distance is exactly 0:
    what is below the rounding of |a|² + |b|² - 2ab is taken as 0.

    Args:
        rows: ``(n, width)``.
        others: ``(m, width)``.

    Yields:
        The place of a block of rows, and its squared distances ``(block, m)``.

    Example:
        >>> points = np.array([[0.0], [3.0]])
        >>> for place, squared in blocks(points, points):
        ...     print(place, squared.tolist())
        slice(0, 256, None) [[0.0, 9.0], [9.0, 0.0]]
    """
    for start in range(0, len(rows), _ROWS):
        place = slice(start, start + _ROWS)
        part = rows[place].astype("float64")
        squared = np.empty((len(part), len(others)))
        for first in range(0, len(others), _OTHERS):
            columns = slice(first, first + _OTHERS)
            squared[:, columns] = _squared(part, others[columns].astype("float64"))
        yield place, squared


def _squared(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return squared distances of float64 rows."""
    lengths = np.einsum("ij,ij->i", rows, rows)[:, None]
    lengths = lengths + np.einsum("ij,ij->i", others, others)
    squared = lengths - 2 * (rows @ others.T)
    squared[squared < _ROUNDING * np.sqrt(rows.shape[1]) * lengths] = 0.0
    return squared


def radii(rows: np.ndarray, k: int, side: str) -> np.ndarray:
    """Return each row's squared distance to its k-th nearest other row, ``(n,)``.

    Args:
        rows: ``(n, width)``.
        k: Which neighbour; the first is the nearest row that is not itself.
        side: Whose rows they are, for the error.

    Raises:
        ValueError: If there are fewer than k + 1 rows.

    Example:
        >>> radii(np.array([[0.0], [1.0], [3.0]]), 1, "real").tolist()
        [1.0, 1.0, 4.0]
    """
    if len(rows) <= k:
        raise ValueError(
            f"k={k} nearest neighbours need at least {k + 1} {side} samples. Received: "
            f"{len(rows)}."
        )
    found = np.empty(len(rows))
    for place, squared in blocks(rows, rows):
        squared.partition(k, axis=1)  # the row itself comes first, at the distance 0
        found[place] = squared[:, k]
    return found
