"""DensityCoverage: fidelity and variety that outliers spoil less."""

from typing import Any

import keras
import numpy as np

from keras_gan.arguments import checked_count
from keras_gan.metrics import neighbours
from keras_gan.metrics.accumulators import Rows
from keras_gan.metrics.sample_metric import SampleMetric


@keras.saving.register_keras_serializable(package="keras_gan")
class DensityCoverage(SampleMetric):
    """Density and coverage: how many real neighbourhoods samples fall in.

    Each real sample has a ball that reaches to its k-th nearest other real sample,
    the edge left out. "density" is the mean number of balls that a generated sample
    lies in, over k: 0 at worst, about 1 where the sets are alike, and more where
    samples crowd in dense places. "coverage" is the share of balls that hold a
    generated sample, in [0, 1]. Larger is better.

    Distances are in float64. Time grows with the product of the numbers of samples,
    memory with their sum.

    Args:
        extractor: As in `SampleMetric`.
        k: Which neighbour the balls reach to, at least 1. There must be k + 1 real
            samples.
        num_generated: As in `SampleMetric`.
        name: As in `SampleMetric`.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        Naeem et al., 2020, Reliable Fidelity and Diversity Metrics for Generative
        Models, arXiv:2002.09797, equations 3 and 4.

    Example:
        >>> real = np.arange(10.0)[:, None]
        >>> metric = DensityCoverage("pixels", k=2)
        >>> metric.update_state(real, real[:5] + 0.5)  # only one half
        >>> metric.result()
        {'density': 1.1, 'coverage': 0.6}
    """

    base_name = "density_coverage"
    numbers = ("density", "coverage")
    lower_is_better = False

    def __init__(
        self,
        extractor: Any = "inception",
        *,
        k: int = 5,
        num_generated: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(extractor, num_generated=num_generated, name=name)
        self.k = checked_count("k", k, 1)

    def score(self, real: Rows, generated: Rows) -> dict[str, float]:
        """Return density and coverage.

        Raises:
            ValueError: If there are fewer than k + 1 real samples.
        """
        around_real = neighbours.radii(real.rows, self.k, "real")
        hits, covered = 0, np.zeros(real.count, bool)
        for _, squared in neighbours.blocks(generated.rows, real.rows):
            inside = squared < around_real
            hits += inside.sum()
            covered |= inside.any(axis=0)
        density = hits / (self.k * generated.count)
        return self.named(density=density, coverage=covered.mean())

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return super().get_config() | {"k": self.k}
