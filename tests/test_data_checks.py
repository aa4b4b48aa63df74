"""Data checks: the first batch of all that `fit` accepts, and what is refused."""

import itertools
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import data_checks, datasets, network_pair
from keras_gan.network_pair import NetworkPair

IMAGES = np.random.default_rng(0).uniform(-1, 1, (10, 4, 4, 1)).astype("float32")
LABELS = np.arange(10) % 3


@pytest.fixture
def pair(small_networks: Callable, drawn: None) -> NetworkPair:
    """Networks of 4x4 images in [-1, 1]."""
    return network_pair.match(*small_networks((4, 4, 1)))


@pytest.fixture
def conditional(small_networks: Callable, drawn: None) -> NetworkPair:
    """The same with labels of 3 classes."""
    return network_pair.match(*small_networks((4, 4, 1), num_classes=3))


# The first batch.


class Batches(keras.utils.PyDataset):
    """Batches of four, with labels."""

    def __len__(self) -> int:
        return 2

    def __getitem__(self, i: int) -> tuple[np.ndarray, np.ndarray]:
        return IMAGES[4 * i : 4 * i + 4], LABELS[4 * i : 4 * i + 4]


def _generator() -> Iterator[Any]:
    for i in range(2):
        yield IMAGES[4 * i : 4 * i + 4], LABELS[4 * i : 4 * i + 4]


def _tf_dataset(*arrays: np.ndarray) -> Any:
    tf = pytest.importorskip("tensorflow")
    data = arrays if len(arrays) > 1 else arrays[0]
    return tf.data.Dataset.from_tensor_slices(data).batch(4)


def _torch_loader(*arrays: np.ndarray) -> Any:
    torch = pytest.importorskip("torch")
    tensors = torch.utils.data.TensorDataset(*map(torch.from_numpy, arrays))
    return torch.utils.data.DataLoader(tensors, batch_size=4)


def test_arrays_are_looked_at_whole() -> None:
    x, samples, labels = data_checks.first_batch(IMAGES, LABELS)
    assert x is IMAGES
    assert samples is IMAGES
    assert labels is LABELS
    assert data_checks.first_batch(IMAGES)[2] is None


def test_tensors() -> None:
    tensor = keras.ops.convert_to_tensor(IMAGES)
    x, samples, _ = data_checks.first_batch(tensor)
    assert x is tensor
    assert isinstance(samples, np.ndarray)
    np.testing.assert_array_equal(samples, IMAGES)


@pytest.mark.parametrize(
    "source",
    [
        lambda: _tf_dataset(IMAGES, LABELS),
        Batches,
        lambda: _torch_loader(IMAGES, LABELS),
        _generator,
        lambda: list(_generator()),
    ],
    ids=["tf.data", "PyDataset", "DataLoader", "generator", "list"],
)
def test_batches_of_samples_and_labels(source: Callable) -> None:
    given = source()
    x, samples, labels = data_checks.first_batch(given)
    assert isinstance(samples, np.ndarray)
    np.testing.assert_array_equal(samples, IMAGES[:4])
    np.testing.assert_array_equal(labels, LABELS[:4])
    if not isinstance(given, types.GeneratorType):
        assert x is given


@pytest.mark.parametrize(
    "source",
    [
        lambda: _tf_dataset(IMAGES),
        lambda: _torch_loader(IMAGES),
        lambda: iter([(IMAGES[:4],)]),
        lambda: iter([IMAGES[:4]]),
    ],
    ids=["tf.data", "DataLoader", "tuple of one", "alone"],
)
def test_batches_of_samples_alone(source: Callable) -> None:
    _, samples, labels = data_checks.first_batch(source())
    np.testing.assert_array_equal(samples, IMAGES[:4])
    assert labels is None


def test_a_loader_of_samples_alone_gives_tuples_then() -> None:
    """Keras takes no bare tensors from a loader, but on PyTorch."""
    loader = _torch_loader(IMAGES)
    loader.collate_fn = lambda samples: np.stack([image for (image,) in samples])
    x, samples, _ = data_checks.first_batch(loader)
    np.testing.assert_array_equal(samples, IMAGES[:4])
    assert [len(batch) for batch in x] == [1, 1, 1]
    assert isinstance(next(iter(loader)), np.ndarray)  # the user's own is as it was


@pytest.mark.parametrize("kind", [list, tuple])
def test_several_arrays_are_no_samples(kind: type) -> None:
    with pytest.raises(ValueError, match=rf"one array.*a {kind.__name__} of 2\. Pass"):
        data_checks.first_batch(kind([IMAGES, LABELS]))


