"""ClassBalance: whether generated samples are of the classes that real ones are."""

from typing import Any

import keras
import numpy as np

from keras_gan.metrics.accumulators import ClassCounts
from keras_gan.metrics.sample_metric import SampleMetric


@keras.saving.register_keras_serializable(package="keras_gan")
class ClassBalance(SampleMetric):
    """Distance of the class shares that a classifier sees on the two sides.

    With p and q the shares of real and of generated samples by the class of the
    largest logit, "class_balance" is the total variation distance Σ |p - q| / 2: the
    share of generated samples that would have to be of another class. It lies in
    [0, 1]: 0 where the shares are equal, 1 where no class occurs on both sides;
    smaller is better. "classes" is the number of classes among the generated
    samples.

    Args:
        extractor: As in `SampleMetric`; it must have logits.
        num_generated: As in `SampleMetric`.
        name: As in `SampleMetric`.

    Raises:
        ValueError: If an argument is out of range, or the extractor has no logits.

    Reference:
        Santurkar et al., 2018, A Classification-Based Study of Covariate Shift in
        GAN Distributions, arXiv:1711.00970, section 3, compares these shares.

    Example:
        >>> images = np.random.default_rng(0).uniform(-1, 1, (20, 28, 28, 1))
        >>> metric = ClassBalance()
        >>> metric.update_state(images, images)
        >>> metric.result()["fashion_class_balance"]
        0.0
    """

    output = "logits"
    accumulator = ClassCounts
    base_name = "class_balance"
    numbers = ("class_balance", "classes")
    lower_is_better = True

    def __init__(
        self,
        extractor: Any = "fashion",
        *,
        num_generated: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(extractor, num_generated=num_generated, name=name)

    def score(self, real: ClassCounts, generated: ClassCounts) -> dict[str, float]:
        """Return the distance of the shares, and the number of classes generated."""
        shares, made = real.counts / real.count, generated.counts / generated.count
        return self.named(
            class_balance=np.abs(shares - made).sum() / 2,
            classes=float(np.count_nonzero(made)),
        )
