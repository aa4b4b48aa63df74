"""Every penalty in float64, as a researcher checks numbers."""

from collections.abc import Iterator

import keras
import numpy as np
import pytest

from keras_gan import GAN, penalties
from keras_gan.networks import dcgan


@pytest.fixture(autouse=True)
def float64() -> Iterator[None]:
    keras.config.set_floatx("float64")
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy(policy)


@pytest.mark.skipif(
    keras.backend.backend() == "jax", reason="JAX has no float64 unless told"
)
@pytest.mark.parametrize("name", penalties.names())
def test_a_step(name: str) -> None:
    heads = (3,) if name == "code_consistency" else ()
    gan = GAN(
        dcgan.generator((16, 16, 1), 4, filters=2),
        dcgan.discriminator((16, 16, 1), filters=2, heads=heads),
        ema=0.9,
    )
    gan.compile("sgd", "sgd", penalties=[name], run_eagerly=True)
    logs = gan.train_on_batch(np.zeros((4, 16, 16, 1)), return_dict=True)
    assert all(np.isfinite(value) for value in logs.values())
    assert gan.discriminator.weights[0].dtype == "float64"
