"""What can be seen to be wrong with data, said before a training starts."""

import copy
import math
import warnings
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from keras_gan import backend
from keras_gan.datasets.per_epoch import PerEpoch
from keras_gan.datasets.untuned import BATCH_SIZE
from keras_gan.network_pair import NetworkPair
from keras_gan.sampling import check_class_numbers

_ROUNDING = 1e-3  # how far a scaled value may lie outside the range


def first_batch(x: Any, y: Any = None) -> tuple[Any, Any, Any]:
    """Look at the first batch of whatever `fit` accepts.

    Args:
        x: Arrays, a dataset, a `PerEpoch`, a `PyDataset`, a loader or a generator.
        y: Labels, where ``x`` is an array.

    Returns:
        ``x`` to be used from now on (a generator has given its first batch away
        and gets it back; a loader of samples alone gives tuples of one), the samples,
        and the labels or ``None``. Arrays are returned whole.

    Raises:
        ValueError: If there is no batch, or it is not samples, or samples and labels.
    """
    if x is None:
        raise ValueError("x must be data to learn from. Received: None.")
    for argument, value in (("x", x), ("y", y)):
        if isinstance(value, list | tuple) and _is_of_numbers(value):
            raise ValueError(
                f"{argument} must be an array. Received: a {type(value).__name__} of "
                f"{len(value)}. Pass np.asarray({argument})."
            )
    if isinstance(x, list | tuple) and any(hasattr(part, "shape") for part in x):
        raise ValueError(
            "x must be one array, or a dataset, loader or generator of batches. "
            f"Received: a {type(x).__name__} of {len(x)}. Pass samples and labels "
            "as fit(x, y), and join several arrays by np.concatenate."
        )
    if hasattr(x, "element_spec") and hasattr(x, "take"):  # a tf.data.Dataset
        batch = next(iter(x.take(1)), None)
    elif isinstance(x, PerEpoch):
        batch = next(iter(x.epoch(0).take(1)), None)
    elif isinstance(x, keras.utils.PyDataset):
        batch = None if x.num_batches == 0 else x[0]
    elif isinstance(x, Iterator):
        batch = next(x, None)
        x = _again(batch, x)
    elif hasattr(x, "shape"):
        batch = (x, y)
    else:
        # A loader whose workers stay keeps what it is read by, so a copy is read.
        is_loader = hasattr(x, "collate_fn")
        batch = next(iter(copy.copy(x) if is_loader else x), None)
        if is_loader and hasattr(batch, "shape"):
            x = _of_tuples(x)
    if batch is None:
        raise ValueError("The data is empty: there is not one batch to train on.")
    samples, labels, weights = keras.utils.unpack_x_y_sample_weight(batch)
    if weights is not None:
        raise ValueError(
            "A GAN has no sample weights. Received: data of (samples, labels, "
            "weights). Yield samples, or (samples, labels)."
        )
    if isinstance(samples, dict | list | tuple):
        received = list(samples) if isinstance(samples, dict) else len(samples)
        raise ValueError(
            "Samples must be one tensor, and each batch samples or (samples, labels). "
            f"Received: a {type(samples).__name__} of {received}. Of a tf.data.Dataset "
            "choose them by dataset.map(lambda d: (d['image'], d['label']))."
        )
    return x, to_numpy(samples), None if labels is None else to_numpy(labels)


def _is_of_numbers(value: Any) -> bool:
    """Whether lists hold numbers in the end, and not the arrays of a batch."""
    while isinstance(value, list | tuple) and value:
        value = value[0]
    return isinstance(value, int | float)


def is_ordered(x: Any) -> bool:
    """Whether the data comes in an order of its own, which `fit` cannot shuffle."""
    return not hasattr(x, "shape") and not isinstance(x, keras.utils.PyDataset)


def is_part(x: Any) -> bool:
    """Whether batches are one process's part already: ours, or PyTorch's own."""
    sampler = type(getattr(x, "sampler", None)).__name__
    return getattr(x, "part", None) is not None or sampler == "DistributedSampler"


