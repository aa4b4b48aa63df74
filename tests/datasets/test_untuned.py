"""Data sets whose iterators end at once, and arrays as such data sets."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.datasets import PerEpoch, untuned
from tests.small_gan import compiled, images

ON_TENSORFLOW = keras.backend.backend() == "tensorflow"


def is_tuned(dataset):
    return dataset.options().autotune.enabled is not False


@pytest.fixture
def seen(monkeypatch):
    """What Keras's own `fit` is given: x, y, and the rest by name."""
    given = []

    def fit(self, x=None, y=None, **rest):
        given.append((x, y, rest))
        return run(self, x, y, **rest)

    run = keras.Model.fit
    monkeypatch.setattr(keras.Model, "fit", fit)
    return given


def test_what_a_user_has_said_is_kept():
    options = tf.data.Options()
    options.autotune.enabled = True
    options.threading.private_threadpool_size = 3
    plain = tf.data.Dataset.range(4)
    assert is_tuned(untuned.untuned(plain.with_options(options)))
    options = tf.data.Options()
    options.threading.private_threadpool_size = 3
    changed = untuned.untuned(plain.with_options(options))
    assert not is_tuned(changed)
    assert changed.options().threading.private_threadpool_size == 3
    assert list(changed.as_numpy_iterator()) == [0, 1, 2, 3]


@pytest.mark.parametrize("data", [np.zeros(3), [1, 2], None])
def test_other_data_is_left_alone(data):
    assert untuned.untuned(data) is data


def test_arrays_come_whole_in_an_order_of_each_epoch():
    x, y = np.arange(10.0), np.arange(10)
    keras.utils.set_random_seed(3)
    data = untuned.of_arrays(x, y, 4, True)
    assert len(data) == 3
    assert not is_tuned(data)
    epochs = []
    for _ in range(3):
        batches = list(data.as_numpy_iterator())
        assert [len(samples) for samples, _ in batches] == [4, 4, 2]
        assert batches[0][0].dtype == keras.backend.floatx()
        samples, labels = (np.concatenate(part) for part in zip(*batches, strict=True))
        np.testing.assert_array_equal(samples, labels)
        epochs.append(labels.tolist())
        assert sorted(epochs[-1]) == list(range(10))
    assert len({tuple(epoch) for epoch in epochs}) == 3
    keras.utils.set_random_seed(3)
    again = untuned.of_arrays(x, y, 4, True)
    assert np.concatenate([b[1] for b in again]).tolist() == epochs[0]


def test_arrays_in_their_own_order():
    data = untuned.of_arrays(np.arange(5, dtype="uint8"), None, 2, False)
    assert [b.tolist() for b in data.as_numpy_iterator()] == [[0, 1], [2, 3], [4]]
    assert len(untuned.of_arrays(np.zeros((70, 2)), None, None, True)) == 3


@pytest.mark.parametrize(
    ("x", "y", "shuffle"),
    [
        (np.zeros(4), None, "batch"),
        (np.zeros(4), np.zeros(3), True),
        ([1.0, 2.0], None, True),
        (tf.zeros(4), None, True),
    ],
)
def test_what_is_left_to_keras(x, y, shuffle):
    assert untuned.of_arrays(x, y, 2, shuffle) is None


@pytest.mark.parametrize("kind", ["dataset", "per epoch", "arrays"])
def test_fit_never_waits_for_the_tuning(kind, seen):
    samples = images(12)
    dataset = tf.data.Dataset.from_tensor_slices(samples).batch(4)
    data = {
        "dataset": dataset,
        "per epoch": PerEpoch(lambda epoch: dataset),
        "arrays": samples,
    }[kind]
    gan = compiled()
    given = {"batch_size": 4} if kind == "arrays" else {}
    held_out = (samples, None) if kind == "arrays" else dataset
    history = gan.fit(
        data, epochs=2, verbose=0, validation_data=held_out, **given
    ).history
    ((x, _, rest),) = seen
    assert np.isfinite(history["loss"] + history["val_loss"]).all()
    assert int(gan.optimizer.iterations) == 6
    if kind != "arrays" or ON_TENSORFLOW:
        assert not is_tuned(x)
        assert not is_tuned(rest["validation_data"])


@pytest.mark.skipif(not ON_TENSORFLOW, reason="Keras makes no data sets elsewhere")
def test_a_part_to_validate_with_is_left_to_keras(seen):
    compiled().fit(images(12), batch_size=4, validation_split=0.25, verbose=0)
    assert isinstance(seen[0][0], np.ndarray)