def test_lists_of_numbers_are_no_arrays() -> None:
    with pytest.raises(
        ValueError, match=r"^x must be an array. Received: a list of 10"
    ):
        data_checks.first_batch(IMAGES.tolist())
    with pytest.raises(
        ValueError, match=r"^y must be an array. Received: a list of 10"
    ):
        data_checks.first_batch(IMAGES, LABELS.tolist())


def test_batches_that_tell_their_number_another_way() -> None:
    class Counted(keras.utils.PyDataset):
        num_batches = None

        def __getitem__(self, i: int) -> tuple[np.ndarray, np.ndarray]:
            return IMAGES[:4], LABELS[:4]

    for number in (None, 2):
        Counted.num_batches = number
        _, samples, _ = data_checks.first_batch(Counted())
        np.testing.assert_array_equal(samples, IMAGES[:4])
    Counted.num_batches = 0
    with pytest.raises(ValueError, match="empty"):
        data_checks.first_batch(Counted())


def test_a_loader_whose_workers_stay() -> None:
    torch = pytest.importorskip("torch")
    if keras.backend.backend() == "jax":
        pytest.skip("a process with JAX in it is not to be forked")
    loader = torch.utils.data.DataLoader(
        torch.from_numpy(IMAGES), 4, num_workers=1, persistent_workers=True
    )
    x, samples, _ = data_checks.first_batch(loader)
    np.testing.assert_array_equal(samples, IMAGES[:4])
    assert [len(batch) for batch in x] == [1, 1, 1]


def test_a_generator_gets_its_first_batch_back() -> None:
    x, _, _ = data_checks.first_batch(_generator())
    batches = list(x)
    assert len(batches) == 2
    for i, (images, labels) in enumerate(batches):
        np.testing.assert_array_equal(images, IMAGES[4 * i : 4 * i + 4])
        np.testing.assert_array_equal(labels, LABELS[4 * i : 4 * i + 4])


def test_a_generator_stays_one_that_keras_takes() -> None:
    """Keras knows generators by their type and refuses any other iterator."""
    x, _, _ = data_checks.first_batch(_generator())
    assert isinstance(x, types.GeneratorType)


def test_an_endless_generator_is_asked_for_one_batch() -> None:
    asked = itertools.count()
    data_checks.first_batch(IMAGES[:4] for _ in asked)
    assert next(asked) == 1


def test_looking_twice_at_a_dataset_changes_nothing() -> None:
    dataset = _tf_dataset(IMAGES)
    data_checks.first_batch(dataset)
    assert len(list(dataset)) == 3


class NoBatches(Batches):
    """A data set of length 0."""

    def __len__(self) -> int:
        return 0

    def __getitem__(self, i: int) -> Any:
        raise IndexError(i)


@pytest.mark.parametrize(
    "source",
    [
        lambda: iter([]),
        list,
        lambda: _tf_dataset(IMAGES[:0]),
        lambda: _torch_loader(IMAGES[:0]),
        NoBatches,
    ],
    ids=["generator", "list", "tf.data", "DataLoader", "PyDataset"],
)
def test_no_batch_at_all(source: Callable) -> None:
    with pytest.raises(ValueError, match="The data is empty"):
        data_checks.first_batch(source())


def test_a_dictionary_is_no_batch_of_samples(pair: NetworkPair) -> None:
    """TFDS gives them where it is not asked for pairs."""

    def look() -> None:
        _, samples, labels = data_checks.first_batch(iter([{"image": IMAGES}]))
        data_checks.check(samples, labels, pair)

    with pytest.raises((TypeError, ValueError), match=r"(?i)samples"):
        look()


def test_sample_weights_are_refused() -> None:
    with pytest.raises(ValueError, match=r"no sample weights.*\(samples, labels\)"):
        data_checks.first_batch(iter([(IMAGES, LABELS, np.ones(10))]))


# What is wrong with it.


