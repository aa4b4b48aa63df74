"""Tests of keras_gan/datasets/image_source.py."""

import dataclasses
import time

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.datasets import image_source
from keras_gan.datasets.image_source import ImageSource

pytestmark = pytest.mark.once


def numbered(count: int, labels: bool = True, **settings) -> ImageSource:
    """A streamed source in which image i is of value i, and so is its label."""
    values = np.arange(count)
    images = np.broadcast_to(values[:, None, None, None], (count, 2, 2, 1))
    content = (images.astype(np.uint8), values) if labels else images.astype(np.uint8)
    return ImageSource(
        name="numbered",
        image_shape=(2, 2, 1),
        size=count,
        num_classes=count if labels else None,
        class_names=None,
        records=tf.data.Dataset.from_tensor_slices(content),
        **settings,
    )


def order(dataset: tf.data.Dataset) -> list[int]:
    """The labels of one epoch in the order in which they come."""
    return [int(label) for _, labels in dataset for label in labels]


def test_uint8_is_scaled_exactly():
    source = numbered(256)
    ((images, labels),) = source.batches(256, labels=True, shuffle=False)
    expected = np.arange(256, dtype=np.float32) / np.float32(127.5) - np.float32(1)
    assert images.dtype == tf.float32
    np.testing.assert_array_equal(images.numpy()[:, 0, 0, 0], expected)
    assert images.numpy().min() == -1
    assert images.numpy().max() == 1
    np.testing.assert_array_equal(labels, np.arange(256))


def test_floats_are_left_as_they_are():
    values = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 2, 2, 1)
    source = ImageSource(
        "floats", (2, 2, 1), 3, None, None, tf.data.Dataset.from_tensor_slices(values)
    )
    (images,) = source.batches(3, shuffle=False)
    np.testing.assert_array_equal(images, values)


@pytest.mark.parametrize("cache", [True, False])
def test_equal_seeds_give_equal_orders(cache):
    first = numbered(50).batches(10, labels=True, seed=3, cache=cache)
    second = numbered(50).batches(10, labels=True, seed=3, cache=cache)
    other = numbered(50).batches(10, labels=True, seed=4, cache=cache)
    epochs = [order(first) for _ in range(3)]
    assert epochs == [order(second) for _ in range(3)]
    assert epochs[0] != order(other)


@pytest.mark.parametrize("cache", [True, False])
def test_every_epoch_has_another_order_of_the_same_images(cache):
    dataset = numbered(50).batches(10, labels=True, cache=cache)
    epochs = [order(dataset) for _ in range(3)]
    assert len({tuple(epoch) for epoch in epochs}) == 3
    assert all(sorted(epoch) == list(range(50)) for epoch in epochs)
    assert list(range(50)) not in epochs


def test_images_keep_their_labels_when_shuffled():
    for images, labels in numbered(200).batches(50, labels=True):
        values = np.round((images.numpy()[:, 0, 0, 0] + 1) * 127.5)
        np.testing.assert_array_equal(values, labels)


def test_no_seed_gives_other_orders():
    orders = {tuple(order(numbered(50).batches(50, labels=True, seed=None)))}
    orders.add(tuple(order(numbered(50).batches(50, labels=True, seed=None))))
    assert len(orders) == 2


def test_without_shuffling_the_order_is_kept():
    dataset = numbered(30).batches(10, labels=True, shuffle=False)
    assert order(dataset) == order(dataset) == list(range(30))


def test_remainder_is_dropped_or_kept():
    dropped = numbered(25).batches(10)
    kept = numbered(25).batches(10, drop_remainder=False)
    assert [len(batch) for batch in dropped] == [10, 10]
    assert [len(batch) for batch in kept] == [10, 10, 5]
    assert dropped.cardinality() == 2
    assert kept.cardinality() == 3
    assert dropped.element_spec.shape == (10, 2, 2, 1)


def test_labels_are_yielded_only_on_demand():
    assert numbered(4).batches(2).element_spec.dtype == tf.float32
    images, labels = numbered(4).batches(2, labels=True).element_spec
    assert images.dtype == tf.float32
    assert labels.dtype == tf.int64
    assert labels.shape == (2,)


class CountedDecoding:
    """Decodes a number to an image, and counts how often."""

    def __init__(self):
        self.calls = 0

    def __call__(self, record):
        def paint(value):
            self.calls += 1
            return np.full((2, 2, 1), value, np.uint8)

        return tf.ensure_shape(tf.numpy_function(paint, [record], tf.uint8), (2, 2, 1))


