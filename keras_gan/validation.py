"""Held-out data: looked at before a training, and held where it comes but once."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras

from keras_gan import data_checks
from keras_gan.datasets.per_epoch import PerEpoch
from keras_gan.metrics import SampleMetric
from keras_gan.network_pair import NetworkPair


def checked(
    given: Mapping[str, Any],
    pair: NetworkPair,
    metrics: Sequence[SampleMetric],
    shares: int = 1,
) -> dict[str, Any]:
    """Look at held-out data, and return what `fit` gets in its place.

    Args:
        given: The arguments of `fit` by name.
        pair: What the networks take and give.
        metrics: Metrics of all samples; what they need is loaded.
        shares: Number of devices that share a batch.

    Raises:
        ValueError: If the data does not fit the networks, or has weights.
    """
    data = given.get("validation_data")
    if data is not None or given.get("validation_split"):
        for metric in metrics:
            metric.extractor.prepare()
    if data is None or (isinstance(data, Iterator) and not metrics):
        return {}  # a generator is left alone
    data_checks.check_whole(data, "validation_data")
    data = held(data, given.get("validation_steps"), "validation_steps")
    x, y, *weights = (*data, None) if isinstance(data, tuple | list) else (data, None)
    if any(w is not None for w in weights):
        raise ValueError(
            "A GAN has no sample weights. Received: validation_data of (samples, "
            "labels, weights)."
        )
    read, samples, labels = data_checks.first_batch(x, y)
    data_checks.check(samples, labels, pair)
    size = given.get("validation_batch_size") or given.get("batch_size")
    data_checks.check_shares(x, size, shares)
    return {"validation_data": read if x is data else data}


def held(x: Any, steps: int | None, argument: str) -> Any:
    """Return data that can be read twice: of a generator, the batches themselves.

    Of a `PerEpoch`, its first epoch.

    Args:
        x: Data as `fit` takes it.
        steps: Batches to take from a generator.
        argument: What the number is called, for the error.

    Raises:
        ValueError: If a generator's number of batches is not given.
    """
    if isinstance(x, PerEpoch):
        return x.epoch(0)
    if not isinstance(x, Iterator):
        return x
    if steps is None:
        raise ValueError(
            "Metrics of samples read a generator's batches into memory: pass "
            f"{argument}=... to say how many. Received: {argument}=None."
        )
    return Held(list(itertools.islice(x, steps)))


class Held(keras.utils.PyDataset):
    """Batches held in memory."""

    def __init__(self, batches: Sequence[Any]) -> None:
        super().__init__()
        self.batches = [b if isinstance(b, tuple) else (b,) for b in batches]

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> Any:
        return self.batches[index]
