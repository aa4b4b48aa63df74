"""SmoothedLoss: what losses that regress on labels share, one-sided smoothing."""

from typing import Any

from keras_gan.losses.adversarial_loss import AdversarialLoss


class SmoothedLoss(AdversarialLoss):
    """A loss that labels real samples 1 and generated ones 0, or real ones less.

    One-sided label smoothing: the discriminator's label of real samples becomes
    ``1 - label_smoothing``, so that it is never rewarded for being sure of them. Its
    label of generated samples stays 0 and the generator's target stays 1: smoothing
    these, too, would hold bad samples where they are.

    Args:
        from_logits: False if the discriminator ends in a sigmoid.
        label_smoothing: How far below 1 the label of real samples is, in [0, 1).
        name: Name of the loss.

    Raises:
        ValueError: If ``label_smoothing`` is not a number in [0, 1).

    Reference:
        Salimans et al., 2016, Improved Techniques for Training GANs,
        arXiv:1606.03498, section 3.4.

    Example:
        >>> gan.compile("adam", "adam", loss=NonSaturating(label_smoothing=0.1))
    """

    def __init__(
        self,
        from_logits: bool = True,
        label_smoothing: float = 0.0,
        name: str | None = None,
    ) -> None:
        super().__init__(from_logits, name)
        is_number = isinstance(label_smoothing, int | float)
        if isinstance(label_smoothing, bool) or not (
            is_number and 0 <= label_smoothing < 1
        ):
            raise ValueError(
                "label_smoothing must be a number in [0, 1): how far below 1 the label "
                f"of real samples is. Received: label_smoothing={label_smoothing!r} "
                f"for {type(self).__name__}."
            )
        self.label_smoothing = float(label_smoothing)

    @property
    def real_label(self) -> float:
        """What the discriminator is to answer to real samples."""
        return 1.0 - self.label_smoothing

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "label_smoothing": self.label_smoothing}
