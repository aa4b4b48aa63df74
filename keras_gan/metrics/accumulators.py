"""What is remembered of a set of samples: moments, every row, or classes."""

import abc
from typing import ClassVar

import numpy as np

from keras_gan.sampling import check_class_numbers

_BLOCK = 2048  # rows that `Moments` merges at once


class Accumulator(abc.ABC):
    """Gathers an extractor's outputs, batch by batch, and can be kept in a file.

    Attributes:
        count: Number of samples seen.
        width: How many numbers each was seen as; 0 before the first.
    """

    #: What names the kind in the cache: two of one kind remember the same.
    kind: ClassVar[str]

    def __init__(self) -> None:
        self.count = 0
        self.width = 0

    @abc.abstractmethod
    def add(self, rows: np.ndarray, labels: np.ndarray | None = None) -> None:
        """Take in a batch, ``(n, width)``, and the classes asked for, if any."""

    @abc.abstractmethod
    def arrays(self) -> dict[str, np.ndarray]:
        """Return all that is remembered."""

    @abc.abstractmethod
    def load(self, arrays: dict[str, np.ndarray]) -> None:
        """Become what `arrays` of another one returned."""

    def count_in(self, rows: np.ndarray) -> None:
        """Count a batch of rows.

        Raises:
            ValueError: If they have another width than those before.
        """
        if self.count and rows.shape[1] != self.width:
            raise ValueError(
                "Samples must all be of one shape. Received: samples seen as rows of "
                f"{rows.shape[1]} numbers, after rows of {self.width}."
            )
        self.count += len(rows)
        self.width = rows.shape[1]


class Moments(Accumulator):
    """Mean and covariance, in float64, of rows that are not kept.

    Batches are merged by their own means, so that no large sums cancel (Chan,
    Golub, LeVeque, 1983, Algorithms for Computing the Sample Variance). Small ones
    wait until there are some, as each merge goes through a whole matrix.

    Example:
        >>> moments = Moments()
        >>> moments.add(np.array([[0.0], [2.0]]))
        >>> float(moments.covariance[0, 0])
        2.0
    """

    kind = "moments"

    def __init__(self) -> None:
        super().__init__()
        self._merged = 0
        self._mean = np.zeros(0)
        self._scatter = np.zeros((0, 0))
        self._waiting: list[np.ndarray] = []

    def add(self, rows: np.ndarray, labels: np.ndarray | None = None) -> None:
        """Take in a batch of rows."""
        rows = np.array(rows)  # a copy: it may wait
        self.count_in(rows)
        self._waiting.append(rows)
        if self.count - self._merged >= _BLOCK:
            self._merge()

    def _merge(self) -> None:
        """Take the rows that wait into mean and scatter."""
        if not self._waiting:
            return
        rows = np.concatenate(self._waiting).astype("float64")
        self._waiting = []
        if not self._merged:
            self._mean = np.zeros(self.width)
            self._scatter = np.zeros((self.width, self.width))
        mean, before = rows.mean(axis=0), self._merged
        step = mean - self._mean
        rows -= mean
        self._scatter += rows.T @ rows
        self._merged += len(rows)
        if before:
            self._scatter += np.outer(step, step * (before * len(rows) / self._merged))
        self._mean = self._mean + step * (len(rows) / self._merged)

    @property
    def mean(self) -> np.ndarray:
        """The mean, ``(width,)``."""
        self._merge()
        return self._mean

    @property
    def scatter(self) -> np.ndarray:
        """Sum of outer products of what is left without the mean, width by width."""
        self._merge()
        return self._scatter

    @property
    def covariance(self) -> np.ndarray:
        """The sample covariance, ``(width, width)``, over n - 1."""
        return self.scatter / (self.count - 1)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return count, mean and scatter."""
        count = np.asarray(self.count)
        return {"count": count, "mean": self.mean, "scatter": self.scatter}

    def load(self, arrays: dict[str, np.ndarray]) -> None:
        """Become what `arrays` of another one returned."""
        self._waiting = []
        self.count = self._merged = int(arrays["count"])
        self._mean, self._scatter = arrays["mean"], arrays["scatter"]
        self.width = len(self._mean)


class Rows(Accumulator):
    """Every row, in float32, in the order seen.

    Example:
        >>> kept = Rows()
        >>> kept.add(np.zeros((3, 2)))
        >>> kept.rows.shape
        (3, 2)
    """

    kind = "rows"

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[np.ndarray] = []

    def add(self, rows: np.ndarray, labels: np.ndarray | None = None) -> None:
        """Take in a batch of rows."""
        rows = np.array(rows, "float32")  # a copy: it is kept
        self.count_in(rows)
        self._parts.append(rows)

    @property
    def rows(self) -> np.ndarray:
        """All rows, ``(count, width)``."""
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts)]
        return self._parts[0]

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the rows."""
        return {"rows": self.rows}

    def load(self, arrays: dict[str, np.ndarray]) -> None:
        """Become what `arrays` of another one returned."""
        rows = arrays["rows"]
        self._parts = [rows]
        self.count, self.width = rows.shape


