"""The gradient penalty of WGAN-GP: a slope of 1 between real and generated."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_gan import replicas
from keras_gan.penalties.penalty import Penalty, number, squared_norm
from keras_gan.random_state import seed_generator


@keras.saving.register_keras_serializable(package="keras_gan")
class GradientPenalty(Penalty):
    r"""Keep the critic's gradient norm at 1 on lines between real and fake.

    .. math::
        (\|\nabla_{\hat x} D(\hat x)\|_2 - 1)^2, \quad
        \hat x = x + \alpha (G(z) - x), \quad \alpha \sim U[0, 1]

    One :math:`\alpha` per sample, and the norm over all axes of the sample. Give the
    critic no batch normalization, with which a sample's slope depends on the others.

    Args:
        weight: Factor in the objective; 10 in the paper.
        seed: Integer seed of :math:`\alpha`.
        name: Key in the logs.
        every: As in `Penalty`.
        one_sided: Whether to leave smaller norms alone:
            :math:`\mathrm{relu}(\|\nabla D\| - 1)^2`.
        target: The norm in place of 1, at least 0.

    Raises:
        ValueError: If ``target`` is negative or no number; else as in `Penalty`.

    Reference:
        Gulrajani et al., 2017, Improved Training of Wasserstein GANs,
        arXiv:1704.00028, eq. 3, and section 4 on one side.

    Example:
        >>> gan.compile("adam", "adam", loss="wasserstein", d_steps=5,
        ...             penalties=[GradientPenalty(weight=10)])
    """

    default_name = "gradient_penalty"
    takes_slope = True

    def __init__(
        self,
        weight: Any = 10.0,
        seed: int | None = None,
        name: str | None = None,
        every: int = 1,
        one_sided: bool = False,
        target: float = 1.0,
    ) -> None:
        super().__init__(weight, name, every)
        self.seed = seed
        self.seed_generator = seed_generator(seed)
        self.one_sided = bool(one_sided)
        self.target = number("target", target)

    def __call__(
        self,
        critic: Callable[[Any], Any],
        real: Any,
        fake: Any,
        input_gradient: Callable[[Callable, Any], Any],
    ) -> Any:
        """Return (‖∇D(x̂)‖ - target)² for each sample."""
        gradients = input_gradient(critic, self.points(real, fake))
        # The root's own gradient is infinite at 0.
        excess = ops.sqrt(squared_norm(gradients) + 1e-12) - self.target
        return ops.square(ops.relu(excess) if self.one_sided else excess)

    def points(self, real: Any, fake: Any) -> Any:
        """Return where to look at the slope: a point between each real and fake."""
        return between(real, fake, self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "seed": self.seed,
            "one_sided": self.one_sided,
            "target": self.target,
        }


def between(real: Any, fake: Any, seed: Any) -> Any:
    """Draw a point on the line from each real sample to its fake one.

    Args:
        real: Real samples, ``(batch, ...)``.
        fake: Generated samples of the same shape.
        seed: A `keras.random.SeedGenerator`.

    Returns:
        Tensor of the shape of ``real``: x + α (G(z) - x), one α from U[0, 1] each.

    Example:
        >>> between(ops.zeros((2, 3)), ops.ones((2, 3)), seed)  # α, three times
    """
    shape = (ops.shape(real)[0],) + (1,) * (len(real.shape) - 1)
    alpha = replicas.uniform(shape, seed, real.dtype)
    return real + alpha * (fake - real)