def check_whole(x: Any, argument: str) -> None:
    """Make sure that each process has all of the data that it evaluates.

    Args:
        x: Data as `evaluate` takes it.
        argument: What it is called, for the error.

    Raises:
        ValueError: If there are several processes, and it is the part of one.
    """
    if backend.processes() > 1 and is_part(x):
        raise ValueError(
            f"{argument} must be the whole of the held-out data: each process "
            "evaluates all of it, so that they find the same. Received: one process's "
            "part. Leave out the DistributedSampler, or part=..."
        )


def check_shares(
    x: Any, batch_size: int | None, shares: int, split: float | None = None
) -> None:
    """Make sure that several devices can share each batch evenly.

    What a generator yields is not known before.

    Args:
        x: Data as `fit` takes it.
        batch_size: As in `fit`.
        shares: Number of devices that share a batch.
        split: The share of arrays that is held out, ``validation_split``.

    Raises:
        ValueError: If a batch, the last one of arrays among them, does not divide, or
            is a part that would be split once more.
    """
    part = getattr(x, "part", None)
    if part is not None and part[1] > 1 and keras.backend.backend() != "torch":
        raise ValueError(
            f"On {keras.backend.backend()} the engine splits batches itself. Received: "
            f"data of part={part}. Pass whole batches."
        )
    if shares == 1 or is_part(x):
        return
    if hasattr(x, "shape"):
        trained = math.floor(len(x) * (1 - (split or 0)))  # as Keras splits
        for count in filter(None, (trained, len(x) - trained)):
            _check_even(count, batch_size or BATCH_SIZE, shares)
        return
    if isinstance(x, keras.utils.PyDataset) and x.num_batches:
        for batch in (x[0], x[x.num_batches - 1]):
            samples = keras.utils.unpack_x_y_sample_weight(batch)[0]
            _check_even(len(samples), len(samples), shares)
    if hasattr(x, "drop_last") and getattr(x, "batch_size", None):  # PyTorch's loader
        count = len(x) * x.batch_size if x.drop_last else len(x.dataset)
        _check_even(count, x.batch_size, shares)
    per_epoch = isinstance(x, PerEpoch)
    spec = x.stream().element_spec if per_epoch else getattr(x, "element_spec", ())
    for batch in keras.tree.flatten(spec):
        known = batch.shape[0] if batch.shape.rank else None
        if known is None or known % shares:
            raise ValueError(
                f"{shares} devices must share each batch evenly. Received: batches of "
                f"shape {tuple(batch.shape)}. Make batches of one size that "
                f"{shares} divides by dataset.batch(n, drop_remainder=True)."
            )


def check_lengths(x: Any, steps: int | None) -> None:
    """Make sure that processes which read data of their own read as many batches.

    One that had fewer would be an epoch ahead of the others, and wait for them for ever
    in the end. Where no process can tell how many there are, nothing is said.

    Args:
        x: Data as `fit` takes it.
        steps: Batches in an epoch, where ``steps_per_epoch`` says so.

    Raises:
        ValueError: If their numbers differ.
    """
    if backend.processes() == 1:
        return
    unknown = -1
    try:
        length = len(x) if steps is None else steps
    except TypeError:
        length = unknown
    lengths = backend.of_each_process(length)
    if len(set(lengths)) > 1:
        told = ", ".join("unknown" if n == unknown else f"{n:,}" for n in lengths)
        raise ValueError(
            f"{len(lengths)} processes must read as much in an epoch. Received: data "
            f"of length {told}. Give each an equal part, or pass steps_per_epoch."
        )


def _check_even(count: int, size: int, shares: int) -> None:
    """Refuse so many samples in batches of a size that devices cannot share."""
    last = count % size
    if size % shares or last % shares:
        raise ValueError(
            f"{shares} devices must share each batch evenly. Received: {count:,} "
            f"samples in batches of {size}, and a last one of {last or size}. "
            "Choose another batch_size, or leave a smaller last batch out: tf.data's "
            "dataset.batch(n, drop_remainder=True), PyTorch's drop_last=True."
        )


