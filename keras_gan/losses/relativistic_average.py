"""Relativistic average losses: each sample against the other kind's mean."""

from typing import Any

import keras
from keras import ops

from keras_gan import replicas
from keras_gan.losses.adversarial_loss import AdversarialLoss, per_sample


@keras.saving.register_keras_serializable(package="keras_gan")
class RelativisticAverage(AdversarialLoss):
    r"""Make real samples more real than generated ones are on average.

    .. math::
        L_D = \tfrac12 [\ell(D(x) - \overline{D(G(z))})
                        + \ell(\overline{D(x)} - D(G(z)))]

    with :math:`\ell(a) = \log(1 + e^{-a})`, and the same for the generator with the
    roles swapped. The means are over the whole batch, on all replicas, and over all
    patches of a patch discriminator; gradients flow through them.

    The outputs count up to a constant only: no value of D alone means "real". For the
    logged accuracies and `ADA` a sample is real if it leads the other kind's mean.

    Args:
        from_logits: True; the loss is of raw outputs only.
        name: Name of the loss.

    Reference:
        Jolicoeur-Martineau, 2018, The relativistic discriminator,
        arXiv:1807.00734, section 4 (RaSGAN).

    Example:
        >>> gan.compile("adam", "adam", loss=RelativisticAverage())
    """

    generator_uses_real = True

    def verdicts(self, real_logits: Any, fake_logits: Any) -> tuple[Any, Any]:
        """Return each sample's lead over the other kind's mean."""
        return real_logits - _mean(fake_logits), fake_logits - _mean(real_logits)

    def discriminator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return the mean of the two halves in which real samples are to lead."""
        return self._halves(real_logits, fake_logits)

    def generator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return the mean of the two halves in which generated samples are to lead."""
        return self._halves(fake_logits, real_logits)

    def shortfall(self, lead: Any) -> Any:
        """Return the loss of a lead in D's output: less, the larger the lead is.

        Args:
            lead: How far an output is ahead of a mean, or a mean of an output.

        Returns:
            Tensor of the shape of ``lead``.
        """
        return ops.softplus(-lead)

    def _halves(self, upper: Any, lower: Any) -> Any:
        over = self.shortfall(upper - _mean(lower))
        under = self.shortfall(_mean(upper) - lower)
        return (per_sample(over) + per_sample(under)) / 2


@keras.saving.register_keras_serializable(package="keras_gan")
class RelativisticAverageHinge(RelativisticAverage):
    r"""Lead the other kind's mean by 1, and by no more.

    `RelativisticAverage` with :math:`\ell(a) = \max(0, 1 - a)`.

    Args:
        from_logits: True; the loss is of raw outputs only.
        name: Name of the loss.

    Reference:
        Jolicoeur-Martineau, 2018, The relativistic discriminator,
        arXiv:1807.00734, appendix (RaHingeGAN).

    Example:
        >>> gan.compile("adam", "adam", loss=RelativisticAverageHinge())
    """

    def shortfall(self, lead: Any) -> Any:
        """Return relu(1 - lead)."""
        return ops.relu(1 - lead)


@keras.saving.register_keras_serializable(package="keras_gan")
class RelativisticAverageLeastSquares(RelativisticAverage):
    r"""Lead the other kind's mean by 1 exactly.

    `RelativisticAverage` with :math:`\ell(a) = (a - 1)^2`.

    Args:
        from_logits: True; the loss is of raw outputs only.
        name: Name of the loss.

    Reference:
        Jolicoeur-Martineau, 2018, The relativistic discriminator,
        arXiv:1807.00734, appendix (RaLSGAN).

    Example:
        >>> gan.compile("adam", "adam", loss=RelativisticAverageLeastSquares())
    """

    def shortfall(self, lead: Any) -> Any:
        """Return (lead - 1)²."""
        return ops.square(lead - 1)


def _mean(logits: Any) -> Any:
    """Return the mean of all outputs, of shape ``(1,)``, which suits any shape."""
    return replicas.batch_mean(per_sample(logits))
