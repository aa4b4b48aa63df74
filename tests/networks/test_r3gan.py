"""R3GAN's networks: sizes, parameters, initial weights, gradients, configs."""

import math
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from keras_gan.layers.grouped_conv import GroupedConv2D
from keras_gan.networks import r3gan
from keras_gan.networks.spec import classes_of, spec_of
from tests.networks.second_order import along, r1_and_gradients, randomized

SHAPE = (16, 16, 1)
SMALL: dict[str, Any] = {"widths": (4,), "cardinality": 2}


def _pair(**settings: Any) -> tuple[keras.Model, keras.Model]:
    return (
        r3gan.generator(SHAPE, latent_dim=3, **SMALL, **settings),
        r3gan.discriminator(SHAPE, **SMALL, **settings),
    )


def _images(n: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (n, *SHAPE)).astype("float32")


def _latents(n: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, 3)).astype("float32")


def _layers(network: keras.Model, kind: type) -> list[Any]:
    return [x for x in network.layers if type(x) is kind]


def _linear(network: keras.Model) -> list[Any]:
    return [x for x in network.layers if isinstance(x, layers.Conv2D | layers.Dense)]


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(
    ("side", "widths", "maps"),
    [
        (28, (12, 8, 4), [(7, 12), (14, 8), (28, 4)]),
        (32, (12, 8, 4), [(4, 12), (8, 12), (16, 8), (32, 4)]),
        (64, (4,), [(4, 4), (8, 4), (16, 4), (32, 4), (64, 4)]),
    ],
)
def test_maps(side: int, widths: tuple, maps: list) -> None:
    """Two blocks at each size; the smallest maps share the first width."""
    shape = (side, side, 3)
    settings: dict[str, Any] = {"blocks": 2, "cardinality": 4}
    generator = r3gan.generator(shape, 5, widths=widths, **settings)
    discriminator = r3gan.discriminator(shape, widths=widths[::-1], **settings)
    assert generator.input_shape == (None, 5)
    assert generator.output_shape == discriminator.input_shape == (None, *shape)
    assert discriminator.output_shape == (None, 1)
    blocks = [(side, side, width) for side, width in maps for _ in range(2)]
    for network, expected in ((generator, blocks), (discriminator, blocks[::-1])):
        added = _layers(network, layers.Add)
        assert [x.output.shape[1:] for x in added] == expected
        grouped = _layers(network, GroupedConv2D)
        assert [x.groups for x in grouped] == [4] * len(blocks)
        assert [x.filters for x in grouped] == [2 * width for *_, width in expected]


@pytest.mark.usefixtures("drawn")
def test_parameters_of_the_papers_networks_for_cifar() -> None:
    block = 2 * 768 * 1536 + 9 * 16 * 1536 + 2 * 1536
    shared = 8 * block + 3 * 768 + 4 * 4 * 768
    generator = r3gan.generator((32, 32, 3), **r3gan.CIFAR10)
    assert generator.count_params() == shared + 64 * 768
    discriminator = r3gan.discriminator((32, 32, 3), **r3gan.CIFAR10)
    assert discriminator.count_params() == shared + 768