def _again(first: Any, rest: Iterator) -> Iterator:
    """Give back a generator's first batch; Keras knows generators by their type."""
    yield first
    yield from rest


class _Tuples:
    """A loader's function that joins samples, whose batches become tuples of one."""

    def __init__(self, join: Any) -> None:
        self.join = join

    def __call__(self, samples: Any) -> tuple:
        return (self.join(samples),)


def _of_tuples(loader: Any) -> Any:
    """Let a PyTorch loader give tuples: Keras takes no others but on PyTorch."""
    loader = copy.copy(loader)
    loader.collate_fn = _Tuples(loader.collate_fn)
    return loader


def check(samples: np.ndarray, labels: np.ndarray | None, pair: NetworkPair) -> None:
    """Check real samples and their labels against the networks.

    Args:
        samples: One batch, or all, ``(batch, *sample_shape)``.
        labels: Their labels, or ``None``.
        pair: What the networks take and give.

    Raises:
        ValueError: Naming what is wrong, what was received and what is accepted.
    """
    expected = pair.sample_shape
    if samples.ndim == 0:
        raise ValueError(
            f"The generator makes samples of shape {expected}. Received: one number, "
            "an array of shape ()."
        )
    if len(samples) == 0:
        raise ValueError("The data is empty: there is not one sample to train on.")
    shape = samples.shape[1:]
    if len(shape) != len(expected) or any(
        e is not None and e != s for e, s in zip(expected, shape, strict=True)
    ):
        raise ValueError(
            f"The generator makes samples of shape {expected}, the data holds samples "
            f"of shape {tuple(shape)}. Resize the data (height, width, channels last) "
            "or build networks of its shape."
        )
    _check_values(samples, pair)
    if pair.conditional:
        if labels is None:
            raise ValueError(
                "The generator takes labels and the data has none. Received: samples "
                "alone. Yield (samples, labels), or pass labels as y."
            )
        check_class_numbers(labels, pair.num_classes)


def _check_values(samples: np.ndarray, pair: NetworkPair) -> None:
    bounds = pair.generator.output_range
    wanted = f"[{bounds[0]:g}, {bounds[1]:g}]" if bounds else "the generator's range"
    is_number = samples.dtype != object  # which Keras has no name for
    if not (is_number and keras.backend.is_float_dtype(str(samples.dtype))):
        raise ValueError(
            f"Samples must be floating-point numbers scaled to {wanted}. Received: "
            f"dtype {samples.dtype}. Images of 0..255 are scaled by "
            "`images.astype('float32') / 127.5 - 1`."
        )
    low, high = float(samples.min()), float(samples.max())
    if not np.isfinite([low, high]).all():  # NaN and infinity reach min or max
        bad = next(i for i, s in enumerate(samples) if not np.isfinite(s).all())
        raise ValueError(
            f"Samples must be finite. Received: NaN or infinity, first in sample {bad}."
        )
    if bounds is None:
        return
    if low < bounds[0] - _ROUNDING or high > bounds[1] + _ROUNDING:
        raise ValueError(
            f"The generator ends in {pair.generator.activation} and makes values in "
            f"{wanted}, so real samples must lie there too. Received: values from "
            f"{low:g} to {high:g}. Images of 0..255 are scaled by "
            "`images.astype('float32') / 127.5 - 1`, images of 0..1 by "
            "`2 * images - 1`."
        )
    if bounds[0] < 0 <= low and high > 0.5:
        warnings.warn(
            f"The first samples lie in [{low:g}, {high:g}] and the generator makes "
            f"values in {wanted}. If they were scaled to [0, 1], scale them by "
            "`2 * images - 1`.",
            stacklevel=4,
        )


def to_numpy(values: Any) -> np.ndarray:
    """Return an array or a tensor of any framework as a NumPy array."""
    if isinstance(values, np.ndarray):
        return values
    if hasattr(values, "detach"):  # a PyTorch tensor, on any device
        values = values.detach().cpu()
    return np.asarray(values)
