"""Least squares: the discriminator regresses on the labels 1 and 0."""

from typing import Any

import keras
from keras import ops

from keras_gan.losses.adversarial_loss import AdversarialLoss, per_sample


@keras.saving.register_keras_serializable(package="keras_gan")
class LeastSquares(AdversarialLoss):
    """Pull D(x) to 1 and D(G(z)) to 0, and for the generator D(G(z)) to 1.

    Reference:
        Mao et al., 2017, Least Squares GAN, arXiv:1611.04076, eq. 9.

    Example:
        >>> LeastSquares().generator(None, ops.zeros((2, 1)))  # 0.5 each
    """

    @property
    def decision_threshold(self) -> float:
        """Halfway between the two labels."""
        return 0.5

    def discriminator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return ((D(x) - 1)² + D(G(z))²) / 2."""
        real, fake = ops.square(real_logits - 1), ops.square(fake_logits)
        return (per_sample(real) + per_sample(fake)) / 2

    def generator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return (D(G(z)) - 1)² / 2."""
        return per_sample(ops.square(fake_logits - 1)) / 2
