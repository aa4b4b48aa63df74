"""Mode seeking: other latents, other images."""

from typing import Any

import keras
from keras import ops

from keras_gan.penalties.penalty import Penalty, resampled


@keras.saving.register_keras_serializable(package="keras_gan")
class ModeSeeking(Penalty):
    r"""Penalise a generator whose images differ little while the latents do.

    .. math::
        \frac{1}{d_I / d_z + 10^{-5}}, \quad
        d_I = \overline{|G(z_1) - G(z_2)|}, \quad d_z = \overline{|z_1 - z_2|}

    the bars being means over all elements of the batch. The second latents are the
    batch's own, each handed on to the next sample while labels stay, and codes
    (`InfoGAN`, `ClusteredGAN`): two images of one label or code, and latents of
    whatever distribution the GAN draws from. It runs the generator once more. Every
    sample of a batch has the same value, 0 where it is on its own.

    Args:
        weight: Factor in the objective; 1 in the paper.
        name: Key in the logs.
        every: As in `Penalty`.

    Reference:
        Mao et al., 2019, Mode Seeking Generative Adversarial Networks for Diverse
        Image Synthesis, arXiv:1903.05628, section 3.2.

    Example:
        >>> gan.compile("adam", "adam", penalties=["mode_seeking"])
    """

    default_name = "mode_seeking"
    players = ("generator",)

    def generator(self, batch: Any) -> Any:
        """Return the batch's value, for each sample."""
        width = batch.noise_dim or batch.latents.shape[1]
        noise, codes = batch.latents[:, :width], batch.latents[:, width:]
        others = ops.roll(noise, 1, axis=0)
        moved = ops.concatenate([others, codes], axis=1)
        images = _distance(batch.fake, resampled(batch, moved))
        latents = _distance(noise, others)
        value = 1 / (images / ops.maximum(latents, 1e-12) + 1e-5)
        # A sample on its own has no other: no distance, and no value either.
        value = ops.where(latents > 0, value, 0.0)
        return ops.broadcast_to(value, (ops.shape(batch.fake)[0],))


def _distance(first: Any, second: Any) -> Any:
    return ops.mean(ops.abs(ops.cast(first - second, "float32")))
