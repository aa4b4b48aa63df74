"""Affine maps of the plane, one per sample, to resample images by in one go.

A map is a tensor ``(batch, 2, 3)`` that takes ``(row, column, 1)`` of a result to
the ``(row, column)`` of the image that is seen there, both in pixels from the
centre: see `keras_gan.augmentations.geometry.affine`. Each function here is named for
what becomes of the image, and so holds the reverse.
"""

from typing import Any

from keras import ops


def shift(rows: Any, columns: Any) -> Any:
    """Move the image downwards and to the right.

    Args:
        rows: Pixels, ``(batch,)``, float32.
        columns: Pixels, ``(batch,)``, float32.

    Returns:
        Maps, ``(batch, 2, 3)``.

    Example:
        >>> shift(ops.ones((1,)), ops.zeros((1,)))  # [[[1, 0, -1], [0, 1, 0]]]
    """
    one, zero = ops.ones_like(rows), ops.zeros_like(rows)
    return _map((one, zero, -rows), (zero, one, -columns))


def scale(rows: Any, columns: Any) -> Any:
    """Enlarge the image about its centre; a negative factor mirrors it.

    Args:
        rows: Factor of the height, ``(batch,)``, float32, not 0.
        columns: Factor of the width, ``(batch,)``, float32, not 0.

    Returns:
        Maps, ``(batch, 2, 3)``.

    Example:
        >>> scale(ops.ones((1,)), -ops.ones((1,)))  # a mirror image
    """
    zero = ops.zeros_like(rows)
    return _map((1 / rows, zero, zero), (zero, 1 / columns, zero))


def rotate(angle: Any) -> Any:
    """Rotate the image about its centre, counterclockwise.

    Args:
        angle: Angles in radians, ``(batch,)``, float32.

    Returns:
        Maps, ``(batch, 2, 3)``.

    Example:
        >>> rotate(ops.convert_to_tensor([0.5]))
    """
    return _rotation(ops.cos(angle), ops.sin(angle))


def quarter_turns(turns: Any) -> Any:
    """Rotate the image by multiples of 90°, counterclockwise, without rounding.

    Args:
        turns: How many, ``(batch,)``, float32: 0, 1, 2 or 3.

    Returns:
        Maps, ``(batch, 2, 3)``.

    Example:
        >>> quarter_turns(ops.convert_to_tensor([1.0]))  # [[[0, 1, 0], [-1, 0, 0]]]
    """
    odd = ops.cast((turns == 1) | (turns == 3), turns.dtype)
    return _rotation((1 - turns) * (1 - odd), (2 - turns) * odd)


def compose(*maps: Any) -> Any:
    """Return the one map of several changes of an image, the first of which is first.

    Args:
        *maps: Maps, ``(batch, 2, 3)`` each; at least one.

    Returns:
        Maps, ``(batch, 2, 3)``.

    Example:
        >>> one = ops.ones((1,))
        >>> compose(scale(2 * one, 2 * one), shift(one, one))  # enlarged, then moved
    """
    whole, *rest = maps
    for part in rest:
        # Sums, not a product of matrices, which accelerators may round to 10 bits.
        turned = ops.sum(whole[:, :, :2, None] * part[:, None, :, :], axis=2)
        moved = ops.concatenate([ops.zeros_like(turned[..., :2]), whole[..., 2:]], -1)
        whole = turned + moved
    return whole


def _rotation(cosine: Any, sine: Any) -> Any:
    zero = ops.zeros_like(cosine)
    return _map((cosine, sine, zero), (-sine, cosine, zero))


def _map(*rows: tuple[Any, Any, Any]) -> Any:
    """Stack ``(batch,)`` entries to ``(batch, 2, 3)``."""
    return ops.stack([ops.stack(row, axis=-1) for row in rows], axis=1)