@pytest.mark.parametrize(("cache", "calls"), [(True, 20), (False, 60)])
def test_cache_decodes_once(cache, calls):
    decode = CountedDecoding()
    numbers = tf.data.Dataset.from_tensor_slices((np.arange(20), np.arange(20)))
    source = dataclasses.replace(numbered(20), records=numbers, decode=decode)
    dataset = source.batches(5, labels=True, cache=cache)
    for _ in range(3):
        assert sorted(order(dataset)) == list(range(20))
    assert decode.calls == calls


def test_what_exceeds_the_memory_is_not_cached(monkeypatch):
    decode = CountedDecoding()
    numbers = tf.data.Dataset.from_tensor_slices((np.arange(20), np.arange(20)))
    source = dataclasses.replace(numbered(20), records=numbers, decode=decode)
    monkeypatch.setattr(image_source, "_memory_bytes", lambda: 2 * 20 * 4 - 2)
    dataset = source.batches(5, labels=True)
    assert [len(order(dataset)) for _ in range(2)] == [20, 20]
    assert decode.calls == 40


def test_streamed_images_are_shuffled_within_a_bounded_buffer(monkeypatch):
    monkeypatch.setattr(image_source, "_SHUFFLE_BYTES", 4 * 10)
    dataset = numbered(100).batches(10, labels=True, cache=False)
    epoch = order(dataset)
    assert sorted(epoch) == list(range(100))
    assert max(epoch[:10]) < 20  # a buffer of ten sees no further


def test_examples_come_one_by_one_and_unscaled():
    numbers = tf.data.Dataset.range(5)
    source = dataclasses.replace(
        numbered(5, labels=False), records=numbers, decode=CountedDecoding()
    )
    assert [int(image[0, 0, 0]) for image in source.examples] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("wrong", [0, -1, 2.0, "8", None, True])
def test_wrong_batch_size_is_refused(wrong):
    with pytest.raises(ValueError, match=r"batch_size=.*whole number of at least 1"):
        numbered(8).batches(wrong)


def test_batch_size_above_the_number_of_images_is_refused():
    with pytest.raises(
        ValueError, match=r"=9 is more than the 8 images .*--batch-size"
    ):
        numbered(8).batches(9)
    (batch,) = numbered(8).batches(9, drop_remainder=False)
    assert len(batch) == 8


@pytest.mark.parametrize("wrong", [-1, 0.5, "a", True, 2**63])
def test_wrong_seed_is_refused(wrong):
    with pytest.raises(ValueError, match=r"seed=.*whole number from 0"):
        numbered(8).batches(2, seed=wrong)


def test_labels_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match=r"labels=True: numbered has no labels"):
        numbered(8, labels=False).batches(2, labels=True)


def test_source_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        numbered(8).size = 9


def test_five_thousand_images_a_second():
    images = np.zeros((20_000, 28, 28, 1), np.uint8)
    source = ImageSource(
        name="black",
        image_shape=(28, 28, 1),
        size=len(images),
        num_classes=None,
        class_names=None,
        records=tf.data.Dataset.from_tensor_slices(images),
        in_memory=True,
    )
    dataset = source.batches(128)
    seconds = []
    for _ in range(2):  # the faster of two, as other processes may be running
        start = time.perf_counter()
        count = sum(len(batch) for batch in dataset)
        seconds.append(time.perf_counter() - start)
    assert count / min(seconds) > 5000


