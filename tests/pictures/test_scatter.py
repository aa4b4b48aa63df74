"""Points in a plane, as pictures."""

import numpy as np
import pytest

from keras_gan.pictures.scatter import limits_of, scatter

pytestmark = pytest.mark.once


def red_share(picture):
    pixels = picture.astype(int)
    return np.mean((pixels[..., 0] - pixels[..., 2]) > 40)


def test_limits_hold_the_points_with_room():
    points = np.array([[0, 10], [4, 30]], "float32")
    assert limits_of(points) == ((-1.0, 5.0), (5.0, 35.0))


def test_limits_of_points_that_are_not_finite_or_all_alike():
    assert limits_of(np.full((3, 2), np.nan)) == ((-1.0, 1.0), (-1.0, 1.0))
    (low, high), _ = limits_of(np.ones((3, 2)))
    assert low < 1 < high


def test_generated_points_are_drawn_where_they_are():
    corner = np.full((50, 2), 0.9) + np.linspace(0, 0.05, 50)[:, None]
    picture = scatter(corner, limits=((-1, 1), (-1, 1)))
    assert picture.dtype == np.uint8
    assert picture.shape == (480, 480, 3)
    top_right, bottom_left = picture[:240, 240:], picture[240:, :240]
    assert red_share(top_right) > 0
    assert red_share(bottom_left) == 0


def test_real_points_are_grey():
    rng = np.random.default_rng(0)
    real = rng.normal(size=(300, 2))
    far = np.full((1, 2), 1e6)  # outside the limits, which are those of the real
    with_real, without = scatter(far, real), scatter(far, limits=limits_of(real))
    assert red_share(with_real[60:]) == 0  # but for the legend
    assert np.mean(with_real < 200) > np.mean(without < 200)


def test_real_points_alone():
    real = np.random.default_rng(0).normal(size=(300, 2))
    picture = scatter(None, real)
    assert red_share(picture) == 0
    assert np.sum(picture == 0xB8) > 1000


def test_classes_have_colours_of_their_own():
    points = np.random.default_rng(0).normal(size=(200, 2))
    one = scatter(points, classes=np.zeros(200, int))
    two = scatter(points, classes=np.arange(200) % 2)
    assert not np.array_equal(one, two)


@pytest.mark.parametrize("dimensions", [1, 5])
def test_other_numbers_of_dimensions_are_drawn_in_the_plane(dimensions):
    points = np.random.default_rng(0).normal(size=(50, dimensions))
    assert red_share(scatter(points)) > 0


def test_points_that_are_not_vectors_are_refused():
    with pytest.raises(ValueError, match=r"\(4, 8, 8\)"):
        scatter(np.zeros((4, 8, 8)))
