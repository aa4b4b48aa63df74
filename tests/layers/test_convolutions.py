"""Convolutions and pooling: Keras's own numbers, gradients, weights and shapes."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers as keras_layers
from keras import ops

from keras_gan import backend, layers

CASES = [
    ("Conv2D", {"filters": 6, "kernel_size": 3, "padding": "same"}),
    ("Conv2D", {"filters": 6, "kernel_size": 4, "strides": 2, "padding": "same"}),
    ("Conv2D", {"filters": 6, "kernel_size": (3, 1), "use_bias": False}),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "dilation_rate": 2}),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "groups": 2, "activation": "tanh"}),
    ("Conv2DTranspose", {"filters": 6, "kernel_size": 4, "strides": 2}),
    (
        "Conv2DTranspose",
        {"filters": 6, "kernel_size": 5, "strides": 2, "padding": "same"},
    ),
    (
        "Conv2DTranspose",
        {"filters": 2, "kernel_size": 3, "use_bias": False, "activation": "relu"},
    ),
    ("AveragePooling2D", {"pool_size": 2}),
    ("AveragePooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}),
    ("AveragePooling2D", {"pool_size": (1, 2), "strides": 1}),
]


@pytest.fixture(params=CASES, ids=lambda case: "-".join([case[0], *case[1]]))
def pair(request: Any, rng: np.random.Generator) -> tuple[Any, Any]:
    """A layer and Keras's, with the same weights."""
    name, kwargs = request.param
    pair = getattr(layers, name)(**kwargs), getattr(keras_layers, name)(**kwargs)
    for layer in pair:
        layer.build((None, 7, 6, 4))
    weights = [rng.normal(size=w.shape) for w in pair[0].get_weights()]
    for layer in pair:
        layer.set_weights(weights)
    return pair


def _images(rng: np.random.Generator) -> Any:
    return ops.convert_to_tensor(rng.normal(size=(3, 7, 6, 4)).astype("float32"))


def _gradients(layer: Any, images: Any) -> list[np.ndarray]:
    """Of a mean square by images and weights; of the slope of a tanh by weights."""

    def square() -> tuple[Any, None]:
        return ops.mean(ops.square(layer(images))), None

    def of_each(x: Any) -> Any:
        return ops.sum(ops.square(layer(x)), axis=(1, 2, 3))

    def slope() -> tuple[Any, None]:
        found = backend.input_gradient(
            lambda x: ops.sum(ops.tanh(layer(x)), axis=(1, 2, 3)),
            images,
            layer.variables,
        )
        return ops.mean(ops.square(found)), None

    weights = layer.trainable_variables
    found = [backend.input_gradient(of_each, images, layer.variables)]
    if weights:
        for objective in (square, slope):
            found += backend.value_and_grad(objective, weights, layer.variables)[1]
    return [ops.convert_to_numpy(gradient) for gradient in found]


def test_numbers_and_shape_are_those_of_keras(
    pair: tuple[Any, Any], rng: np.random.Generator
) -> None:
    ours, keras_own = pair
    images = _images(rng)
    made, expected = (ops.convert_to_numpy(layer(images)) for layer in pair)
    np.testing.assert_allclose(made, expected, rtol=1e-5, atol=1e-5)
    assert made.shape == tuple(ours.compute_output_shape(images.shape))
    assert ours(keras.Input((7, 6, 4))).shape == keras_own(keras.Input((7, 6, 4))).shape


def test_gradients_are_those_of_keras(
    pair: tuple[Any, Any], rng: np.random.Generator
) -> None:
    images = _images(rng)
    made, expected = (_gradients(layer, images) for layer in pair)
    for ours, other in zip(made, expected, strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-4, atol=1e-5)


def test_a_subclass_that_convolves_otherwise(rng: np.random.Generator) -> None:
    """It keeps its bias."""

    class Doubled(layers.Conv2D):
        def convolution_op(self, inputs: Any, kernel: Any) -> Any:
            return 2.0 * super().convolution_op(inputs, kernel)

    images = _images(rng)
    plain = layers.Conv2D(2, 3, bias_initializer="ones")
    doubled = Doubled(2, 3, bias_initializer="ones")
    outputs = plain(images)
    doubled.build(images.shape)
    doubled.set_weights(plain.get_weights())
    np.testing.assert_allclose(
        ops.convert_to_numpy(doubled(images)),
        2 * ops.convert_to_numpy(outputs) - 1,
        rtol=1e-5,
        atol=1e-5,
    )


def test_is_saved_and_loaded(pair: tuple[Any, Any], rng: np.random.Generator) -> None:
    layer, _ = pair
    again = type(layer).from_config(layer.get_config())
    again.build((None, 7, 6, 4))
    again.set_weights(layer.get_weights())
    images = _images(rng)
    made, expected = (ops.convert_to_numpy(x(images)) for x in (again, layer))
    np.testing.assert_array_equal(made, expected)


@pytest.mark.skipif(keras.backend.backend() != "torch", reason="about PyTorch's copies")
@pytest.mark.parametrize("name", ["Conv2D", "Conv2DTranspose", "AveragePooling2D"])
def test_copies_no_maps(name: str) -> None:
    """Neither before nor after; Keras's own layer is the control."""
    kwargs = {"pool_size": 2} if "Pool" in name else {"filters": 4, "kernel_size": 1}
    images = ops.ones((2, 8, 8, 4))
    ours, keras_own = (getattr(of, name)(**kwargs) for of in (layers, keras_layers))
    assert _copied(ours, images) == 0
    assert _copied(keras_own, images) >= 1


def _copied(layer: Any, images: Any) -> int:
    """Count the copies of tensors as large as the images."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    class Copies(TorchDispatchMode):
        count = 0

        def __torch_dispatch__(self, function: Any, types: Any, args: Any, kwargs: Any):
            copies = function in (torch.ops.aten.clone.default,)
            self.count += copies and args[0].numel() >= images.numel()
            return function(*args, **(kwargs or {}))

    layer(images)
    with Copies() as copies:
        layer(images)
    return copies.count
