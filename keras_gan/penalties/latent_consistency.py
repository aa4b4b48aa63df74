"""Latent consistency: near latents look alike to D and differ in their images."""

from typing import Any

import keras
from keras import ops

from keras_gan import replicas, schedule
from keras_gan.losses import per_sample
from keras_gan.penalties.penalty import Penalty, number, resampled
from keras_gan.random_state import seed_generator


@keras.saving.register_keras_serializable(package="keras_gan")
class LatentConsistency(Penalty):
    r"""Steady D against small moves of the latents, and keep G from ignoring them.

    .. math::
        \text{D:}\quad (D(G(z)) - D(G(z + \epsilon)))^2, \qquad
        \text{G:}\quad -\|G(z) - G(z + \epsilon)\|_2^2 / n, \qquad
        \epsilon \sim N(0, \sigma^2)

    with n the number of elements of a sample (zCR; with `BalancedConsistency` it
    makes ICR). For normal latents and for uniform ones alike; :math:`\epsilon` is
    normal. Latents that are codes (`InfoGAN`, `ClusteredGAN`) are not moved.

    Args:
        weight: D's factor, 20 by default; or a schedule of it. At 0 both halves are
            off.
        g_weight: G's factor whatever ``weight`` is above 0; 0.5 by default. The
            logs show G's half times ``g_weight / weight``.
        noise: Standard deviation σ of the moves, at least 0; 0.05 by default. The
            defaults are those of the PyTorch-StudioGAN library.
        seed: Integer seed of the moves.
        name: Key in the logs; G's half is logged with ``_g`` at its end.
        every: As in `Penalty`.

    Raises:
        ValueError: If ``g_weight`` or ``noise`` is negative or no number; else as in
            `Penalty`.

    Reference:
        Zhao et al., 2021, Improved Consistency Regularization for GANs,
        arXiv:2002.04724, algorithm 2.

    Example:
        >>> gan.compile("adam", "adam", penalties=[LatentConsistency(noise=0.03)])
    """

    default_name = "latent_consistency"
    players = ("discriminator", "generator")

    def __init__(
        self,
        weight: Any = 20.0,
        g_weight: float = 0.5,
        noise: float = 0.05,
        seed: int | None = None,
        name: str | None = None,
        every: int = 1,
    ) -> None:
        super().__init__(weight, name, every)
        self.g_weight = number("g_weight", g_weight)
        self.noise = number("noise", noise)
        self.seed = seed
        self.seed_generator = seed_generator(seed)

    def discriminator(self, batch: Any) -> Any:
        """Return how far D's output for each sample moves with its latents."""
        moved = batch.critic(ops.stop_gradient(self.near(batch)))
        return per_sample(ops.square(batch.fake_logits - moved))

    def generator(self, batch: Any) -> Any:
        """Return how little each sample moves with its latents."""
        moves = per_sample(ops.square(batch.fake - self.near(batch)))
        return -ops.cast(self._g_share(batch.step), moves.dtype) * moves

    def near(self, batch: Any) -> Any:
        """Return what the generator makes of the batch's latents, moved a little."""
        shape, dtype = ops.shape(batch.latents), batch.latents.dtype
        noise = replicas.normal(shape, self.seed_generator, dtype)
        if batch.noise_dim is not None:
            is_noise = ops.arange(batch.latents.shape[1]) < batch.noise_dim
            noise = noise * ops.cast(is_noise, dtype)
        return resampled(batch, batch.latents + self.noise * noise)

    def _g_share(self, step: Any) -> Any:
        """Return what times ``weight`` is ``g_weight``, and 0 where ``weight`` is."""
        weight = ops.convert_to_tensor(schedule.value_at(self.weight, step), "float32")
        return ops.where(weight > 0, self.g_weight / ops.maximum(weight, 1e-12), 0.0)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "g_weight": self.g_weight,
            "noise": self.noise,
            "seed": self.seed,
        }
