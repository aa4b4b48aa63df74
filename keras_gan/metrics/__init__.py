"""Metrics of generated samples, by name or as objects.

To add one: a file with a subclass of `SampleMetric`, and a line in `_METRICS`; from
outside the package, `register`.
"""

from typing import Any

from keras_gan.metrics import extractors
from keras_gan.metrics.class_balance import ClassBalance
from keras_gan.metrics.comparison import compare
from keras_gan.metrics.conditional_accuracy import ConditionalAccuracy
from keras_gan.metrics.density_coverage import DensityCoverage
from keras_gan.metrics.frechet import FID
from keras_gan.metrics.inception_score import InceptionScore
from keras_gan.metrics.kernel import KID
from keras_gan.metrics.mode_coverage import ModeCoverage
from keras_gan.metrics.precision_recall import PrecisionRecall
from keras_gan.metrics.sample_metric import SampleMetric
from keras_gan.metrics.sliced_wasserstein import SlicedWasserstein
from keras_gan.registry import Registry, UnknownNameError, unknown

_METRICS = Registry(
    "metric",
    SampleMetric,
    {
        "fid": FID,
        "kid": KID,
        "inception_score": InceptionScore,
        "precision_recall": PrecisionRecall,
        "density_coverage": DensityCoverage,
        "sliced_wasserstein": SlicedWasserstein,
        "class_balance": ClassBalance,
        "conditional_accuracy": ConditionalAccuracy,
    },
    aliases={
        "frechet": "fid",
        "frechet_distance": "fid",
        "kernel_distance": "kid",
        "is": "inception_score",
        "prdc": "density_coverage",
        "swd": "sliced_wasserstein",
    },
)

#: Extractors whose prefix a metric's name may begin with, such as "fashion_fid".
_PREFIXES = {"fashion_": "fashion", "legacy_": "legacy"}

names = _METRICS.names
register = _METRICS.register


def get(identifier: Any) -> SampleMetric:
    """Return the metric for a name, and metrics as they are.

    Args:
        identifier: A name, see `names`, or one after an extractor's prefix:
            "fashion_fid" is ``FID("fashion")``, "legacy_fid" is ``FID("legacy")``;
            or a `SampleMetric`.

    Raises:
        ValueError: If the name is unknown; the message lists the known ones.
        TypeError: If it is something else.

    Example:
        >>> get("fashion_kid").extractor
        Fashion()
    """
    if isinstance(identifier, str):
        for prefix, extractor in _PREFIXES.items():
            named = identifier.lower().replace("-", "_").startswith(prefix)
            if named and not _is_known(identifier):
                plain = identifier[len(prefix) :]
                if not _is_known(plain):
                    raise UnknownNameError(_unknown(identifier, prefix))
                return _METRICS.find(plain)(extractor)
        if not _is_known(identifier):
            raise UnknownNameError(_unknown(identifier))
    return _METRICS.get(identifier)


def _unknown(name: str, prefix: str = "") -> str:
    """The message for an unknown name, as it was given: the nearest, then all."""
    prefixed = [start + known for start in _PREFIXES for known in names()]
    message = unknown(
        "metric",
        name,
        [prefix + known for known in names()],
        [*_METRICS.aliases, *prefixed],
    )
    return f"{message} Names may begin with {' or '.join(_PREFIXES)}."


def _is_known(name: str) -> bool:
    """Whether a metric was registered under this very name."""
    try:
        _METRICS.find(name)
    except ValueError:
        return False
    return True


__all__ = [
    "FID",
    "KID",
    "ClassBalance",
    "ConditionalAccuracy",
    "DensityCoverage",
    "InceptionScore",
    "ModeCoverage",
    "PrecisionRecall",
    "SampleMetric",
    "SlicedWasserstein",
    "compare",
    "extractors",
    "get",
    "names",
    "register",
]
