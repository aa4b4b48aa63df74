"""Least squares: the discriminator regresses on the labels 1 and 0."""

from typing import Any

import keras
from keras import ops

from keras_gan.losses.adversarial_loss import per_sample
from keras_gan.losses.smoothed_loss import SmoothedLoss


@keras.saving.register_keras_serializable(package="keras_gan")
class LeastSquares(SmoothedLoss):
    """Pull D(x) to 1 and D(G(z)) to 0, and for the generator D(G(z)) to 1.

    Args:
        from_logits: True; the loss is of raw outputs only.
        label_smoothing: How far below 1 the discriminator's label of real images
            is, in [0, 1). The generator's target stays 1.
        name: Name of the loss.

    Raises:
        ValueError: If ``label_smoothing`` is not a number in [0, 1).

    Reference:
        Mao et al., 2017, Least Squares GAN, arXiv:1611.04076, eq. 9;
        Salimans et al., 2016, Improved Techniques for Training GANs,
        arXiv:1606.03498, section 3.4 (smoothing).

    Example:
        >>> LeastSquares().generator(None, ops.zeros((2, 1)))  # 0.5 each
    """

    @property
    def decision_threshold(self) -> float:
        """Halfway between the two labels."""
        return self.real_label / 2

    def discriminator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return ((D(x) - 1)² + D(G(z))²) / 2, with 1 smoothed."""
        real = ops.square(real_logits - self.real_label)
        fake = ops.square(fake_logits)
        return (per_sample(real) + per_sample(fake)) / 2

    def generator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return (D(G(z)) - 1)² / 2."""
        return per_sample(ops.square(fake_logits - 1)) / 2
