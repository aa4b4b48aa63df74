"""All metrics, made so that they see vectors of four numbers, and such vectors."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from keras_gan import metrics
from keras_gan.metrics import SampleMetric
from tests.metrics.own_rows import OwnRows

WIDTH = 4
_CENTRES = 6.0 * np.eye(WIDTH)

#: For each metric how it is made, and arguments that are not the defaults.
TABLE: dict[str, tuple[Callable[..., SampleMetric], dict[str, Any]]] = {
    "fid": (metrics.FID, {}),
    "kid": (metrics.KID, {"subsets": 7, "subset_size": 11, "seed": 3}),
    "inception_score": (metrics.InceptionScore, {"splits": 3, "seed": 5}),
    "precision_recall": (metrics.PrecisionRecall, {"k": 2}),
    "density_coverage": (metrics.DensityCoverage, {"k": 3}),
    "sliced_wasserstein": (metrics.SlicedWasserstein, {"projections": 9, "seed": 1}),
    "class_balance": (metrics.ClassBalance, {}),
    "conditional_accuracy": (metrics.ConditionalAccuracy, {}),
    "mode_coverage": (
        partial(metrics.ModeCoverage, _CENTRES.tolist(), 1.0),
        {"radius": 1.5},
    ),
}


def make(name: str, /, **arguments: Any) -> SampleMetric:
    """Return a new metric."""
    return TABLE[name][0](extractor=OwnRows(), **arguments)


def samples(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors around the four centres, and the centres' numbers."""
    labels = rng.integers(WIDTH, size=n)
    return _CENTRES[labels] + rng.normal(size=(n, WIDTH)), labels


def first(result: float | dict[str, float]) -> float:
    """Return the number that a metric's `lower_is_better` is about."""
    return next(iter(result.values())) if isinstance(result, dict) else result
