"""Penalties on the discriminator, by name or as objects.

To add one: a file with a subclass of `Penalty`, and a line in `_PENALTIES`.
"""

from keras_gan.penalties.gradient_penalty import GradientPenalty
from keras_gan.penalties.penalty import Penalty, squared_norm
from keras_gan.penalties.r1 import R1
from keras_gan.registry import Registry

_PENALTIES = Registry(
    "penalty",
    Penalty,
    {
        "gradient_penalty": GradientPenalty,
        "r1": R1,
    },
)

names = _PENALTIES.names
get = _PENALTIES.get

__all__ = ["R1", "GradientPenalty", "Penalty", "get", "names", "squared_norm"]
