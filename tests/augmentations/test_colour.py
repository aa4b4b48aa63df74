"""Changes of colour: each against plain NumPy in float64, on the same draws."""

from typing import Any

import numpy as np
from keras import ops

from keras_gan.augmentations import colour

GREY_AXIS = np.ones(3) / np.sqrt(3)


def _images(rng: np.random.Generator, channels: int = 3) -> np.ndarray:
    return rng.uniform(-1, 1, (3, 2, 4, channels)).astype("float32")


def _check(result: Any, expected: np.ndarray) -> None:
    np.testing.assert_allclose(ops.convert_to_numpy(result), expected, atol=2e-6)


def _rotation(angle: float) -> np.ndarray:
    """A rotation about the grey axis, from two vectors across it."""
    first = np.array([1.0, -1.0, 0.0]) / np.sqrt(2)
    second = np.cross(GREY_AXIS, first)
    turned_first = np.cos(angle) * first + np.sin(angle) * second
    turned_second = -np.sin(angle) * first + np.cos(angle) * second
    return (
        np.outer(GREY_AXIS, GREY_AXIS)
        + np.outer(turned_first, first)
        + np.outer(turned_second, second)
    )


def test_brightness(rng: np.random.Generator) -> None:
    images, shift = _images(rng), np.float32([-0.5, 0.0, 0.4])
    expected = [x.astype("float64") + s for x, s in zip(images, shift)]
    _check(colour.brightness(ops.array(images), ops.array(shift)), np.array(expected))


def test_gain(rng: np.random.Generator) -> None:
    images, factor = _images(rng), np.float32([0.5, 1.0, 2.0])
    expected = [x.astype("float64") * f for x, f in zip(images, factor)]
    _check(colour.gain(ops.array(images), ops.array(factor)), np.array(expected))


def test_contrast(rng: np.random.Generator) -> None:
    images, factor = _images(rng), np.float32([0.5, 1.0, 1.5])
    expected = [
        (x - x.mean(dtype="float64")) * f + x.mean(dtype="float64")
        for x, f in zip(images, factor)
    ]
    _check(colour.contrast(ops.array(images), ops.array(factor)), np.array(expected))


def test_saturation(rng: np.random.Generator) -> None:
    images, factor = _images(rng), np.float32([0.0, 1.0, 1.9])
    expected = np.zeros(images.shape)
    for i, row, column in np.ndindex(images.shape[:3]):
        pixel = images[i, row, column].astype("float64")
        grey = pixel.sum() / 3
        expected[i, row, column] = [grey + factor[i] * (c - grey) for c in pixel]
    _check(colour.saturation(ops.array(images), ops.array(factor)), expected)


def test_luma_flip_is_the_mirror_image_at_the_plane_without_luma(
    rng: np.random.Generator,
) -> None:
    images = _images(rng)
    mirror = np.eye(3) - 2 * np.outer(GREY_AXIS, GREY_AXIS)
    _check(colour.luma_flip(ops.array(images)), images @ mirror.T)


def test_hue(rng: np.random.Generator) -> None:
    images, angles = _images(rng), np.float32([-3.0, 0.0, 1.2])
    expected = np.array([x @ _rotation(a).T for x, a in zip(images, angles)])
    _check(colour.hue(ops.array(images), ops.array(angles)), expected)


def test_a_third_of_a_turn_of_hue_takes_red_to_green() -> None:
    red = np.float32([1, -1, -1]).reshape(1, 1, 1, 3)
    green = colour.hue(ops.array(red), ops.array([2 * np.pi / 3], dtype="float32"))
    _check(green, np.float32([-1, 1, -1]).reshape(1, 1, 1, 3))


def test_one_channel_has_no_colour(rng: np.random.Generator) -> None:
    images, draws = _images(rng, channels=1), ops.array([0.1, 2.0, 3.0])
    for change in (colour.saturation, colour.hue):
        result = ops.convert_to_numpy(change(ops.array(images), draws))
        np.testing.assert_array_equal(result, images)
    _check(colour.luma_flip(ops.array(images)), -images)


def test_images_keep_their_type(rng: np.random.Generator) -> None:
    images, draws = _images(rng), ops.array([0.1, 2.0, 3.0])
    for name in ("brightness", "gain", "contrast", "saturation", "hue"):
        change = getattr(colour, name)
        halves = ops.cast(images, "bfloat16")
        result = change(halves, draws)
        assert result.dtype == halves.dtype
        exact = ops.convert_to_numpy(change(ops.array(images), draws))
        result = ops.convert_to_numpy(ops.cast(result, "float32"))
        np.testing.assert_allclose(result, exact, atol=0.05)
