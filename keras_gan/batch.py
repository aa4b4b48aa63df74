"""Batch: what an objective sees of one step, and D's answers to it."""

from collections.abc import Callable
from typing import Any


class Batch:
    """Real samples, generated ones, and the discriminator's outputs for both.

    The outputs are computed when they are first asked for, and once: an objective
    that does not look at real images does not pay for them.

    Attributes:
        real: Real samples, ``(batch, ...)``.
        fake: Generated samples of the same shape.
        labels: Labels of the real samples, which the fake ones are made for, or
            ``None``.
        latents: Latents that ``fake`` was made from, ``(batch, latent_dim)``.
        critic: The discriminator as a function of images alone: labels and
            augmentation are bound.

    Example:
        >>> def generator_objective(self, batch):
        ...     loss, logs = super().generator_objective(batch)
        ...     return loss + self.extra(batch.fake, batch.labels), logs
    """

    def __init__(
        self,
        critic: Callable[[Any], Any],
        real: Any,
        fake: Any,
        labels: Any = None,
        latents: Any = None,
        real_logits: Any = None,
        fake_logits: Any = None,
    ) -> None:
        self.critic = critic
        self.real = real
        self.fake = fake
        self.labels = labels
        self.latents = latents
        self._real_logits = real_logits
        self._fake_logits = fake_logits

    @property
    def real_logits(self) -> Any:
        """The discriminator's outputs for the real samples."""
        if self._real_logits is None:
            self._real_logits = self.critic(self.real)
        return self._real_logits

    @property
    def fake_logits(self) -> Any:
        """The discriminator's outputs for the generated samples."""
        if self._fake_logits is None:
            self._fake_logits = self.critic(self.fake)
        return self._fake_logits
