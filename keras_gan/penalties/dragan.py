"""DRAGAN: a slope of 1 in the neighbourhood of the real samples."""

from typing import Any

import keras
from keras import ops

from keras_gan import replicas
from keras_gan.penalties.gradient_penalty import GradientPenalty
from keras_gan.penalties.penalty import number


@keras.saving.register_keras_serializable(package="keras_gan")
class DRAGAN(GradientPenalty):
    r"""Keep the critic's gradient norm at 1 around real samples.

    .. math::
        (\|\nabla_{\tilde x} D(\tilde x)\|_2 - 1)^2, \quad
        \tilde x = x + 0.5\, s\, u, \quad u \sim U[0, 1]

    with u drawn for each element and s the standard deviation of all elements of
    the batch, one number, as in the authors' code.

    Args:
        weight: Factor in the objective; 10 in the paper.
        seed: Integer seed of u.
        name: Key in the logs.
        every: As in `Penalty`.
        one_sided: As in `GradientPenalty`.
        target: As in `GradientPenalty`.
        spread: Size of the neighbourhood in standard deviations, at least 0.

    Raises:
        ValueError: If ``target`` or ``spread`` is negative or no number; else as in
            `Penalty`.

    Reference:
        Kodali et al., 2017, On Convergence and Stability of GANs,
        arXiv:1705.07215, algorithm 1.

    Example:
        >>> gan.compile("adam", "adam", penalties=[DRAGAN(weight=10, spread=0.5)])
    """

    default_name = "dragan"

    def __init__(
        self,
        weight: Any = 10.0,
        seed: int | None = None,
        name: str | None = None,
        every: int = 1,
        one_sided: bool = False,
        target: float = 1.0,
        spread: float = 0.5,
    ) -> None:
        super().__init__(weight, seed, name, every, one_sided, target)
        self.spread = number("spread", spread)

    def points(self, real: Any, fake: Any) -> Any:
        """Return a point near each real sample."""
        noise = replicas.uniform(ops.shape(real), self.seed_generator, real.dtype)
        mean = ops.mean(replicas.batch_mean(real))
        variance = ops.mean(replicas.batch_mean(ops.square(real - mean)))
        return real + self.spread * ops.sqrt(variance) * noise

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "spread": self.spread}
