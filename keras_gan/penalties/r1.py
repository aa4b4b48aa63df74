"""R1: no slope of the discriminator at real images."""

from collections.abc import Callable
from typing import Any

import keras

from keras_gan.penalties.penalty import Penalty, squared_norm


@keras.saving.register_keras_serializable(package="keras_gan")
class R1(Penalty):
    r"""Penalise half the squared gradient norm of D at real images.

    .. math:: \frac{1}{2} \|\nabla_x D(x)\|_2^2

    Args:
        weight: The paper's :math:`\gamma`; 10 there.
        name: Key in the logs.
        every: As in `Penalty`; 16 in StyleGAN2.

    Reference:
        Mescheder, Geiger, Nowozin, 2018, Which Training Methods for GANs do
        actually Converge?, arXiv:1801.04406, eq. 9.

    Example:
        >>> gan.compile("adam", "adam", penalties=[R1(weight=1.0)])
    """

    default_name = "r1"
    takes_slope = True

    def __init__(
        self, weight: Any = 10.0, name: str | None = None, every: int = 1
    ) -> None:
        super().__init__(weight, name, every)

    def __call__(
        self,
        critic: Callable[[Any], Any],
        real: Any,
        fake: Any,
        input_gradient: Callable[[Callable, Any], Any],
    ) -> Any:
        """Return ‖∇D(x)‖² / 2 for each sample."""
        return squared_norm(input_gradient(critic, self.points(real, fake))) / 2

    def points(self, real: Any, fake: Any) -> Any:
        """Return where to look at the slope: the real samples."""
        return real
