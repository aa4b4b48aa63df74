"""ModeCoverage: how many modes of a known mixture samples reach."""

from typing import Any

import keras
import numpy as np

from keras_gan.arguments import checked_positive
from keras_gan.metrics import neighbours
from keras_gan.metrics.accumulators import Rows
from keras_gan.metrics.sample_metric import SampleMetric


@keras.saving.register_keras_serializable(package="keras_gan")
class ModeCoverage(SampleMetric):
    """Modes reached, and quality, of samples of a mixture whose modes are known.

    A sample is of high quality if it lies nearer than ``radius * sigma`` to a mode.
    Reported are:

    - "modes": the number of modes with at least one sample of high quality;
    - "high_quality": the share of samples of high quality, in [0, 1];
    - "mode_kl": KL(p ‖ uniform) in nats, p the shares of samples nearest to each
      mode, of high quality or not. 0 is best, log(modes) is one mode alone.

    Real samples play no part. It has no name in `keras_gan.metrics.names()`, as it
    cannot be made without the modes.

    Args:
        centres: The modes, ``(modes, width)``.
        sigma: Standard deviation of each mode along each axis, above 0.
        radius: How far high quality reaches, in ``sigma``, above 0.
        extractor: As in `SampleMetric`; by default samples are seen as they are.
        num_generated: As in `SampleMetric`.
        name: As in `SampleMetric`.

    Raises:
        ValueError: If an argument is out of range, or samples have another width
            than the modes.

    Reference:
        Lin et al., 2018, PacGAN: The power of two samples in generative adversarial
        networks, arXiv:1712.04086, section 4.1.

    Example:
        >>> metric = ModeCoverage([[-1.0, 0.0], [1.0, 0.0]], sigma=0.1)
        >>> metric.update_state(generated=np.array([[-1.1, 0.0], [0.5, 0.0]]))
        >>> metric.result()
        {'modes': 1.0, 'high_quality': 0.5, 'mode_kl': 0.0}
    """

    sides = ("generated",)
    base_name = "mode_coverage"
    numbers = ("modes", "high_quality", "mode_kl")
    lower_is_better = False

    def __init__(
        self,
        centres: Any,
        sigma: float,
        radius: float = 3.0,
        extractor: Any = "pixels",
        *,
        num_generated: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(extractor, num_generated=num_generated, name=name)
        self.centres = _checked(centres)
        self.sigma = checked_positive("sigma", sigma)
        self.radius = checked_positive("radius", radius)

    def score(self, real: Rows, generated: Rows) -> dict[str, float]:
        """Return modes, high quality and KL.

        Raises:
            ValueError: If samples have another width than the modes.
        """
        if generated.width != self.centres.shape[1]:
            raise ValueError(
                f"Samples must have the width of the modes, {self.centres.shape[1]}. "
                f"Received: samples of width {generated.width}."
            )
        nearest, squared = _nearest(generated.rows, self.centres)
        good = squared < (self.radius * self.sigma) ** 2
        return self.named(
            modes=len(np.unique(nearest[good])),
            high_quality=good.mean(),
            mode_kl=_kl_to_uniform(nearest, len(self.centres)),
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        own = {
            "centres": self.centres.tolist(),
            "sigma": self.sigma,
            "radius": self.radius,
        }
        return super().get_config() | own


def _checked(centres: Any) -> np.ndarray:
    """Return the modes as an array, or raise `ValueError`."""
    array = np.asarray(centres, "float64")
    if array.ndim != 2 or not array.size or not np.isfinite(array).all():
        raise ValueError(
            "centres must be finite points, (modes, width). Received: centres of "
            f"shape {array.shape}{'' if np.isfinite(array).all() else ', not finite'}."
        )
    return array


def _nearest(rows: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of each row's nearest centre, and its squared distance."""
    found = [
        (squared.argmin(axis=1), squared.min(axis=1))
        for _, squared in neighbours.blocks(rows, centres)
    ]
    numbers, distances = zip(*found, strict=True)
    return np.concatenate(numbers), np.concatenate(distances)


def _kl_to_uniform(numbers: np.ndarray, count: int) -> float:
    """Return KL(p ‖ uniform) in nats, p the shares of the numbers 0..count-1."""
    shares = np.bincount(numbers, minlength=count) / len(numbers)
    shares = shares[shares > 0]
    return float((shares * np.log(shares * count)).sum())
