"""Losses of two players, by name or as objects.

To add one: a file with a subclass of `AdversarialLoss`, and a line in `_LOSSES`.
"""

from keras_gan.losses.adversarial_loss import AdversarialLoss, per_sample
from keras_gan.losses.hinge import Hinge
from keras_gan.losses.least_squares import LeastSquares
from keras_gan.losses.minimax import Minimax
from keras_gan.losses.non_saturating import NonSaturating
from keras_gan.losses.wasserstein import Wasserstein
from keras_gan.registry import Registry

_LOSSES = Registry(
    "loss",
    AdversarialLoss,
    {
        "minimax": Minimax,
        "non_saturating": NonSaturating,
        "least_squares": LeastSquares,
        "wasserstein": Wasserstein,
        "hinge": Hinge,
    },
    functions=True,
)

names = _LOSSES.names
get = _LOSSES.get

__all__ = [
    "AdversarialLoss",
    "Hinge",
    "LeastSquares",
    "Minimax",
    "NonSaturating",
    "Wasserstein",
    "get",
    "names",
    "per_sample",
]
