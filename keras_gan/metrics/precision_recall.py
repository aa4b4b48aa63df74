"""PrecisionRecall: improved precision and recall."""

from typing import Any

import keras
import numpy as np

from keras_gan.arguments import checked_count
from keras_gan.metrics import neighbours
from keras_gan.metrics.accumulators import Rows
from keras_gan.metrics.sample_metric import SampleMetric


@keras.saving.register_keras_serializable(package="keras_gan")
class PrecisionRecall(SampleMetric):
    """Improved precision and recall: fidelity and variety, each of its own.

    A set of samples is taken to cover the balls around its members that reach to the
    k-th nearest other member, their edge included. "precision" is the share of
    generated samples that the real set covers; "recall" the share of real samples
    that the generated set covers. Both lie in [0, 1], and larger is better.

    Distances are in float64. Time grows with the product of the numbers of samples,
    memory with their sum.

    Args:
        extractor: As in `SampleMetric`.
        k: Which neighbour the balls reach to, at least 1. Each side needs k + 1
            samples.
        num_generated: As in `SampleMetric`.
        name: As in `SampleMetric`.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        Kynkäänniemi et al., 2019, Improved Precision and Recall Metric for Assessing
        Generative Models, arXiv:1904.06991, equations 1 and 2.

    Example:
        >>> real = np.arange(10.0)[:, None]
        >>> metric = PrecisionRecall("pixels")
        >>> metric.update_state(real, real[:5] + 0.5)  # only one half
        >>> metric.result()
        {'precision': 1.0, 'recall': 0.8}
    """

    base_name = "precision_recall"
    numbers = ("precision", "recall")
    lower_is_better = False

    def __init__(
        self,
        extractor: Any = "inception",
        *,
        k: int = 3,
        num_generated: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(extractor, num_generated=num_generated, name=name)
        self.k = checked_count("k", k, 1)

    def score(self, real: Rows, generated: Rows) -> dict[str, float]:
        """Return precision and recall.

        Raises:
            ValueError: If a side has fewer than k + 1 samples.
        """
        around_real = neighbours.radii(real.rows, self.k, "real")
        around_generated = neighbours.radii(generated.rows, self.k, "generated")
        precise, recalled = 0, np.zeros(real.count, bool)
        for place, squared in neighbours.blocks(generated.rows, real.rows):
            precise += (squared <= around_real).any(axis=1).sum()
            recalled |= (squared <= around_generated[place, None]).any(axis=0)
        return self.named(precision=precise / generated.count, recall=recalled.mean())

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return super().get_config() | {"k": self.k}
