"""SlicedWasserstein: the distance of two sets along random directions."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from keras_gan.arguments import checked_count
from keras_gan.metrics.accumulators import Rows
from keras_gan.metrics.sample_metric import SampleMetric

_DIRECTIONS = 64  # directions looked along at once
_ROWS = 1024  # rows that are in float64 at once


@keras.saving.register_keras_serializable(package="keras_gan")
class SlicedWasserstein(SampleMetric):
    """Sliced Wasserstein distance of order 1, over random directions.

    The mean over directions θ, uniform on the unit sphere, of the Wasserstein-1
    distance of the samples' projections, which has a closed form in their sorted
    values::

        E_θ ∫₀¹ |F⁻¹(u) - G⁻¹(u)| du,   F, G: of θᵀx for real and generated samples

    It is exact for any numbers of samples. It is in units of the features, 0 where
    the sets are equal, and smaller is better. By default it looks at the samples'
    own values, with no network; it is not the distance of patches in a Laplacian
    pyramid that goes by the same name (Karras et al., 2018, arXiv:1710.10196).

    Args:
        extractor: As in `SampleMetric`.
        projections: Number of directions, at least 1.
        seed: Whole number that the directions depend on.
        num_generated: As in `SampleMetric`.
        name: As in `SampleMetric`; by default "sliced_wasserstein" after the
            extractor's prefix.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        Bonneel et al., 2015, Sliced and Radon Wasserstein Barycenters of Measures,
        Journal of Mathematical Imaging and Vision 51, definition 1, there of order 2;
        Deshpande et al., 2018, Generative Modeling using the Sliced Wasserstein
        Distance, arXiv:1803.11188, section 3, with random directions.

    Example:
        >>> real = np.array([[0.0], [1.0]])
        >>> metric = SlicedWasserstein(projections=8)
        >>> metric.update_state(real, real + 3.0)
        >>> round(metric.result(), 6)
        3.0
    """

    base_name = "sliced_wasserstein"
    lower_is_better = True

    def __init__(
        self,
        extractor: Any = "pixels",
        *,
        projections: int = 512,
        seed: int = 2020,
        num_generated: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(extractor, num_generated=num_generated, name=name)
        self.projections = checked_count("projections", projections, 1)
        self.seed = checked_count("seed", seed, 0)

    def score(self, real: Rows, generated: Rows) -> float:
        """Return the mean distance along the directions."""
        total = 0.0
        for along in directions(real.rows.shape[1], self.projections, self.seed):
            sides = (_projected(side.rows, along) for side in (real, generated))
            total += wasserstein(*sides).sum()
        return float(total / self.projections)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        own = {"projections": self.projections, "seed": self.seed}
        return super().get_config() | own


def directions(width: int, number: int, seed: int) -> Iterator[np.ndarray]:
    """Yield random unit vectors, some at a time, ``(some, width)``.

    Example:
        >>> [part.shape for part in directions(width=3, number=100, seed=0)]
        [(64, 3), (36, 3)]
    """
    rng = np.random.default_rng(seed)
    for start in range(0, number, _DIRECTIONS):
        vectors = rng.standard_normal((min(_DIRECTIONS, number - start), width))
        yield vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _projected(rows: np.ndarray, along: np.ndarray) -> np.ndarray:
    """Return each row's place along each direction, ``(directions, n)``."""
    parts = [
        along @ rows[start : start + _ROWS].T.astype("float64")
        for start in range(0, len(rows), _ROWS)
    ]
    return np.concatenate(parts, axis=1)


def wasserstein(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the Wasserstein-1 distance of each row's values, ``(rows,)``.

    Both quantile functions are steps, of 1 / n and of 1 / m: in units of 1 / (n m)
    all steps begin at whole numbers, between which both are constant.

    Args:
        first: ``(rows, n)``.
        second: ``(rows, m)``.

    Example:
        >>> wasserstein(np.array([[0.0, 1.0]]), np.array([[0.0, 1.0, 2.0]])).tolist()
        [0.5]
    """
    n, m = first.shape[1], second.shape[1]
    begin = np.union1d(np.arange(n) * m, np.arange(m) * n)
    lengths = np.diff(begin, append=n * m) / (n * m)
    ordered, others = np.sort(first, axis=1), np.sort(second, axis=1)
    return np.abs(ordered[:, begin // m] - others[:, begin // n]) @ lengths
