"""Orthogonal regularization: which kernels, and the formula."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from keras_gan.penalties import Orthogonal
from tests.penalties.players import (
    array,
    assert_gradients,
    batch_of,
    mean_and_gradients,
)


class Network:
    """Trainable variables, as a network has them."""

    def __init__(self, **weights: np.ndarray) -> None:
        self.weights = list(weights.values())
        self.trainable_variables = [
            keras.Variable(w, dtype="float32", name=name) for name, w in weights.items()
        ]


def _formula(kernels: list[np.ndarray]) -> float:
    total = 0.0
    for kernel in kernels:
        matrix = kernel.reshape(-1, kernel.shape[-1])
        for i in range(matrix.shape[1]):
            for j in range(matrix.shape[1]):
                total += (matrix[:, i] @ matrix[:, j]) ** 2 if i != j else 0
    return total


def _batch(**networks: Any) -> Any:
    return batch_of(real=np.zeros((3, 1)), **networks)


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_formula_and_gradient(player: str, rng: np.random.Generator) -> None:
    network = Network(
        kernel=rng.normal(size=(4, 3)), kernel_2=rng.normal(size=(2, 1, 2, 3))
    )
    other = Network(kernel=rng.normal(size=(4, 3)))
    both = {"generator": other, "discriminator": other, player: network}
    penalty = Orthogonal(player=player)
    assert penalty.players == (player,)
    values = array(getattr(penalty, player)(_batch(**both)))
    np.testing.assert_allclose(values, [_formula(network.weights)] * 3, rtol=1e-5)
    variables = network.trainable_variables
    _, gradients = mean_and_gradients(
        lambda: getattr(penalty, player)(_batch(**both)), variables, variables
    )
    assert_gradients(gradients, _formula, network.weights)


def test_orthogonal_columns_of_any_length_cost_nothing() -> None:
    frame = np.array([[2, 1, -2], [2, -2, 1], [1, 2, 2]]) / 3
    rotation = np.vstack([frame * [3.0, 0.1, 1.0], np.zeros((1, 3))])
    values = Orthogonal().generator(_batch(generator=Network(kernel=rotation)))
    np.testing.assert_allclose(array(values), np.zeros(3), atol=1e-10)


def test_biases_embeddings_and_scales_are_left_alone(rng: np.random.Generator) -> None:
    convolution = layers.Conv2D(2, 2, padding="same", kernel_initializer="ones")
    network = keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            layers.Embedding(5, 2, embeddings_initializer="ones"),
            layers.Reshape((2, 2, 2)),
            convolution,
            layers.BatchNormalization(),
        ]
    )
    values = Orthogonal().generator(_batch(generator=network))
    # Two columns of eight ones: 8 above the diagonal and below.
    np.testing.assert_allclose(array(values), np.full(3, 2 * 8**2), rtol=1e-5)


def test_a_network_without_kernels_costs_nothing(rng: np.random.Generator) -> None:
    network = Network(bias=rng.normal(size=3), table=rng.normal(size=(3, 3)))
    values = Orthogonal().generator(_batch(generator=network))
    np.testing.assert_array_equal(array(values), np.zeros(3))
