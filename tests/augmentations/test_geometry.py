"""Changes of place: each against plain NumPy on the same draws, and known theory."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.augmentations import geometry
from tests.augmentations.resampled import pixel, resampled

SHAPE = (3, 4, 5, 2)  # more columns than rows: nothing may mistake them

ROWS, COLUMNS = np.int32([0, 2, -1]), np.int32([-3, 0, 6])

# Of `geometry.affine`: at random; far outside; nothing.
MATRICES = np.float32(
    [
        [[0.8, -0.5, 0.3], [0.4, 1.1, -0.7]],
        [[2.5, 0.4, 9.3], [-0.3, 3.0, -11.2]],
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
    ]
)


@pytest.fixture
def pictures(rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(-1, 1, SHAPE).astype("float32")


def _check(result: Any, expected: np.ndarray, atol: float = 0.0) -> None:
    np.testing.assert_allclose(ops.convert_to_numpy(result), expected, atol=atol)


def test_flip(pictures: np.ndarray) -> None:
    flipped = np.array([True, False, True])
    expected = [x[:, ::-1] if f else x for x, f in zip(pictures, flipped)]
    _check(geometry.flip(ops.array(pictures), ops.array(flipped)), np.array(expected))


@pytest.mark.parametrize("mode", geometry.MODES)
def test_translate(mode: str, pictures: np.ndarray) -> None:
    expected = np.zeros(SHAPE)
    for i, row, column in np.ndindex(SHAPE[:3]):
        expected[i, row, column] = pixel(
            pictures[i], row - ROWS[i], column - COLUMNS[i], mode
        )
    shifts = ops.array(ROWS), ops.array(COLUMNS)
    _check(geometry.translate(ops.array(pictures), *shifts, mode), expected)


def test_zeros_come_in_by_default(pictures: np.ndarray) -> None:
    shifts = ops.array(ROWS), ops.array(COLUMNS)
    moved = ops.convert_to_numpy(geometry.translate(ops.array(pictures), *shifts))
    np.testing.assert_array_equal(moved[1, :2], 0)
    np.testing.assert_array_equal(moved[1, 2:], pictures[1, :2])


def test_cutout(pictures: np.ndarray) -> None:
    expected = pictures.copy()
    for i, (row, column) in enumerate(zip(ROWS, COLUMNS)):
        for r, c in np.ndindex(SHAPE[1:3]):
            if row <= r < row + 2 and column <= c < column + 4:
                expected[i, r, c] = 0
    first = ops.array(ROWS), ops.array(COLUMNS)
    _check(geometry.cutout(ops.array(pictures), *first, size=(2, 4)), expected)
    assert (expected[:2] != pictures[:2]).any(axis=(1, 2, 3)).all()  # two holes
    np.testing.assert_array_equal(expected[2], pictures[2])  # and one outside


@pytest.mark.parametrize("mode", geometry.MODES)
def test_affine(mode: str, pictures: np.ndarray) -> None:
    expected = [
        resampled(x.astype("float64"), m, mode) for x, m in zip(pictures, MATRICES)
    ]
    result = geometry.affine(ops.array(pictures), ops.array(MATRICES), mode)
    _check(result, np.array(expected), atol=1e-5)


def test_affine_keeps_the_type_of_the_images(pictures: np.ndarray) -> None:
    exact = geometry.affine(ops.array(pictures), ops.array(MATRICES))
    halves = ops.cast(pictures, "bfloat16")
    result = geometry.affine(halves, ops.array(MATRICES))
    assert result.dtype == halves.dtype
    _check(ops.cast(result, "float32"), ops.convert_to_numpy(exact), atol=0.02)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: geometry.flip(x, ops.array([True, False, True])),
        lambda x: geometry.translate(x, ops.array(ROWS), ops.array(COLUMNS)),
        lambda x: geometry.affine(x, ops.array(MATRICES)),
        lambda x: geometry.cutout(x, ops.array(ROWS), ops.array(COLUMNS), (2, 4)),
    ],
    ids=["flip", "translate", "affine", "cutout"],
)
def test_gradient(
    change: Callable, pictures: np.ndarray, rng: np.random.Generator
) -> None:
    """It is linear: the gradient of ⟨A(x), y⟩ at any x, times x', is ⟨A(x'), y⟩."""
    seen = rng.normal(size=SHAPE).astype("float32")

    def product(images: Any) -> Any:
        return ops.sum(change(images) * ops.array(seen), axis=(1, 2, 3))

    gradient = backend.input_gradient(product, ops.zeros(SHAPE), [])
    gradient = ops.convert_to_numpy(ops.stop_gradient(gradient)).astype("float64")
    expected = ops.convert_to_numpy(product(ops.array(pictures)))
    np.testing.assert_allclose(
        (gradient * pictures).sum(axis=(1, 2, 3)), expected, rtol=1e-4, atol=1e-5
    )


def test_unknown_mode(pictures: np.ndarray) -> None:
    zero = ops.zeros((3,), dtype="int32")
    with pytest.raises(ValueError, match=r"mode must be one of .* mode='wrap'"):
        geometry.translate(ops.array(pictures), zero, zero, mode="wrap")
    with pytest.raises(ValueError, match=r"mode must be one of .* mode='nearest'"):
        geometry.affine(ops.array(pictures), ops.array(MATRICES), mode="nearest")
