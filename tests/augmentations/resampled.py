"""Reading an image at any place, naively: what the geometry is compared with."""

import math

import numpy as np


def _mirrored(place: int, size: int) -> int:
    while not 0 <= place < size:
        place = -place if place < 0 else 2 * (size - 1) - place
    return place


def pixel(image: np.ndarray, row: int, column: int, mode: str) -> np.ndarray:
    """Return a pixel that may lie outside."""
    height, width, _ = image.shape
    if mode == "reflect":
        return image[_mirrored(row, height), _mirrored(column, width)]
    inside = 0 <= row < height and 0 <= column < width
    return image[row, column] if inside else np.zeros(image.shape[-1])


def resampled(image: np.ndarray, matrix: np.ndarray, mode: str) -> np.ndarray:
    """Return one image under an affine map ``(2, 3)``, pixel by pixel."""
    height, width, _ = image.shape
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    result = np.zeros(image.shape)
    for place in np.ndindex(height, width):
        row, column = matrix @ np.array([*(place - centre), 1.0]) + centre
        top, left = math.floor(row), math.floor(column)
        for r in (top, top + 1):
            for c in (left, left + 1):
                share = (1 - abs(row - r)) * (1 - abs(column - c))
                result[place] += share * pixel(image, r, c, mode)
    return result
