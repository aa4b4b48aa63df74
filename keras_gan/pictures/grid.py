"""Many images in one picture."""

import math
from typing import Any

import numpy as np

_WHITE = 255


def grid(
    images: Any,
    columns: int | None = None,
    value_range: tuple[float, float] = (-1.0, 1.0),
    *,
    margin: int = 2,
    scale: int = 1,
) -> np.ndarray:
    """Lay images out in rows, with a white margin around each.

    Args:
        images: Array ``(n, height, width, channels)`` or ``(n, height, width)``, of
            floats in ``value_range`` or uint8. Values outside are clipped, NaN is
            drawn white. One channel is drawn grey, three in colour; of other numbers
            of channels the first, or the first three, are drawn.
        columns: Images in a row; by default as many as make the grid square.
        value_range: The values of black and white.
        margin: Width of the margin in pixels.
        scale: Side in pixels of the square that a pixel of an image becomes.

    Returns:
        uint8 array ``(height, width, 1)`` if grey, ``(height, width, 3)`` if not.

    Raises:
        ValueError: If the images have no such shape, or an argument is out of range.

    Example:
        >>> grid(np.zeros((64, 28, 28, 1))).shape
        (242, 242, 1)
    """
    pixels = _as_bytes(_as_images(images), value_range)
    for name, value, least in (("margin", margin, 0), ("scale", scale, 1)):
        if value < least:
            raise ValueError(f"{name} must be at least {least}. Received: {value}.")
    n, _, _, channels = pixels.shape
    columns = math.ceil(math.sqrt(n)) if columns is None else columns
    if columns < 1:
        raise ValueError(f"columns must be at least 1. Received: {columns}.")
    rows = math.ceil(n / columns)
    pixels = pixels.repeat(scale, axis=1).repeat(scale, axis=2)
    height, width = (side + margin for side in pixels.shape[1:3])
    shape = (rows * height + margin, columns * width + margin, channels)
    picture = np.full(shape, _WHITE, np.uint8)
    for i, image in enumerate(pixels):
        top, left = (i // columns) * height, (i % columns) * width
        picture[top + margin : top + height, left + margin : left + width] = image
    return picture


def _as_images(images: Any) -> np.ndarray:
    """Return the images with one or three channels."""
    images = np.asarray(images)
    if images.ndim == 3:
        images = images[..., np.newaxis]
    if images.ndim != 4 or 0 in images.shape:
        raise ValueError(
            "images must have the shape (n, height, width, channels) or (n, height, "
            f"width). Received: shape {images.shape}."
        )
    channels = images.shape[-1]
    return images if channels in (1, 3) else images[..., : 3 if channels > 3 else 1]


def _as_bytes(images: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    if images.dtype == np.uint8:
        return images
    low, high = map(float, value_range)
    if not low < high:
        raise ValueError(
            f"value_range must be (low, high), low < high. Received: {value_range}."
        )
    shares = (images.astype("float32") - low) / (high - low)
    shares = np.where(np.isnan(shares), 1.0, shares.clip(0, 1))
    return np.rint(shares * _WHITE).astype(np.uint8)
