"""Images brought to the side that Inception sees, in the two ways of the papers."""

import functools
from typing import Literal, get_args

import numpy as np

#: How images are resized, see `resized`.
Resize = Literal["clean", "legacy"]
RESIZES: tuple[Resize, ...] = get_args(Resize)

#: The side of what Inception sees, in pixels.
SIDE = 299


def resized(images: np.ndarray, kind: Resize) -> np.ndarray:
    """Resize images to 299×299, each row and each column by a matrix of weights.

    NumPy does it, so that every backend sees the same images.

    Args:
        images: float32 ``(n, height, width, channels)`` in 0..255.
        kind: "clean", bicubic with antialiasing as Pillow does it in floating point,
            clipped to 0..255; or "legacy", bilinear as TensorFlow 1 did it, without
            antialiasing and with the corners of pixels, not their centres, aligned.

    Returns:
        float32 ``(n, 299, 299, channels)``, not rounded.

    Example:
        >>> resized(np.zeros((2, 32, 48, 3), "float32"), "clean").shape
        (2, 299, 299, 3)

    Reference:
        Parmar, Zhang and Zhu (2022), On Aliased Resizing and Surprising Subtleties in
        GAN Evaluation, arXiv:2104.11222.
    """
    rows, columns = (matrix(kind, size) for size in images.shape[1:3])
    planes = images.transpose(0, 3, 1, 2)
    planes = rows @ (planes @ columns.T)
    if kind == "clean":  # a bicubic overshoots at edges
        planes = planes.clip(0, 255)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1))


@functools.lru_cache(maxsize=16)
def matrix(kind: Resize, size: int) -> np.ndarray:
    """Return float32 weights ``(299, size)``: each row makes one new pixel."""
    weights = _bicubic(size) if kind == "clean" else _bilinear(size)
    return weights.astype("float32")


def _bicubic(size: int) -> np.ndarray:
    """Keys's cubic, a = -1/2, widened by the factor that images are shrunk by."""
    scale = size / SIDE
    width = max(scale, 1.0)
    centres = (np.arange(SIDE)[:, None] + 0.5) * scale
    pixels = np.arange(size)
    # Pillow looks at the pixels whose centres round into the support.
    first = np.maximum(np.trunc(centres - 2 * width + 0.5), 0)
    end = np.minimum(np.trunc(centres + 2 * width + 0.5), size)
    weights = _cubic((pixels + 0.5 - centres) / width)
    weights = np.where((first <= pixels) & (pixels < end), weights, 0.0)
    return weights / weights.sum(axis=1, keepdims=True)


def _cubic(x: np.ndarray) -> np.ndarray:
    x = np.abs(x)
    near = (1.5 * x - 2.5) * x**2 + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def _bilinear(size: int) -> np.ndarray:
    """Linear weights of two neighbours; positions are float32, as in TensorFlow."""
    places = np.arange(SIDE, dtype="float32") * np.float32(size / SIDE)
    low = places.astype(int)
    fraction = places.astype("float64") - low
    weights = np.zeros((SIDE, size))
    np.add.at(weights, (np.arange(SIDE), low), 1 - fraction)
    np.add.at(weights, (np.arange(SIDE), np.minimum(low + 1, size - 1)), fraction)
    return weights
