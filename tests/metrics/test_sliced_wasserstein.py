"""SlicedWasserstein: against closed forms and SciPy."""

import math

import numpy as np
import pytest

from keras_gan.metrics import SlicedWasserstein
from keras_gan.metrics.sliced_wasserstein import directions, wasserstein


def _result(real, generated, **arguments):
    metric = SlicedWasserstein(**arguments)
    metric.update_state(real, generated)
    return metric.result()


@pytest.mark.parametrize(("n", "m"), [(12, 12), (12, 8), (7, 5), (1, 6), (9, 3)])
def test_one_dimension_against_sets_made_equal(rng, n, m):
    first, second = rng.normal(size=(4, n)), rng.gamma(1, size=(4, m))
    # Repeated m and n times, the sets have as many values and the same quantiles.
    ordered = np.sort(np.repeat(first, m, axis=1))
    others = np.sort(np.repeat(second, n, axis=1))
    expected = np.abs(ordered - others).mean(axis=1)
    np.testing.assert_allclose(wasserstein(first, second), expected, rtol=1e-12)


def test_directions_are_uniform_on_the_sphere():
    vectors = np.concatenate(list(directions(width=3, number=5000, seed=0)))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(vectors.mean(axis=0), 0, atol=0.04)
    # On a sphere each coordinate is uniform in [-1, 1] (Archimedes).
    ranks = np.sort(vectors, axis=0)
    expected = np.linspace(-1, 1, 5000)[:, None]
    np.testing.assert_allclose(ranks, np.repeat(expected, 3, axis=1), atol=0.06)


@pytest.mark.parametrize("width", [1, 2, 9])
def test_of_a_shift(rng, width):
    # Along θ a shift t moves all by θᵀt, of mean |t| Γ(d/2) / (√π Γ((d+1)/2)).
    real, shift = rng.normal(size=(30, width)), rng.normal(size=width)
    mean = math.gamma(width / 2) / (math.sqrt(math.pi) * math.gamma((width + 1) / 2))
    result = _result(real, real + shift, projections=4000)
    assert result == pytest.approx(np.linalg.norm(shift) * mean, rel=0.04)


def test_of_a_set_and_itself(rng):
    real = rng.normal(size=(30, 5))
    assert _result(real, real[::-1]) == pytest.approx(0, abs=1e-12)


def test_of_a_set_and_the_set_twice(rng):
    real = rng.normal(size=(30, 5))
    assert _result(real, np.repeat(real, 2, axis=0)) == pytest.approx(0, abs=1e-12)


def test_images_and_the_seed(rng):
    real, generated = rng.uniform(-1, 1, (2, 20, 4, 4, 3))
    one, same = (_result(real, generated, seed=1) for _ in range(2))
    other = _result(real, generated, seed=2)
    assert one == same != other
    assert one == pytest.approx(other, rel=0.1)


def test_more_rows_than_are_seen_at_once(rng):
    real = rng.normal(size=(2500, 3)).astype("float32")
    generated = rng.normal(1, 1, (1300, 3)).astype("float32")
    along = np.concatenate(list(directions(3, 70, seed=2020)))
    sides = (along @ side.T.astype("float64") for side in (real, generated))
    expected = wasserstein(*sides).mean()
    assert _result(real, generated, projections=70) == pytest.approx(expected, rel=1e-9)


@pytest.mark.peers
@pytest.mark.parametrize(("n", "m"), [(60, 60), (60, 35)])
def test_against_scipy(rng, n, m):
    from scipy.stats import wasserstein_distance

    # Whole numbers, which float32 holds as they are.
    real = rng.normal(0, 50, (n, 4)).round()
    generated = rng.normal(9, 99, (m, 4)).round()
    along = np.concatenate(list(directions(4, 100, seed=8)))
    expected = [wasserstein_distance(real @ v, generated @ v) for v in along]
    result = _result(real, generated, projections=100, seed=8)
    assert result == pytest.approx(np.mean(expected), rel=1e-9)
