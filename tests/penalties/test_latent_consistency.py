"""Latent consistency: both halves and their weights."""

from typing import Any

import keras
import numpy as np
import pytest

from keras_gan.penalties import LatentConsistency
from tests.penalties.players import (
    IMAGE,
    LATENT_DIM,
    Curved,
    Generator,
    array,
    assert_gradients,
    batch_of,
    mean_and_gradients,
    tensor,
)

SETTINGS = {"noise": 0.3, "seed": 2}


@pytest.fixture
def latents(rng: np.random.Generator) -> np.ndarray:
    return rng.normal(size=(4, LATENT_DIM))


def _moved(latents: np.ndarray) -> np.ndarray:
    """The latents that a penalty of these settings looks at first."""
    seed = keras.random.SeedGenerator(2)
    return latents + 0.3 * array(keras.random.normal(latents.shape, seed=seed))


def _batch(critic: Any, generator: Generator, latents: Any, **more: Any) -> Any:
    batch = batch_of(critic, latents=latents, synthesize=generator, **more)
    batch.fake = generator(tensor(latents))
    return batch


def test_discriminators_half(rng: np.random.Generator, latents: np.ndarray) -> None:
    critic, generator = Curved(rng, IMAGE), Generator(rng, IMAGE)
    fake, moved = (
        generator.samples(generator.weights, z).reshape(4, -1)
        for z in (latents, _moved(latents))
    )

    def mean(weights: list[np.ndarray]) -> float:
        difference = critic.outputs(weights, fake) - critic.outputs(weights, moved)
        return (difference**2).mean()

    penalty = LatentConsistency(**SETTINGS)
    value, gradients = mean_and_gradients(
        lambda: penalty.discriminator(_batch(critic, generator, latents)),
        critic.variables,
        [*critic.state, *generator.state, *penalty.variables],
    )
    assert value == pytest.approx(mean(critic.weights), rel=1e-4)
    assert_gradients(gradients, mean, critic.weights)


def test_generators_half(rng: np.random.Generator, latents: np.ndarray) -> None:
    generator, moved = Generator(rng, IMAGE), _moved(latents)

    def mean(weights: list[np.ndarray]) -> float:
        moves = generator.samples(weights, latents) - generator.samples(weights, moved)
        return -0.5 / 20 * (moves**2).mean()

    penalty = LatentConsistency(**SETTINGS)
    value, gradients = mean_and_gradients(
        lambda: penalty.generator(_batch(None, generator, latents)),
        generator.variables,
        [*generator.state, *penalty.variables],
    )
    assert value == pytest.approx(mean(generator.weights), rel=1e-4)
    assert_gradients(gradients, mean, generator.weights)


def test_generators_weight_is_its_own(
    rng: np.random.Generator, latents: np.ndarray
) -> None:
    """Whatever D's weight is, number or schedule, what G gets is the same."""
    generator = Generator(rng, IMAGE)
    fades = keras.optimizers.schedules.PolynomialDecay(8.0, 4, 0.0)
    objectives = []
    for weight, at, step in [(20.0, 20.0, 0), (0.1, 0.1, 0), (fades, 4.0, 2)]:
        penalty = LatentConsistency(weight, g_weight=3.0, **SETTINGS)
        values = penalty.generator(_batch(None, generator, latents, step=step))
        objectives.append(at * array(values))
    np.testing.assert_allclose(objectives[1], objectives[0], rtol=1e-5)
    np.testing.assert_allclose(objectives[2], objectives[0], rtol=1e-5)
    moves = generator.samples(generator.weights, latents)
    moves = moves - generator.samples(generator.weights, _moved(latents))
    expected = -3 * (moves**2).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(objectives[0], expected, rtol=1e-4)


@pytest.mark.parametrize("scheduled", [False, True])
def test_at_weight_0_both_halves_are_off(
    scheduled: bool, rng: np.random.Generator, latents: np.ndarray
) -> None:
    fades = keras.optimizers.schedules.PolynomialDecay(8.0, 4, 0.0)
    penalty = LatentConsistency(fades if scheduled else 0.0, **SETTINGS)
    batch = _batch(None, Generator(rng, IMAGE), latents, step=4)
    np.testing.assert_array_equal(array(penalty.generator(batch)), np.zeros(4))


def test_packs_are_compared_with_packs(
    rng: np.random.Generator, latents: np.ndarray
) -> None:
    generator = Generator(rng, IMAGE)
    batch = _batch(None, generator, latents)
    plain = array(LatentConsistency(**SETTINGS).generator(batch))
    fake = array(batch.fake)
    batch.fake = tensor(np.concatenate([fake, np.roll(fake, -1, axis=0)], axis=-1))
    packed = array(LatentConsistency(**SETTINGS).generator(batch))
    np.testing.assert_allclose(packed, (plain + np.roll(plain, -1)) / 2, rtol=1e-4)


def test_both_players_are_logged() -> None:
    penalty = LatentConsistency()
    names = [penalty.log_name(player) for player in penalty.players]
    assert names == ["latent_consistency", "latent_consistency_g"]


def test_codes_are_not_moved() -> None:
    seen = []

    def synthesize(latents: Any) -> Any:
        seen.append(array(latents))
        return latents

    latents = np.ones((4, 5), "float32")
    batch = batch_of(lambda x: x, latents, latents, latents=latents)
    batch.synthesize, batch.noise_dim = synthesize, 3
    LatentConsistency(noise=1.0, seed=0).generator(batch)
    assert (seen[0][:, :3] != 1).all()
    np.testing.assert_array_equal(seen[0][:, 3:], 1)
