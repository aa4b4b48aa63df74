"""ReparameterizedKernel: the wrapped layer runs with a function of its kernel."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan import backend
from keras_gan.layers import ReparameterizedKernel


class Halved(ReparameterizedKernel):
    """Run with half the kernel; remember what it was given."""

    def effective_kernel(self, kernel: Any, training: bool) -> Any:
        self.dtype_seen = keras.backend.standardize_dtype(kernel.dtype)
        return kernel / 2


X = np.linspace(-1, 1, 6).reshape(2, 3)


def _tensor(values: Any, dtype: str = "float32") -> Any:
    return ops.convert_to_tensor(values, dtype=dtype)


def test_output_and_gradient_are_those_of_the_effective_kernel() -> None:
    layer = Halved(layers.Dense(2, bias_initializer="ones"))
    layer.build((None, 3))
    kernel = layer.kernel.numpy()
    outputs = ops.convert_to_numpy(layer(_tensor(X)))
    np.testing.assert_allclose(outputs, X @ kernel / 2 + 1, rtol=1e-5)

    def objective() -> tuple[Any, None]:
        return ops.sum(layer(_tensor(X))), None

    variables = layer.trainable_variables
    _, gradients = backend.value_and_grad(objective, variables, layer.variables)
    expected = {"kernel": X.sum(0)[:, None] / 2 * np.ones((3, 2)), "bias": [2, 2]}
    for variable, gradient in zip(variables, gradients, strict=True):
        gradient = ops.convert_to_numpy(gradient)
        np.testing.assert_allclose(gradient, expected[variable.name], atol=1e-6)
    np.testing.assert_array_equal(layer.kernel.numpy(), kernel)


def test_mixed_precision() -> None:
    """The function works in float32; the layer, and it alone, in the low type."""
    dense = layers.Dense(2, dtype="mixed_float16", kernel_initializer=_third)
    layer, inputs = Halved(dense), keras.Input((3,))
    assert layer(inputs).dtype == dense.compute_dtype
    model = keras.Model(inputs, layer(inputs))
    for run in (layer, model):
        outputs = run(_tensor(X))
        assert keras.backend.standardize_dtype(outputs.dtype) == dense.compute_dtype
        assert layer.dtype_seen == layer.kernel.dtype == "float32"
        expected = np.repeat(X.sum(1, keepdims=True) / 6, 2, axis=1)
        outputs = ops.convert_to_numpy(ops.cast(outputs, "float32"))
        np.testing.assert_allclose(outputs, expected, rtol=0.02, atol=0.01)


def _third(shape: Any, dtype: Any = None) -> Any:
    return ops.full(shape, 1 / 3, dtype=dtype)


def test_a_coarsely_stored_kernel_is_seen_in_float32() -> None:
    layer = Halved(layers.Dense(2, dtype="bfloat16", kernel_initializer=_third))
    outputs = layer(_tensor(X, "bfloat16"))
    assert layer.dtype_seen == "float32"
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"


def _counted(shape: Any, dtype: Any = None) -> Any:
    return _tensor(np.arange(np.prod(shape)).reshape(shape), dtype)


@pytest.mark.parametrize(
    ("layer", "shape", "output_axis"),
    [
        (layers.Conv1D(4, 2, kernel_initializer=_counted), (6, 3), 2),
        (layers.Conv2DTranspose(4, 2, kernel_initializer=_counted), (3, 3, 2), 2),
        (layers.Embedding(7, 4, embeddings_initializer=_counted), (), 1),
    ],
)
def test_kernel_matrix_has_the_output_axis_last(
    layer: layers.Layer, shape: tuple[int, ...], output_axis: int
) -> None:
    layer = Halved(layer)
    layer.build((None, *shape))
    kernel = layer.kernel.numpy()
    rows = np.moveaxis(kernel, output_axis, -1).reshape(-1, 4)
    matrix = layer.kernel_matrix(ops.convert_to_tensor(layer.kernel))
    np.testing.assert_array_equal(ops.convert_to_numpy(matrix), rows)
    assert layer.outputs == 4


def test_it_shows_what_the_wrapped_layer_is() -> None:
    layer = Halved(layers.Dense(2, activation="sigmoid"))
    assert layer.activation is keras.activations.sigmoid
    assert Halved(layers.Embedding(3, 2)).activation is None
    assert layer.compute_output_shape((None, 5)) == (None, 2)
    assert "dtype" not in layer.get_config()


def test_other_layers_are_refused() -> None:
    with pytest.raises(TypeError, match=r"one kernel: Dense, .* Received: .*ReLU"):
        Halved(layers.ReLU())
    with pytest.raises(TypeError, match="one kernel: Dense"):
        Halved(Halved(layers.Dense(2)))
    with pytest.raises(ValueError, match=r"would lose .* activity_regularizer=.*L2"):
        Halved(layers.Dense(2, activity_regularizer="l2"))
    with pytest.raises(ValueError, match="Give dtype to the wrapped layer"):
        Halved(layers.Dense(2), dtype="bfloat16")
    layer = ReparameterizedKernel(layers.Dense(2))
    with pytest.raises(NotImplementedError, match="must define `effective_kernel"):
        layer.effective_kernel(ops.ones((2, 2)), training=False)
