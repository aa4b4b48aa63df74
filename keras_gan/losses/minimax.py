"""The value function V(D, G) of the original GAN, played as it is written."""

from typing import Any

import keras
from keras import ops

from keras_gan.losses.adversarial_loss import AdversarialLoss, per_sample


@keras.saving.register_keras_serializable(package="keras_gan")
class Minimax(AdversarialLoss):
    r"""Minimise and maximise the same V(D, G).

    .. math::
        V(D, G) = E_x[\log D(x)] + E_z[\log(1 - D(G(z)))]

    The discriminator maximises V: its loss is the mean of the two binary
    cross-entropies, real images labelled 1 and generated ones 0. The generator
    minimises the half that it can change, log(1 - D(G(z))), which saturates where
    D is sure of itself: its gradient vanishes just when the samples are bad. See
    `NonSaturating` for the remedy from the same paper.

    Args:
        from_logits: False if the discriminator ends in a sigmoid.
        name: Name of the loss.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Nets, arXiv:1406.2661, eq. 1.

    Example:
        >>> Minimax().discriminator(ops.zeros((2, 1)), ops.zeros((2, 1)))  # log 2
    """

    accepts_probabilities = True

    def discriminator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return the mean of -log D(x) and -log(1 - D(G(z)))."""
        real, fake = (
            self.cross_entropy(1, real_logits),
            self.cross_entropy(0, fake_logits),
        )
        return (real + fake) / 2

    def generator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return log(1 - D(G(z)))."""
        return -self.cross_entropy(0, fake_logits)

    def cross_entropy(self, label: int, outputs: Any) -> Any:
        """Return the binary cross-entropy of D's outputs against one label."""
        labels = ops.full_like(outputs, label)
        return per_sample(ops.binary_crossentropy(labels, outputs, self.from_logits))
