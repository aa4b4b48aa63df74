"""The hinge loss: the discriminator stops where its margin is kept."""

from typing import Any

import keras
from keras import ops

from keras_gan.losses.adversarial_loss import AdversarialLoss, per_sample


@keras.saving.register_keras_serializable(package="keras_gan")
class Hinge(AdversarialLoss):
    """Push D(x) above 1 and D(G(z)) below -1, and no further.

    Reference:
        Lim and Ye, 2017, Geometric GAN, arXiv:1705.02894, eq. 14-15;
        Miyato et al., 2018, Spectral Normalization, arXiv:1802.05957, eq. 17-18.

    Example:
        >>> Hinge().discriminator(ops.ones((2, 1)), -ops.ones((2, 1)))  # 0 each
    """

    def discriminator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return relu(1 - D(x)) + relu(1 + D(G(z)))."""
        real, fake = ops.relu(1 - real_logits), ops.relu(1 + fake_logits)
        return per_sample(real) + per_sample(fake)

    def generator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return -D(G(z))."""
        return -per_sample(fake_logits)
