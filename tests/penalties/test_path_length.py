"""Path length: its formula, its gradient and its average."""

from typing import Any

import keras
import numpy as np
import pytest

from keras_gan.penalties import PathLength
from tests.penalties.players import (
    IMAGE,
    LATENT_DIM,
    VECTOR,
    Generator,
    array,
    assert_gradients,
    batch_of,
    input_gradient,
    mean_and_gradients,
)

PIXELS = {IMAGE: 16, VECTOR: 1}


def _noise(shape: tuple[int, ...], draws: int = 1) -> list[np.ndarray]:
    """The noise images of a penalty of seed 2."""
    seed = keras.random.SeedGenerator(2)
    return [
        array(keras.random.normal((4, *shape), seed=seed)) / np.sqrt(PIXELS[shape])
        for _ in range(draws)
    ]


def _lengths(weights: list[np.ndarray], latents: np.ndarray, noise: Any) -> np.ndarray:
    jacobians = Generator.jacobians(weights, latents)
    products = np.einsum("nls,ns->nl", jacobians, noise.reshape(4, -1))
    return np.sqrt((products**2).sum(axis=1))


def _batch(generator: Generator, latents: np.ndarray, state: Any) -> Any:
    look = input_gradient(state)
    return batch_of(latents=latents, synthesize=generator, input_gradient=look)


def test_formula_gradient_and_average(rng: np.random.Generator) -> None:
    generator, penalty = Generator(rng, IMAGE), PathLength(decay=0.2, seed=2)
    latents = rng.normal(size=(4, LATENT_DIM))
    state = [*generator.state, *penalty.variables]
    average, weights = 0.0, generator.weights
    for noise in _noise(IMAGE, draws=2):
        average += 0.2 * (_lengths(weights, latents, noise).mean() - average)

        def mean(
            weights: list[np.ndarray], noise: Any = noise, average: float = average
        ) -> float:
            return ((_lengths(weights, latents, noise) - average) ** 2).mean()

        value, gradients = mean_and_gradients(
            lambda: penalty.generator(_batch(generator, latents, state)),
            generator.variables,
            state,
        )
        assert value == pytest.approx(mean(weights), rel=1e-4)
        assert_gradients(gradients, mean, weights)
        assert array(penalty.average) == pytest.approx(average, rel=1e-5)


def test_samples_that_are_no_images(rng: np.random.Generator) -> None:
    generator, latents = Generator(rng, VECTOR), rng.normal(size=(4, LATENT_DIM))
    penalty = PathLength(decay=0.0, seed=2)
    state = [*generator.state, *penalty.variables]
    values = array(penalty.generator(_batch(generator, latents, state)))
    lengths = _lengths(generator.weights, latents, _noise(VECTOR)[0])
    np.testing.assert_allclose(values, lengths**2, rtol=1e-4)


def test_where_all_lengths_are_one_nothing_is_left_in_the_end() -> None:
    """A constant length l and an average that has come to it."""
    penalty = PathLength(decay=1.0)
    batch = batch_of(
        latents=np.zeros((4, 1)), input_gradient=lambda function, z: 2 * z + 3
    )
    np.testing.assert_allclose(array(penalty.generator(batch)), np.zeros(4), atol=1e-9)
    assert array(penalty.average) == pytest.approx(3)


def test_it_is_lazy_by_default() -> None:
    assert PathLength().every == 4
    assert PathLength().players == ("generator",)
    assert [v.name for v in PathLength().weights] == ["average"]
