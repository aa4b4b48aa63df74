"""Mode seeking: the formula and its gradient."""

from typing import Any

import numpy as np
import pytest
from keras import ops

from keras_gan.penalties import ModeSeeking
from tests.penalties.players import (
    IMAGE,
    LATENT_DIM,
    Generator,
    array,
    assert_gradients,
    batch_of,
    mean_and_gradients,
    tensor,
)


def _batch(generator: Any, latents: np.ndarray) -> Any:
    batch = batch_of(latents=latents, synthesize=generator)
    batch.fake = generator(tensor(latents))
    return batch


def test_formula_and_gradient(rng: np.random.Generator) -> None:
    generator, latents = Generator(rng, IMAGE), rng.normal(size=(4, LATENT_DIM))
    others = latents[[3, 0, 1, 2]]

    def value(weights: list[np.ndarray]) -> float:
        samples = [generator.samples(weights, z) for z in (latents, others)]
        images = np.abs(samples[0] - samples[1]).mean()
        return 1 / (images / np.abs(latents - others).mean() + 1e-5)

    values = array(ModeSeeking().generator(_batch(generator, latents)))
    np.testing.assert_allclose(values, [value(generator.weights)] * 4, rtol=1e-4)
    _, gradients = mean_and_gradients(
        lambda: ModeSeeking().generator(_batch(generator, latents)),
        generator.variables,
        generator.state,
    )
    assert_gradients(gradients, value, generator.weights)


def test_codes_stay_where_they_are(rng: np.random.Generator) -> None:
    """Of a code alone nothing is asked: only noise is another's."""
    generator, latents = Generator(rng, IMAGE), rng.normal(size=(4, LATENT_DIM))
    batch = _batch(generator, latents)
    batch.noise_dim = LATENT_DIM - 1
    others = np.concatenate([latents[[3, 0, 1, 2], :-1], latents[:, -1:]], axis=1)
    samples = [generator.samples(generator.weights, z) for z in (latents, others)]
    far = np.abs(latents - others)[:, :-1].mean()
    expected = 1 / (np.abs(samples[0] - samples[1]).mean() / far + 1e-5)
    values = array(ModeSeeking().generator(batch))
    np.testing.assert_allclose(values, np.full(4, expected), rtol=1e-4)


def test_labels_stay_where_they_are(rng: np.random.Generator) -> None:
    """A generator that looks at labels alone has no mode: the largest penalty."""
    labels = tensor([[1.0], [2.0], [3.0]])
    batch = _batch(lambda z: labels + 0 * z[:, :1], rng.normal(size=(3, LATENT_DIM)))
    values = array(ModeSeeking().generator(batch))
    np.testing.assert_allclose(values, np.full(3, 1e5), rtol=1e-5)


def test_a_sample_on_its_own_has_no_value(rng: np.random.Generator) -> None:
    generator, latents = Generator(rng, IMAGE), rng.normal(size=(1, LATENT_DIM))
    value, gradients = mean_and_gradients(
        lambda: ModeSeeking().generator(_batch(generator, latents)),
        generator.variables,
        generator.state,
    )
    for gradient in gradients:
        np.testing.assert_array_equal(gradient, np.zeros_like(gradient))
    assert float(value) == 0


@pytest.mark.parametrize("scale", [0.5, 4.0])
def test_more_variety_costs_less(scale: float, rng: np.random.Generator) -> None:
    """G(z) = s·z has d_I / d_z = s."""
    batch = _batch(lambda z: ops.multiply(z, scale), rng.normal(size=(4, 2)))
    values = array(ModeSeeking().generator(batch))
    np.testing.assert_allclose(values, np.full(4, 1 / scale), rtol=1e-4)
