"""SNGAN's networks: sizes, parameters, attention, projection, gradients, configs."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from keras_gan.layers import (
    ConditionalBatchNormalization,
    SelfAttention2D,
    SpectralNormalization,
)
from keras_gan.networks import resnet
from keras_gan.networks.spec import classes_of, spec_of
from tests.networks.second_order import along, r1_and_gradients, randomized

SHAPE = (16, 16, 1)


def _pair(shape: tuple = SHAPE, **settings: Any) -> tuple[keras.Model, keras.Model]:
    return (
        resnet.generator(shape, latent_dim=3, filters=4, **settings),
        resnet.discriminator(shape, filters=4, **settings),
    )


def _images(n: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (n, *SHAPE)).astype("float32")


def _latents(n: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, 3)).astype("float32")


def _outputs(network: keras.Model, kind: type) -> list[tuple]:
    """Shapes that the layers of a kind make, without the batch axis."""
    return [x.output.shape[1:] for x in network.layers if isinstance(x, kind)]


def _parameters(network: keras.Model) -> int:
    return sum(int(np.prod(w.shape)) for w in network.trainable_weights)


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(
    ("side", "made", "judged"),
    [
        (16, [(8, 4), (16, 4)], [(8, 4), (4, 4), (4, 4), (4, 4)]),
        (28, [(14, 4), (28, 4)], [(14, 4), (7, 4), (7, 4), (7, 4)]),
        (32, [(8, 4), (16, 4), (32, 4)], [(16, 4), (8, 4), (8, 4), (8, 4)]),
        (
            64,
            [(8, 32), (16, 16), (32, 8), (64, 4)],
            [(32, 4), (16, 8), (8, 16), (4, 32), (4, 32)],
        ),
        (
            256,
            [(8, 64), (16, 64), (32, 32), (64, 16), (128, 8), (256, 4)],
            [(128, 4), (64, 8), (32, 16), (16, 32), (8, 64), (4, 64), (4, 64)],
        ),
    ],
)
def test_blocks(side: int, made: list, judged: list) -> None:
    """Sides and widths of the blocks' maps: 64 pixels and up as the paper's."""
    generator, discriminator = _pair((side, side, 3))
    assert generator.input_shape == (None, 3)
    assert generator.output_shape == discriminator.input_shape == (None, side, side, 3)
    assert discriminator.output_shape == (None, 1)
    for network, maps in ((generator, made), (discriminator, judged)):
        expected = [(side, side, width) for side, width in maps]
        assert _outputs(network, layers.Add) == expected
    (base,) = _outputs(generator, layers.Reshape)
    assert base == (made[0][0] // 2, made[0][0] // 2, made[0][1])


def _convolution(size: int, inputs: int, outputs: int) -> int:
    return size * size * inputs * outputs + outputs


@pytest.mark.usefixtures("drawn")
def test_parameters_of_the_papers_networks_for_cifar() -> None:
    """Counted from table 4: G of width 256, D of width 128."""
    up = 2 * _convolution(3, 256, 256) + _convolution(1, 256, 256) + 2 * 2 * 256
    dense = 128 * 4 * 4 * 256 + 4 * 4 * 256
    expected = dense + 3 * up + 2 * 256 + _convolution(3, 256, 3)
    assert expected == 4_276_739
    assert _parameters(resnet.generator((32, 32, 3), filters=256)) == expected

    whole = 2 * _convolution(3, 128, 128)
    first = sum(_convolution(n, 3, 128) for n in (3, 1)) + _convolution(3, 128, 128)
    down = whole + _convolution(1, 128, 128)
    expected = first + down + 2 * whole + 128 + 1
    assert expected == 1_053_825
    assert _parameters(resnet.discriminator((32, 32, 3), filters=128)) == expected


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(("side", "attention"), [(28, 14), (32, 8), (64, 32)])
def test_attention_follows_the_first_map_of_its_side(side: int, attention: int) -> None:
    for network in _pair((side, side, 1), attention=attention):
        (layer,) = (x for x in network.layers if isinstance(x, SelfAttention2D))
        assert layer.input.shape[1:3] == (attention, attention)
        before = network.layers[: network.layers.index(layer)]
        adds = [x for x in before if isinstance(x, layers.Add)]
        assert [x.output.shape[1] for x in adds].count(attention) == 1
    for network in _pair((side, side, 1)):
        assert not _outputs(network, SelfAttention2D)


def test_attention_at_a_side_that_no_map_has() -> None:
    message = "attention must be .* 7, 14, 28. Received: attention=16"
    with pytest.raises(ValueError, match=message):
        resnet.generator((28, 28, 1), attention=16)
    with pytest.raises(ValueError, match=r"attention must be .*: 7, 14\. Received"):
        resnet.discriminator((28, 28, 1), attention=28)


@pytest.mark.parametrize("build", [resnet.generator, resnet.discriminator])
def test_images_that_are_not_served(build: Any) -> None:
    with pytest.raises(ValueError, match=r"from 16 to 512\. Received: 1024"):
        build((1024, 1024, 3))
    with pytest.raises(ValueError, match="image_shape must be"):
        build((28, 32, 1))


@pytest.mark.usefixtures("drawn")
def test_spectral_norm_of_the_generator() -> None:
    normed = resnet.generator(SHAPE, filters=4, spectral_norm=True, attention=8)
    kinds = [type(x) for x in normed.layers]
    assert kinds.count(SpectralNormalization) == 1 + 2 * 3 + 1
    assert not {layers.Dense, layers.Conv2D} & set(kinds)
    (attention,) = (x for x in normed.layers if isinstance(x, SelfAttention2D))
    assert attention.spectral_norm
    plain = resnet.generator(SHAPE, filters=4)
    assert SpectralNormalization not in [type(x) for x in plain.layers]


def test_conditional_pair() -> None:
    generator, discriminator = _pair(num_classes=3)
    assert [x.name for x in generator.inputs] == ["latents", "labels"]
    assert [x.name for x in discriminator.inputs] == ["samples", "labels"]
    assert classes_of(generator) == classes_of(discriminator) == 3
    # All normalization but the last knows the class, as in the paper.
    assert len(_outputs(generator, ConditionalBatchNormalization)) == 2 * 2
    assert len(_outputs(generator, layers.BatchNormalization)) == 1
    norm = next(
        x for x in generator.layers if isinstance(x, ConditionalBatchNormalization)
    )
    norm.beta.assign(np.random.default_rng(0).normal(size=norm.beta.shape))
    latents = np.repeat(_latents(1), 3, axis=0)
    images = generator.predict_on_batch([latents, np.arange(3)])
    assert np.abs(images[0] - images[1]).max() > 1e-4


def test_projection() -> None:
    """logit = ⟨w + e(y), h⟩ + b, h the last map summed over its positions."""
    network = resnet.discriminator(SHAPE, filters=4, num_classes=3, spectral_norm=False)
    (relu,) = (x for x in network.layers[-8:] if isinstance(x, layers.ReLU))
    (embedding,) = (x for x in network.layers if isinstance(x, layers.Embedding))
    (dense,) = (x for x in network.layers if isinstance(x, layers.Dense))
    bias = np.array([0.7])
    dense.set_weights([dense.get_weights()[0], bias])
    images = _images(3)
    both = keras.Model(network.inputs, [network.output, relu.output])
    logits, last = both.predict_on_batch([images, np.array([0, 2, 1])])
    h = last.astype("float64").sum(axis=(1, 2))
    rows = embedding.get_weights()[0][[0, 2, 1]] + dense.get_weights()[0][:, 0]
    expected = (rows * h).sum(axis=1) + bias
    assert np.ptp(expected) > 1e-3
    np.testing.assert_allclose(logits[:, 0], expected, rtol=1e-4, atol=1e-4)


def test_embedding_has_spectral_norm_1() -> None:
    network = resnet.discriminator(SHAPE, filters=4, num_classes=3)
    wrapped = [x.layer for x in network.layers if isinstance(x, SpectralNormalization)]
    assert layers.Embedding in map(type, wrapped)


def test_second_order_gradients() -> None:
    """R1 is of degree 2 in the first block, which is linear in the image."""
    rng = np.random.default_rng(0)
    network = resnet.discriminator(SHAPE, filters=4, attention=8, spectral_norm=False)
    value, gradients = r1_and_gradients(randomized(network, rng), _images(2))
    weights = [w.numpy() for w in network.trainable_variables]
    paths = [w.path for w in network.trainable_variables]
    begin = [i for i, w in enumerate(weights) if w.ndim == 4 and w.shape[2] == 1]
    assert len(begin) == 2, paths  # a convolution, and the shortcut's
    assert value > 0
    for chosen in (begin, [-2]):  # and in the last layer
        slope = along([weights[i] for i in chosen], [gradients[i] for i in chosen])
        np.testing.assert_allclose(slope, 2 * value, rtol=1e-3)


def test_second_order_gradients_through_spectral_norm() -> None:
    """Its layers do not notice how large their kernels are, so R1 does not either."""
    network = resnet.discriminator(SHAPE, filters=4, num_classes=3)
    value, gradients = r1_and_gradients(network, _images(2), np.array([0, 2]))
    assert value > 0
    kernels = 0
    for variable, gradient in zip(network.trainable_variables, gradients):
        assert np.isfinite(gradient).all()
        if len(variable.shape) == 1:
            continue
        size = np.linalg.norm(gradient) * np.linalg.norm(variable.numpy())
        assert size > 0, variable.path
        assert abs(along([variable.numpy()], [gradient])) < 1e-3 * size, variable.path
        kernels += 1
    assert kernels == 4 * 2 + 2 + 2


@pytest.fixture
def mixed() -> Any:
    """A policy of 16-bit computation."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


