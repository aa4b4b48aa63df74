"""DCGAN networks: shapes for every side, labels, ranges, precision, errors."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan.layers import BatchNormalization
from keras_gan.networks import dcgan

SIDES = [16, 20, 24, 28, 32, 36, 48, 64, 100, 128]


@pytest.fixture(params=["float32", "mixed_bfloat16", "mixed_float16"])
def policy(request: Any) -> Iterator[str]:
    """A precision that layers are built with."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(before)


def _latents(n: int, latent_dim: int = 4) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, latent_dim)).astype("float32")


def _pair(shape: tuple, **settings: Any) -> tuple[keras.Model, keras.Model]:
    return (
        dcgan.generator(shape, latent_dim=4, filters=2, **settings),
        dcgan.discriminator(shape, filters=2, **settings),
    )


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", SIDES)
def test_every_side_builds(side: int, channels: int) -> None:
    shape = (side, side, channels)
    generator, discriminator = _pair(shape)
    assert generator.input_shape == (None, 4)
    assert generator.output_shape == (None, *shape)
    assert discriminator.input_shape == (None, *shape)
    assert discriminator.output_shape == (None, 1)


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("side", SIDES)
def test_smallest_map_and_widths(side: int) -> None:
    """Maps double up to the image, and widths halve down to `filters`."""
    generator = dcgan.generator((side, side, 1), latent_dim=4, filters=2)
    (base,) = (
        layer.output.shape[1:]
        for layer in generator.layers
        if isinstance(layer, keras.layers.Reshape)
    )
    ups = [
        layer.output.shape[1:]
        for layer in generator.layers
        if isinstance(layer, keras.layers.Conv2DTranspose)
    ]
    doublings = len(ups)
    assert base == (side // 2**doublings,) * 2 + (2 * 2 ** (doublings - 1),)
    assert doublings >= 2
    assert base[0] % 2 or base[0] <= 4  # else one more doubling were possible
    for i, shape in enumerate(ups[:-1]):
        assert shape == (base[0] * 2 ** (i + 1),) * 2 + (base[-1] // 2 ** (i + 1),)


@pytest.mark.parametrize("shape", [(16, 16, 1), (28, 28, 3)])
def test_forward(shape: tuple) -> None:
    generator, discriminator = _pair(shape)
    images = generator(_latents(3))
    assert tuple(images.shape) == (3, *shape)
    values = ops.convert_to_numpy(images)
    assert values.dtype == np.float32
    assert np.abs(values).max() <= 1
    assert np.ptp(values) > 0
    logits = discriminator(images)
    assert tuple(logits.shape) == (3, 1)


def test_range_is_that_of_tanh_however_large_the_latents() -> None:
    generator, _ = _pair((16, 16, 1))
    generator.set_weights([10 * w for w in generator.get_weights()])
    values = ops.convert_to_numpy(generator(100 * _latents(4)))
    assert values.min() >= -1
    assert values.max() <= 1
    assert values.min() < -0.99 < 0.99 < values.max()


def test_logits_are_raw() -> None:
    _, discriminator = _pair((16, 16, 1))
    assert discriminator.layers[-1].activation is keras.activations.linear
    discriminator.set_weights([10 * w for w in discriminator.get_weights()])
    images = np.random.default_rng(0).uniform(-1, 1, (8, 16, 16, 1))
    logits = ops.convert_to_numpy(discriminator(images.astype("float32")))
    assert logits.min() < 0 or logits.max() > 1  # no sigmoid's


def test_conditional_pair_takes_labels_and_uses_them() -> None:
    generator, discriminator = _pair((16, 16, 1), num_classes=3)
    assert [i.name for i in generator.inputs] == ["latents", "labels"]
    assert [i.name for i in discriminator.inputs] == ["samples", "labels"]
    assert generator.inputs[1].shape == discriminator.inputs[1].shape == (None,)
    latents = np.repeat(_latents(1), 3, axis=0)
    images = ops.convert_to_numpy(generator([latents, np.arange(3)]))
    assert images.shape == (3, 16, 16, 1)
    assert np.abs(images[0] - images[1]).max() > 1e-7
    logits = discriminator([np.repeat(images[:1], 3, axis=0), np.arange(3)])
    assert tuple(logits.shape) == (3, 1)
    assert len(np.unique(ops.convert_to_numpy(logits))) == 3


def test_a_projection_without_classes_is_refused() -> None:
    with pytest.raises(ValueError, match="projection=True, num_classes=None"):
        dcgan.discriminator((16, 16, 1), filters=2, projection=True)


def test_projection_adds_an_inner_product_with_the_last_features() -> None:
    network = dcgan.discriminator(
        (16, 16, 1), filters=2, num_classes=3, projection=True
    )
    features = next(x for x in network.layers if isinstance(x, keras.layers.Flatten))
    plain = next(x for x in network.layers if isinstance(x, keras.layers.Dense))
    table = next(x for x in network.layers if isinstance(x, keras.layers.Embedding))
    parts = keras.Model(network.inputs, [features.output, plain.output, network.output])
    images = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16, 1)).astype("float32")
    seen, alone, whole = (
        ops.convert_to_numpy(part) for part in parts([images, np.array([0, 2, 1])])
    )
    (embedded,) = table.get_weights()
    added = (seen.astype("float64") * embedded[[0, 2, 1]]).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(whole, alone + added, atol=1e-5)
    assert np.abs(added).min() > 1e-6


