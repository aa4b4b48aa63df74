"""Code consistency: what a head reads from an image outlasts a change of it."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_gan.arguments import checked_count
from keras_gan.augmentations import DiffAugment
from keras_gan.penalties.penalty import Penalty, images_only


@keras.saving.register_keras_serializable(package="keras_gan")
class CodeConsistency(Penalty):
    r"""Keep what D's heads read from a real image where the image is augmented.

    .. math::
        -\sum_k p_k(x) \log p_k(T(x)), \qquad p = \text{softmax of a head},

    summed over the categorical heads, with :math:`p(x)` held fixed. It is never below
    the entropy of :math:`p(x)`, so heads become certain of real images, too. For
    `InfoGAN`: its codes may be whatever is easily shown and read, such as brightness;
    with this they must be what T leaves, and come nearer to classes. No label is used.

    Args:
        weight: Factor in the objective, 1 by default; or a schedule of it.
        policy: What T does to images, as in `DiffAugment`: names of ``"color"``,
            ``"translation"`` and ``"cutout"`` with commas.
        heads: How many of D's outputs after its verdict are logits of categories,
            at least 1.
        seed: Integer seed of T.
        name: Key in the logs.
        every: As in `Penalty`.

    Raises:
        ValueError: If ``policy`` is unknown, ``heads`` is below 1, or D has fewer;
            if the samples are no images; else as in `Penalty`.

    Reference:
        Hu et al., 2017, Learning Discrete Representations via Information Maximizing
        Self-Augmented Training, arXiv:1702.08720, the penalty R_SAT. That an InfoGAN
        finds classes by transforms that leave them: Ojha et al., 2020,
        Elastic-InfoGAN, arXiv:1910.01112, which does it by a contrastive loss.

    Example:
        >>> gan = InfoGAN(dcgan.generator((28, 28, 1), 62 + 10),
        ...               dcgan.discriminator((28, 28, 1), heads=(10,)))
        >>> gan.compile("adam", "adam", penalties=[CodeConsistency()])
    """

    default_name = "code_consistency"

    def __init__(
        self,
        weight: Any = 1.0,
        policy: str | Sequence[str] = "color,translation",
        heads: int = 1,
        seed: int | None = None,
        name: str | None = None,
        every: int = 1,
    ) -> None:
        super().__init__(weight, name, every)
        self.transform = DiffAugment(policy, seed=seed)
        self.transform.built = True  # or Keras would build the GAN as one of its layers
        self.heads = checked_count("heads", heads, 1)
        self.seed = seed

    check_shape = images_only

    def discriminator(self, batch: Any) -> Any:
        """Return how far each real image's heads move with it."""
        self.check_shape(tuple(batch.real.shape[1:]))
        before = self._categorical(batch.real_outputs)
        moved = self.transform.of_range(batch.real, batch.sample_range)
        after = self._categorical(batch.discriminate(moved))
        return sum(
            ops.categorical_crossentropy(
                ops.stop_gradient(ops.softmax(head)), again, from_logits=True
            )
            for head, again in zip(before, after, strict=True)
        )

    def _categorical(self, outputs: list) -> list:
        """Return the heads that are compared."""
        if len(outputs) < 1 + self.heads:
            raise ValueError(
                f"{type(self).__name__} compares what heads of the discriminator read "
                f"after its verdict: it needs {1 + self.heads} outputs, as heads="
                f"{self.heads}. Received: a discriminator of {len(outputs)}."
            )
        return outputs[1 : 1 + self.heads]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "policy": self.transform.policy,
            "heads": self.heads,
            "seed": self.seed,
        }
