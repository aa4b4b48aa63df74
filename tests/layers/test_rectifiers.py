"""Rectifiers: Keras's numbers and derivatives, but no zeros for what is below them."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers as keras_layers
from keras import ops

from keras_gan import backend, layers

CASES = [
    ("LeakyReLU", {"negative_slope": 0.2}),
    ("ReLU", {}),
    ("ReLU", {"negative_slope": 0.1}),
    ("ReLU", {"max_value": 1.0}),
    ("ReLU", {"threshold": 0.5}),
]
every_case = pytest.mark.parametrize(("name", "settings"), CASES)
TYPES = ["float32", "float16", "bfloat16"]
INPUTS = np.array([[-np.inf, -2.5, -0.0, 0.0], [1e-3, 0.75, 2.5, np.inf]])


def _both(name: str, settings: dict, dtype: str = "float32") -> list[Any]:
    """Our layer and Keras's."""
    return [getattr(m, name)(**settings, dtype=dtype) for m in (layers, keras_layers)]


@every_case
@pytest.mark.parametrize("dtype", TYPES)
def test_values_are_those_of_keras(name: str, settings: dict, dtype: str) -> None:
    x = ops.convert_to_tensor(INPUTS, dtype)
    ours, theirs = (layer(x) for layer in _both(name, settings, dtype))
    assert ours.dtype == theirs.dtype
    found, expected = (
        ops.convert_to_numpy(ops.cast(y, "float32")) for y in (ours, theirs)
    )
    np.testing.assert_array_equal(found, expected)


@every_case
def test_derivatives_are_those_of_keras(
    name: str, settings: dict, rng: np.random.Generator
) -> None:
    """Those of a square, and those of the slope of a curved function."""
    x = ops.convert_to_tensor(rng.normal(size=(5, 4)).astype("float32"))
    kernel = keras.Variable(rng.normal(size=(4, 4)).astype("float32"))

    def derivatives(layer: Any) -> list[np.ndarray]:
        def score(inputs: Any) -> Any:
            return ops.sum(ops.tanh(layer(ops.matmul(inputs, kernel))), axis=1)

        def square() -> tuple[Any, None]:
            return ops.mean(ops.square(score(x))), None

        def slope() -> tuple[Any, None]:
            gradient = backend.input_gradient(score, x, [kernel])
            return ops.mean(ops.square(gradient)), None

        found = [
            backend.value_and_grad(f, [kernel], [kernel])[1][0] for f in (square, slope)
        ]
        return [ops.convert_to_numpy(gradient) for gradient in found]

    pairs = zip(*map(derivatives, _both(name, settings)), strict=True)
    for found, expected in pairs:
        assert np.abs(expected).max() > 1e-3
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.skipif(keras.backend.backend() == "jax", reason="has no zeros there")
@pytest.mark.parametrize(("name", "settings"), CASES[:3])
def test_a_slope_does_not_depend_on_the_inputs(name: str, settings: dict) -> None:
    """Which spares a backward pass: what is below gets no gradient, not zeros."""
    ours, theirs = _both(name, settings)
    assert _derivative_of_the_slope(ours) is None
    assert _derivative_of_the_slope(theirs) is not None


def _derivative_of_the_slope(layer: Any) -> Any:
    """The framework's own, of the layer's slope by its inputs."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        @tf.function  # as steps are; run eagerly there are zeros
        def derivative(x: Any) -> Any:
            with tf.GradientTape() as outer:
                outer.watch(x)
                with tf.GradientTape() as inner:
                    inner.watch(x)
                    y = layer(x)
                slope = inner.gradient(y, x, output_gradients=tf.ones(2))
            return outer.gradient(slope, x)

        return derivative(tf.constant([-1.0, 2.0]))
    import torch

    x = torch.tensor([-1.0, 2.0], requires_grad=True)
    weights = torch.ones(2, requires_grad=True)  # else nothing is to be differentiated
    _, slope = backend.outputs_and_slope(lambda x: [weights * layer(x)], x, [])
    return torch.autograd.grad(slope.sum(), x, allow_unused=True)[0]


@every_case
def test_saved_and_loaded(name: str, settings: dict, tmp_path: Any) -> None:
    ours, _ = _both(name, settings)
    model = keras.Sequential([keras.Input((4,)), ours])
    model.save(tmp_path / "model.keras")
    (loaded,) = keras.saving.load_model(tmp_path / "model.keras").layers
    assert type(loaded) is type(ours)
    assert loaded.get_config() == ours.get_config()
