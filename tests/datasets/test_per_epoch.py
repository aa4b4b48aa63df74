"""PerEpoch: the same batches from wherever one begins."""

import numpy as np
import pytest
import tensorflow as tf

import keras_gan
from keras_gan.datasets import PerEpoch, open_source
from tests.small_gan import compiled, images


def seen(dataset):
    return [batch.numpy().ravel().tolist() for batch in dataset]


def shuffled(n=10, batch=3):
    numbers = tf.data.Dataset.range(n)
    return PerEpoch(lambda epoch: numbers.shuffle(n, seed=epoch).batch(batch))


@pytest.mark.parametrize("seed", [None, 0, 3])
def test_a_stream_begins_anywhere(seed):
    if seed is not None:
        tf.random.set_seed(seed)  # 0 is a case of its own in TensorFlow
    data = shuffled()
    assert data.batches == 4
    whole = seen(data.stream().take(12))
    for epoch, first in [(0, 1), (1, 0), (1, 3), (2, 2)]:
        place = 4 * epoch + first
        rest = seen(data.stream(epoch, first).take(12 - place))
        assert rest == whole[place:]
    assert whole[:4] != whole[4:8]
    for epoch in range(3):
        numbers = [n for batch in whole[4 * epoch : 4 * epoch + 4] for n in batch]
        assert sorted(numbers) == list(range(10))
        assert seen(data.epoch(epoch)) == whole[4 * epoch : 4 * epoch + 4]


def test_global_seeds_are_left_alone():
    tf.random.set_seed(7)
    before = tf.random.uniform(()).numpy()
    tf.random.set_seed(7)
    next(iter(shuffled().stream()))
    assert tf.random.uniform(()).numpy() == before


@pytest.mark.parametrize("cache", [True, False])
@pytest.mark.parametrize("shuffle", [True, False])
def test_our_own_data_has_it(tmp_path, cache, shuffle):
    from PIL import Image

    for i in range(10):
        Image.fromarray(np.full((8, 8), 20 * i, np.uint8)).save(tmp_path / f"{i}.png")
    source = open_source(tmp_path)
    batches = source.batches(4, shuffle=shuffle, cache=cache, drop_remainder=False)
    data = batches.per_epoch
    assert data.batches == 3
    whole = seen(data.stream().take(9))
    assert seen(data.stream(1, 1).take(5)) == whole[4:]
    assert seen(data.epoch(1, 1)) == whole[4:6]
    once = {value for batch in whole[:3] for value in batch}
    assert len(once) == 10
    assert (whole[:3] == whole[3:6]) is not shuffle


def test_data_without_a_fixed_order_has_none():
    source = open_source("builtin")
    assert not hasattr(source.batches(64, seed=None), "per_epoch")


def test_fit_takes_it():
    x = tf.data.Dataset.from_tensor_slices(images())
    data = PerEpoch(lambda epoch: x.shuffle(48, seed=epoch).batch(16))
    gan = compiled()
    history = gan.fit(data, epochs=2, verbose=0)
    assert len(history.history["d_loss"]) == 2
    assert int(np.asarray(keras_gan.callbacks.training_state.steps_of(gan))) == 6


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda epoch: tf.data.Dataset.range(3).filter(lambda x: True), "unknown"),
        (lambda epoch: tf.data.Dataset.range(3).repeat(), "unknown"),
        (lambda epoch: tf.data.Dataset.range(0), "a batch or more"),
    ],
)
def test_a_number_of_batches_that_cannot_be_told(make, message):
    with pytest.raises(ValueError, match=message):
        PerEpoch(make)
