"""Penalties on the players, by name, as objects or as functions.

To add one: a file with a subclass of `Penalty`, and a line in `_PENALTIES`; from
outside the package, `register`.
"""

from typing import Any

from keras_gan.penalties.code_consistency import CodeConsistency
from keras_gan.penalties.consistency import BalancedConsistency, Consistency
from keras_gan.penalties.dragan import DRAGAN
from keras_gan.penalties.function_penalty import FunctionPenalty
from keras_gan.penalties.gradient_penalty import GradientPenalty
from keras_gan.penalties.latent_consistency import LatentConsistency
from keras_gan.penalties.lecam import LeCam
from keras_gan.penalties.mode_seeking import ModeSeeking
from keras_gan.penalties.orthogonal import Orthogonal
from keras_gan.penalties.path_length import PathLength
from keras_gan.penalties.penalty import Penalty, squared_norm
from keras_gan.penalties.r1 import R1
from keras_gan.penalties.r2 import R2
from keras_gan.penalties.zero_centered import ZeroCenteredGradientPenalty
from keras_gan.registry import Registry

_PENALTIES = Registry(
    "penalty",
    Penalty,
    {
        "gradient_penalty": GradientPenalty,
        "r1": R1,
        "r2": R2,
        "zero_centered": ZeroCenteredGradientPenalty,
        "dragan": DRAGAN,
        "lecam": LeCam,
        "consistency": Consistency,
        "balanced_consistency": BalancedConsistency,
        "latent_consistency": LatentConsistency,
        "code_consistency": CodeConsistency,
        "path_length": PathLength,
        "orthogonal": Orthogonal,
        "mode_seeking": ModeSeeking,
    },
    functions=True,
    aliases={
        "wgan_gp": "gradient_penalty",
        "gp": "gradient_penalty",
        "zero_centred": "zero_centered",
        "0gp": "zero_centered",
        "cr": "consistency",
        "bcr": "balanced_consistency",
        "zcr": "latent_consistency",
        "ortho": "orthogonal",
        "msgan": "mode_seeking",
    },
)

names = _PENALTIES.names
register = _PENALTIES.register


def get(identifier: Any) -> Penalty:
    """Return the penalty for a name, a function, or an object as it is.

    Args:
        identifier: A name, see `names`; a `Penalty`; or a function as
            `FunctionPenalty` takes it.

    Raises:
        ValueError: If the name is unknown; the message lists the known ones.
        TypeError: If it is something else.
    """
    found = _PENALTIES.get(identifier)
    return found if isinstance(found, Penalty) else FunctionPenalty(found)


__all__ = [
    "DRAGAN",
    "R1",
    "R2",
    "BalancedConsistency",
    "CodeConsistency",
    "Consistency",
    "FunctionPenalty",
    "GradientPenalty",
    "LatentConsistency",
    "LeCam",
    "ModeSeeking",
    "Orthogonal",
    "PathLength",
    "Penalty",
    "ZeroCenteredGradientPenalty",
    "get",
    "names",
    "register",
    "squared_norm",
]
