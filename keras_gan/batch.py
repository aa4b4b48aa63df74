"""Batch: what an objective sees of one step, and D's answers to it."""

from collections.abc import Callable
from typing import Any

from keras import ops


class Batch:
    """Real samples, generated ones, and the discriminator's outputs for both.

    The outputs are computed when they are first asked for, and once: an objective
    that does not look at real images does not pay for them.

    In a GAN with ``packing`` the samples are packs, as its discriminator takes them.

    Attributes:
        real: Real samples, ``(batch, ...)``.
        fake: Generated samples of the same shape.
        labels: Labels of the real samples, which the fake ones are made for, or
            ``None``.
        latents: Latents that ``fake`` was made from, ``(batch, latent_dim)``.
        noise_dim: How many of the latents, the first ones, are noise and no code; all
            where it is ``None``.
        sample_range: The bounds of samples, such as (0, 1) of a sigmoid's, or ``None``
            where the generator has none.
        discriminate: The discriminator as a function of samples alone, labels and
            augmentation bound: returns the list of its outputs.
        step: Scalar tensor, training steps done so far.
        update: Scalar tensor, updates that the player in question has had.
        fake_is_fixed: Whether no gradient goes back through ``fake``.
        synthesize: The generator as a function of latents, labels bound.
        generator: The generator, for its weights.
        discriminator: The discriminator, for its weights.

    Example:
        >>> def generator_objective(self, batch):
        ...     loss, logs = super().generator_objective(batch)
        ...     return loss + self.extra(batch.fake, batch.labels), logs
    """

    def __init__(
        self,
        discriminate: Callable[[Any], list],
        real: Any,
        fake: Any,
        labels: Any = None,
        latents: Any = None,
        real_outputs: list | None = None,
        fake_outputs: list | None = None,
        **context: Any,
    ) -> None:
        self.discriminate = discriminate
        self.real = real
        self.fake = fake
        self.labels = labels
        self.latents = latents
        self._real_outputs = real_outputs
        self._fake_outputs = fake_outputs
        self.step: Any = context.get("step", 0)
        self.update: Any = context.get("update", self.step)
        self.fake_is_fixed: bool = context.get("fake_is_fixed", False)
        self._outputs_and_slope: Any = context.get("outputs_and_slope")
        self.noise_dim: Any = context.get("noise_dim")
        self.sample_range: Any = context.get("sample_range")
        self.synthesize: Any = context.get("synthesize")
        self.generator: Any = context.get("generator")
        self.discriminator: Any = context.get("discriminator")

    def critic(self, samples: Any) -> Any:
        """Return the discriminator's verdict alone, the first of its outputs."""
        return self.discriminate(samples)[0]

    def input_gradient(self, critic: Callable, samples: Any) -> Any:
        """Return the gradient of each sample's output with respect to that sample.

        Of the discriminator at the real samples, or at fixed fake ones, the outputs are
        kept where they are not known yet: one pass gives logits and slope.

        Args:
            critic: Function of samples that returns an output for each.
            samples: Where, ``(batch, ...)``.

        Returns:
            Tensor of the shape of ``samples``, which may be differentiated itself.
        """
        if critic != self.critic:
            return self._outputs_and_slope(lambda x: [critic(x)], samples)[1]
        outputs, slope = self._outputs_and_slope(self.discriminate, samples)
        if samples is self.real and self._real_outputs is None:
            self._real_outputs = outputs
        if samples is self.fake and self.fake_is_fixed and self._fake_outputs is None:
            self._fake_outputs = outputs
        return slope

    @property
    def fixed_fake(self) -> Any:
        """The generated samples without a gradient."""
        return self.fake if self.fake_is_fixed else ops.stop_gradient(self.fake)

    @property
    def real_outputs(self) -> list:
        """All of the discriminator's outputs for the real samples."""
        if self._real_outputs is None:
            self._real_outputs = self.discriminate(self.real)
        return self._real_outputs

    @property
    def fake_outputs(self) -> list:
        """All of the discriminator's outputs for the generated samples."""
        if self._fake_outputs is None:
            self._fake_outputs = self.discriminate(self.fake)
        return self._fake_outputs

    @property
    def real_logits(self) -> Any:
        """The discriminator's verdicts on the real samples."""
        return self.real_outputs[0]

    @property
    def fake_logits(self) -> Any:
        """The discriminator's verdicts on the generated samples."""
        return self.fake_outputs[0]
