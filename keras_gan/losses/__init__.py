"""Losses of two players, by name or as objects.

To add one: a file with a subclass of `AdversarialLoss`, and a line in `_LOSSES`;
or, from outside the package, `register`.
"""

from keras_gan.losses.adversarial_loss import AdversarialLoss, per_sample
from keras_gan.losses.hinge import Hinge
from keras_gan.losses.least_squares import LeastSquares
from keras_gan.losses.minimax import Minimax
from keras_gan.losses.non_saturating import NonSaturating
from keras_gan.losses.relativistic import Relativistic
from keras_gan.losses.relativistic_average import (
    RelativisticAverage,
    RelativisticAverageHinge,
    RelativisticAverageLeastSquares,
)
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
        "relativistic": Relativistic,
        "relativistic_average": RelativisticAverage,
        "relativistic_average_hinge": RelativisticAverageHinge,
        "relativistic_average_least_squares": RelativisticAverageLeastSquares,
    },
    functions=True,
    aliases={
        "bce": "non_saturating",
        "binary_crossentropy": "non_saturating",
        "gan": "non_saturating",
        "vanilla": "non_saturating",
        "ns": "non_saturating",
        "mm": "minimax",
        "saturating": "minimax",
        "ls": "least_squares",
        "lsgan": "least_squares",
        "mse": "least_squares",
        "mean_squared_error": "least_squares",
        "w": "wasserstein",
        "wgan": "wasserstein",
        "rgan": "relativistic",
        "rpgan": "relativistic",
        "rsgan": "relativistic",
        "ragan": "relativistic_average",
        "rasgan": "relativistic_average",
        "rahinge": "relativistic_average_hinge",
        "rahingegan": "relativistic_average_hinge",
        "rals": "relativistic_average_least_squares",
        "ralsgan": "relativistic_average_least_squares",
    },
)

names = _LOSSES.names
get = _LOSSES.get
register = _LOSSES.register

__all__ = [
    "AdversarialLoss",
    "Hinge",
    "LeastSquares",
    "Minimax",
    "NonSaturating",
    "Relativistic",
    "RelativisticAverage",
    "RelativisticAverageHinge",
    "RelativisticAverageLeastSquares",
    "Wasserstein",
    "get",
    "names",
    "per_sample",
    "register",
]
