"""Changes of place, one draw per sample, as plain functions of images and draws.

Images are ``(batch, height, width, channels)`` of a static height and width. Pixels
are read one by one at computed places, which is exact, cheap, and linear in them:
gradients of any order go through.
"""

from typing import Any

from keras import ops

#: What is seen outside an image: nothing, or its mirror image at the border pixels.
MODES = ("zeros", "reflect")


def flip(images: Any, flipped: Any) -> Any:
    """Mirror images left to right.

    Args:
        images: Images, ``(batch, height, width, channels)``.
        flipped: Which of them, ``(batch,)``, boolean.

    Returns:
        Images of the same shape.

    Example:
        >>> flip(ops.ones((2, 4, 4, 1)), ops.convert_to_tensor([True, False]))
    """
    which = ops.reshape(flipped, (-1, 1, 1, 1))
    return ops.where(which, ops.flip(images, axis=2), images)


def translate(images: Any, rows: Any, columns: Any, mode: str = "zeros") -> Any:
    """Shift each image by whole pixels.

    Args:
        images: Images, ``(batch, height, width, channels)``.
        rows: Pixels downwards, ``(batch,)``, integer; negative is upwards.
        columns: Pixels to the right, ``(batch,)``, integer.
        mode: What comes in from outside: ``"zeros"`` or ``"reflect"``.

    Returns:
        Images of the same shape.

    Raises:
        ValueError: If the mode is unknown.

    Example:
        >>> one = ops.convert_to_tensor([1])
        >>> translate(ops.ones((1, 4, 4, 1)), rows=one, columns=-one)
    """
    _check_mode(mode)
    row, column = _grid(images)
    down, right = (
        ops.cast(ops.reshape(x, (-1, 1, 1)), "float32") for x in (rows, columns)
    )
    return _read(images, row - down, column - right, mode)


def affine(images: Any, matrices: Any, mode: str = "reflect") -> Any:
    """Resample each image under an affine map, bilinearly.

    Args:
        images: Images, ``(batch, height, width, channels)``.
        matrices: From where in an image each place of the result is read: maps
            ``(batch, 2, 3)`` of ``(row, column, 1)`` to ``(row, column)``, in
            pixels from the image's centre. `keras_gan.augmentations.maps` makes
            and composes them.
        mode: What is seen outside an image: ``"zeros"`` or ``"reflect"``.

    Returns:
        Images of the same shape.

    Raises:
        ValueError: If the mode is unknown.

    Example:
        >>> mirrored = ops.convert_to_tensor([[[1.0, 0, 0], [0, -1.0, 0]]])
        >>> affine(ops.ones((1, 4, 4, 1)), mirrored)
    """
    _check_mode(mode)
    row, column = _sources(matrices, images)
    top, left = ops.floor(row), ops.floor(column)
    below, after = row - top, column - left
    # The four pixels around each place, on two axes of 2: (batch, 2, 2, H, W).
    rows = ops.stack([top, top + 1], axis=1)[:, :, None]
    columns = ops.stack([left, left + 1], axis=1)[:, None, :]
    shares = (
        ops.stack([1 - below, below], axis=1)[:, :, None]
        * ops.stack([1 - after, after], axis=1)[:, None, :]
    )
    around = _read(images, rows, columns, mode)
    return ops.sum(around * ops.cast(shares, images.dtype)[..., None], axis=(1, 2))


def cutout(images: Any, row: Any, column: Any, size: tuple[int, int]) -> Any:
    """Set a rectangle of each image to 0, the middle grey.

    Args:
        images: Images, ``(batch, height, width, channels)``.
        row: First row of the hole, ``(batch,)``, integer. The hole may reach
            outside the image.
        column: First column of the hole, ``(batch,)``, integer.
        size: Height and width of the hole in pixels.

    Returns:
        Images of the same shape.

    Example:
        >>> corner = ops.convert_to_tensor([0])
        >>> cutout(ops.ones((1, 4, 4, 1)), corner, corner, size=(2, 2))
    """
    inside = []
    for place, first, extent in zip(_grid(images), (row, column), size, strict=True):
        place = place - ops.cast(ops.reshape(first, (-1, 1, 1)), "float32")
        inside.append((place >= 0) & (place < extent))
    hole = ops.logical_and(*inside)[..., None]
    return ops.where(hole, ops.zeros_like(images), images)


def _check_mode(mode: str) -> None:
    if mode not in MODES:
        raise ValueError(f"mode must be one of {MODES}. Received: mode={mode!r}.")


def _grid(images: Any) -> tuple[Any, Any]:
    """Return the row and the column of each pixel, ``(1, H, 1)``, ``(1, 1, W)``."""
    _, height, width, _ = images.shape
    row = ops.reshape(ops.arange(height, dtype="float32"), (1, height, 1))
    return row, ops.reshape(ops.arange(width, dtype="float32"), (1, 1, width))


def _sources(matrices: Any, images: Any) -> tuple[Any, Any]:
    """Return the places that the maps point to, ``(batch, H, W)`` each, in pixels."""
    row, column = _grid(images)
    middle = [(size - 1) / 2 for size in images.shape[1:3]]
    row, column = row - middle[0], column - middle[1]
    # No product of matrices, which accelerators may round to 10 bits.
    m = ops.cast(matrices, "float32")[:, :, :, None, None]
    places = (m[:, i, 0] * row + m[:, i, 1] * column + m[:, i, 2] for i in (0, 1))
    return tuple(p + c for p, c in zip(places, middle, strict=True))


def _read(images: Any, row: Any, column: Any, mode: str) -> Any:
    """Return the pixels at whole places, which may lie outside.

    Args:
        images: Images, ``(batch, H, W, channels)``.
        row: Rows, float32, ``(batch, ...)``.
        column: Columns, of a shape that broadcasts with the rows'.
        mode: One of `MODES`.

    Returns:
        Tensor of the places' shape, with the channels as one more axis.
    """
    _, height, width, channels = images.shape
    if mode == "reflect":
        row, column = _reflected(row, height), _reflected(column, width)
    else:
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    row, column = ops.clip(row, 0, height - 1), ops.clip(column, 0, width - 1)
    first = ops.arange(ops.shape(images)[0], dtype="int32") * (height * width)
    first = ops.reshape(first, (-1,) + (1,) * (len(row.shape) - 1))
    index = first + ops.cast(row, "int32") * width + ops.cast(column, "int32")
    # One row per pixel. The axis of 1 keeps PyTorch off its slow lookup of matrices.
    pixels = ops.reshape(images, (-1, 1, channels))
    pixels = ops.take(pixels, ops.reshape(index, (-1,)), axis=0)
    pixels = ops.reshape(pixels, (-1, *index.shape[1:], channels))
    if mode == "reflect":
        return pixels
    return ops.where(inside[..., None], pixels, ops.zeros_like(pixels))


def _reflected(place: Any, size: int) -> Any:
    """Mirror places at the first and at the last pixel, as often as it takes."""
    period = max(2 * (size - 1), 1)
    # Not `mod`, which takes as long as all the rest.
    place = place - period * ops.floor(place / period)
    return (size - 1) - ops.abs(place - (size - 1))
