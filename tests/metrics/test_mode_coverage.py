"""ModeCoverage: modes of a mixture, against closed forms and counts by hand."""

import math

import numpy as np
import pytest

from keras_gan import metrics
from keras_gan.metrics import ModeCoverage

SQUARE = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]


def _result(points, **arguments):
    metric = ModeCoverage(SQUARE, 0.1, **arguments)
    metric.update_state(generated=np.asarray(points, "float64"))
    return metric.result()


def test_a_perfect_mixture(rng):
    points = np.repeat(SQUARE, 5000, axis=0) + 0.1 * rng.normal(size=(20000, 2))
    result = _result(points)
    assert result["modes"] == 4
    # Of a normal distribution in the plane 1 - exp(-r²/2) lies within r deviations.
    assert result["high_quality"] == pytest.approx(1 - math.exp(-4.5), abs=4e-3)
    assert result["mode_kl"] == 0


def test_by_hand():
    points = [(-1.0, -1.2), (-0.8, -1.0), (-0.5, -1.0), (1.0, 1.29), (1.0, -0.6)]
    shares = [3 / 5, 1 / 5, 1 / 5]
    expected = {
        "modes": 2,
        "high_quality": 3 / 5,
        "mode_kl": sum(p * math.log(4 * p) for p in shares),
    }
    assert _result(points) == pytest.approx(expected, rel=1e-12)


def test_one_mode_alone():
    result = _result([SQUARE[2]] * 9)
    expected = {"modes": 1, "high_quality": 1, "mode_kl": math.log(4)}
    assert result == pytest.approx(expected)


def test_radius():
    points = [(-1.0, -1.2), (1.0, 1.0)]
    assert _result(points)["high_quality"] == 1
    assert _result(points, radius=1.9)["high_quality"] == 0.5


def test_modes_of_many_dimensions(rng):
    centres = 5 * rng.normal(size=(6, 40))
    numbers = rng.choice([0, 2, 5], 700)
    metric = ModeCoverage(centres, 0.1, radius=20)
    metric.update_state(generated=centres[numbers] + 0.1 * rng.normal(size=(700, 40)))
    shares = np.bincount(numbers) / 700
    shares = shares[shares > 0]
    result = metric.result()
    assert (result["modes"], result["high_quality"]) == (3, 1)
    assert result["mode_kl"] == pytest.approx((shares * np.log(6 * shares)).sum())


def test_is_not_made_by_name():
    assert "mode_coverage" not in metrics.names()
    with pytest.raises(TypeError):
        ModeCoverage()


def test_samples_of_another_width():
    with pytest.raises(ValueError, match=r"width of the modes, 2. .* of width 3"):
        _result(np.zeros((4, 3)))


@pytest.mark.parametrize(
    ("centres", "shape"),
    [
        ([0.0, 1.0], r"\(2,\)"),
        (np.zeros((0, 2)), r"\(0, 2\)"),
        ([[np.nan, 0.0]], r"\(1, 2\), not finite"),
    ],
)
def test_centres_that_are_none(centres, shape):
    with pytest.raises(ValueError, match=f"finite points, .* of shape {shape}"):
        ModeCoverage(centres, 0.1)


@pytest.mark.parametrize("argument", ["sigma", "radius"])
@pytest.mark.parametrize("value", [0, -1.0, np.inf, np.nan, "1", True])
def test_lengths_that_are_none(argument, value):
    arguments = {"sigma": 0.1, argument: value}
    with pytest.raises(ValueError, match=f"{argument} must be a finite number above 0"):
        ModeCoverage(SQUARE, **arguments)