class TestPart:
    """The parts of a batch that processes read make it up, and no more is decoded."""

    def batches(self, dataset):
        return [labels.numpy().tolist() for _, labels in dataset]

    @pytest.mark.parametrize("cache", [True, False])
    @pytest.mark.parametrize("shuffle", [True, False])
    def test_parts_make_up_each_batch(self, cache, shuffle):
        form = {"labels": True, "shuffle": shuffle, "seed": 3, "cache": cache}
        source = numbered(50)  # 8 batches of 6, and two images that are left out
        whole = source.batches(6, **form)
        parts = [source.batches(6, part=(i, 3), **form) for i in range(3)]
        expected = self.batches(whole)
        assert len(expected) == 8
        found = [self.batches(part) for part in parts]
        assert np.hstack(found).tolist() == expected
        assert all(len(part) == 8 for part in parts)  # as the progress bar asks
        epochs = [p.per_epoch.epoch(4, first=5) for p in (whole, *parts)]
        expected, *found = map(self.batches, epochs)
        assert len(expected) == 3
        assert np.hstack(found).tolist() == expected

    def test_what_is_not_its_own_is_not_decoded(self):
        decoded = []

        def decode(image):
            tf.py_function(lambda x: decoded.append(int(x[0, 0, 0])), [image], [])
            return image

        source = numbered(12, decode=decode)
        part = source.batches(4, part=(1, 2), shuffle=False, labels=True, cache=False)
        assert self.batches(part) == [[2, 3], [6, 7], [10, 11]]
        assert sorted(decoded) == [2, 3, 6, 7, 10, 11]

    @pytest.mark.parametrize(
        ("part", "batch_size", "drop"),
        [
            ((2, 2), 4, True),
            ((0, 3), 4, True),
            ((0, 2), 4, False),
            (3, 4, True),
            ((0, 1.0), 4, True),
            ((0, 1, 2), 4, True),
            ("01", 4, True),
        ],
    )
    def test_parts_that_are_not_equal(self, part, batch_size, drop):
        with pytest.raises(ValueError, match="equal parts of whole"):
            numbered(12).batches(batch_size, part=part, drop_remainder=drop)

    def test_parts_without_a_seed_would_overlap(self):
        source = numbered(12)
        with pytest.raises(ValueError, match=r"part=\(0, 2\) with seed=None.*overlap"):
            source.batches(4, part=(0, 2), seed=None)
        assert len(source.batches(4, part=(0, 1), seed=None)) == 3
        assert len(source.batches(4, part=(0, 2), seed=None, shuffle=False)) == 3


class TestSample:
    """Some images, at random and always the same."""

    def drawn(self, source):
        ((images, labels),) = source.batches(source.size, labels=True, shuffle=False)
        values = np.round((images.numpy()[:, 0, 0, 0] + 1) * 127.5)
        np.testing.assert_array_equal(values, labels)
        return labels.numpy().tolist()

    @pytest.mark.parametrize("seed", [0, 1])
    def test_is_random_and_always_the_same(self, seed):
        source = numbered(200, in_memory=True)
        drawn = self.drawn(source.sample(50))
        tf.random.set_seed(seed)
        assert self.drawn(source.sample(50)) == drawn
        assert self.drawn(source.sample(60))[:50] == drawn
        assert len(set(drawn)) == 50
        assert 50 < np.mean(drawn) < 150
        assert drawn != sorted(drawn)

    def test_only_what_is_drawn_is_decoded(self):
        decode = CountedDecoding()
        numbers = tf.data.Dataset.from_tensor_slices((np.arange(20), np.arange(20)))
        source = dataclasses.replace(numbered(20), records=numbers, decode=decode)
        assert len(self.drawn(source.sample(5))) == decode.calls == 5

    def test_of_a_stream_the_first_are_taken(self):
        assert self.drawn(numbered(20).sample(3)) == [0, 1, 2]

    def test_can_be_trained_on(self):
        dataset = numbered(20, in_memory=True).sample(8).batches(4, labels=True)
        assert len(dataset) == dataset.per_epoch.batches == 2
        assert len({*order(dataset), *order(dataset)}) == 8


def named(names: tuple[str, ...] | None) -> ImageSource:
    """A source of three classes, with one image each."""
    return dataclasses.replace(numbered(3), class_names=names)


def test_classes_are_numbered_as_in_a_list_of_names():
    source = named(("bee", "cat", "eel"))
    other = source.numbered_as(["ant", "bee", "cat", "dog", "eel"])
    assert other.num_classes == 5
    assert other.class_names == ("ant", "bee", "cat", "dog", "eel")
    batches = other.batches(3, labels=True, shuffle=False)
    assert order(batches) == [1, 2, 4]
    assert batches.element_spec[1].dtype == tf.int64
    assert source.numbered_as(("bee", "cat", "eel")) is source


def test_classes_that_are_not_in_the_list_are_named():
    with pytest.raises(ValueError, match=r"classes 'cat', 'eel' are not .* 'ant', 'b"):
        named(("bee", "cat", "eel")).numbered_as(["ant", "bee"])
    with pytest.raises(ValueError, match="names of its classes are unknown"):
        named(None).numbered_as(["ant", "bee"])


def test_one_image_is_no_plural():
    with pytest.raises(ValueError, match="is more than the one image of numbered"):
        numbered(1).batches(2)
