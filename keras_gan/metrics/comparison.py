"""compare: scores of two sets of samples, with no GAN at all."""

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from keras_gan import datasets
from keras_gan.data_checks import to_numpy
from keras_gan.datasets import ImageSource
from keras_gan.host_batches import Batch, host_batches
from keras_gan.metrics import evaluation
from keras_gan.metrics.sample_metric import SampleMetric

_BATCH_SIZE = 256
_SEED = 2007


def compare(
    real: Any,
    generated: Any,
    metrics: str | SampleMetric | Sequence[str | SampleMetric],
    progress: evaluation.Progress | None = None,
) -> dict[str, float]:
    """Score one set of samples against another.

    Args:
        real: Images, uint8 in 0..255 or floats in [-1, 1], or vectors, as an array;
            or the name of a data set as `keras_gan.datasets.open_source` takes it: a
            folder, a .npy or .npz file; or an `ImageSource`.
        generated: The same, to be scored. All are used but where a metric's
            ``num_generated`` says how many; these are drawn at random, always the
            same ones (of a TFDS source, the first).
        metrics: What to compute: one or a list, of names as `keras_gan.metrics.get`
            takes them, or objects.
        progress: As in `evaluation.score`.

    Returns:
        The numbers of each metric, by name.

    Raises:
        ValueError: If samples do not fit each other or a metric, or are fewer than
            asked for, or two metrics give numbers of one name.
        TypeError: If a metric is neither a name nor a `SampleMetric`.

    Example:
        >>> compare("folder/of/real", "folder/of/generated", [FID("fashion")])
        {'fashion_fid': 8.5}
    """
    from keras_gan.metrics import get  # the package imports this module

    listed = metrics if isinstance(metrics, list | tuple) else [metrics]
    chosen = [get(metric) for metric in listed]
    one, other = _samples(real), _samples(generated)
    if one.shape != other.shape:
        raise ValueError(
            "Both sides must be of one shape. Received: real samples of shape "
            f"{one.shape}, generated ones of shape {other.shape}."
        )
    _warn_of_ranges({"real": one.span, "generated": other.span})
    for metric in chosen:
        metric.extractor.check_shape(one.shape)
        wanted = metric.num_generated
        if wanted is not None and wanted > other.count:
            raise ValueError(
                f"num_generated={wanted} of {metric.name} is more than the generated "
                f"samples. Received: {other.count}."
            )
    asked = [metric.num_generated for metric in chosen]
    drawn = any(number and number < other.count for number in asked)
    try:
        for metric in chosen:
            metric.num_generated = metric.num_generated or other.count
        return evaluation.score(
            chosen,
            one.batches,
            lambda n, labels: other.sample(n) if drawn else other.batches(),
            progress,
        )
    finally:
        for metric, number in zip(chosen, asked, strict=True):
            metric.num_generated = number


@dataclass(frozen=True)
class _Samples:
    """Samples that can be read again and again.

    Attributes:
        shape: Of a sample.
        count: Number of samples.
        span: Their least and largest value, where images may be scaled wrongly.
        batches: Function that reads all.
        sample: Function that reads so many, in an order that is random and fixed.
    """

    shape: tuple[int, ...]
    count: int
    span: tuple[float, float]
    batches: Callable[[], Iterator[Batch]]
    sample: Callable[[int], Iterator[Batch]]


def _samples(given: Any) -> _Samples:
    if isinstance(given, str | os.PathLike):
        given = datasets.open_source(given)
    if isinstance(given, ImageSource):
        return _Samples(
            given.image_shape,
            given.size,
            (-1.0, 1.0),
            lambda: source_batches(given),
            lambda n: source_batches(given.sample(n)),
        )
    array = to_numpy(given)
    if array.ndim < 2:
        raise ValueError(
            f"Samples must be an array (n, ...). Received: shape {np.shape(array)}."
        )
    return _Samples(
        array.shape[1:],
        len(array),
        _span(array),
        lambda: host_batches(array),
        lambda n: host_batches(array[_order(len(array))[:n]]),
    )


def _order(count: int) -> np.ndarray:
    """Return numbers below a count in a random order that is always the same."""
    return np.random.default_rng(_SEED).permutation(count)


def _span(array: np.ndarray) -> tuple[float, float]:
    """Return the range of float images; what else there is needs no scaling."""
    floats = keras.backend.is_float_dtype(str(array.dtype))
    if array.ndim != 4 or not floats or not array.size:
        return -1.0, 1.0
    return float(array.min()), float(array.max())


def _warn_of_ranges(spans: dict[str, tuple[float, float]]) -> None:
    """Warn where one side seems to be scaled to [0, 1] and the other is not."""
    for side, other in (("real", "generated"), ("generated", "real")):
        low, high = spans[side]
        if low >= 0 and 0.5 < high <= 1 and spans[other][0] < 0:
            warnings.warn(
                f"The {side} samples lie in [{low:g}, {high:g}], the {other} ones in "
                "[-1, 1]. If the former were scaled to [0, 1], scale them by "
                "`2 * images - 1`.",
                stacklevel=3,
            )


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
