"""The value function V(D, G) of the original GAN, played as it is written."""

import math
from typing import Any

import keras
from keras import ops

from keras_gan.losses.adversarial_loss import per_sample
from keras_gan.losses.smoothed_loss import SmoothedLoss


@keras.saving.register_keras_serializable(package="keras_gan")
class Minimax(SmoothedLoss):
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
        label_smoothing: How far below 1 the discriminator's label of real images
            is, in [0, 1). The generator's loss is not changed.
        name: Name of the loss.

    Raises:
        ValueError: If ``label_smoothing`` is not a number in [0, 1).

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Nets, arXiv:1406.2661, eq. 1;
        Salimans et al., 2016, Improved Techniques for Training GANs,
        arXiv:1606.03498, section 3.4 (smoothing).

    Example:
        >>> Minimax().discriminator(ops.zeros((2, 1)), ops.zeros((2, 1)))  # log 2
    """

    accepts_probabilities = True

    @property
    def decision_threshold(self) -> float:
        """D's output where real and generated samples are equally likely."""
        probability = self.real_label / 2
        if self.from_logits:
            return math.log(probability / (1 - probability))
        return probability

    def discriminator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return the mean of -log D(x), smoothed, and -log(1 - D(G(z)))."""
        real = self.cross_entropy(self.real_label, real_logits)
        fake = self.cross_entropy(0, fake_logits)
        return (real + fake) / 2

    def generator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return log(1 - D(G(z)))."""
        return -self.cross_entropy(0, fake_logits)

    def cross_entropy(self, label: float, outputs: Any) -> Any:
        """Return the binary cross-entropy of D's outputs against one label.

        Args:
            label: The label of all of them, from 0 to 1.
            outputs: Tensor ``(batch, ...)``, logits or probabilities.

        Returns:
            Tensor of shape ``(batch,)``.
        """
        labels = ops.full_like(outputs, label)
        return per_sample(ops.binary_crossentropy(labels, outputs, self.from_logits))
