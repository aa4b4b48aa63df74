"""ReparameterizedKernel: the wrapped layer runs with a function of its kernel."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan import backend
from keras_gan.layers import ReparameterizedKernel
from keras_gan.layers.reparameterized import shared_kernels


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


class Counted(Halved):
    """Count how often the kernel is computed."""

    count = 0

    def effective_kernel(self, kernel: Any, training: bool) -> Any:
        self.count += 1
        return super().effective_kernel(kernel, training)


def _nested() -> tuple[keras.Model, list[Counted]]:
    """A network of a layer of its own and one of a network within."""
    counted = [Counted(layers.Dense(2)) for _ in range(2)]
    inner = keras.Sequential([keras.Input((2,)), counted[1]])
    network = keras.Sequential([keras.Input((3,)), counted[0], inner])
    for layer in counted:
        layer.count = 0
    return network, counted


def test_shared_kernels_are_computed_once() -> None:
    network, counted = _nested()
    with shared_kernels(network):
        first = network(_tensor(X), training=True)
        again = network(_tensor(X), training=True)
        assert [layer.count for layer in counted] == [1, 1]
        network(_tensor(X), training=False)
        assert [layer.count for layer in counted] == [2, 2]
    apart = network(_tensor(X), training=True)
    assert [layer.count for layer in counted] == [3, 3]
    for outputs in (again, apart):
        np.testing.assert_array_equal(
            ops.convert_to_numpy(outputs), ops.convert_to_numpy(first)
        )


def test_shared_kernels_are_those_of_the_weights_at_the_beginning() -> None:
    network, _ = _nested()
    with shared_kernels(network):
        before = ops.convert_to_numpy(network(_tensor(X), training=True))
    network.set_weights([w * 2 for w in network.get_weights()])
    with shared_kernels(network):
        after = ops.convert_to_numpy(network(_tensor(X), training=True))
    np.testing.assert_allclose(after, 4 * before, rtol=1e-5)


def test_gradients_of_calls_that_share_kernels() -> None:
    """Of a slope, too: the kernels were computed outside of it."""
    network, _ = _nested()

    def objective() -> tuple[Any, None]:
        def of_each(x: Any) -> Any:
            return ops.sum(ops.tanh(network(x, training=True)), axis=1)

        slope = backend.input_gradient(of_each, _tensor(X), network.variables)
        return ops.sum(ops.square(slope)) + ops.sum(of_each(_tensor(X))), None

    def sharing() -> tuple[Any, None]:
        with shared_kernels(network):
            return objective()

    found = [
        backend.value_and_grad(f, network.trainable_variables, network.variables)[1]
        for f in (sharing, objective)
    ]
    for shared, own in zip(*found, strict=True):
        np.testing.assert_allclose(
            ops.convert_to_numpy(shared), ops.convert_to_numpy(own), rtol=1e-5
        )


def test_a_layer_that_was_never_called_is_left_out() -> None:
    class Subclassed(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.used, self.unused = (Counted(layers.Dense(1)) for _ in range(2))

        def build(self, shape: Any) -> None:
            self.used.build(shape)

        def call(self, inputs: Any, training: bool = False) -> Any:
            return self.used(inputs, training=training)

    network = Subclassed()
    network(_tensor(X))
    with shared_kernels(network):
        network(_tensor(X), training=True)
    assert (network.used.count, network.unused.count) == (2, 0)
