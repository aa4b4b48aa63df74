"""A set of images of one shape, and the batches that a GAN is trained on."""

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from keras_gan.arguments import is_whole
from keras_gan.datasets.per_epoch import PerEpoch, ShuffledBatches, epoch_seed

if TYPE_CHECKING:
    import tensorflow as tf

# What a shuffle buffer may hold of images that are streamed rather than cached.
_SHUFFLE_BYTES = 2**30

_SAMPLE_SEED = 2007

_NAMED = 10  # classes that a message names

_HOW_LABELLED = (
    "A folder has them if its images lie in two or more subfolders, one for each "
    "class; an .npz file if it holds an array called labels, y or y_train."
)


@dataclass(frozen=True, eq=False)
class ImageSource:
    """Images of one shape, with or without labels, not yet batched or scaled.

    Sources are made by `keras_gan.datasets.open_source`.

    Attributes:
        name: what the source was opened by.
        image_shape: (height, width, channels) of every image.
        size: number of images.
        num_classes: number of classes, or None if there are no labels.
        class_names: their names in the order of the labels, or None if unknown.
        records: `tf.data.Dataset` of images, or of (image, label) pairs if there
            are labels. An image is uint8 or float32 within [-1, 1]; a label is a
            scalar int64. With `decode`, it holds what `decode` takes for an image.
        decode: makes an image of what `records` holds in its place (a file's path,
            say), or None if that is the image.
        in_memory: whether `records` is held in memory as it is.
        why_unlabelled: a sentence on why there are no labels, where that may be a
            mistake, or "".

    Example:
        >>> from keras_gan import datasets
        >>> source = datasets.open_source("builtin")
        >>> source.image_shape, source.size, source.num_classes
        ((28, 28, 1), 10000, 10)
        >>> images, labels = next(iter(source.batches(64, labels=True)))
    """

    name: str
    image_shape: tuple[int, int, int]
    size: int
    num_classes: int | None
    class_names: tuple[str, ...] | None
    records: "tf.data.Dataset" = field(repr=False)
    decode: "Callable[[tf.Tensor], tf.Tensor] | None" = field(default=None, repr=False)
    in_memory: bool = field(default=False, repr=False)
    why_unlabelled: str = field(default="", repr=False)

    @property
    def examples(self) -> "tf.data.Dataset":
        """The images, or (image, label) pairs, one by one, in a fixed order."""
        return self._decoded(self.records)

    @property
    def how_labelled(self) -> str:
        """A sentence on what data without labels lacks."""
        return self.why_unlabelled or _HOW_LABELLED

    def sample(self, count: int) -> "ImageSource":
        """Return a source of some of the images, drawn at random, always the same ones.

        They are drawn before any is decoded, so that those of a sorted folder are of
        all classes. Streamed images, those of TFDS, would all have to be decoded: of
        them the first are taken.

        Args:
            count: how many, at most `size`.

        Example:
            >>> open_source("folder:photos").sample(100).size
            100
        """

        def shuffled(number: "tf.Tensor") -> "tf.data.Dataset":
            seed = epoch_seed(_SAMPLE_SEED, number)  # no global seed changes it
            return self.records.shuffle(
                self.size, seed=seed, reshuffle_each_iteration=False
            )

        if self.decode is None and not self.in_memory:
            return replace(self, records=self.records.take(count), size=count)
        drawn = PerEpoch(shuffled, self.size).epoch(0).take(count)
        # Kept, or all would be gone through in each epoch.
        return replace(self, records=drawn.cache(), size=count)

    def numbered_as(self, class_names: Sequence[str]) -> "ImageSource":
        """Return a source whose labels are the places of its classes in a list.

        A folder's classes are numbered as they are found there, so that those of two
        folders agree only where both have the same ones.

        Args:
            class_names: names of all classes in the order of their numbers, such as
                those of the data that a GAN was trained on.

        Raises:
            ValueError: if the source's own `class_names` are unknown, or if one is
                not in the list.

        Example:
            >>> train, test = open_source("train"), open_source("test")
            >>> test = test.numbered_as(train.class_names)
        """
        import tensorflow as tf

        own, wanted = self.class_names, tuple(class_names)
        if own is None:
            raise ValueError(
                f"{self.name}: the names of its classes are unknown, so they cannot be "
                f"found among {_few(wanted)}."
            )
        if own == wanted:
            return self
        places = {name: number for number, name in enumerate(wanted)}
        unknown = [name for name in own if name not in places]
        if unknown:
            raise ValueError(
                f"{self.name}: the classes {_few(unknown)} are not among those known, "
                f"which are {_few(wanted)}. Rename them, or leave them out."
            )
        with tf.device("CPU:0"):
            numbers = tf.constant([places[name] for name in own], tf.int64)
        records = self.records.map(lambda record, label: (record, numbers[label]))
        return replace(
            self, records=records, num_classes=len(wanted), class_names=wanted
        )

    def batches(
        self,
        batch_size: int,
        *,
        labels: bool = False,
        shuffle: bool = True,
        seed: int | None = 0,
        drop_remainder: bool = True,
        cache: bool = True,
        part: tuple[int, int] | None = None,
    ) -> "tf.data.Dataset":
        """Batches of float32 images scaled to [-1, 1], ready for `fit`.

        uint8 images are scaled by `x / 127.5 - 1`.

        Args:
            batch_size: images in a batch, at least 1.
            labels: yield (images, labels) pairs; labels are int64, (batch_size,).
            shuffle: go through the images in a new random order every epoch. (TFDS
                images that are not cached are shuffled within a buffer of 1 GiB.)
            seed: fixes those orders (together with TensorFlow's global seed, if
                that is set); None for other orders in every run.
            drop_remainder: leave out the last batch of an epoch if it is smaller.
            cache: keep the decoded images in memory from the first epoch on, if
                they take no more than half of the machine's memory. Otherwise
                they are read again every epoch.
            part: ``(index, count)``: of each batch only this part of ``count`` equal
                ones, for one process of several, see `keras_gan.distribution.part`.
                Nothing else is decoded if ``cache=False``; with ``cache=True`` each
                process decodes and keeps all images. Needs ``drop_remainder``, and a
                seed to shuffle by.

        Returns:
            A `tf.data.Dataset` that prefetches. If its order is fixed, it has the
            same data as ``per_epoch``, a `keras_gan.datasets.PerEpoch`, by which a
            checkpoint finds its place; the orders there are others.

        Raises:
            ValueError: if an argument is out of range, or if labels are asked for
                and there are none.
        """
        import tensorflow as tf

        self._check_arguments(batch_size, labels, seed, drop_remainder)
        _check_part(part, batch_size, drop_remainder)
        if part is not None and part[1] > 1 and shuffle and seed is None:
            raise ValueError(
                f"part={part!r} with seed=None: each process would shuffle in an order "
                "of its own, and parts would overlap. Pass all of them one seed, a "
                "whole number, or shuffle=False."
            )
        fits = self.size * self._image_bytes() <= _memory_bytes() // 2
        cached = self.in_memory or (cache and fits)
        decodes_late = self.decode is not None and not cached
        kept = self.records if decodes_late else self.examples
        if cached and not self.in_memory:
            kept = kept.cache()
        in_full = cached or decodes_late  # neither costs memory to shuffle
        buffer = self.size if in_full else self._affordable_buffer()

        size = batch_size // (part[1] if part else 1)

        def batched(examples: "tf.data.Dataset") -> "tf.data.Dataset":
            examples = examples if part is None else _part(examples, batch_size, part)
            examples = self._decoded(examples) if decodes_late else examples
            return examples.batch(size, drop_remainder=drop_remainder).map(
                self._scaling(labels), num_parallel_calls=tf.data.AUTOTUNE
            )

        shuffled = kept.shuffle(buffer, seed=seed) if shuffle else kept
        dataset = batched(shuffled).prefetch(tf.data.AUTOTUNE)
        if part is not None:
            known = tf.data.experimental.assert_cardinality(self.size // batch_size)
            dataset = dataset.apply(known)
        if seed is not None or not shuffle:
            dataset.per_epoch = ShuffledBatches(
                kept,
                batched,
                batch_size,
                int(dataset.cardinality()),
                buffer=buffer if shuffle else None,
                seed=seed or 0,
                part=part,
            )
        if part is not None and seed is not None:
            form: dict[str, Any] = {"labels": labels, "shuffle": shuffle}
            whole = self.batches(batch_size, **form, seed=seed, cache=cache)
            dataset.per_epoch.whole = whole.per_epoch
        dataset.part = part
        return dataset

    def _decoded(self, dataset: "tf.data.Dataset") -> "tf.data.Dataset":
        """`dataset`, whose structure is that of `records`, with decoded images."""
        import tensorflow as tf

        decode = self.decode
        if decode is None:
            return dataset
        if self.num_classes is None:
            return dataset.map(decode, num_parallel_calls=tf.data.AUTOTUNE)
        return dataset.map(
            lambda record, label: (decode(record), label),
            num_parallel_calls=tf.data.AUTOTUNE,
        )

    def _scaling(self, labels: bool) -> "Callable[..., Any]":
        """The function that scales a batch and drops the labels not asked for."""
        import tensorflow as tf

        def scale(images: "tf.Tensor", classes: "tf.Tensor | None" = None) -> Any:
            whole = images.dtype.is_integer
            images = tf.cast(images, tf.float32)
            images = images / 127.5 - 1.0 if whole else images
            return (images, classes) if labels else images

        return scale

    def _check_arguments(
        self, batch_size: Any, labels: bool, seed: Any, drop_remainder: bool
    ) -> None:
        if not is_whole(batch_size) or batch_size < 1:
            raise ValueError(
                f"batch_size={batch_size!r}: expected a whole number of at least 1."
            )
        if drop_remainder and batch_size > self.size:
            images = "one image" if self.size == 1 else f"{self.size} images"
            raise ValueError(
                f"batch_size={batch_size} is more than the {images} of {self.name}, so "
                "there would be no batch at all. Choose a smaller batch_size "
                "(--batch-size on the command line), or pass drop_remainder=False."
            )
        if seed is not None and not (is_whole(seed) and 0 <= seed < 2**63):
            raise ValueError(
                f"seed={seed!r}: expected a whole number from 0 to 2**63 - 1, or None."
            )
        if labels and self.num_classes is None:
            raise ValueError(
                f"labels=True: {self.name} has no labels. {self.how_labelled}"
            )

    def _image_bytes(self) -> int:
        """Size of a decoded image, at one byte a value."""
        return math.prod(self.image_shape)

    def _affordable_buffer(self) -> int:
        """How many images a shuffle buffer may hold if none are in memory yet."""
        return min(self.size, max(1, _SHUFFLE_BYTES // self._image_bytes()))


def _check_part(part: Any, batch_size: int, drop_remainder: bool) -> None:
    if part is None:
        return
    pair = isinstance(part, tuple | list) and len(part) == 2
    index, count = part if pair and all(map(is_whole, part)) else (0, 0)
    if not (0 <= index < count) or batch_size % count or not drop_remainder:
        raise ValueError(
            f"part={part!r}: expected whole numbers (index, count), of count equal "
            f"parts of whole batches. Received: batch_size={batch_size}, "
            f"drop_remainder={drop_remainder}."
        )


def _part(
    examples: "tf.data.Dataset", batch_size: int, part: tuple[int, int]
) -> "tf.data.Dataset":
    """Of every ``batch_size`` examples those of a part, before they are decoded."""
    index, count = part
    size = batch_size // count

    def own(*batch: "tf.Tensor") -> Any:
        kept = tuple(values[index * size : (index + 1) * size] for values in batch)
        return kept if len(kept) > 1 else kept[0]

    return examples.batch(batch_size, drop_remainder=True).map(own).unbatch()


def _few(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - _NAMED
    shown = ", ".join(map(repr, names[:_NAMED]))
    return f"{shown} and {more} more" if more > 0 else shown


def _memory_bytes() -> int:
    """The machine's memory; 8 GiB where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 8 * 2**30
