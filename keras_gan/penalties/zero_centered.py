"""The zero-centred gradient penalty: no slope between real and generated."""

from collections.abc import Callable
from typing import Any

import keras

from keras_gan.arguments import seed_generator
from keras_gan.penalties.gradient_penalty import between
from keras_gan.penalties.penalty import Penalty, squared_norm


@keras.saving.register_keras_serializable(package="keras_gan")
class ZeroCenteredGradientPenalty(Penalty):
    r"""Penalise the squared gradient norm of D on lines between real and fake.

    .. math::
        \|\nabla_{\hat x} D(\hat x)\|_2^2, \quad
        \hat x = x + \alpha (G(z) - x), \quad \alpha \sim U[0, 1]

    with one :math:`\alpha` per sample. It acts between the two distributions, where
    `R1` acts on the real one alone and `R2` on the generated one.

    Args:
        weight: Factor in the objective; 10 by default.
        seed: Integer seed of :math:`\alpha`.
        name: Key in the logs.
        every: As in `Penalty`.

    Reference:
        Thanh-Tung, Tran, Venkatesh, 2019, Improving Generalization and Stability of
        Generative Adversarial Networks, arXiv:1902.03984 (0-GP).

    Example:
        >>> gan.compile("adam", "adam", penalties=["zero_centered"])
    """

    default_name = "zero_centered"
    takes_slope = True

    def __init__(
        self,
        weight: Any = 10.0,
        seed: int | None = None,
        name: str | None = None,
        every: int = 1,
    ) -> None:
        super().__init__(weight, name, every)
        self.seed = seed
        self.seed_generator = seed_generator(seed)

    def __call__(
        self,
        critic: Callable[[Any], Any],
        real: Any,
        fake: Any,
        input_gradient: Callable[[Callable, Any], Any],
    ) -> Any:
        """Return ‖∇D(x̂)‖² for each sample."""
        points = between(real, fake, self.seed_generator)
        return squared_norm(input_gradient(critic, points))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "seed": self.seed}
