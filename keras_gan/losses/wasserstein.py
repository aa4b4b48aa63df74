"""The Wasserstein distance's dual: the discriminator is a critic."""

from typing import Any

import keras

from keras_gan.losses.adversarial_loss import AdversarialLoss, per_sample


@keras.saving.register_keras_serializable(package="keras_gan")
class Wasserstein(AdversarialLoss):
    """Separate the critic's means of real and of generated samples.

    It estimates a distance only while the critic is 1-Lipschitz: train it with a
    gradient penalty or clipped weights, and several ``d_steps``. A critic's outputs
    count up to a constant only, so that the logged accuracies, which take 0 for the
    border, say little, and `ADA` has nothing to go by.

    Reference:
        Arjovsky, Chintala, Bottou, 2017, Wasserstein GAN, arXiv:1701.07875, eq. 2.

    Example:
        >>> gan.compile("adam", "adam", loss=Wasserstein(), d_steps=5,
        ...             penalties=["gradient_penalty"])
    """

    def discriminator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return D(G(z)) - D(x)."""
        return per_sample(fake_logits) - per_sample(real_logits)

    def generator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return -D(G(z))."""
        return -per_sample(fake_logits)