def test_outputs_are_float32_under_any_policy(policy: str) -> None:
    generator, discriminator = _pair((16, 16, 1))
    images = generator(_latents(2))
    assert keras.backend.standardize_dtype(images.dtype) == "float32"
    logits = discriminator(images)
    assert keras.backend.standardize_dtype(logits.dtype) == "float32"
    if policy != "float32":  # and yet the work is done in 16 bits
        convolutions = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)
        for layer in [*generator.layers, *discriminator.layers]:
            if isinstance(layer, convolutions):
                assert layer.compute_dtype == policy.removeprefix("mixed_")


@pytest.mark.usefixtures("drawn")
def test_settings() -> None:
    discriminator = dcgan.discriminator(
        (16, 16, 1), filters=3, kernel_size=5, batch_norm=False, dropout=0.2, seed=9
    )
    kinds = [type(layer) for layer in discriminator.layers]
    assert BatchNormalization not in kinds
    dropouts = [x for x in discriminator.layers if type(x) is keras.layers.Dropout]
    assert [(x.rate, x.seed) for x in dropouts] == [(0.2, 9), (0.2, 10)]
    convolution = next(x for x in discriminator.layers if "Conv2D" in type(x).__name__)
    assert (convolution.filters, convolution.kernel_size) == (3, (5, 5))
    normalized = dcgan.discriminator((16, 16, 1), filters=3)
    norms = [x for x in normalized.layers if type(x) is BatchNormalization]
    assert len(norms) == 1  # all maps but the first
    assert keras.layers.Dropout not in [type(x) for x in normalized.layers]


@pytest.mark.usefixtures("drawn")
def test_initial_weights_are_those_of_the_paper() -> None:
    initializers = [
        layer.kernel_initializer
        for network in _pair((16, 16, 1))
        for layer in network.layers
        if hasattr(layer, "kernel_initializer")
    ]
    assert len(initializers) == 6
    for initializer in initializers:
        assert type(initializer) is keras.initializers.RandomNormal
        assert (initializer.mean, initializer.stddev) == (0, 0.02)


@pytest.mark.parametrize("build", [dcgan.generator, dcgan.discriminator])
def test_images_that_are_not_square(build: Any) -> None:
    for shape in [(28, 32, 1), (28, 28)]:
        with pytest.raises(ValueError, match="image_shape must be") as error:
            build(shape)
        assert str(shape) in str(error.value)


@pytest.mark.parametrize("build", [dcgan.generator, dcgan.discriminator])
@pytest.mark.parametrize(
    ("side", "nearest"), [(30, (28, 32)), (12, (16,)), (132, (128,)), (17, (16,))]
)
def test_sides_that_are_not_served(build: Any, side: int, nearest: tuple) -> None:
    with pytest.raises(ValueError, match=f"multiple of 4 .* Received: {side}") as error:
        build((side, side, 1))
    assert any(f"for example to {n}." in str(error.value) for n in nearest)


@pytest.mark.parametrize("num_classes", [None, 3])
def test_serialization(num_classes: int | None) -> None:
    labels = [] if num_classes is None else [np.array([0, 2])]
    generator, discriminator = _pair((16, 16, 1), num_classes=num_classes)
    images = np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, 1)).astype("float32")
    for network, first in ((generator, _latents(2)), (discriminator, images)):
        copy = keras.saving.deserialize_keras_object(
            keras.saving.serialize_keras_object(network)
        )
        copy.set_weights(network.get_weights())
        inputs = [first, *labels] if labels else first
        np.testing.assert_array_equal(
            ops.convert_to_numpy(copy(inputs)), ops.convert_to_numpy(network(inputs))
        )


def test_a_code_is_embedded_as_labels_are() -> None:
    """The generator of a code is the one of labels, with the code in its latents."""
    told = dcgan.generator((16, 16, 1), latent_dim=4, filters=2, num_classes=3)
    coded = dcgan.generator((16, 16, 1), latent_dim=4 + 3, filters=2, code_dim=3)
    coded.set_weights(told.get_weights())
    labels = np.array([2, 0, 1, 1])
    latents = np.concatenate([_latents(4), np.eye(3, dtype="float32")[labels]], axis=1)
    expected = ops.convert_to_numpy(told([_latents(4), labels]))
    np.testing.assert_allclose(
        ops.convert_to_numpy(coded(latents)), expected, atol=1e-6
    )
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(coded)
    )
    copy.set_weights(coded.get_weights())
    np.testing.assert_array_equal(
        ops.convert_to_numpy(copy(latents)), ops.convert_to_numpy(coded(latents))
    )


@pytest.mark.parametrize("code_dim", [4, 5])
def test_a_code_that_leaves_no_latents(code_dim: int) -> None:
    with pytest.raises(ValueError, match=f"code_dim={code_dim}, latent_dim=4"):
        dcgan.generator((16, 16, 1), latent_dim=4, code_dim=code_dim)
