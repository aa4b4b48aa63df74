"""Tests of keras_gan/datasets/image_format.py."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageOps

from keras_gan.datasets.image_format import (
    check_channels,
    check_recolouring,
    convert_images,
    parse_image_size,
)


def smooth_image(height: int, width: int) -> np.ndarray:
    """Colour waves of several frequencies over the whole range of uint8."""
    y, x = np.mgrid[:height, :width]
    waves = [np.sin(x / 7) * np.cos(y / 5), np.sin((x + y) / 11), np.cos(x * y / 900)]
    return (np.stack(waves, -1) * 127.5 + 127.5).round().astype(np.uint8)


@pytest.mark.parametrize(
    ("given", "expected"),
    [(None, None), (32, (32, 32)), ((8, 16), (8, 16)), (np.int64(4), (4, 4))],
)
def test_image_size_is_parsed(given, expected):
    assert parse_image_size(given) == expected


@pytest.mark.parametrize(
    "wrong",
    [0, -3, 2.5, "64", True, (8,), (8, 0), (8, 8, 3), 16_385, (8, 2**63), 10**30],
)
def test_wrong_image_size_is_refused(wrong):
    with pytest.raises(ValueError, match=r"image_size=.*side in pixels"):
        parse_image_size(wrong)


@pytest.mark.parametrize("wrong", [0, 2, 4, "3", 3.0, True])
def test_wrong_channels_are_refused(wrong):
    with pytest.raises(ValueError, match=r"channels=.*1 \(grey\), 3 \(colour\)"):
        check_channels(wrong)


def test_images_of_four_channels_cannot_be_recoloured():
    check_recolouring("x", 4, None)
    check_recolouring("x", 3, 1)
    with pytest.raises(ValueError, match=r"x: its images have 4 channels"):
        check_recolouring("x", 4, 3)


@pytest.mark.parametrize("side", [16, 40, 150])
def test_resize_agrees_with_pillow(side):
    image = smooth_image(97, 61)
    expected = ImageOps.fit(
        Image.fromarray(image[18:79]), (side, side), Image.Resampling.BICUBIC
    )
    got = convert_images(tf.constant(image), (side, side), None).numpy()
    assert got.dtype == np.uint8
    difference = got.astype(int) - np.asarray(expected).astype(int)
    assert abs(difference).max() <= 1


def test_resize_is_antialiased():
    stripes = np.zeros((1, 64, 64, 1), np.uint8)
    stripes[:, :, ::2] = 255
    got = convert_images(tf.constant(stripes), (8, 8), None).numpy()
    assert abs(got.astype(int) - 127).max() <= 12


def test_crop_keeps_the_centre_and_the_aspect():
    image = np.zeros((20, 60, 1), np.uint8)
    image[:, 20:40] = 200
    square = convert_images(tf.constant(image), (20, 20), None)
    assert (square.numpy() == 200).all()
    wide = convert_images(tf.constant(image), (10, 30), None).numpy()
    assert wide.shape == (10, 30, 1)
    assert (wide[:, 10:20] > 150).all()
    assert (wide[:, :9] < 50).all()


def test_same_size_and_channels_change_nothing():
    image = smooth_image(12, 12)
    got = convert_images(tf.constant(image), (12, 12), 3).numpy()
    np.testing.assert_array_equal(got, image)


def test_colour_to_grey_agrees_with_pillow():
    image = smooth_image(40, 30)
    expected = np.asarray(Image.fromarray(image).convert("L"))
    got = convert_images(tf.constant(image), None, 1).numpy()[..., 0]
    assert abs(got.astype(int) - expected.astype(int)).max() <= 1


def test_grey_to_colour_repeats():
    grey = smooth_image(9, 7)[..., :1]
    got = convert_images(tf.constant(grey), None, 3).numpy()
    np.testing.assert_array_equal(got, np.repeat(grey, 3, axis=-1))


def test_floats_stay_within_their_range():
    image = np.where(np.arange(32) < 16, -1.0, 1.0).astype(np.float32)
    images = np.broadcast_to(image, (2, 32, 32))[..., None]
    got = convert_images(tf.constant(images), (50, 50), None).numpy()
    assert got.dtype == np.float32
    assert got.min() == -1
    assert got.max() == 1
