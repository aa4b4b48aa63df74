"""Grids of images, pixel by pixel."""

import numpy as np
import pytest

from keras_gan.pictures.grid import grid


def test_images_lie_row_by_row_with_a_white_margin():
    images = np.stack([np.full((2, 3, 1), v, "float32") for v in (-1, 0, 1)])
    picture = grid(images, columns=2, margin=1)
    assert picture.dtype == np.uint8
    assert picture[..., 0].tolist() == [
        [255, 255, 255, 255, 255, 255, 255, 255, 255],
        [255, 0, 0, 0, 255, 128, 128, 128, 255],
        [255, 0, 0, 0, 255, 128, 128, 128, 255],
        [255, 255, 255, 255, 255, 255, 255, 255, 255],
        [255, 255, 255, 255, 255, 255, 255, 255, 255],
        [255, 255, 255, 255, 255, 255, 255, 255, 255],
        [255, 255, 255, 255, 255, 255, 255, 255, 255],
    ]


def test_grid_is_square_by_default():
    assert grid(np.zeros((9, 4, 4, 1)), margin=0).shape == (12, 12, 1)
    assert grid(np.zeros((10, 4, 4, 1)), margin=0).shape == (12, 16, 1)


def test_colours_and_other_numbers_of_channels():
    red = np.zeros((1, 1, 1, 3), "float32") - 1
    red[..., 0] = 1
    assert grid(red, margin=0).tolist() == [[[255, 0, 0]]]
    assert grid(np.zeros((1, 4, 4, 2)), margin=0).shape == (4, 4, 1)
    assert grid(np.zeros((1, 4, 4, 5)), margin=0).shape == (4, 4, 3)
    assert grid(np.zeros((1, 4, 4)), margin=0).shape == (4, 4, 1)


def test_values_are_scaled_from_their_range_and_clipped():
    images = np.array([0.0, 0.2, 1.0, 7.0], "float32").reshape(4, 1, 1, 1)
    picture = grid(images, columns=4, value_range=(0, 1), margin=0)
    assert picture[0, :, 0].tolist() == [0, 51, 255, 255]


def test_bytes_are_drawn_as_they_are():
    images = np.array([0, 7, 255], "uint8").reshape(3, 1, 1, 1)
    assert grid(images, columns=3, margin=0)[0, :, 0].tolist() == [0, 7, 255]


def test_a_diverged_generator_is_drawn_without_a_warning():
    images = np.array([np.nan, np.inf, -np.inf], "float32").reshape(3, 1, 1, 1)
    assert grid(images, columns=3, margin=0)[0, :, 0].tolist() == [255, 255, 0]


def test_scale_makes_squares_of_pixels():
    images = np.array([[-1, 1]], "float32").reshape(1, 1, 2, 1)
    picture = grid(images, margin=1, scale=2)
    assert picture.shape == (4, 6, 1)
    assert picture[1:3, 1:5, 0].tolist() == [[0, 0, 255, 255]] * 2


@pytest.mark.parametrize(
    ("images", "options", "message"),
    [
        (np.zeros((4, 2)), {}, r"images must have the shape .* \(4, 2\)"),
        (np.zeros((0, 4, 4, 1)), {}, r"Received: shape \(0, 4, 4, 1\)"),
        (np.zeros((1, 4, 4, 1)), {"columns": 0}, "columns must be at least 1"),
        (np.zeros((1, 4, 4, 1)), {"scale": 0}, "scale must be at least 1"),
        (np.zeros((1, 4, 4, 1)), {"margin": -1}, "margin must be at least 0"),
        (np.zeros((1, 4, 4, 1)), {"value_range": (1, 1)}, "low < high"),
    ],
)
def test_bad_input_is_refused(images, options, message):
    with pytest.raises(ValueError, match=message):
        grid(images, **options)
