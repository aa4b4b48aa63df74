"""MLP networks: images and vectors, labels, ranges, precision, configs."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan.networks import mlp

SHAPES = [(28, 28, 1), (2,)]


@pytest.fixture(params=["mixed_bfloat16", "mixed_float16"])
def mixed(request: Any) -> Iterator[str]:
    """A policy of 16-bit computation."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(before)


def _latents(n: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, 4)).astype("float32")


def _pair(shape: tuple, **settings: Any) -> tuple[keras.Model, keras.Model]:
    return (
        mlp.generator(shape, latent_dim=4, hidden=(8, 8), **settings),
        mlp.discriminator(shape, hidden=(8, 8), **settings),
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_forward(shape: tuple) -> None:
    generator, discriminator = _pair(shape)
    assert generator.output_shape == discriminator.input_shape == (None, *shape)
    samples = generator(_latents(3))
    assert tuple(samples.shape) == (3, *shape)
    assert np.abs(ops.convert_to_numpy(samples)).max() <= 1
    assert tuple(discriminator(samples).shape) == (3, 1)


def test_output_without_bounds() -> None:
    generator = mlp.generator((2,), latent_dim=4, hidden=(8,), output_activation=None)
    assert np.abs(ops.convert_to_numpy(generator(100 * _latents(8)))).max() > 1


@pytest.mark.usefixtures("drawn")
def test_hidden_layers() -> None:
    widths = [
        layer.units
        for network in (
            mlp.generator((2,), hidden=(5, 6, 7)),
            mlp.discriminator((2,), hidden=(7, 6)),
        )
        for layer in network.layers
        if isinstance(layer, keras.layers.Dense)
    ]
    assert widths == [5, 6, 7, 2, 7, 6, 1]


@pytest.mark.parametrize("shape", SHAPES)
def test_conditional_pair_takes_labels_and_uses_them(shape: tuple) -> None:
    generator, discriminator = _pair(shape, num_classes=3)
    assert [i.name for i in generator.inputs] == ["latents", "labels"]
    assert [i.name for i in discriminator.inputs] == ["samples", "labels"]
    latents = np.repeat(_latents(1), 3, axis=0)
    samples = ops.convert_to_numpy(generator([latents, np.arange(3)]))
    assert len(np.unique(samples.reshape(3, -1), axis=0)) == 3
    same = np.repeat(samples[:1], 3, axis=0)
    logits = ops.convert_to_numpy(discriminator([same, np.arange(3)]))
    assert logits.shape == (3, 1)
    assert len(np.unique(logits)) == 3


def test_outputs_are_float32_under_mixed_precision(mixed: str) -> None:
    generator, discriminator = _pair((2,))
    samples = generator(_latents(2))
    assert keras.backend.standardize_dtype(samples.dtype) == "float32"
    logits = discriminator(samples)
    assert keras.backend.standardize_dtype(logits.dtype) == "float32"
    assert generator.layers[1].compute_dtype == mixed.removeprefix("mixed_")


@pytest.mark.usefixtures("drawn")
def test_logits_are_raw() -> None:
    assert mlp.discriminator((2,)).layers[-1].activation is keras.activations.linear


@pytest.mark.usefixtures("drawn")
def test_dropout() -> None:
    dropouts = [
        layer
        for layer in mlp.discriminator((2,), dropout=0.4, seed=3).layers
        if isinstance(layer, keras.layers.Dropout)
    ]
    assert [(layer.rate, layer.seed) for layer in dropouts] == [(0.4, 3), (0.4, 4)]
    without = mlp.discriminator((2,), dropout=0.0).layers
    assert not any(isinstance(layer, keras.layers.Dropout) for layer in without)


@pytest.mark.parametrize("num_classes", [None, 3])
def test_serialization(num_classes: int | None) -> None:
    labels = [] if num_classes is None else [np.array([0, 2])]
    generator, discriminator = _pair((2,), num_classes=num_classes)
    for network, width in ((generator, 4), (discriminator, 2)):
        copy = keras.saving.deserialize_keras_object(
            keras.saving.serialize_keras_object(network)
        )
        copy.set_weights(network.get_weights())
        first = _latents(2)[:, :width]
        inputs = [first, *labels] if labels else first
        np.testing.assert_array_equal(
            ops.convert_to_numpy(copy(inputs)), ops.convert_to_numpy(network(inputs))
        )


@pytest.mark.parametrize("hidden", [128, (0,), (8, 2.5), "8", np.array(8)])
@pytest.mark.parametrize("build", [mlp.generator, mlp.discriminator])
def test_bad_widths(build: Any, hidden: Any) -> None:
    with pytest.raises(ValueError, match="hidden must be a list of whole") as error:
        build((2,), hidden=hidden)
    assert f"hidden={hidden!r}" in str(error.value)


def test_widths_of_numpy() -> None:
    made = mlp.generator((2,), hidden=np.array([8, 4]))
    dense = [layer for layer in made.layers if isinstance(layer, keras.layers.Dense)]
    assert [layer.units for layer in dense] == [8, 4, 2]
