"""GroupedConv2D: Conv2D's numbers and gradients, by both ways of computing them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.layers import grouped_conv
from keras_gan.layers.grouped_conv import GroupedConv2D


def _naive(images: np.ndarray, kernel: np.ndarray, groups: int) -> np.ndarray:
    """A grouped convolution of float64, with padding, from its definition."""
    batch, height, width, _ = images.shape
    size, _, depth, filters = kernel.shape
    half = size // 2
    padded = np.pad(images, ((0, 0), (half, half), (half, half), (0, 0)))
    result = np.zeros((batch, height, width, filters))
    for out in range(filters):
        first = out // (filters // groups) * depth
        for i in range(height):
            for j in range(width):
                window = padded[:, i : i + size, j : j + size, first : first + depth]
                result[:, i, j, out] = (window * kernel[..., out]).sum((1, 2, 3))
    return result


def _layer(groups: int, channels: int, filters: int, **kwargs: Any) -> GroupedConv2D:
    layer = GroupedConv2D(filters, 3, padding="same", groups=groups, **kwargs)
    layer.build((None, 4, 4, channels))
    return layer


@pytest.fixture(params=[True, False], ids=["chunks", "native"])
def way(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute in chunks, as on a CPU, or as Keras does."""
    monkeypatch.setattr(grouped_conv, "_slow", lambda: request.param)


# Groups that go all into one chunk, two into each, and one into each.
CASES = [(4, 8, 8), (6, 90, 48), (2, 4, 66)]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(("groups", "channels", "filters"), CASES)
def test_numbers_and_gradients(
    groups: int, channels: int, filters: int, rng: np.random.Generator
) -> None:
    layer = _layer(groups, channels, filters)
    layer.bias.assign(rng.normal(size=filters))
    images = rng.normal(size=(2, 4, 4, channels))
    tensor = ops.convert_to_tensor(images.astype("float32"))
    kernel, bias = (w.astype("float64") for w in layer.get_weights())
    made = ops.convert_to_numpy(layer(tensor))
    expected = _naive(images, kernel, groups) + bias
    np.testing.assert_allclose(made, expected, rtol=1e-4, atol=1e-4)

    # A convolution is linear in its kernel: its slope is another convolution.
    weights = ops.convert_to_tensor(rng.normal(size=made.shape).astype("float32"))
    _, (gradient,) = backend.value_and_grad(
        lambda: (ops.sum(weights * layer(tensor)), None),
        [layer.kernel],
        layer.variables,
    )
    direction = rng.normal(size=kernel.shape)
    slope = (ops.convert_to_numpy(weights) * _naive(images, direction, groups)).sum()
    got = (ops.convert_to_numpy(gradient) * direction).sum()
    np.testing.assert_allclose(got, slope, rtol=1e-3)


@pytest.mark.parametrize(
    ("groups", "width", "together"), [(4, 2, 4), (6, 15, 2), (96, 16, 2), (8, 40, 1)]
)
def test_groups_in_a_chunk(groups: int, width: int, together: int) -> None:
    assert grouped_conv._together(groups, width) == together


@pytest.mark.usefixtures("way")
def test_strides_and_precision(rng: np.random.Generator) -> None:
    layer = _layer(2, 4, 6, strides=2, use_bias=False, dtype="mixed_bfloat16")
    images = ops.convert_to_tensor(rng.normal(size=(1, 4, 4, 4)).astype("float32"))
    made = layer(images)
    assert keras.backend.standardize_dtype(made.dtype) == "bfloat16"
    whole = _naive(ops.convert_to_numpy(images), layer.kernel.numpy(), 2)
    # An even side: with padding for stride 2, windows begin at the second pixel.
    np.testing.assert_allclose(
        ops.convert_to_numpy(ops.cast(made, "float32")),
        whole[:, 1::2, 1::2],
        rtol=0.05,
        atol=0.05,
    )


def test_configuration() -> None:
    layer = _layer(2, 4, 6, activation="relu")
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    assert type(copy) is GroupedConv2D
    assert copy.get_config() == layer.get_config()
    assert (copy.groups, copy.filters) == (2, 6)


@pytest.mark.skipif(keras.backend.backend() != "jax", reason="JAX's compiler")
def test_scattered_images_are_not_gathered() -> None:
    """On two devices each computes its part; only the kernel's gradient is summed."""
    code = Path(__file__).with_name("scattered_conv.py")
    ran = subprocess.run([sys.executable, code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
