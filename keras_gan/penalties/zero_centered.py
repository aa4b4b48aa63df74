"""The zero-centred gradient penalty: no slope between real and generated."""

from typing import Any

import keras

from keras_gan.penalties.gradient_penalty import GradientPenalty


@keras.saving.register_keras_serializable(package="keras_gan")
class ZeroCenteredGradientPenalty(GradientPenalty):
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

    def __init__(
        self,
        weight: Any = 10.0,
        seed: int | None = None,
        name: str | None = None,
        every: int = 1,
    ) -> None:
        super().__init__(weight, seed, name, every, target=0.0)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        config = super().get_config()
        return {key: config[key] for key in ("weight", "seed", "name", "every")}
