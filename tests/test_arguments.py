"""Tests of the checks of arguments, and of all that take a whole number."""

from typing import Any

import numpy as np
import pytest
from keras import layers

from keras_gan import InfoGAN, network_pair, sampling
from keras_gan.callbacks import SampleGrid
from keras_gan.layers import (
    ConditionalBatchNormalization,
    MinibatchStdDev,
    SelfAttention2D,
    SpectralNormalization,
)
from keras_gan.networks import mlp, r3gan
from keras_gan.penalties import LeCam

SHAPE = (2,)


def _matched(**given: Any) -> Any:
    packing = given.get("packing", 1)
    generator = mlp.generator(SHAPE, 4, hidden=(2,), num_classes=4)
    labels = None if "packing" in given else 4
    judge = mlp.discriminator(SHAPE, hidden=(2,), num_classes=labels, packing=packing)
    return network_pair.match(generator, judge, **given)


def _info_gan(**codes: Any) -> Any:
    generator = mlp.generator(SHAPE, 16, hidden=(2,))
    judge = mlp.discriminator(SHAPE, hidden=(2,), heads=(4, 8))
    return InfoGAN(generator, judge, categories=(4,), **codes)


TAKERS = {
    "start": LeCam,
    "power_iterations": lambda **n: SpectralNormalization(layers.Dense(1), **n),
    "group_size": MinibatchStdDev,
    "num_features": MinibatchStdDev,
    "num_classes": ConditionalBatchNormalization,
    "key_channels": SelfAttention2D,
    "value_channels": SelfAttention2D,
    "blocks": lambda **n: r3gan.generator((16, 16, 1), widths=(8,), **n),
    "cardinality": lambda **n: r3gan.discriminator((16, 16, 1), widths=(8,), **n),
    "n": lambda n: sampling.draw_latents(n, 2, "normal", 0),
    "columns": lambda **n: SampleGrid("somewhere", **n),
    "every": lambda **n: SampleGrid("somewhere", **n),
    "latent_dim": _matched,
    "packing": _matched,
    "continuous": _info_gan,
}


@pytest.mark.parametrize("name", TAKERS)
def test_whole_numbers_are_those_of_numpy_too_and_no_bools(name: str) -> None:
    TAKERS[name](**{name: np.int64(4)})
    with pytest.raises(ValueError, match=f"{name} must be .*True|{name}=True"):
        TAKERS[name](**{name: True})