def test_good_data_passes_in_silence(
    pair: NetworkPair, conditional: NetworkPair
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data_checks.check(IMAGES, None, pair)
        data_checks.check(IMAGES, LABELS, pair)  # not asked for, not looked at
        data_checks.check(IMAGES.astype("float64"), None, pair)
        data_checks.check(IMAGES.astype("float16"), None, pair)
        data_checks.check(1.0005 * np.sign(IMAGES), None, pair)  # rounding
        data_checks.check(-np.ones_like(IMAGES), None, pair)
        data_checks.check(np.zeros_like(IMAGES), None, pair)
        data_checks.check(IMAGES, LABELS, conditional)
        data_checks.check(IMAGES, LABELS[:, None].astype("uint8"), conditional)
        data_checks.check(IMAGES, np.eye(3)[LABELS], conditional)


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (
            (127.5 * IMAGES + 127.5).astype("uint8"),
            r"floating-point.*\[-1, 1\].*dtype uint8.*astype\('float32'\) / 127.5 - 1",
        ),
        (
            127.5 * IMAGES + 127.5,
            r"ends in tanh.*\[-1, 1\].*values from .* to 25\d.*/ 127.5 - 1",
        ),
        (IMAGES - 1, r"ends in tanh.*values from -1\.\d+ to -?0"),
        (IMAGES[..., 0], r"shape \(4, 4, 1\).*of shape \(4, 4\)"),
        (IMAGES[:, :3], r"shape \(4, 4, 1\).*of shape \(3, 4, 1\)"),
        (np.repeat(IMAGES, 3, -1), r"shape \(4, 4, 1\).*of shape \(4, 4, 3\)"),
        (IMAGES[:0], "empty.*not one sample"),
        (IMAGES > 0, "floating-point.*dtype bool"),
    ],
    ids=["uint8", "0..255", "shifted", "rank", "size", "channels", "empty", "bool"],
)
def test_bad_samples(samples: np.ndarray, message: str, pair: NetworkPair) -> None:
    with pytest.raises(ValueError, match=message):
        data_checks.check(samples, None, pair)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_not_finite_names_the_sample(bad: float, pair: NetworkPair) -> None:
    samples = IMAGES.copy()
    samples[[7, 3], 2, 1, 0] = bad
    with pytest.raises(ValueError, match="NaN or infinity, first in sample 3"):
        data_checks.check(samples, None, pair)


def test_not_finite_is_refused_without_bounds_too(drawn: None) -> None:
    samples = np.ones((5, 2), "float32")
    pair = _unbounded()
    data_checks.check(1000 * samples, None, pair)
    samples[4] = np.inf
    with pytest.raises(ValueError, match="first in sample 4"):
        data_checks.check(samples, None, pair)


def _unbounded() -> NetworkPair:
    return network_pair.match(
        keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]),
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]),
    )


def test_unknown_sizes_fit_any(drawn: None) -> None:
    pair = network_pair.match(
        keras.Sequential(
            [
                keras.Input((4,)),
                keras.layers.Reshape((2, 2, 1)),
                keras.layers.Conv2DTranspose(1, 3, activation="tanh"),
            ]
        ),
        keras.Sequential(
            [keras.Input((None, None, 1)), keras.layers.GlobalAveragePooling2D()]
        ),
    )
    data_checks.check(IMAGES, None, pair)


def test_images_of_0_to_1_are_warned_about(pair: NetworkPair) -> None:
    with pytest.warns(UserWarning, match=r"scaled to \[0, 1\].*`2 \* images - 1`"):
        data_checks.check((IMAGES + 1) / 2, None, pair)


def test_images_of_0_to_1_suit_a_sigmoid(drawn: None) -> None:
    pair = network_pair.match(
        keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "sigmoid")]),
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]),
    )
    samples = np.random.default_rng(0).uniform(0, 1, (8, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data_checks.check(samples, None, pair)
    with pytest.raises(ValueError, match=r"ends in sigmoid.*\[0, 1\]"):
        data_checks.check(2 * samples - 1, None, pair)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, r"takes labels and the data has none.*\(samples, labels\)"),
        (LABELS + 1, "labels must be in 0..2.*values from 1 to 3"),
        (LABELS - 1, "labels must be in 0..2.*values from -1 to 1"),
        (LABELS + 0.5, "whole class numbers.*float64"),
        (np.array(["shoe"] * 10), "whole class numbers.*shoe"),
        (np.eye(4)[LABELS], "one-hot rows of 3. Received: rows of 4"),
    ],
    ids=["missing", "too large", "negative", "fractions", "text", "one-hot"],
)
def test_bad_labels(labels: Any, message: str, conditional: NetworkPair) -> None:
    with pytest.raises(ValueError, match=message):
        data_checks.check(IMAGES, labels, conditional)


