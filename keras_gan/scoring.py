"""Metrics of samples on a GAN: what `GAN.evaluate` adds to its losses."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import keras
import numpy as np

from keras_gan import metrics as sample_metrics
from keras_gan import rules
from keras_gan.host_batches import Batch
from keras_gan.metrics import SampleMetric, evaluation
from keras_gan.network_pair import NetworkPair

#: Fixed, so that two evaluations of one model agree.
SEED = 20140610

_BATCH_SIZE = 256  # samples generated at once


def checked(
    given: Any, pair: NetworkPair, taken: Sequence[str] = rules.LOGS
) -> tuple[list[keras.metrics.Metric], list[SampleMetric]]:
    """Part the metrics of a step from those of all samples.

    Args:
        given: What `GAN.compile` takes as ``metrics``.
        pair: What the networks take and give.
        taken: Names of what a step logs.

    Returns:
        Keras's metrics, which every evaluation step updates, and `SampleMetric`s.

    Raises:
        TypeError: If one is neither.
        ValueError: If a name is unknown or taken, or a metric does not take the
            generator's samples, or needs labels and the generator takes none.
    """
    if not isinstance(_listed(given), list | tuple):
        raise TypeError(
            "metrics must be a list of names or objects. Received: "
            f"metrics={given!r}. Known names: {sample_metrics.names()}."
        )
    found = [sample_metrics.get(m) if isinstance(m, str) else m for m in _listed(given)]
    for metric in found:
        if not isinstance(metric, keras.metrics.Metric):
            raise TypeError(
                "metrics must be names or objects. Received: "
                f"{metric!r}. Known names: {sample_metrics.names()}."
            )
    names = [*taken, *(metric.name for metric in found)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"Each metric is reported under its own name. Received: {twice} twice. "
            "Pass name=... to one of them."
        )
    of_samples = [m for m in found if isinstance(m, SampleMetric)]
    _check_labels(of_samples, pair.conditional)
    for metric in of_samples:
        metric.extractor.check_shape(pair.sample_shape)
    return [m for m in found if not isinstance(m, SampleMetric)], of_samples


def _check_labels(metrics: Sequence[SampleMetric], conditional: bool) -> None:
    """Refuse metrics of classes where the generator is told none."""
    for metric in metrics:
        if metric.needs_labels and not conditional:
            raise ValueError(
                f"{metric.name} needs a GAN that is told classes: train one with "
                "labels (--labels on the command line), or leave the metric out. "
                "Received: a generator that takes no labels."
            )


def _listed(given: Any) -> Sequence[Any]:
    return [given] if isinstance(given, str | keras.metrics.Metric) else given or []


def saveable(given: Any) -> Any:
    """Leave out metrics that cannot be saved, and say so."""
    kept = []
    for metric in _listed(given):
        try:
            keras.saving.serialize_keras_object(metric)
            kept.append(metric)
        except ValueError as error:
            warnings.warn(
                f"The GAN is saved without its metric {metric.name!r}: {error}",
                stacklevel=2,
            )
    return kept


def score(
    gan: Any,
    metrics: Sequence[SampleMetric],
    batches: Callable[[], Iterable[Batch]],
    progress: evaluation.Progress | None = None,
) -> dict[str, float]:
    """Return the scores of a GAN's samples, which are always the same latents'.

    Args:
        gan: The GAN.
        metrics: What to compute.
        batches: Function that returns batches of real samples, in the generator's
            range, from the beginning at each call.
        progress: As in `evaluation.score`.

    Returns:
        The numbers by name; NaN, with a warning, if the GAN makes NaN or infinity:
        a training that is lost has callbacks to end it.

    Raises:
        ValueError: If a metric needs labels and the GAN takes none.
    """
    _check_labels(metrics, gan.conditional)
    bounds = gan.pair.generator.output_range

    def real() -> Iterator[Batch]:
        for samples, labels in batches():
            # Without known bounds the extractor judges the real ones as they are.
            yield as_images(samples, bounds) if bounds else samples, labels

    def generate(n: int, labels: np.ndarray | None) -> Iterator[Batch]:
        return generated(gan, n, labels)

    try:
        return evaluation.score(metrics, real, generate, progress)
    except _LostError as error:
        warnings.warn(str(error), RuntimeWarning, stacklevel=2)
        names: dict[str, float] = {}
        for metric in metrics:
            metric.reset_state()
            names |= metric.lost()
        return names


class _LostError(ValueError):
    """A generator makes what is no number."""


def generated(gan: Any, n: int, labels: np.ndarray | None) -> Iterator[Batch]:
    """Generate samples of fixed latents, batch by batch.

    Args:
        gan: The GAN.
        n: How many.
        labels: Labels that a conditional GAN is asked for, in a fixed random order,
            over and over; by default all classes.

    Yields:
        Samples, images in [-1, 1], and the classes they were asked to be of.
    """
    latents = gan.draw_latents(n, SEED)
    labels = _asked(gan, n, labels) if gan.conditional else None
    for part in np.array_split(np.arange(n), -(-n // _BATCH_SIZE)):
        given = None if labels is None else labels[part]
        seed = SEED + int(part[0])  # of a generator that draws noise itself
        samples = gan.generate_from(
            latents[part], given, seed=seed, batch_size=_BATCH_SIZE
        )
        if not np.isfinite(samples).all():
            raise _LostError(
                "The generator makes NaN or infinity, so its samples have no scores."
            )
        bounds = gan.pair.generator.output_range
        yield as_images(samples, bounds), class_numbers(given)


def _asked(gan: Any, n: int, labels: np.ndarray | None) -> np.ndarray:
    """Return ``n`` labels, in an order in which the first few are of all classes."""
    pool = np.arange(gan.num_classes or 1) if labels is None else labels
    pool = np.random.default_rng(SEED).permutation(pool)
    return np.resize(pool, (n, *pool.shape[1:]))


def as_images(samples: np.ndarray, bounds: tuple[float, float] | None) -> np.ndarray:
    """Bring images from the generator's range to [-1, 1]; leave vectors alone."""
    if samples.ndim != 4:
        return samples
    low, high = bounds or (-1.0, 1.0)
    return np.clip((samples - low) * (2.0 / (high - low)) - 1.0, -1.0, 1.0)


def class_numbers(labels: np.ndarray | None) -> np.ndarray | None:
    """Return labels as class numbers, or ``None`` where rows are not one-hot."""
    if labels is None or labels.ndim == 1:
        return labels
    if labels.shape[1] == 1:
        return labels[:, 0]
    one_hot = ((labels == 0) | (labels == 1)).all() and (labels.sum(axis=1) == 1).all()
    return labels.argmax(axis=1) if one_hot else None
