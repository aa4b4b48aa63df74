"""KID: the kernel distance between two sets of features."""

from typing import Any

import keras
import numpy as np

from keras_gan.arguments import checked_count
from keras_gan.metrics.accumulators import Rows
from keras_gan.metrics.sample_metric import SampleMetric

_MOST = 1000  # samples in a subset, by default


@keras.saving.register_keras_serializable(package="keras_gan")
class KID(SampleMetric):
    """Kernel Inception distance: an unbiased squared maximum mean discrepancy.

    The kernel is k(x, y) = (xᵀy / width + 1)³. Subsets of m samples of either side
    are drawn without replacement; of each the unbiased estimate is taken::

        Σ_{i≠j} [k(x_i, x_j) + k(y_i, y_j)] / (m (m - 1)) - 2 Σ_{i,j} k(x_i, y_j) / m²

    It reports their mean, "kid", and their standard deviation, "kid_std" (over the
    number of subsets). The mean is 0 on average where the distributions are equal,
    so it can be slightly negative; smaller is better. Where a subset is a whole
    side, all subsets have the same samples of it, and kid_std says little.

    Draws are those of torch-fidelity: from ``numpy.random.RandomState(seed)``, for
    each subset first the generated samples, its first input, and then the real ones.

    Args:
        extractor: As in `SampleMetric`.
        subsets: Number of subsets, at least 1.
        subset_size: Samples of each side in a subset, at least 2; by default 1,000,
            or half of the smaller side where that has no more: subsets of all would
            be alike, and kid_std 0, as if kid were exact.
        seed: Whole number that the draws depend on.
        num_generated: As in `SampleMetric`.
        name: As in `SampleMetric`; by default "kid" after the extractor's prefix.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        Bińkowski et al., 2018, Demystifying MMD GANs, arXiv:1801.01401, section 4;
        the estimate is that of Gretton et al., 2012, A Kernel Two-Sample Test,
        equation 3.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> metric = KID("pixels", subsets=10, subset_size=50)
        >>> metric.update_state(rng.normal(size=(100, 4)), rng.normal(2, 1, (100, 4)))
        >>> sorted(metric.result())
        ['kid', 'kid_std']
    """

    base_name = "kid"
    numbers = ("kid", "kid_std")
    lower_is_better = True

    def __init__(
        self,
        extractor: Any = "inception",
        *,
        subsets: int = 100,
        subset_size: int | None = None,
        seed: int = 2020,
        num_generated: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(extractor, num_generated=num_generated, name=name)
        self.subsets = checked_count("subsets", subsets, 1)
        self.subset_size = (
            None
            if subset_size is None
            else checked_count("subset_size", subset_size, 2)
        )
        self.seed = checked_count("seed", seed, 0)

    def score(self, real: Rows, generated: Rows) -> dict[str, float]:
        """Return mean and standard deviation over the subsets.

        Raises:
            ValueError: If a side has fewer samples than a subset.
        """
        size = self._size(real.count, generated.count)
        rng = np.random.RandomState(self.seed)
        found = []
        for _ in range(self.subsets):
            made = generated.rows[rng.choice(generated.count, size, replace=False)]
            seen = real.rows[rng.choice(real.count, size, replace=False)]
            found.append(squared_mmd(seen.astype("float64"), made.astype("float64")))
        return self.named(kid=float(np.mean(found)), kid_std=float(np.std(found)))

    def _size(self, real: int, generated: int) -> int:
        """Return the size of a subset."""
        fewest = min(real, generated)
        if self.subset_size is None:
            return _MOST if fewest > _MOST else max(2, fewest // 2)
        if self.subset_size > fewest:
            raise ValueError(
                f"subset_size must be at most the number of samples. Received: "
                f"subset_size={self.subset_size}, {real} real and {generated} "
                "generated samples. Pass None for what fits them."
            )
        return self.subset_size

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        own = {
            "subsets": self.subsets,
            "subset_size": self.subset_size,
            "seed": self.seed,
        }
        return super().get_config() | own


def squared_mmd(x: np.ndarray, y: np.ndarray) -> float:
    """Return the unbiased estimate of the squared discrepancy of equal numbers.

    Args:
        x: ``(m, width)``, float64, m at least 2.
        y: ``(m, width)``, float64.

    Example:
        >>> squared_mmd(np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]]))
        -3.5
    """
    m = len(x)
    within = sum(kernel.sum() - np.trace(kernel) for kernel in (_of(x, x), _of(y, y)))
    return float(within / (m * (m - 1)) - 2 * _of(x, y).mean())


def _of(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the kernel of all pairs."""
    kernel = x @ y.T
    kernel /= x.shape[1]
    kernel += 1.0
    return kernel * kernel * kernel
