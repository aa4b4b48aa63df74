"""GradientPenalty: the points between real and fake that it looks at."""

from typing import Any

import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.penalties import GradientPenalty

N = 4000


def _points(penalty: GradientPenalty, real: np.ndarray, fake: np.ndarray) -> np.ndarray:
    """Return the points where the penalty takes the critic's gradient."""
    seen = []

    def look(critic: Any, images: Any) -> Any:
        seen.append(ops.convert_to_numpy(images))
        return backend.input_gradient(critic, images, [])

    tensors = [ops.convert_to_tensor(x, dtype="float32") for x in (real, fake)]
    penalty(lambda images: ops.sum(images, axis=(1, 2, 3)), *tensors, look)
    return seen[0]


def test_alpha_is_uniform_and_one_per_sample() -> None:
    shape = (N, 2, 3, 1)
    points = _points(GradientPenalty(seed=0), np.zeros(shape), np.ones(shape))
    alpha = points[:, 0, 0, 0]
    # The same on every axis of a sample, another for each sample.
    np.testing.assert_array_equal(points, np.broadcast_to(points[:, :1, :1], shape))
    assert len(np.unique(alpha)) > 0.99 * N
    assert alpha.min() >= 0
    assert alpha.max() <= 1
    # Kolmogorov-Smirnov against U[0, 1] at the level of 0.1 %.
    ranks = np.arange(1, N + 1) / N
    ordered = np.sort(alpha)
    distance = max((ranks - ordered).max(), (ordered - ranks + 1 / N).max())
    assert distance < 1.95 / np.sqrt(N)


def test_points_lie_between_real_and_fake(rng: np.random.Generator) -> None:
    real, fake = rng.uniform(-1, 1, (2, 50, 2, 2, 1))
    points = _points(GradientPenalty(seed=0), real, fake)
    alpha = (points - real) / (fake - real)
    np.testing.assert_allclose(
        alpha,
        np.broadcast_to(alpha.mean(axis=(1, 2), keepdims=True), alpha.shape),
        atol=1e-3,
    )
    assert np.ptp(alpha) > 0.8


def test_seed() -> None:
    zeros, ones = np.zeros((8, 2, 2, 1)), np.ones((8, 2, 2, 1))
    penalty = GradientPenalty(seed=1)
    first, second = _points(penalty, zeros, ones), _points(penalty, zeros, ones)
    assert np.abs(first - second).max() > 0.1  # new points at every step
    again = _points(GradientPenalty(seed=1), zeros, ones)
    np.testing.assert_array_equal(first, again)
    other = _points(GradientPenalty(seed=2), zeros, ones)
    assert np.abs(first - other).max() > 0.1


def test_seed_is_in_the_configuration_and_in_the_variables() -> None:
    penalty = GradientPenalty(seed=5)
    assert penalty.get_config()["seed"] == 5
    assert [v.path for v in penalty.variables] == [penalty.seed_generator.state.path]
    assert not penalty.weights


def _of_slope(length: float, **settings: Any) -> float:
    """The penalty of a linear critic of this slope."""
    zeros = ops.zeros((2, 1))
    values = GradientPenalty(**settings)(
        lambda x: length * x,
        zeros,
        zeros,
        lambda f, x: backend.input_gradient(f, x, []),
    )
    return float(ops.convert_to_numpy(values)[0])


@pytest.mark.parametrize(("length", "value"), [(0.4, 0.0), (1.0, 0.0), (3.0, 4.0)])
def test_one_sided_leaves_small_slopes_alone(length: float, value: float) -> None:
    assert _of_slope(length, one_sided=True) == pytest.approx(value, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("target", [0.0, 2.5])
def test_target(target: float) -> None:
    assert _of_slope(3.0, target=target) == pytest.approx((3 - target) ** 2, rel=1e-5)
    assert _of_slope(2.0, target=2.5, one_sided=True) == 0
