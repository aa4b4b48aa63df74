"""The signs of trouble in a GAN's training, each judged at the end of an epoch."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_gan.callbacks.diversity import mean_distance


def not_finite(logs: Mapping[str, Any], samples: np.ndarray | None = None) -> str:
    """Say what is NaN or infinite among logs and samples; "" if nothing is."""
    found = [f"{k}={v:g}" for k, v in logs.items() if not np.isfinite(v)]
    if samples is not None and not np.isfinite(samples).all():
        share = 1 - np.isfinite(samples).mean()
        found.append(f"{share:.0%} of the values of the generated samples")
    return f"not finite: {', '.join(found)}" if found else ""


class LowDiversity:
    """The samples lie close together, measured by the distance of real ones.

    Args:
        real: Real samples, ``(n, ...)``.
        labels: Their labels, if the GAN is conditional: only pairs of one class
            are compared then, as a generator that has collapsed within each class
            still makes as many different samples as there are classes.
        least: Smallest healthy share of the real samples' mean distance.

    Raises:
        ValueError: If the real samples have no pair, or are all the same.
    """

    name = "diversity"

    def __init__(self, real: np.ndarray, labels: Any, least: float) -> None:
        self.labels = labels
        self.least = least
        self.share = float("nan")
        remedy = "Pass other samples as real, or diversity=None."
        try:
            self._of_real = mean_distance(real, labels)
        except ValueError as error:
            raise ValueError(f"{error} {remedy}") from error
        if not self._of_real > 0:
            raise ValueError(
                "Diversity is measured by that of real samples, which must differ. "
                f"Received: {len(real)} at a mean distance of {self._of_real}. {remedy}"
            )

    def trouble(self, logs: Mapping[str, Any], samples: np.ndarray | None) -> str:
        """Say what is wrong, or ""."""
        self.share = mean_distance(samples, self.labels) / self._of_real
        if self.share >= self.least:
            return ""
        alike = "" if self.labels is None else " of one class"
        return (
            f"samples{alike} are {self.share:.3g} times as far apart as real ones, "
            f"less than {self.least:g}"
        )


class Outplayed:
    """D tells nearly all real samples and nearly all generated ones.

    Args:
        most: Largest healthy accuracy, of real and of generated samples.
    """

    name = "accuracy"

    def __init__(self, most: float) -> None:
        self.most = most

    def trouble(self, logs: Mapping[str, Any], samples: np.ndarray | None) -> str:
        """Say what is wrong, or ""."""
        real, fake = logs["real_accuracy"], logs["fake_accuracy"]
        if not min(real, fake) > self.most:
            return ""
        return (
            f"the discriminator has won: real_accuracy {real:.4g} and fake_accuracy "
            f"{fake:.4g} are above {self.most:g}"
        )


class Worse:
    """A metric in the logs is much worse than the best seen.

    Args:
        monitor: Its name in the logs.
        mode: ``"min"`` if smaller is better, or ``"max"``.
        tolerance: How many times as bad as the best is healthy, above 1.
    """

    name = "monitor"

    def __init__(self, monitor: str, mode: str, tolerance: float) -> None:
        self.monitor = monitor
        self.mode = mode
        self.tolerance = tolerance
        self.best: float | None = None
        self.improved = False
        self.seen = False

    def trouble(
        self, logs: Mapping[str, Any], samples: np.ndarray | None
    ) -> str | None:
        """Say what is wrong, or ""; ``None`` where it is not logged this time."""
        self.improved = False
        if self.monitor not in logs:
            self._check_missing(logs)
            return None
        self.seen = True
        value = float(logs[self.monitor])
        if np.isfinite(value) and (self.best is None or self._beats(value, self.best)):
            self.best, self.improved = value, True
        if self.best is None or not self._beats(self.limit, value, nan=True):
            return ""
        return (
            f"{self.monitor} is {value:.4g}, worse than {self.limit:.4g}; its best was "
            f"{self.best:.4g}"
        )

    @property
    def limit(self) -> float:
        """The worst healthy value. What is best may be negative, as KID may."""
        best = self.best or 0.0
        if self.mode == "min":
            return best + (self.tolerance - 1) * abs(best)
        return best - (1 - 1 / self.tolerance) * abs(best)

    def _beats(self, value: float, other: float, nan: bool = False) -> bool:
        if np.isnan(other):
            return nan
        return value < other if self.mode == "min" else value > other

    def _check_missing(self, logs: Mapping[str, Any]) -> None:
        """Refuse a name that is not logged, unless it is validation's, not due yet."""
        validated = any(name.startswith("val_") for name in logs)
        if self.monitor.startswith("val_") and not validated:
            return
        raise ValueError(
            f"monitor must be the name of a number in the logs of an epoch. Received: "
            f"monitor={self.monitor!r}; there are {sorted(logs)}. A callback that adds "
            "it comes before this one in the list."
        )
