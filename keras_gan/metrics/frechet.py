"""FID: the Fréchet distance between two sets of features."""

import keras
import numpy as np

from keras_gan.metrics.accumulators import Moments
from keras_gan.metrics.sample_metric import SampleMetric


@keras.saving.register_keras_serializable(package="keras_gan")
class FID(SampleMetric):
    """Fréchet Inception distance: how far apart two sets of features lie.

    The features of each side are summed up by their mean μ and covariance Σ (over
    n - 1), and the distance is that of the normal distributions with these moments::

        |μ_r - μ_g|² + tr(Σ_r + Σ_g - 2 (Σ_r Σ_g)^½)

    0 where the moments are equal; smaller is better. It is biased: fewer samples
    give larger distances, so only those of equal numbers can be compared. 10,000 or
    50,000 are usual.

    Args:
        extractor: As in `SampleMetric`.
        num_generated: As in `SampleMetric`.
        name: As in `SampleMetric`; by default "fid" after the extractor's prefix.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        Heusel et al., 2017, GANs Trained by a Two Time-Scale Update Rule Converge to
        a Local Nash Equilibrium, arXiv:1706.08500, equation 6.

    Example:
        >>> real = np.array([[0.0], [2.0]])
        >>> metric = FID("pixels")
        >>> metric.update_state(real, real + 3.0)
        >>> metric.result()
        9.0
    """

    accumulator = Moments
    base_name = "fid"
    lower_is_better = True

    def score(self, real: Moments, generated: Moments) -> float:
        """Return the distance of the two sides' moments."""
        return frechet_distance(real, generated)


def frechet_distance(real: Moments, generated: Moments) -> float:
    """Return the squared Fréchet distance of normal distributions, in float64.

    With Σ_r = L Lᵀ, tr (Σ_r Σ_g)^½ is the sum of the roots of the eigenvalues of
    Lᵀ Σ_g L, which is symmetric. Of n samples at most n - 1 eigenvalues differ
    from 0: the others are not computed, or are left out.

    Args:
        real: Moments of at least 2 samples.
        generated: Moments of at least 2 samples of the same width.

    Returns:
        The distance, at least 0: what rounding takes below, which can be ``eps^½`` of
        the traces where features depend on each other, is returned as 0.

    Reference:
        Dowson and Landau, 1982, The Fréchet distance between multivariate normal
        distributions, equation 4.

    Example:
        >>> real, generated = Moments(), Moments()
        >>> real.add(np.array([[0.0], [2.0]]))
        >>> generated.add(np.array([[0.0], [4.0]]))
        >>> round(frechet_distance(real, generated), 6)  # 1² + (8^½ - 2^½)²
        3.0
    """
    offset = real.mean - generated.mean
    traces = np.trace(real.covariance) + np.trace(generated.covariance)
    distance = float(offset @ offset + traces - 2 * _trace_of_root(real, generated))
    return 0.0 if distance < 0 else distance  # NaN stays


def _trace_of_root(real: Moments, generated: Moments) -> float:
    """Return tr (Σ_r Σ_g)^½."""
    covariances = real.covariance, generated.covariance
    # A feature that is constant on one side adds nothing, and would be singular.
    varies = np.all([np.diagonal(c) > 0 for c in covariances], axis=0)
    first, second = (c[np.ix_(varies, varies)] for c in covariances)
    factor = _factor(first, rank=real.count - 1)
    eigenvalues = np.linalg.eigvalsh(factor.T @ second @ factor)
    eigenvalues = eigenvalues[::-1][: generated.count - 1]
    return float(np.sqrt(np.clip(eigenvalues, 0, None)).sum())


def _factor(covariance: np.ndarray, rank: int) -> np.ndarray:
    """Return an L with L Lᵀ = covariance, ``(width, at most rank)``."""
    if rank >= len(covariance):
        try:
            return np.linalg.cholesky(covariance)
        except np.linalg.LinAlgError:  # singular all the same
            pass
    values, vectors = np.linalg.eigh(covariance)
    values, vectors = values[::-1][:rank], vectors[:, ::-1][:, :rank]
    return vectors * np.sqrt(np.clip(values, 0, None))