@pytest.mark.usefixtures("mixed")
def test_mixed_precision() -> None:
    generator, discriminator = _pair()
    images = generator.predict_on_batch(_latents(2))
    logits = discriminator.predict_on_batch(images)
    assert images.dtype == logits.dtype == np.float32
    assert np.abs(images).max() <= 1
    value, gradients = r1_and_gradients(discriminator, _images(2))
    assert np.isfinite(value)
    assert all(np.isfinite(gradient).all() for gradient in gradients)
    blocks = [x for x in discriminator.layers if isinstance(x, layers.Add)]
    assert {x.compute_dtype for x in blocks} == {"bfloat16"}


def test_output_of_the_generator_is_bounded() -> None:
    generator, _ = _pair()
    assert spec_of(generator, "generator", []).output_range == (-1, 1)
    values = generator.predict_on_batch(1000 * _latents(4))
    assert values.shape == (4, *SHAPE)
    assert 0.9 < np.abs(values).max() <= 1


def test_save_and_load(tmp_path: Path) -> None:
    generator, discriminator = _pair(num_classes=3, attention=8, spectral_norm=True)
    judged = discriminator([generator.output, generator.inputs[1]])
    both = keras.Model(generator.inputs, judged)
    both.save(tmp_path / "both.keras")
    copy = keras.saving.load_model(tmp_path / "both.keras")
    inputs = [_latents(2), np.array([0, 2])]
    np.testing.assert_array_equal(*(x.predict_on_batch(inputs) for x in (both, copy)))
