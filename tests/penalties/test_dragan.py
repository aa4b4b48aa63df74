"""DRAGAN: the points near the real samples that it looks at."""

import numpy as np

from keras_gan.penalties import DRAGAN
from tests.penalties.players import array, tensor


def _noise(real: np.ndarray, **settings: float) -> np.ndarray:
    points = DRAGAN(seed=0, **settings).points(tensor(real), tensor(0 * real))
    return array(points) - real


def test_noise_is_uniform_per_element_and_half_a_deviation(
    rng: np.random.Generator,
) -> None:
    # Channels of different spread: it is the whole batch's that counts.
    real = rng.normal(0.3, [1.0, 4.0], (50, 3, 3, 2))
    largest = 0.5 * np.sqrt(((real - real.mean()) ** 2).mean())
    ranks = np.sort(_noise(real).ravel()) / largest
    assert ranks[0] > -1e-5
    assert ranks[-1] == np.clip(ranks[-1], 0.99, 1.0001)
    # Kolmogorov-Smirnov against U[0, 1] at the level of 0.1 %.
    n = real.size
    assert np.abs(ranks - np.arange(n) / n).max() < 1.95 / np.sqrt(n)


def test_spread(rng: np.random.Generator) -> None:
    real = rng.normal(size=(4, 5))
    np.testing.assert_allclose(
        _noise(real, spread=1.5), 3 * _noise(real, spread=0.5), rtol=1e-4, atol=1e-6
    )


def test_seed(rng: np.random.Generator) -> None:
    real, fake = tensor(rng.normal(size=(4, 5))), tensor(np.zeros((4, 5)))
    penalty = DRAGAN(seed=1)
    first, second = array(penalty.points(real, fake)), array(penalty.points(real, fake))
    assert np.abs(first - second).max() > 0.01  # new points at every step
    np.testing.assert_array_equal(first, array(DRAGAN(seed=1).points(real, fake)))
