"""AdversarialLoss: what every loss of two players is, and the mean per sample."""

from typing import Any

import keras
from keras import ops


class AdversarialLoss(keras.losses.Loss):
    """A pair of losses, one for each player, from the discriminator's outputs.

    A subclass writes two formulas. Both return **one value per sample**, never a
    mean over the batch: the training step alone takes the mean, so that it is
    right on any number of replicas.

    Args:
        from_logits: Whether the discriminator returns raw logits (the default) or
            probabilities in [0, 1], as after a sigmoid.
        name: Name of the loss.

    Example:
        A new loss, usable at once as ``gan.compile(..., loss=Exponential())``:

        >>> class Exponential(AdversarialLoss):
        ...     def discriminator(self, real_logits, fake_logits):
        ...         return per_sample(ops.exp(-real_logits) + ops.exp(fake_logits))
        ...
        ...     def generator(self, real_logits, fake_logits):
        ...         return per_sample(ops.exp(-fake_logits))
    """

    #: Whether `generator` reads ``real_logits``; if not, it is given ``None`` and
    #: the discriminator is not evaluated on real images in the generator's step.
    generator_uses_real = False

    #: Whether the loss has a form for a discriminator that ends in a sigmoid.
    accepts_probabilities = False

    def __init__(self, from_logits: bool = True, name: str | None = None) -> None:
        if not from_logits and not self.accepts_probabilities:
            raise ValueError(
                f"{type(self).__name__} is defined on raw outputs only. Received: "
                "from_logits=False. Let the discriminator end without a sigmoid, or "
                "use a loss of probabilities, NonSaturating(from_logits=False)."
            )
        super().__init__(name=name or type(self).__name__)
        self.from_logits = from_logits

    @property
    def decision_threshold(self) -> float:
        """The output above which the discriminator says "real"."""
        return 0.0 if self.from_logits else 0.5

    def verdicts(self, real_logits: Any, fake_logits: Any) -> tuple[Any, Any]:
        """Return how sure D is that each sample is real: above 0 where it says so.

        The logged accuracies and `ADA` follow these. Here, what is above the
        `decision_threshold`; a loss that compares samples compares them here, too.

        Args:
            real_logits: D's outputs for real samples, ``(batch, ...)``.
            fake_logits: D's outputs for generated ones, of the same shape.

        Returns:
            A pair of tensors of these shapes, of real and of generated samples.
        """
        border = self.decision_threshold
        return real_logits - border, fake_logits - border

    def discriminator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return the discriminator's loss, of shape ``(batch,)``."""
        raise NotImplementedError(
            f"{type(self).__name__} must define `discriminator(real_logits, "
            "fake_logits)` and return one value per sample."
        )

    def generator(self, real_logits: Any, fake_logits: Any) -> Any:
        """Return the generator's loss, of shape ``(batch,)``."""
        raise NotImplementedError(
            f"{type(self).__name__} must define `generator(real_logits, "
            "fake_logits)` and return one value per sample."
        )

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the discriminator's loss of (real, fake) outputs, as a Keras loss."""
        return self.discriminator(y_true, y_pred)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {"from_logits": self.from_logits, "name": self.name}


def per_sample(values: Any) -> Any:
    """Average over every axis but the first, so that patches count as one sample.

    Args:
        values: Tensor of shape ``(batch, ...)``: a ``(batch, 1)`` logit or a patch
            discriminator's ``(batch, height, width, 1)``. A scalar is left alone.

    Returns:
        Tensor of shape ``(batch,)``.

    Example:
        >>> per_sample(ops.ones((8, 4, 4, 1))).shape
        (8,)
    """
    return ops.mean(values, axis=tuple(range(1, len(values.shape))))
