"""Consistency, balanced or not: the moved images and what D makes of them."""

from typing import Any

import numpy as np
import pytest

from keras_gan.penalties import BalancedConsistency, Consistency
from tests.penalties.players import (
    IMAGE,
    Curved,
    array,
    assert_gradients,
    batch_of,
    mean_and_gradients,
    tensor,
)

both = pytest.mark.parametrize("kind", [Consistency, BalancedConsistency])


@pytest.fixture
def images(rng: np.random.Generator) -> np.ndarray:
    """One image, many times; an eighth of it is one row or two columns."""
    image = rng.normal(size=(8, 16, 1)).astype("float32")
    return np.broadcast_to(image, (600, 8, 16, 1))


def _candidates(image: np.ndarray) -> np.ndarray:
    """All that T can make of an image, by NumPy's own padding."""
    candidates = []
    for flipped in (image, image[:, ::-1]):
        padded = np.pad(flipped, ((1, 1), (2, 2), (0, 0)), mode="reflect")
        candidates += [
            padded[i : i + 8, j : j + 16] for i in range(3) for j in range(5)
        ]
    return np.array(candidates)


def _moved(images: np.ndarray, **settings: Any) -> np.ndarray:
    return array(Consistency(seed=0, **settings).moved(tensor(images)))


def test_moved_images_are_flips_and_reflected_shifts(images: np.ndarray) -> None:
    moved = _moved(images)
    differences = np.abs(moved[:, None] - _candidates(images[0]))
    same = differences.max(axis=(2, 3, 4)) < 1e-6
    np.testing.assert_array_equal(same.sum(axis=1), np.ones(600))
    # 30 outcomes, equally likely: 20 of each are expected, with a deviation of 4.4.
    assert same.sum(axis=0).min() > 3
    assert same.sum(axis=0).max() < 42
    np.testing.assert_array_equal(moved, _moved(images))  # by the seed alone


def test_flip_can_be_left_out_and_shift_too(images: np.ndarray) -> None:
    np.testing.assert_array_equal(_moved(images, flip=False, shift=0), images)
    moved = _moved(images, shift=0)
    flipped = (moved == images[:, :, ::-1]).all(axis=(1, 2, 3))
    np.testing.assert_array_equal(moved[~flipped], images[~flipped])
    assert 250 < flipped.sum() < 350


def test_every_call_draws_anew(images: np.ndarray) -> None:
    penalty = Consistency(seed=0)
    first, second = (array(penalty.moved(tensor(images))) for _ in range(2))
    assert np.abs(first - second).max() > 0.01


@both
def test_formula_and_gradient(kind: type, rng: np.random.Generator) -> None:
    critic, penalty = Curved(rng, IMAGE), kind(shift=0.25, seed=3)
    real, fake = rng.uniform(-1, 1, (2, 4, *IMAGE))
    samples = {Consistency: [real], BalancedConsistency: [fake, real]}[kind]
    twin = kind(shift=0.25, seed=3)
    pairs = [(x, array(twin.moved(tensor(x))).astype("float64")) for x in samples]

    def values(weights: list[np.ndarray]) -> Any:
        return sum(
            (_outputs(weights, x) - _outputs(weights, moved)) ** 2 for x, moved in pairs
        )

    np.testing.assert_allclose(
        array(kind(shift=0.25, seed=3).discriminator(batch_of(critic, real, fake))),
        values(critic.weights),
        rtol=1e-4,
        atol=1e-6,
    )
    _, gradients = mean_and_gradients(
        lambda: penalty.discriminator(batch_of(critic, real, fake)),
        critic.variables,
        [*critic.state, *penalty.variables],
    )
    assert_gradients(gradients, lambda w: values(w).mean(), critic.weights)


def _outputs(weights: list[np.ndarray], images: np.ndarray) -> np.ndarray:
    return Curved.outputs(weights, images.reshape(len(images), -1))


@both
def test_vectors_are_no_images(kind: type) -> None:
    batch = batch_of(lambda x: x, np.zeros((4, 3)), np.zeros((4, 3)))
    with pytest.raises(ValueError, match=r"transforms images.*shape \(3,\)"):
        kind().discriminator(batch)