def test_initial_weights() -> None:
    """He's variance times L^(-1/2) inside a block, which begins as the identity."""
    settings: dict[str, Any] = {"widths": (64,), "blocks": 2, "cardinality": 4}
    network = r3gan.discriminator(SHAPE, **settings)
    he = math.sqrt(2 / (1 + 0.2**2))
    kernels = [x.get_weights()[0] for x in _linear(network)]
    # The first layer; a block's three; the last layer. There are 6 blocks.
    for kernel, gain in zip(
        [kernels[0], *kernels[1:4], kernels[-1]],
        [1, he * 6**-0.25, he * 6**-0.25, 0, 1],
        strict=True,
    ):
        fan_in = np.prod(kernel.shape[:-1])
        tolerance = 4 / math.sqrt(2 * kernel.size)  # four of its own deviations
        assert kernel.std() == pytest.approx(gain / math.sqrt(fan_in), rel=tolerance)
    assert kernels[2].shape == (3, 3, 128 // 4, 128)
    (learned,) = _layers(network, r3gan.LearnedMap)
    assert learned.get_weights()[0].std() == pytest.approx(1 / 4, rel=0.1)
    x = np.random.default_rng(0).normal(size=(1, 16, 16, 64)).astype("float32")
    add = _layers(network, layers.Add)[0]
    block = keras.Model(add.input[0], add.output)
    np.testing.assert_array_equal(block.predict_on_batch(x), x)


def test_block_adds_what_its_convolutions_make() -> None:
    """A numpy block, where every pixel is alike so that a 3x3 kernel is its sum."""
    network = randomized(r3gan.discriminator(SHAPE, **SMALL), np.random.default_rng(1))
    add = _layers(network, layers.Add)[0]
    first, grouped, last = _linear(network)[1:4]
    rng = np.random.default_rng(0)
    for layer in (first, grouped):
        layer.bias.assign(rng.normal(size=8))
    pixel = rng.normal(size=4)
    x = np.broadcast_to(pixel, (1, 16, 16, 4)).astype("float32")
    block = keras.Model(add.input[0], add.output)
    made = block.predict_on_batch(x)[0, 8, 8]

    def active(values: np.ndarray) -> np.ndarray:
        return np.where(values > 0, values, 0.2 * values)

    kernels = [x.get_weights()[0].astype("float64").sum((0, 1)) for x in (first, last)]
    y = active(pixel @ kernels[0] + first.get_weights()[1])
    groups = grouped.get_weights()[0].astype("float64").sum((0, 1))
    y = np.concatenate([y[:4] @ groups[:, :4], y[4:] @ groups[:, 4:]])
    y = active(y + grouped.get_weights()[1]) @ kernels[1]
    assert np.abs(y).max() > 0.1
    np.testing.assert_allclose(made, pixel + y, rtol=1e-4, atol=1e-5)


def test_the_learned_map_is_scaled_by_the_latents() -> None:
    generator, _ = _pair()
    (learned,) = _layers(generator, r3gan.LearnedMap)
    (dense,) = _layers(generator, layers.Dense)
    latents = _latents(2)
    first = keras.Model(generator.input, learned.output).predict_on_batch(latents)
    scales = latents.astype("float64") @ dense.get_weights()[0]
    expected = scales[:, None, None, :] * learned.get_weights()[0]
    np.testing.assert_allclose(first, expected, rtol=1e-4, atol=1e-5)


def test_labels() -> None:
    """G appends the label's embedding to the latents, D has its inner product."""
    generator, discriminator = _pair(num_classes=3)
    assert [x.name for x in generator.inputs] == ["latents", "labels"]
    assert [x.name for x in discriminator.inputs] == ["samples", "labels"]
    assert classes_of(generator) == classes_of(discriminator) == 3
    latents = np.repeat(_latents(1), 3, axis=0)
    made = generator.predict_on_batch([latents, np.arange(3)])
    assert np.abs(made[0] - made[1]).max() > 1e-3
    images, labels = _images(3), np.array([0, 2, 2])
    (dense,) = _layers(discriminator, layers.Dense)
    (embedding,) = _layers(discriminator, layers.Embedding)
    (learned,) = _layers(discriminator, r3gan.LearnedMap)
    before = keras.Model(discriminator.inputs[0], learned.input)
    maps = before.predict_on_batch(images).astype("float64") * learned.get_weights()[0]
    features = maps.sum(axis=(1, 2)) @ dense.get_weights()[0]
    expected = (features * embedding.get_weights()[0][labels]).sum(axis=1)
    logits = discriminator.predict_on_batch([images, labels])
    np.testing.assert_allclose(logits[:, 0], expected, rtol=1e-3, atol=1e-5)


@pytest.mark.usefixtures("drawn")
def test_output_activation() -> None:
    generator, _ = _pair()
    assert spec_of(generator, "generator", []).output_range == (-1, 1)
    unbounded = r3gan.generator(SHAPE, output_activation=None, **SMALL)
    assert spec_of(unbounded, "generator", []).activation == "linear"


@pytest.mark.parametrize("build", [r3gan.generator, r3gan.discriminator])
def test_arguments_out_of_range(build: Any) -> None:
    with pytest.raises(ValueError, match=r"widths must be 1 to 3 .*Received: 4"):
        build((28, 28, 1), widths=(8, 8, 8, 8))
    with pytest.raises(ValueError, match=r"widths must be .*Received: 0"):
        build((28, 28, 1), widths=())
    message = "cardinality=5 must divide expansion=2 .*a width of 8"
    with pytest.raises(ValueError, match=message):
        build((28, 28, 1), widths=(10, 8), cardinality=5)
    for name in ("blocks", "cardinality", "expansion"):
        with pytest.raises(ValueError, match=f"{name} must be .*Received: {name}=0"):
            build((28, 28, 1), **{name: 0})
    with pytest.raises(ValueError, match=r"from 16 to 512\. Received: 8"):
        build((8, 8, 1))


def test_second_order_gradients() -> None:
    """Without biases D is of degree 1 in its first layer, so R1 is of degree 2."""
    _, network = _pair()
    randomized(network, np.random.default_rng(0))
    value, gradients = r1_and_gradients(network, _images(2))
    assert value > 0
    for i, variable in enumerate(network.trainable_variables):
        if variable.path.rsplit("/", 1)[-1] != "bias":
            assert np.abs(gradients[i]).max() > 0, variable.path
    for i in (0, -2, -1):  # the first layer, the learned map, the last layer
        weights = network.trainable_variables[i].numpy()
        slope = along([weights], [gradients[i]])
        np.testing.assert_allclose(slope, 2 * value, rtol=1e-3)


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
    value, gradients = r1_and_gradients(discriminator, _images(2))
    assert np.isfinite(value)
    assert all(np.isfinite(gradient).all() for gradient in gradients)
    grouped = _layers(discriminator, GroupedConv2D)
    assert {keras.backend.standardize_dtype(x.output.dtype) for x in grouped} == {
        "bfloat16"
    }


def test_save_and_load(tmp_path: Path) -> None:
    generator, discriminator = _pair(num_classes=3)
    judged = discriminator([generator.output, generator.inputs[1]])
    both = keras.Model(generator.inputs, judged)
    both.save(tmp_path / "both.keras")
    copy = keras.saving.load_model(tmp_path / "both.keras")
    inputs = [_latents(2), np.array([0, 2])]
    np.testing.assert_array_equal(*(x.predict_on_batch(inputs) for x in (both, copy)))
