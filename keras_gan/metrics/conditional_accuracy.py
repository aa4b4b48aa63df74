"""ConditionalAccuracy: whether samples are of the class that was asked for."""

from typing import Any

import keras

from keras_gan.metrics.accumulators import ClassHits
from keras_gan.metrics.sample_metric import SampleMetric


@keras.saving.register_keras_serializable(package="keras_gan")
class ConditionalAccuracy(SampleMetric):
    """Share of generated samples that a classifier sees as the class asked for.

    A sample's class is that of the largest logit. In [0, 1], larger is better; real
    samples play no part. A perfect generator gets the classifier's own accuracy on
    real samples.

    Args:
        extractor: As in `SampleMetric`; it must have logits, one for each class.
        num_generated: As in `SampleMetric`.
        name: As in `SampleMetric`; by default "conditional_accuracy" after the
            extractor's prefix.

    Raises:
        ValueError: If an argument is out of range, or the extractor has no logits.
            In `update_state`, if ``labels`` are missing or are no class numbers.

    Reference:
        Shmelkov et al., 2018, How good is my GAN?, arXiv:1807.09499, section 3: it
        is their GAN-test, by a classifier trained on real samples.

    Example:
        >>> images = np.random.default_rng(0).uniform(-1, 1, (20, 28, 28, 1))
        >>> metric = ConditionalAccuracy()
        >>> metric.update_state(generated=images, labels=np.arange(20) % 10)
        >>> 0 <= metric.result() <= 1
        True
    """

    sides = ("generated",)
    output = "logits"
    accumulator = ClassHits
    base_name = "conditional_accuracy"
    needs_labels = True
    lower_is_better = False

    def __init__(
        self,
        extractor: Any = "fashion",
        *,
        num_generated: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(extractor, num_generated=num_generated, name=name)

    def score(self, real: ClassHits, generated: ClassHits) -> float:
        """Return the share of hits."""
        return generated.hits / generated.count
