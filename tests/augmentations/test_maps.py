"""Affine maps: what becomes of an image under them, resampled in plain NumPy."""

from typing import Any

import numpy as np
import pytest
from keras import ops

from keras_gan.augmentations import maps
from tests.augmentations.resampled import resampled


@pytest.fixture
def picture(rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(-1, 1, (5, 5, 1))


def _moved(image: np.ndarray, change: Any, i: int = 0) -> np.ndarray:
    return resampled(image, ops.convert_to_numpy(change)[i], "reflect")


def test_quarter_turns_are_exact(picture: np.ndarray) -> None:
    turns = maps.quarter_turns(ops.array([0.0, 1.0, 2.0, 3.0]))
    for i in range(4):
        np.testing.assert_array_equal(_moved(picture, turns, i), np.rot90(picture, i))


def test_rotate_is_counterclockwise(picture: np.ndarray) -> None:
    turns = maps.rotate(ops.array([0.0, np.pi / 2, np.pi, -np.pi / 2], "float32"))
    for i in range(4):
        moved = _moved(picture, turns, i)
        np.testing.assert_allclose(moved, np.rot90(picture, i), atol=1e-6)


def test_rotate_by_any_angle() -> None:
    angle = 0.6
    expected = [[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0]]
    found = ops.convert_to_numpy(maps.rotate(ops.array([angle])))
    np.testing.assert_allclose(found, [expected], atol=1e-6)


def test_shift_is_downwards_and_to_the_right(picture: np.ndarray) -> None:
    moved = _moved(picture, maps.shift(ops.array([1.0]), ops.array([-2.0])))
    np.testing.assert_array_equal(moved[1:, :-2], picture[:-1, 2:])


def test_scale_enlarges_about_the_centre() -> None:
    """On a ramp, which bilinear reading reproduces, all steps shrink alike."""
    ramp = np.arange(5) - 2.0
    image = (ramp[:, None] + 10 * ramp)[..., None]
    scale = maps.scale(ops.array([2.0]), ops.array([-4.0]))  # and a mirror image
    expected = ramp[:, None] / 2 - 10 * ramp / 4
    np.testing.assert_allclose(_moved(image, scale)[..., 0], expected)


def test_compose_applies_the_first_first(picture: np.ndarray) -> None:
    turn, shift = maps.quarter_turns(ops.ones(1)), maps.shift(ops.ones(1), ops.zeros(1))
    stepwise = _moved(_moved(picture, turn), shift)
    at_once = _moved(picture, maps.compose(turn, shift))
    # But for the row that comes in from outside.
    np.testing.assert_array_equal(at_once[1:], stepwise[1:])


def test_compose_is_the_product_of_the_maps(rng: np.random.Generator) -> None:
    parts = rng.normal(size=(3, 4, 2, 3)).astype("float32")
    squares = np.zeros((3, 4, 3, 3))
    squares[:, :, :2], squares[:, :, 2, 2] = parts, 1
    # A place in the result is looked up through the last change first.
    expected = squares[0] @ squares[1] @ squares[2]
    found = ops.convert_to_numpy(maps.compose(*map(ops.array, parts)))
    np.testing.assert_allclose(found, expected[:, :2], rtol=1e-4, atol=1e-5)
