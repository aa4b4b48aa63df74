"""The gradient penalty of WGAN-GP: a slope of 1 between real and generated."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_gan.penalties.penalty import Penalty, squared_norm


@keras.saving.register_keras_serializable(package="keras_gan")
class GradientPenalty(Penalty):
    r"""Keep the critic's gradient norm at 1 on lines between real and fake.

    .. math::
        (\|\nabla_{\hat x} D(\hat x)\|_2 - 1)^2, \quad
        \hat x = x + \alpha (G(z) - x), \quad \alpha \sim U[0, 1]

    One :math:`\alpha` per sample, and the norm over all axes of the sample.

    Args:
        weight: Factor in the objective; 10 in the paper.
        seed: Integer seed of :math:`\alpha`.
        name: Key in the logs.

    Reference:
        Gulrajani et al., 2017, Improved Training of Wasserstein GANs,
        arXiv:1704.00028, eq. 3.

    Example:
        >>> gan.compile("adam", "adam", loss="wasserstein", d_steps=5,
        ...             penalties=[GradientPenalty(weight=10)])
    """

    default_name = "gradient_penalty"

    def __init__(
        self, weight: float = 10.0, seed: int | None = None, name: str | None = None
    ) -> None:
        super().__init__(weight, name)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def __call__(
        self,
        critic: Callable[[Any], Any],
        real: Any,
        fake: Any,
        input_gradient: Callable[[Callable, Any], Any],
    ) -> Any:
        """Return (‖∇D(x̂)‖ - 1)² for each sample."""
        shape = (ops.shape(real)[0],) + (1,) * (len(real.shape) - 1)
        alpha = keras.random.uniform(shape, dtype=real.dtype, seed=self.seed_generator)
        gradients = input_gradient(critic, real + alpha * (fake - real))
        # The root's own gradient is infinite at 0.
        norm = ops.sqrt(squared_norm(gradients) + 1e-12)
        return ops.square(norm - 1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "seed": self.seed}
