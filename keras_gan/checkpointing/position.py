"""Data that a training can find its place in again, of whatever `fit` was given."""

import hashlib
from typing import Any

import numpy as np

from keras_gan import data_checks
from keras_gan.datasets.per_epoch import PerEpoch, ShuffledBatches, examples_of
from keras_gan.datasets.untuned import BATCH_SIZE


def per_epoch(x: Any, y: Any, given: dict[str, Any], seed: int | None) -> PerEpoch:
    """Return the data as a `PerEpoch`.

    Args:
        x: What `fit` was given: arrays, a data set of `keras_gan.datasets`, a
            `tf.data.Dataset` that yields the same batches each time, or a `PerEpoch`.
        y: Labels, where ``x`` is an array.
        given: Other arguments of `fit`.
        seed: Of the order in which arrays are shuffled.

    Raises:
        TypeError: If it is other data.
        ValueError: If a data set yields other batches each time.
    """
    if isinstance(x, PerEpoch):
        return x
    if isinstance(getattr(x, "per_epoch", None), PerEpoch):
        return x.per_epoch
    if hasattr(x, "element_spec") and hasattr(x, "take"):  # a tf.data.Dataset
        return _of_dataset(x, given)
    if hasattr(x, "shape"):
        return _of_arrays(np.asarray(x), y, given, seed)
    raise TypeError(
        "A checkpoint has to find its place in the data again. x must be arrays, a "
        "data set of keras_gan.datasets, a tf.data.Dataset or a "
        f"keras_gan.datasets.PerEpoch. Received: a {type(x).__name__}. "
        "Checkpoint(..., data_position=False) begins the data anew instead."
    )


def fingerprint(data: PerEpoch) -> str:
    """Return a digest of the first batch of the first epoch, on whatever devices."""
    data = getattr(data, "whole", data)
    batch = next(iter(data.epoch(0).take(1)), None)
    digest = hashlib.sha256()
    for array in _arrays(batch):
        digest.update(f"{array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _of_dataset(dataset: Any, given: dict[str, Any]) -> PerEpoch:
    steps = given.get("steps_per_epoch")
    count = int(dataset.cardinality())
    if count < 0 and steps is None:
        raise ValueError(
            "The number of batches in an epoch is unknown, as the data set filters or "
            "never ends. Received: steps_per_epoch=None. Pass it."
        )
    data = PerEpoch(lambda number: dataset, count if count > 0 else np.iinfo("i8").max)
    if fingerprint(data) != fingerprint(data):
        raise ValueError(
            "A checkpoint has to find its place in the data again, and this data set "
            "yields other batches each time it is read. Pass a function of the epoch, "
            "keras_gan.datasets.PerEpoch(lambda epoch: images.shuffle(n, "
            "seed=epoch).batch(64)), or Checkpoint(..., data_position=False)."
        )
    return data


def _of_arrays(
    x: np.ndarray, y: Any, given: dict[str, Any], seed: int | None
) -> PerEpoch:
    if given.get("validation_split"):
        raise ValueError(
            "A checkpoint takes validation_data, not a part of the training's. "
            f"Received: validation_split={given['validation_split']}."
        )
    batch_size = given.get("batch_size") or BATCH_SIZE
    content = x if y is None else (x, data_checks.to_numpy(y))
    return ShuffledBatches(
        examples_of(content),
        lambda order: order.batch(batch_size),
        batch_size,
        -(-len(x) // batch_size),
        buffer=len(x) if given.get("shuffle", True) else None,
        seed=seed or 0,
    )


def _arrays(batch: Any) -> list[np.ndarray]:
    parts = batch if isinstance(batch, tuple | list) else (batch,)
    return [part.numpy() for part in parts if part is not None]
