"""Packs, heads and spectral normalization of every discriminator."""

from functools import partial
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from keras_gan.layers import SpectralNormalization
from keras_gan.networks import dcgan, mlp, r3gan, resnet

SHAPE = (16, 16, 3)
WITH_HEADS = {
    "dcgan": partial(dcgan.discriminator, filters=2),
    "mlp": partial(mlp.discriminator, hidden=(4,)),
    "resnet": partial(resnet.discriminator, filters=2),
}
ALL = {
    **WITH_HEADS,
    "r3gan": partial(r3gan.discriminator, widths=(2,), cardinality=1),
}

every_one = pytest.mark.parametrize("name", ALL)
every_one_with_heads = pytest.mark.parametrize("name", WITH_HEADS)


@pytest.mark.usefixtures("drawn")
@every_one
def test_packs_have_the_channels_of_all_their_samples(name: str) -> None:
    packed = ALL[name](SHAPE, packing=2)
    assert packed.input_shape == (None, 16, 16, 6)
    assert packed.inputs[0].name == "samples"
    assert packed.output_shape == (None, 1)


@pytest.mark.usefixtures("drawn")
def test_packs_of_vectors() -> None:
    packed = mlp.discriminator((2,), hidden=(4,), packing=3)
    assert packed.input_shape == (None, 6)


@every_one
@pytest.mark.parametrize("packing", [0, -1, 1.5])
def test_packing_out_of_range(name: str, packing: Any) -> None:
    with pytest.raises(ValueError, match=f"packing must be .*packing={packing}"):
        ALL[name](SHAPE, packing=packing)


@pytest.mark.usefixtures("drawn")
@every_one_with_heads
def test_heads(name: str) -> None:
    network = WITH_HEADS[name](SHAPE, heads=(10, 3), num_classes=5)
    assert network.output_shape == [(None, 1), (None, 10), (None, 3)]
    assert WITH_HEADS[name](SHAPE).output_shape == (None, 1)


@pytest.mark.parametrize("name", ["mlp", "resnet"])
def test_heads_are_dense_in_the_features_of_the_logit(name: str) -> None:
    network = WITH_HEADS[name]((16, 16, 1), heads=(2,), spectral_norm=False)
    logit, head = network.layers[-2:]
    assert logit.input is head.input
    images = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16, 1)).astype("float32")
    outputs = [*network.outputs, logit.input]
    *outputs, features = keras.Model(network.inputs[0], outputs).predict_on_batch(
        images
    )
    for layer, output in zip((logit, head), outputs, strict=True):
        kernel, bias = layer.get_weights()
        expected = features.astype("float64") @ kernel + bias
        np.testing.assert_allclose(output, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.usefixtures("drawn")
@every_one_with_heads
@pytest.mark.parametrize("heads", [(0,), (10, -1), (2.5,), 10, "10"])
def test_heads_out_of_range(name: str, heads: Any) -> None:
    with pytest.raises(ValueError, match="heads must be") as error:
        WITH_HEADS[name](SHAPE, heads=heads)
    assert f"heads={heads!r}" in str(error.value)


@pytest.mark.usefixtures("drawn")
@every_one_with_heads
@pytest.mark.parametrize("spectral_norm", [True, False])
def test_spectral_norm_of_every_layer(name: str, spectral_norm: bool) -> None:
    network = WITH_HEADS[name](SHAPE, heads=(2,), spectral_norm=spectral_norm)
    kinds = {type(layer) for layer in network.layers if layer.weights}
    if spectral_norm:
        assert kinds == {SpectralNormalization}
    else:
        assert SpectralNormalization not in kinds
        assert layers.Dense in kinds


@pytest.mark.usefixtures("drawn")
def test_the_logit_is_raw_and_seen_to_be() -> None:
    for name, build in ALL.items():
        dense = build(SHAPE).layers[-1]
        assert dense.activation is keras.activations.linear, name
        assert dense.count_params() > 0
