"""The generator's loss that the original GAN was trained with."""

from typing import Any

import keras

from keras_gan.losses.minimax import Minimax


@keras.saving.register_keras_serializable(package="keras_gan")
class NonSaturating(Minimax):
    r"""Train D as in V(D, G), and G to maximise log D(G(z)).

    The generator's loss is -log D(G(z)), the cross-entropy of its images against
    the label "real". It has the fixed point of `Minimax` and a strong gradient
    where the discriminator is sure that a sample is fake.

    Args:
        from_logits: False if the discriminator ends in a sigmoid.
        label_smoothing: How far below 1 the discriminator's label of real images
            is, in [0, 1). The generator's target stays 1.
        name: Name of the loss.

    Raises:
        ValueError: If ``label_smoothing`` is not a number in [0, 1).

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Nets, arXiv:1406.2661,
        section 3; Salimans et al., 2016, Improved Techniques for Training GANs,
        arXiv:1606.03498, section 3.4 (smoothing).

    Example:
        >>> gan.compile("adam", "adam", loss=NonSaturating())
    """

    def generator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return -log D(G(z))."""
        return self.cross_entropy(1, fake_logits)
