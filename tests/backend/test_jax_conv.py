"""Strided convolutions on JAX: exact to three orders, by the kernels that are fast."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import layers

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "jax", reason="the rule is JAX's"
)

OPERATIONS = ["conv", "conv_transpose"]
ARGUMENTS: list[dict[str, Any]] = [
    {"strides": 2, "padding": "same"},
    {"strides": 2, "padding": "valid"},
    {"strides": [3, 2], "padding": "same"},
    {"strides": 2, "padding": "same", "data_format": "channels_first"},
]


def _pair(name: str, arguments: dict[str, Any], rng: np.random.Generator) -> tuple:
    """Ours, Keras's, and arguments for them."""
    from keras_gan.backend import jax_conv

    first = arguments.get("data_format") == "channels_first"
    maps = rng.normal(size=(2, 4, 7, 6) if first else (2, 7, 6, 4))
    kernel = rng.normal(size=(4, 3, 4, 4))
    given = [ops.convert_to_tensor(x.astype("float32")) for x in (maps, kernel)]
    found = [
        lambda x, k, of=of: getattr(of, name)(x, k, **arguments)
        for of in (jax_conv, ops)
    ]
    return (*found, given)


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
@pytest.mark.parametrize("name", OPERATIONS)
def test_derivatives_of_three_orders_are_those_of_keras(
    name: str, arguments: dict[str, Any], rng: np.random.Generator
) -> None:
    import jax

    def derivatives(function: Callable) -> Any:
        def level(x: Any, k: Any) -> Any:
            return ops.sum(ops.tanh(0.1 * function(x, k)))

        for _ in range(3):
            yield jax.grad(level, (0, 1))(*given)
            level = _squared_slope(level)

    ours, keras_own, given = _pair(name, arguments, rng)
    np.testing.assert_allclose(ours(*given), keras_own(*given), rtol=1e-5, atol=1e-5)
    for made, expected in zip(derivatives(ours), derivatives(keras_own), strict=True):
        for mine, other in zip(made, expected, strict=True):
            np.testing.assert_allclose(mine, other, rtol=2e-4, atol=2e-5)


def _squared_slope(function: Callable) -> Callable:
    import jax

    def squared(x: Any, k: Any) -> Any:
        return sum(ops.sum(ops.square(g)) for g in jax.grad(function, (0, 1))(x, k))

    return squared


@pytest.mark.parametrize("name", OPERATIONS)
def test_gradients_of_a_slope_upsample_no_kernel(
    name: str, rng: np.random.Generator
) -> None:
    """XLA is slow where an operand is dilated to make a kernel's gradient."""
    import jax

    ours, keras_own, given = _pair(name, ARGUMENTS[0], rng)
    programs = [
        str(jax.make_jaxpr(jax.grad(_squared_slope(_total(f)), 1))(*given))
        for f in (ours, keras_own)
    ]
    slow = [_dilated_to_a_kernel(text) for text in programs]
    assert slow[0] == 0
    assert slow[1] > 0


def _total(function: Callable) -> Callable:
    return lambda x, k: ops.sum(ops.tanh(function(x, k)))


def _dilated_to_a_kernel(text: str) -> int:
    """Count convolutions that dilate what they convolve and sum over the batch."""
    blocks = text.split("conv_general_dilated[")[1:]
    dilated = [b for b in blocks if "lhs_dilation=(1, 1)" not in b.split("]")[0]]
    return sum("lhs_spec=(3, 0, 1, 2)" in b.split("]")[0] for b in dilated)


def test_a_network_with_it_is_compiled_and_saved(tmp_path: Any) -> None:
    network = keras.Sequential(
        [
            keras.Input((4, 4, 2)),
            layers.Conv2DTranspose(3, 4, 2, padding="same"),
            layers.Conv2D(1, 4, 2, padding="same"),
        ]
    )
    images = np.ones((5, 4, 4, 2), "float32")
    network.save(tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras")
    expected = ops.convert_to_numpy(network(images))
    np.testing.assert_allclose(again.predict(images, verbose=0), expected, rtol=1e-5)
