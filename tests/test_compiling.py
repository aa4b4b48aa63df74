"""Compiling: XLA on a CPU for what gains by it, and for nothing else."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan
from keras_gan import penalties, replicas
from keras_gan.networks import dcgan, mlp

SHAPE = (16, 16, 1)
ON_TENSORFLOW = keras.backend.backend() == "tensorflow"


class Own(keras_gan.GAN):
    """A GAN whose objectives may be anything."""


def _squash(x: Any) -> Any:
    return ops.tanh(x)


def _gan(cls: Any = keras_gan.GAN, ema: Any = None, **settings: Any) -> Any:
    wide = {"hidden": (512, 512), **settings}
    g = mlp.generator(SHAPE, 8, hidden=wide["hidden"])
    d = mlp.discriminator(SHAPE, hidden=wide["hidden"], dropout=wide.get("dropout", 0))
    return cls(g, d, ema=ema, augment=wide.get("augment"), seed=0)


def _compiled(gan: Any, **rules: Any) -> bool:
    gan.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3), **rules)
    return bool(gan.jit_compile)


@pytest.mark.skipif(keras.backend.backend() == "jax", reason="JAX always compiles")
def test_large_dense_networks() -> None:
    assert _compiled(_gan()) is ON_TENSORFLOW
    assert _compiled(_gan(), penalties=["r1", "wgan-gp"]) is ON_TENSORFLOW
    assert not _compiled(_gan(), jit_compile=False)
    assert not _compiled(_gan(), run_eagerly=True)


@pytest.mark.skipif(not ON_TENSORFLOW, reason="is a default of TensorFlow's")
@pytest.mark.parametrize(
    ("settings", "rules"),
    [
        ({"hidden": (16,)}, {}),
        ({"dropout": 0.3}, {}),
        ({"augment": "ada"}, {}),
        ({"cls": Own}, {}),
        ({}, {"penalties": [penalties.R1(every=4)]}),
        ({}, {"penalties": [lambda critic, real: ops.square(critic(real))]}),
        ({}, {"g_loss": lambda pred_fake: -pred_fake}),
        ({}, {"metrics": [keras.metrics.MeanSquaredError()]}),
    ],
    ids=["small", "dropout", "augmented", "subclass", "lazy", "penalty", "loss", "own"],
)
def test_what_may_not_gain(settings: Any, rules: Any) -> None:
    assert not _compiled(_gan(**settings), **rules)


@pytest.mark.skipif(not ON_TENSORFLOW, reason="is a default of TensorFlow's")
def test_convolutions_do_not_gain() -> None:
    networks = dcgan.generator(SHAPE, 8), dcgan.discriminator(SHAPE)
    assert not _compiled(keras_gan.GAN(*networks))


@pytest.mark.slow
@pytest.mark.skipif(not ON_TENSORFLOW, reason="is a default of TensorFlow's")
def test_not_where_operations_are_to_be_deterministic() -> None:
    """In a process of its own, as that cannot be taken back."""
    program = """
import warnings
import keras, keras_gan
import tensorflow as tf
from tests.test_compiling import _compiled, _gan
keras.utils.set_random_seed(1)
tf.config.experimental.enable_op_determinism()
warnings.simplefilter("error", UserWarning)
assert _compiled(_gan()) is False
"""
    folder = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", program], cwd=folder, check=True)


@pytest.mark.skipif(not ON_TENSORFLOW, reason="is a default of TensorFlow's")
def test_a_training_repeats_and_is_alike(rng: np.random.Generator) -> None:
    """XLA draws other numbers, of the same distributions."""
    images = rng.uniform(-1, 1, (256, *SHAPE)).astype("float32")

    def train(jit_compile: Any) -> dict[str, list[float]]:
        keras.utils.set_random_seed(0)
        gan = _gan(ema=0.9)
        _compiled(gan, penalties=["wgan-gp"], jit_compile=jit_compile)
        history = gan.fit(images, batch_size=100, epochs=2, verbose=0, shuffle=False)
        return dict(history.history)

    plain, xla, again = train(False), train("auto"), train("auto")
    assert xla == again
    for name, values in plain.items():
        assert values == pytest.approx(xla[name], rel=0.1, abs=0.1), name


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="has no such compiler")
def test_draws_under_the_compiler() -> None:
    """Latents and factors are what they should be, and others each time."""
    seen: list[Any] = []

    class Seen(keras_gan.GAN):
        def sample_latents(self, batch_size: Any) -> Any:
            latents = super().sample_latents(batch_size)
            uniform = replicas.uniform(
                (batch_size, 8), self.seed_generator, low=-1.0, high=3.0
            )
            self.kept.assign(ops.concatenate([latents, uniform], axis=1))
            return latents

    gan = _gan(cls=Seen)
    gan.kept = gan.add_weight(shape=(2000, 16), trainable=False)
    _compiled(gan, jit_compile=True)
    for _ in range(2):
        gan.fit(np.zeros((2000, *SHAPE), "float32"), batch_size=2000, verbose=0)
        seen.append(ops.convert_to_numpy(gan.kept))
    normal, uniform = np.split(seen[0], 2, axis=1)
    assert abs(normal.mean()) < 0.03
    assert abs(normal.std() - 1) < 0.03
    assert uniform.min() >= -1
    assert uniform.max() < 3
    assert abs(uniform.mean() - 1) < 0.05
    assert abs(np.corrcoef(normal.ravel(), uniform.ravel())[0, 1]) < 0.03
    assert np.abs(seen[0] - seen[1]).min(axis=0).max() > 0


@pytest.mark.skipif(not ON_TENSORFLOW, reason="is a default of TensorFlow's")
@pytest.mark.parametrize(
    "settings",
    [{"activation": _squash}, {"kernel_regularizer": _squash}, {"dtype": "bfloat16"}],
    ids=["activation", "regularizer", "16 bits"],
)
def test_layers_that_are_not_known(settings: Any) -> None:
    samples = keras.Input(SHAPE)
    x = keras.layers.Flatten()(samples)
    x = keras.layers.Dense(1024, **settings)(x)
    d = keras.Model(samples, keras.layers.Dense(1, dtype="float32")(x))
    assert not _compiled(keras_gan.GAN(_gan().generator, d))
