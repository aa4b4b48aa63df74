"""Whether XLA makes a step faster on a CPU, where Keras by itself does not use it."""

import warnings
from collections.abc import Iterable
from typing import Any

import keras
from keras import layers

from keras_gan import backend
from keras_gan.layers import LeakyReLU, ReLU
from keras_gan.penalties.function_penalty import FunctionPenalty
from keras_gan.rules import Rules

# Of products of matrices and what goes into one kernel with them. Convolutions are
# slower under XLA on a CPU, and so is dropout, for its random numbers.
_LAYERS = (
    layers.InputLayer,
    layers.Dense,
    layers.LeakyReLU,
    layers.ReLU,
    LeakyReLU,
    ReLU,
    layers.Activation,
    layers.Flatten,
    layers.Reshape,
)

# What a layer may hold of a user's.
_FUNCTIONS = ("activation", "kernel_regularizer", "kernel_constraint")

# With fewer weights a training may be over before compiling has paid.
_LEAST_WEIGHTS = 2**17


def use_xla_where_it_pays(
    gan: keras.Model, rules: Rules, optimizers: Iterable[Any]
) -> None:
    """Let XLA compile the steps of a GAN that gains by it.

    Not where TensorFlow is told to be deterministic: Keras knows, and warns of it.

    Args:
        gan: The GAN, compiled with ``jit_compile="auto"``.
        rules: What it plays by.
        optimizers: Both players'.

    Example:
        >>> use_xla_where_it_pays(gan, rules, optimizers)
    """
    if pays(gan, rules, optimizers):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Model doesn't support", UserWarning)
            gan.jit_compile = True


def pays(gan: keras.Model, rules: Rules, optimizers: Iterable[Any]) -> bool:
    """Return whether a GAN is to be compiled by XLA though it runs on a CPU.

    On TensorFlow a step of dense networks is a tenth to a quarter faster then
    (`benchmarks/NOTES.md`). Said of nothing but what is known to compile and to gain:
    our own objectives, penalties and layers, in float32, on one device. XLA draws other
    numbers from a seed than TensorFlow does.

    Args:
        gan: The GAN.
        rules: What it plays by.
        optimizers: Both players'.

    Example:
        >>> pays(dcgan, rules, optimizers)
        False
    """
    objectives = (rules.d_half.loss, rules.g_half.loss)
    return (
        keras.backend.backend() == "tensorflow"
        and all(d.startswith("cpu") for d in keras.distribution.list_devices())
        and backend.shares(gan) == 1
        and all(map(_is_ours, (gan, *objectives, *rules.penalties)))
        and all(penalty.every == 1 for penalty in rules.penalties)
        and all(map(_is_of_keras, optimizers))
        and gan.augment is None
        and not rules.given["metrics"]
        and all(map(_gains, (gan.generator, gan.discriminator)))
    )


def _is_ours(part: Any) -> bool:
    """Whether it is known what it computes, as of no function of a user's."""
    known = type(part).__module__.startswith("keras_gan.")
    return known and not isinstance(part, FunctionPenalty)


def _gains(network: keras.Model) -> bool:
    """Whether a network is large, of known layers, and computes in float32."""
    known = all(
        type(part) in _LAYERS
        and part.compute_dtype == "float32"
        and all(map(_is_of_keras, (getattr(part, name, None) for name in _FUNCTIONS)))
        for part in network.layers
    )
    return known and _is_of_keras(network) and network.count_params() >= _LEAST_WEIGHTS


def _is_of_keras(part: Any) -> bool:
    """Whether a function or an object is one of Keras's own, if there is any."""
    module = getattr(part, "__module__", None) or type(part).__module__
    return part is None or module.startswith("keras.")