def test_to_numpy() -> None:
    assert data_checks.to_numpy(IMAGES) is IMAGES
    tensor = keras.ops.convert_to_tensor([1.0, 2.0])
    np.testing.assert_array_equal(data_checks.to_numpy(tensor), [1.0, 2.0])
    np.testing.assert_array_equal(data_checks.to_numpy([1, 2]), [1, 2])


class TestShares:
    """Batches that several devices share must divide evenly."""

    def test_arrays(self, images: np.ndarray) -> None:
        data_checks.check_shares(images, 8, 4)
        data_checks.check_shares(images[:12], 8, 4)  # 8 and 4
        data_checks.check_shares(images[:13], 8, 1)
        for n, size in ((13, 8), (16, 6)):
            with pytest.raises(ValueError, match=f"4 devices .* batches of {size}"):
                data_checks.check_shares(images[:n], size, 4)

    def test_both_parts_of_a_split(self, images: np.ndarray) -> None:
        data_checks.check_shares(images[:16], 4, 4, 0.25)
        for n, split in ((16, 0.3), (18, 0.11)):  # 11 and 5; 16 and 2
            with pytest.raises(ValueError, match="4 devices"):
                data_checks.check_shares(images[:n], 4, 4, split)

    def test_batches_by_number(self) -> None:
        data_checks.check_shares(Batches(), None, 4)

        class Ragged(Batches):
            def __len__(self) -> int:
                return 3

        with pytest.raises(ValueError, match=r"4 devices .* batches of 2"):
            data_checks.check_shares(Ragged(), None, 4)

    def test_loaders(self) -> None:
        loader = _torch_loader(IMAGES)
        with pytest.raises(ValueError, match=r"last one of 2.*drop_last=True"):
            data_checks.check_shares(loader, None, 4)
        torch = pytest.importorskip("torch")
        even = torch.utils.data.DataLoader(loader.dataset, 4, drop_last=True)
        data_checks.check_shares(even, None, 4)

    def test_data_sets(self, images: np.ndarray) -> None:
        whole = tf.data.Dataset.from_tensor_slices(images)
        data_checks.check_shares(whole.batch(8, drop_remainder=True), None, 4)
        for size, drop in ((8, False), (6, True)):
            with pytest.raises(ValueError, match="drop_remainder=True"):
                data_checks.check_shares(whole.batch(size, drop), None, 4)

    def test_a_part_is_not_shared_again(self) -> None:
        part = datasets.load("builtin", 8, part=(1, 2))
        if keras.backend.backend() == "torch":
            data_checks.check_shares(part, None, 3)
        else:
            with pytest.raises(ValueError, match=r"part=\(1, 2\). Pass whole batches"):
                data_checks.check_shares(part, None, 3)
        assert data_checks.is_part(part)
        assert data_checks.is_part(part.per_epoch)
        assert not data_checks.is_part(datasets.load("builtin", 8))


def test_held_out_data_is_whole_on_each_process(monkeypatch: Any) -> None:
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.from_numpy(IMAGES))
    sampler = torch.utils.data.DistributedSampler(data, num_replicas=2, rank=0)
    part = torch.utils.data.DataLoader(data, batch_size=4, sampler=sampler)
    data_checks.check_whole(part, "validation_data")  # of one process it is all
    monkeypatch.setattr(data_checks.backend, "processes", lambda: 2)
    data_checks.check_whole(_torch_loader(IMAGES), "validation_data")
    with pytest.raises(ValueError, match="validation_data must be the whole"):
        data_checks.check_whole(part, "validation_data")


def test_processes_read_as_many_batches(monkeypatch: Any) -> None:
    def beside(other: int) -> None:
        gather = lambda mine: [mine, other]  # noqa: E731
        monkeypatch.setattr(data_checks.backend, "of_each_process", gather)
        monkeypatch.setattr(data_checks.backend, "processes", lambda: 2)

    endless = tf.data.Dataset.from_tensors(IMAGES).repeat()
    for data, steps, length in ((Batches(), None, 2), (IMAGES, None, 10)):
        beside(length)
        data_checks.check_lengths(data, steps)
        beside(length + 1)
        with pytest.raises(ValueError, match=f"of length {length}, {length + 1}. Give"):
            data_checks.check_lengths(data, steps)
        beside(5)
        data_checks.check_lengths(data, 5)
    beside(-1)
    data_checks.check_lengths(endless, None)
    with pytest.raises(ValueError, match="of length 2, unknown"):
        data_checks.check_lengths(Batches(), None)
