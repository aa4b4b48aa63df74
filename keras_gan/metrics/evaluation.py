"""Scoring two sets of samples: each sample is seen once by each extractor."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from keras_gan.host_batches import Batch
from keras_gan.metrics import real_statistics
from keras_gan.metrics.accumulators import Accumulator
from keras_gan.metrics.extractors import Extractor
from keras_gan.metrics.sample_metric import SIDES, SampleMetric

#: Makes a number of samples; its second argument are the real samples' classes.
Generate = Callable[[int, np.ndarray | None], Iterable[Batch]]

Progress = Callable[[str, int, int], Any]


@dataclass
class View:
    """What one extractor is to gather of one side.

    Attributes:
        extractor: Who looks.
        name: The extractor's fingerprint.
        most: Most samples to look at.
        gathered: Accumulators by output and kind.
        seen: Samples looked at.
    """

    extractor: Extractor
    name: str
    most: int
    gathered: dict[tuple[str, str], Accumulator] = field(default_factory=dict)
    seen: int = 0

    def add(self, samples: np.ndarray, labels: np.ndarray | None) -> None:
        """Look at a batch, or at what is wanted of it."""
        wanted = self.most - self.seen
        if wanted <= 0:
            return
        outputs = self.extractor(samples[:wanted])
        labels = None if labels is None else labels[:wanted]
        for (output, _), accumulator in self.gathered.items():
            accumulator.add(outputs[output], labels)
        self.seen += len(samples[:wanted])

    def files(self, content: str) -> dict[tuple[str, str], Path]:
        """Return the files that what is gathered of real samples is kept in."""
        if not self.extractor.worth_keeping:
            return {}
        return {
            key: real_statistics.file_for(content, self.name, *key)
            for key in self.gathered
        }


def score(
    metrics: Sequence[SampleMetric],
    real: Callable[[], Iterable[Batch]],
    generate: Generate,
    progress: Progress | None = None,
) -> dict[str, float]:
    """Score generated samples against real ones.

    What the real ones look like to an extractor is kept on disk, by their content.

    Args:
        metrics: What to compute.
        real: Function that returns the batches of real samples, from the beginning
            at each call.
        generate: Function of a number and of the real samples' classes, or ``None``,
            that returns batches of so many generated samples and their classes.
        progress: Function called with "real" or "generated", the samples done, and
            how many there are.

    Returns:
        The numbers of each metric, by name.

    Raises:
        ValueError: If samples are not what an extractor takes, or too few, or two
            metrics give numbers of one name.

    Example:
        >>> fid = FID("fashion")
        >>> score([fid], lambda: [(real, None)], lambda n, _: [(made[:n], None)])
        {'fashion_fid': 12.3}
    """
    if not metrics:
        raise ValueError("metrics must be one or more. Received: none.")
    _merged(metric.lost() for metric in metrics)  # fails now rather than at the end
    for metric in metrics:
        metric.extractor.prepare()
    content, labels = _survey(real())
    if content.count < 2:
        raise ValueError(
            f"Metrics need at least 2 real samples. Received: {content.count}."
        )
    progress = progress or _silent
    try:
        views = _views(metrics, content.count)
        _see_real(list(views["real"].values()), real, content, progress)
        _see_generated(list(views["generated"].values()), generate, labels, progress)
        return _merged(metric.results() for metric in metrics)
    finally:
        for metric in metrics:
            metric.reset_state()  # rows may be many


def _merged(parts: Iterable[dict[str, float]]) -> dict[str, float]:
    """Put the numbers of metrics together, which must not be of one name."""
    merged: dict[str, float] = {}
    for numbers in parts:
        twice = sorted(merged.keys() & numbers.keys())
        if twice:
            raise ValueError(
                f"Each number is reported under its own name. Received: {twice} of two "
                "metrics. Pass name=... to one of them."
            )
        merged |= numbers
    return merged


def _silent(what: str, done: int, total: int) -> None:
    """Say nothing."""


def _views(
    metrics: Sequence[SampleMetric], count: int
) -> dict[str, dict[tuple[str, int], View]]:
    """Plan who looks at what: metrics that need the same thing share it."""
    views: dict[str, dict[tuple[str, int], View]] = {side: {} for side in SIDES}
    for metric in metrics:
        name = metric.extractor.fingerprint()
        for side in metric.sides:
            most = (side == "generated" and metric.num_generated) or count
            new = View(metric.extractor, name, most)
            view = views[side].setdefault((name, most), new)
            key = (metric.output, metric.accumulator.kind)
            metric.seen[side] = view.gathered.setdefault(key, metric.new_accumulator())
    return views


def _survey(batches: Iterable[Batch]) -> tuple[real_statistics.Content, Any]:
    """Go through the real samples: their content, and their classes if any."""
    content, labels = real_statistics.Content(), []
    for samples, classes in batches:
        content.add(samples)
        if classes is not None:
            labels.append(classes)
    return content, np.concatenate(labels) if labels else None


def _see_real(
    views: Sequence[View],
    real: Callable[[], Iterable[Batch]],
    content: real_statistics.Content,
    progress: Progress,
) -> None:
    """Fill the real side: from disk, and what is not there from the samples."""
    digest = content.digest()
    missing = [view for view in (_lacking(view, digest) for view in views) if view]
    if not missing:
        return
    again = real_statistics.Content()
    for samples, labels in real():
        again.add(samples)
        for view in missing:
            view.add(samples, labels)
        progress("real", again.count, content.count)
    if again.digest() == digest:  # else changed at random: it will not come again
        for view in missing:
            for key, file in view.files(digest).items():
                real_statistics.save(file, view.gathered[key])


def _lacking(view: View, digest: str) -> View | None:
    """Fill a view from disk, and return what is left of it to be filled, if any is."""
    files = view.files(digest)
    lacking = {
        key: accumulator
        for key, accumulator in view.gathered.items()
        if key not in files or not real_statistics.load(files[key], accumulator)
    }
    return replace(view, gathered=lacking) if lacking else None


def _see_generated(
    views: Sequence[View], generate: Generate, labels: Any, progress: Progress
) -> None:
    """Fill the generated side, from as many samples as the most demanding wants."""
    most = max(view.most for view in views)
    done = 0
    for samples, classes in generate(most, labels):
        for view in views:
            view.add(samples, classes)
        done += len(samples)
        progress("generated", done, most)
