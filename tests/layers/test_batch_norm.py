"""BatchNormalization: Keras's numbers, and an exact second derivative."""

import warnings
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan import GAN, backend, penalties
from keras_gan.layers import BatchNormalization
from keras_gan.networks import mlp


@pytest.fixture(params=["on one device", "scattered"])
def placed(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a batch lie on one device, or be handled as if it lay on several."""
    monkeypatch.setattr(backend, "is_scattered", lambda: request.param == "scattered")


def _pair(**settings: Any) -> tuple[layers.Layer, layers.Layer]:
    return BatchNormalization(**settings), layers.BatchNormalization(**settings)


@pytest.mark.usefixtures("placed")
@pytest.mark.parametrize("shape", [(4, 5), (4, 3, 2, 5)])
@pytest.mark.parametrize(
    "settings",
    [{}, {"momentum": 0.7, "epsilon": 0.1}, {"scale": False}, {"center": False}],
)
def test_as_keras_has_it(
    shape: tuple[int, ...], settings: dict[str, Any], rng: np.random.Generator
) -> None:
    ours, keras_own = _pair(**settings)
    for training in (True, True, False):
        x = ops.convert_to_tensor(rng.normal(2, 3, shape).astype("float32"))
        outputs, expected = (norm(x, training=training) for norm in (ours, keras_own))
        np.testing.assert_allclose(
            ops.convert_to_numpy(outputs), ops.convert_to_numpy(expected), atol=1e-5
        )
    for mine, its in zip(ours.weights, keras_own.weights, strict=True):
        assert mine.name == its.name
        np.testing.assert_allclose(mine.numpy(), its.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.usefixtures("placed")
def test_another_axis(rng: np.random.Generator) -> None:
    x = ops.convert_to_tensor(rng.normal(size=(4, 3, 6)).astype("float32"))
    outputs, expected = (norm(x, training=True) for norm in _pair(axis=1))
    np.testing.assert_allclose(
        ops.convert_to_numpy(outputs), ops.convert_to_numpy(expected), atol=1e-6
    )


def test_frozen_layer_leaves_its_statistics(rng: np.random.Generator) -> None:
    x = ops.convert_to_tensor(rng.normal(size=(4, 5)).astype("float32"))
    norm = BatchNormalization(trainable=False)
    norm(x, training=True)
    assert not norm.moving_mean.numpy().any()


def test_a_mask_is_left_to_keras(rng: np.random.Generator) -> None:
    x = ops.convert_to_tensor(rng.normal(size=(4, 3, 5)).astype("float32"))
    mask = ops.convert_to_tensor(rng.random((4, 3)) > 0.4)
    outputs, expected = (norm(x, training=True, mask=mask) for norm in _pair())
    np.testing.assert_array_equal(
        ops.convert_to_numpy(outputs), ops.convert_to_numpy(expected)
    )


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_low_precision_is_computed_in_float32(policy: str) -> None:
    x = ops.cast(ops.array([[3e4], [-3e4]]), policy.removeprefix("mixed_"))
    norm = BatchNormalization(dtype=policy)
    outputs = norm(x, training=True)
    dtype = keras.backend.standardize_dtype(outputs.dtype)
    assert dtype == policy.removeprefix("mixed_")
    np.testing.assert_allclose(
        ops.convert_to_numpy(ops.cast(outputs, "float32")), [[1], [-1]], rtol=1e-2
    )


@pytest.mark.usefixtures("placed")
@pytest.mark.parametrize("shape", [(6, 2), (3, 2, 1, 2)])
def test_second_derivative(shape: tuple[int, ...], rng: np.random.Generator) -> None:
    """Of Σ c·BN(x)³ along a direction, against central differences in float64."""
    x, weights, along = rng.normal(size=(3, *shape))
    axes = tuple(range(len(shape) - 1))
    norm = BatchNormalization()
    norm.build((None, *shape[1:]))
    point = keras.Variable(x, dtype="float32")
    c, direction = (ops.cast(values, "float32") for values in (weights, along))

    def slope_along() -> tuple[Any, None]:
        slopes = backend.input_gradient(
            lambda inputs: ops.sum(c * norm(inputs, training=True) ** 3),
            point * 1.0,
            norm.variables,
        )
        return ops.sum(slopes * direction), None

    _, (gradient,) = backend.value_and_grad(
        slope_along, [point], [point, *norm.variables]
    )

    def function(x: np.ndarray) -> float:
        centred = x - x.mean(axis=axes)
        return (weights * (centred / np.sqrt(x.var(axis=axes) + 1e-3)) ** 3).sum()

    expected, step = np.zeros_like(x), 1e-3
    for i in np.ndindex(x.shape):
        moved = np.zeros_like(x)
        moved[i] = step
        corners = [
            a * b * function(x + a * moved + b * step * along)
            for a in (1, -1)
            for b in (1, -1)
        ]
        expected[i] = sum(corners) / (4 * step**2)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(
        ops.convert_to_numpy(gradient), expected, atol=1e-3 * scale
    )


def test_a_slope_through_it_and_a_convolution_at_once() -> None:
    """Where the convolution's second derivative by its input is none at all."""
    inputs = keras.Input((6, 6, 1))
    maps = layers.Conv2D(3, 3, activation="leaky_relu")(inputs)
    maps = layers.Conv2D(2, 3)(BatchNormalization()(maps))
    judge = keras.Model(inputs, layers.Dense(1)(layers.Flatten()(maps)))
    gan = GAN(mlp.generator((6, 6, 1), 4, hidden=(4,)), judge, seed=0)
    gan.compile("adam", "adam", "wasserstein", penalties=["gradient_penalty"])
    rng = np.random.default_rng(0)
    images = rng.uniform(-1, 1, (8, 6, 6, 1)).astype("float32")
    logs = gan.train_on_batch(images, return_dict=True)
    assert np.isfinite(list(logs.values())).all()


def _gan(norm: layers.Layer, player: str) -> GAN:
    def network(units: int, *norms: layers.Layer) -> keras.Model:
        hidden = [keras.Input((3,)), layers.Dense(4), *norms, layers.Dense(units)]
        return keras.Sequential([keras.Input((3,)), keras.Sequential(hidden)])

    own = {"generator": (), "discriminator": (), player: (norm,)}
    return GAN(network(3, *own["generator"]), network(1, *own["discriminator"]))


@pytest.mark.parametrize(
    ("player", "penalty"), [("discriminator", "r1"), ("generator", "path_length")]
)
def test_a_slope_through_batch_normalization_of_keras_is_warned_of(
    player: str, penalty: str
) -> None:
    """Where it is inexact, and only where a penalty takes a slope of it."""
    keras_own = _gan(layers.BatchNormalization(name="batch_norm"), player)
    if keras.backend.backend() == "tensorflow":
        with pytest.warns(UserWarning, match=r"\['batch_norm'\].*keras_gan.layers"):
            keras_own.compile("adam", "adam", penalties=[penalty])
    other = "path_length" if penalty == "r1" else "r1"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        keras_own.compile("adam", "adam", penalties=[other, "lecam"])
        _gan(BatchNormalization(), player).compile("adam", "adam", penalties=[penalty])


def test_functions_that_take_a_slope_say_so() -> None:
    def of_slope(critic: Any, real: Any, input_gradient: Any) -> Any: ...

    def of_logits(real_logits: Any) -> Any: ...

    assert penalties.get(of_slope).takes_slope
    assert not penalties.get(of_logits).takes_slope