class ClassCounts(Accumulator):
    """How many samples a classifier sees as each class, from rows of logits.

    Attributes:
        counts: ``(width,)``, by the place of the largest logit.

    Example:
        >>> seen = ClassCounts()
        >>> seen.add(np.array([[0.1, 0.9], [0.2, 0.8]]))
        >>> seen.counts.tolist()
        [0, 2]
    """

    kind = "class_counts"

    def __init__(self) -> None:
        super().__init__()
        self.counts = np.zeros(0, "int64")

    def add(self, rows: np.ndarray, labels: np.ndarray | None = None) -> None:
        """Take in a batch of logits."""
        rows = np.asarray(rows)
        first = self.count == 0
        self.count_in(rows)
        found = np.bincount(rows.argmax(axis=1), minlength=self.width)
        self.counts = found if first else self.counts + found

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the counts."""
        return {"counts": self.counts}

    def load(self, arrays: dict[str, np.ndarray]) -> None:
        """Become what `arrays` of another one returned."""
        self.counts = arrays["counts"]
        self.count, self.width = int(self.counts.sum()), len(self.counts)


class ClassHits(Accumulator):
    """How many samples a classifier sees as the class that was asked for.

    Attributes:
        hits: Their number.

    Example:
        >>> seen = ClassHits()
        >>> seen.add(np.array([[0.1, 0.9], [0.2, 0.8]]), np.array([0, 1]))
        >>> seen.hits, seen.count
        (1, 2)
    """

    kind = "class_hits"

    def __init__(self) -> None:
        super().__init__()
        self.hits = 0

    def add(self, rows: np.ndarray, labels: np.ndarray | None = None) -> None:
        """Take in a batch of logits, and the classes asked for.

        Raises:
            ValueError: If there are no classes, or they do not fit the logits.
        """
        rows = np.asarray(rows)
        if labels is None:
            raise ValueError(
                "The classes that samples were asked to be of must be known, for "
                "conditional_accuracy. Received: labels=None. Pass labels=..., or "
                "images with labels, such as a folder with a subfolder for each class."
            )
        labels = np.asarray(labels)
        if labels.shape != (len(rows),):
            raise ValueError(
                f"labels must be class numbers, one for each of {len(rows)} samples. "
                f"Received: shape {labels.shape}."
            )
        check_class_numbers(labels, rows.shape[1])
        self.count_in(rows)
        self.hits += int((rows.argmax(axis=1) == labels).sum())

    def arrays(self) -> dict[str, np.ndarray]:
        """Return count, width and hits."""
        numbers = {"count": self.count, "width": self.width, "hits": self.hits}
        return {name: np.asarray(number) for name, number in numbers.items()}

    def load(self, arrays: dict[str, np.ndarray]) -> None:
        """Become what `arrays` of another one returned."""
        self.count, self.width = int(arrays["count"]), int(arrays["width"])
        self.hits = int(arrays["hits"])
