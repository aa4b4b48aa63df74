"""One picture of many samples, whatever the samples are."""

import numpy as np

from keras_gan.pictures.grid import grid
from keras_gan.pictures.scatter import Limits, scatter

_LARGE = 56  # pixels: smaller images are enlarged to about this side


def draw(
    samples: np.ndarray,
    columns: int | None = None,
    value_range: tuple[float, float] | None = None,
    *,
    real: np.ndarray | None = None,
    limits: Limits | None = None,
    classes: np.ndarray | None = None,
) -> np.ndarray:
    """Draw images as a grid, small ones enlarged, and vectors as points in a plane.

    Args:
        samples: Array ``(n, height, width, channels)``, ``(n, height, width)`` or
            ``(n, dimensions)``.
        columns: Images in a row, as in `grid`.
        value_range: The images' values of black and white; by default (-1, 1).
        real: Real points behind generated ones, as in `scatter`.
        limits: The axes' limits for points, as in `scatter`.
        classes: The points' class numbers, as in `scatter`.

    Returns:
        uint8 array ``(height, width, 1 or 3)``.

    Example:
        >>> draw(gan.generate(64)).shape
        (466, 466, 1)
    """
    if samples.ndim == 2:
        return scatter(samples, real, limits, classes)
    scale = max(1, _LARGE // max(samples.shape[1:3]))
    return grid(samples, columns, value_range or (-1.0, 1.0), scale=scale)
