"""InceptionScore: how sure and how varied a classifier finds generated samples."""

import itertools
from typing import Any

import keras
import numpy as np

from keras_gan.arguments import checked_count
from keras_gan.metrics.accumulators import Rows
from keras_gan.metrics.sample_metric import SampleMetric

_ROUNDING = 1e-3  # how far from 1 probabilities may sum to


@keras.saving.register_keras_serializable(package="keras_gan")
class InceptionScore(SampleMetric):
    """Inception score: the information that a classifier gets from a sample.

    With p(y|x) the classifier's class probabilities, exp E_x KL(p(y|x) ‖ p(y)): 1 at
    worst, the number of classes at best, larger is better. Real samples play no
    part. The samples are shuffled and split into parts of equal size; reported are
    mean and standard deviation over the parts, "inception_score" and
    "inception_score_std" (over the number of parts).

    The shuffle is torch-fidelity's: ``numpy.random.RandomState(seed).permutation``.

    Args:
        extractor: As in `SampleMetric`; it must have logits.
        splits: Number of parts, at least 1.
        seed: Whole number that the shuffle depends on.
        num_generated: As in `SampleMetric`.
        name: As in `SampleMetric`; by default "inception_score" after the
            extractor's prefix.

    Raises:
        ValueError: If an argument is out of range, or the extractor has no logits.

    Reference:
        Salimans et al., 2016, Improved Techniques for Training GANs,
        arXiv:1606.03498, section 4.

    Example:
        >>> images = np.random.default_rng(0).uniform(-1, 1, (20, 28, 28, 1))
        >>> metric = InceptionScore("fashion")
        >>> metric.update_state(generated=images)
        >>> sorted(metric.result())
        ['fashion_inception_score', 'fashion_inception_score_std']
    """

    sides = ("generated",)
    output = "logits"
    base_name = "inception_score"
    numbers = ("inception_score", "inception_score_std")
    lower_is_better = False

    def __init__(
        self,
        extractor: Any = "inception",
        *,
        splits: int = 10,
        seed: int = 2020,
        num_generated: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(extractor, num_generated=num_generated, name=name)
        self.splits = checked_count("splits", splits, 1)
        self.seed = checked_count("seed", seed, 0)

    def score(self, real: Rows, generated: Rows) -> dict[str, float]:
        """Return mean and standard deviation over the parts.

        Raises:
            ValueError: If there are fewer samples than parts, or if what should be
                logits are probabilities.
        """
        n = generated.count
        if n < self.splits:
            raise ValueError(
                f"{self.name} needs a sample for each of its {self.splits} splits. "
                f"Received: {n} generated samples."
            )
        self._check_logits(generated.rows)
        order = np.random.RandomState(self.seed).permutation(n)
        bounds = [i * n // self.splits for i in range(self.splits + 1)]
        scores = [
            exp_information(generated.rows[order[start:stop]])
            for start, stop in itertools.pairwise(bounds)
        ]
        return self.named(
            inception_score=float(np.mean(scores)),
            inception_score_std=float(np.std(scores)),
        )

    def _check_logits(self, rows: np.ndarray) -> None:
        """Refuse what a classifier makes that ends in softmax."""
        if (rows >= 0).all() and (abs(rows.sum(axis=1) - 1) < _ROUNDING).all():
            raise ValueError(
                f"{self.name} reads logits, and applies softmax itself. Received: rows "
                "that are not negative and sum to 1, as of a classifier that ends in "
                "softmax. Give the extractor what comes before: a last layer with "
                "activation=None."
            )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return super().get_config() | {"splits": self.splits, "seed": self.seed}


def exp_information(logits: np.ndarray) -> float:
    """Return exp of the mean KL(p(y|x) ‖ p(y)), in float64.

    Args:
        logits: ``(n, classes)``.

    Example:
        >>> round(exp_information(np.array([[99.0, 0.0], [0.0, 99.0]])), 6)
        2.0
    """
    logits = np.asarray(logits, "float64")
    log_p = logits - _log_sum(logits, axis=1)
    log_mean = _log_sum(log_p, axis=0) - np.log(len(logits))
    divergences = (np.exp(log_p) * (log_p - log_mean)).sum(axis=1)
    return float(np.exp(divergences.mean()))


def _log_sum(values: np.ndarray, axis: int) -> np.ndarray:
    """Return log Σ exp along an axis, which is kept; no exponential overflows."""
    top = values.max(axis=axis, keepdims=True)
    return top + np.log(np.exp(values - top).sum(axis=axis, keepdims=True))
