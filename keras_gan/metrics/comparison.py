"""compare: scores of two sets of samples, with no GAN at all."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_gan import datasets
from keras_gan.data_checks import to_numpy
from keras_gan.datasets import ImageSource
from keras_gan.host_batches import Batch, host_batches
from keras_gan.metrics import evaluation
from keras_gan.metrics.sample_metric import SampleMetric

_BATCH_SIZE = 256


def compare(
    real: Any,
    generated: Any,
    metrics: Sequence[SampleMetric],
    progress: evaluation.Progress | None = None,
) -> dict[str, float]:
    """Score one set of samples against another.

    Args:
        real: Images, uint8 in 0..255 or floats in [-1, 1], or vectors, as an array;
            or the name of a data set as `keras_gan.datasets.open_source` takes it: a
            folder, a .npy or .npz file; or an `ImageSource`.
        generated: The same, to be scored. All are used but where a metric's
            ``num_generated`` says how many.
        metrics: What to compute.
        progress: As in `evaluation.score`.

    Returns:
        The numbers of each metric, by name.

    Raises:
        ValueError: If samples do not fit each other or a metric, or are fewer than
            asked for.

    Example:
        >>> compare("folder/of/real", "folder/of/generated", [FID("fashion")])
        {'fashion_fid': 8.5}
    """
    one, other = _samples(real), _samples(generated)
    if one.shape != other.shape:
        raise ValueError(
            "Both sides must be of one shape. Received: real samples of shape "
            f"{one.shape}, generated ones of shape {other.shape}."
        )
    for metric in metrics:
        metric.extractor.check_shape(one.shape)
        wanted = metric.num_generated
        if wanted is not None and wanted > other.count:
            raise ValueError(
                f"num_generated={wanted} of {metric.name} is more than the generated "
                f"samples. Received: {other.count}."
            )
    asked = [metric.num_generated for metric in metrics]
    try:
        for metric in metrics:
            metric.num_generated = metric.num_generated or other.count
        return evaluation.score(
            metrics, one.batches, lambda n, labels: other.batches(), progress
        )
    finally:
        for metric, number in zip(metrics, asked, strict=True):
            metric.num_generated = number


@dataclass(frozen=True)
class _Samples:
    """Samples that can be read again and again."""

    shape: tuple[int, ...]
    count: int
    batches: Callable[[], Iterator[Batch]]


def _samples(given: Any) -> _Samples:
    if isinstance(given, str | os.PathLike):
        given = datasets.open_source(given)
    if isinstance(given, ImageSource):
        return _Samples(given.image_shape, given.size, lambda: source_batches(given))
    array = to_numpy(given)
    if array.ndim < 2:
        raise ValueError(
            f"Samples must be an array (n, ...). Received: shape {np.shape(array)}."
        )
    return _Samples(array.shape[1:], len(array), lambda: host_batches(array))


def source_batches(source: ImageSource) -> Iterator[Batch]:
    """Read all images of a source in their own order, with classes if it has any."""
    return host_batches(
        source.batches(
            min(_BATCH_SIZE, source.size),
            labels=source.num_classes is not None,
            shuffle=False,
            drop_remainder=False,
            cache=False,
        )
    )
