"""SelfAttention2D: against NumPy, position by position."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.layers import SelfAttention2D, SpectralNormalization


def _filled(rng: np.random.Generator, shape: tuple[int, ...], **kwargs: Any) -> Any:
    layer = SelfAttention2D(key_channels=3, value_channels=3, **kwargs)
    layer.build((None, *shape))
    for weight in layer.weights:
        weight.assign(rng.normal(size=weight.shape))
    return layer


def _expected(layer: SelfAttention2D, x: np.ndarray, pool: bool) -> np.ndarray:
    """One image, one query at a time."""
    query, key, value, output = (
        np.squeeze(part.kernel.numpy(), (0, 1)).astype("float64")
        for part in (layer.query, layer.key, layer.value, layer.output_convolution)
    )
    result = np.zeros_like(x)
    for n, image in enumerate(x):
        keys, values = image @ key, image @ value
        if pool:
            keys, values = map(_pooled, (keys, values))
        keys, values = keys.reshape(-1, 3), values.reshape(-1, 3)
        for index in np.ndindex(*image.shape[:2]):
            weights = np.exp(keys @ (image[index] @ query))
            gathered = (weights / weights.sum()) @ values
            result[n][index] = image[index] + layer.gamma.numpy() * gathered @ output
    return result


def _pooled(maps: np.ndarray) -> np.ndarray:
    rows, columns = maps.shape[0] // 2, maps.shape[1] // 2
    return np.array(
        [
            [
                maps[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max((0, 1))
                for j in range(columns)
            ]
            for i in range(rows)
        ]
    )


@pytest.mark.parametrize(
    ("shape", "pool", "pooled"),
    [((4, 2, 3), True, True), ((4, 2, 3), False, False), ((3, 2, 3), True, False)],
)
def test_against_numpy(
    shape: tuple[int, ...], pool: bool, pooled: bool, rng: np.random.Generator
) -> None:
    layer = _filled(rng, shape, pool=pool)
    x = rng.normal(size=(2, *shape))
    outputs = ops.convert_to_numpy(layer(ops.cast(x, "float32")))
    np.testing.assert_allclose(
        outputs, _expected(layer, x, pooled), rtol=1e-4, atol=1e-4
    )


def test_one_layer_for_maps_of_any_sides() -> None:
    """Of even sides, which are pooled, and of odd ones, which are not."""
    attention = SelfAttention2D()
    for side in (8, 7):
        assert attention(ops.ones((1, side, side, 8))).shape == (1, side, side, 8)


def test_it_begins_as_the_identity_and_learns(rng: np.random.Generator) -> None:
    layer = SelfAttention2D(key_channels=3, value_channels=3)
    x = ops.cast(rng.normal(size=(2, 4, 2, 3)), "float32")
    np.testing.assert_array_equal(
        ops.convert_to_numpy(layer(x)), ops.convert_to_numpy(x)
    )
    _, (gradient,) = backend.value_and_grad(
        lambda: (ops.sum(ops.square(layer(x))), None), [layer.gamma], layer.variables
    )
    assert abs(float(ops.convert_to_numpy(gradient))) > 1e-3


def test_channels_by_default() -> None:
    for channels, keys, values in [(32, 4, 16), (5, 1, 2), (1, 1, 1)]:
        with keras.StatelessScope(initialize_variables=False):
            layer = SelfAttention2D()
            layer.build((None, 4, 4, channels))
        assert layer.query.kernel.shape == (1, 1, channels, keys)
        assert layer.key.kernel.shape == (1, 1, channels, keys)
        assert layer.value.kernel.shape == (1, 1, channels, values)
        assert layer.output_convolution.kernel.shape == (1, 1, values, channels)


def test_spectral_norm(rng: np.random.Generator) -> None:
    layer = _filled(rng, (4, 2, 3), spectral_norm=True)
    parts = (layer.query, layer.key, layer.value, layer.output_convolution)
    assert all(isinstance(part, SpectralNormalization) for part in parts)
    before = [part.u.numpy().copy() for part in parts]
    layer(ops.ones((2, 4, 2, 3)), training=True)
    for part, u in zip(parts, before):
        assert np.abs(part.u.numpy() - u).max() > 0


def test_two_gradients(rng: np.random.Generator) -> None:
    """The gradient of a gradient penalty, against differences of the penalty."""
    layer = _filled(rng, (4, 2, 3))
    x = ops.cast(rng.normal(size=(2, 4, 2, 3)), "float32")

    def objective() -> tuple[Any, Any]:
        slope = backend.input_gradient(
            lambda x: ops.sum(ops.square(layer(x)), axis=(1, 2, 3)), x, layer.variables
        )
        value = ops.mean(ops.square(slope))
        return value, value

    def value(gamma: float) -> float:
        layer.gamma.assign(gamma)
        return float(ops.convert_to_numpy(ops.stop_gradient(objective()[0])))

    _, (gradient,) = backend.value_and_grad(objective, [layer.gamma], layer.variables)
    gamma = float(layer.gamma.numpy())
    expected = (value(gamma + 0.01) - value(gamma - 0.01)) / 0.02
    assert float(ops.convert_to_numpy(gradient)) == pytest.approx(expected, rel=0.01)


def test_saving_and_low_precision(rng: np.random.Generator, tmp_path: Any) -> None:
    layer = _filled(rng, (4, 2, 3), pool=True, spectral_norm=True)
    model = keras.Sequential([keras.Input((4, 2, 3)), layer])
    x = ops.cast(rng.normal(size=(2, 4, 2, 3)), "float32")
    outputs = ops.convert_to_numpy(model(x))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(ops.convert_to_numpy(loaded(x)), outputs)
    assert loaded.layers[0].get_config() == layer.get_config()
    low = SelfAttention2D(**{**layer.get_config(), "dtype": "mixed_bfloat16"})
    low.build(x.shape)
    low.set_weights(layer.get_weights())
    seen = low(x)
    assert keras.backend.standardize_dtype(seen.dtype) == "bfloat16"
    seen = ops.convert_to_numpy(ops.cast(seen, "float32"))
    assert np.abs(seen - outputs).max() < 0.03 * np.abs(outputs).max()


def test_bad_arguments() -> None:
    for name in ("key_channels", "value_channels"):
        with pytest.raises(ValueError, match=f"{name}=0"):
            SelfAttention2D(**{name: 0})
    for shape in [(None, 8), (None, None, 4, 3)]:
        with pytest.raises(ValueError, match="known sides"):
            SelfAttention2D().build(shape)
