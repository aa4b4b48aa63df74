"""The relativistic loss of pairs: each real sample against one generated one."""

from typing import Any

import keras
from keras import ops

from keras_gan.losses.adversarial_loss import AdversarialLoss, per_sample


@keras.saving.register_keras_serializable(package="keras_gan")
class Relativistic(AdversarialLoss):
    r"""Make a real sample more real than the generated one of the same index.

    .. math::
        L_D = \log(1 + e^{-(D(x) - D(G(z)))}), \quad
        L_G = \log(1 + e^{-(D(G(z)) - D(x))})

    The players pull at the same difference, so that the generator's step looks at
    real samples, too. In a conditional GAN both samples of a pair have one label;
    a patch discriminator's outputs are paired patch by patch.

    The outputs count up to a constant only: no value of D alone means "real". The
    logged accuracies, both of them, are the share of pairs in which the real sample
    leads; `ADA` goes by the same, as in R3GAN's own code.

    Args:
        from_logits: True; the loss is of raw outputs only.
        name: Name of the loss.

    Raises:
        ValueError: From both halves, if the outputs cannot be paired.

    Reference:
        Jolicoeur-Martineau, 2018, The relativistic discriminator,
        arXiv:1807.00734, section 4 (RSGAN); Huang et al., 2024, R3GAN,
        arXiv:2501.05441, section 2.

    Example:
        >>> Relativistic().generator(ops.zeros((2, 1)), ops.zeros((2, 1)))  # log 2
    """

    generator_uses_real = True

    def verdicts(self, real_logits: Any, fake_logits: Any) -> tuple[Any, Any]:
        """Return each sample's lead over the other of its pair."""
        return real_logits - fake_logits, fake_logits - real_logits

    def discriminator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return -log σ(D(x) - D(G(z)))."""
        _check_pairs(real_logits, fake_logits)
        return per_sample(ops.softplus(fake_logits - real_logits))

    def generator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return -log σ(D(G(z)) - D(x))."""
        _check_pairs(real_logits, fake_logits)
        return per_sample(ops.softplus(real_logits - fake_logits))


def _check_pairs(real: Any, fake: Any) -> None:
    """Refuse shapes that differ, which the difference would broadcast silently."""
    shapes = tuple(real.shape), tuple(fake.shape)
    same = len(shapes[0]) == len(shapes[1]) and all(
        None in sizes or sizes[0] == sizes[1] for sizes in zip(*shapes, strict=True)
    )
    if not same:
        raise ValueError(
            "Relativistic pairs the outputs for real and generated samples by index: "
            "real_logits and fake_logits must have one shape. Received: "
            f"real_logits.shape={shapes[0]}, fake_logits.shape={shapes[1]}."
        )
