"""Which samples a grid shows: how many, in how many columns, of which classes."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

MAX_ROWS = 16  # classes shown unless they are chosen


class Layout(NamedTuple):
    """The samples of a grid, row by row."""

    n: int
    columns: int
    labels: np.ndarray | None  # (n,), one class a row, or None


def layout(
    n: int,
    columns: int | None = None,
    num_classes: int | None = None,
    classes: Sequence[int] | None = None,
) -> Layout:
    """Arrange about ``n`` samples: in a square, or with one class in each row.

    Args:
        n: How many samples; with classes, rounded up to whole rows.
        columns: Samples in a row, at most ``n``; by default as many as that needs.
        num_classes: Number of classes, or ``None`` for samples without labels.
        classes: The classes to show, one a row; by default all, or the first
            `MAX_ROWS` of them.

    Returns:
        A `Layout`.

    Example:
        >>> layout(64).columns
        8
        >>> layout(4, num_classes=2).labels
        array([0, 0, 1, 1])
    """
    columns = None if columns is None else min(columns, n)  # others would be blank
    if num_classes is None:
        return Layout(n, columns or math.ceil(math.sqrt(n)), None)
    if classes is None:
        classes = range(min(num_classes, MAX_ROWS))
    columns = columns or math.ceil(n / len(classes))
    labels = np.repeat(np.asarray(classes), columns)
    return Layout(len(labels), columns, labels)


def in_rows(images: np.ndarray, labels: np.ndarray, wanted: Layout) -> np.ndarray:
    """Put labelled images into the rows of a layout.

    Args:
        images: Array ``(m, height, width, channels)``.
        labels: Their class numbers ``(m,)``.
        wanted: A layout with labels.

    Returns:
        float32 array ``(wanted.n, height, width, channels)``; where a class has too
        few images, NaN.
    """
    rows = np.full((wanted.n, *images.shape[1:]), np.nan, "float32")
    found = {label: iter(images[labels == label]) for label in set(wanted.labels)}  # type: ignore[arg-type]
    for i, label in enumerate(wanted.labels):  # type: ignore[arg-type]
        rows[i] = next(found[label], rows[i])
    return rows
