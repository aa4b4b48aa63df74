"""Callbacks in `fit`: what they are told is what Keras tells, with less work."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import datasets
from tests.small_gan import compiled, images


class Deaf(keras.callbacks.Callback):
    """Looks at epochs alone."""

    def on_epoch_begin(self, epoch, logs=None):
        self.seen = dict(self.params)


class Listening(Deaf):
    """Looks at batches, too."""

    told = 0

    def on_train_batch_end(self, batch, logs=None):
        self.told += 1
        assert all(isinstance(value, float) for value in logs.values())


class ListeningToTests(Deaf):
    """Looks at the batches of evaluations."""

    told = 0

    def on_test_batch_end(self, batch, logs=None):
        self.told += 1


class Batches(keras.utils.PyDataset):
    """Three batches."""

    def __len__(self):
        return 3

    def __getitem__(self, index):
        return (images(8),)


def a_generator():
    while True:
        yield (images(8),)


DATA = {
    "arrays": lambda: ({"x": images(20), "batch_size": 8}, 3),
    "part of arrays": lambda: ({"x": images(20), "validation_split": 0.3}, 1),
    "arrays, and held-out ones": lambda: (
        {
            "x": images(20),
            "batch_size": 8,
            "validation_split": 0.3,
            "validation_data": images(8),
        },
        3,
    ),
    "batches of 32": lambda: ({"x": images(40)}, 2),
    "tf.data": lambda: ({"x": dataset(20)}, 3),
    "filtered": lambda: ({"x": dataset(24).filter(lambda x: True)}, None),
    "endless": lambda: ({"x": dataset(20).repeat(), "steps_per_epoch": 4}, 4),
    "PyDataset": lambda: ({"x": Batches()}, 3),
    "PerEpoch": lambda: ({"x": datasets.PerEpoch(lambda epoch: dataset(24))}, 3),
    "generator": lambda: ({"x": a_generator(), "steps_per_epoch": 2}, 2),
}


@pytest.fixture(scope="module")
def gan():
    return compiled()


def dataset(count):
    return tf.data.Dataset.from_tensor_slices(images(count)).batch(8)


# Keras says so after the first epoch of data whose length it does not know.
@pytest.mark.filterwarnings("ignore:Your input ran out of data:UserWarning")
@pytest.mark.parametrize("name", DATA)
def test_callbacks_know_what_keras_lets_them_know(name, gan):
    seen = []
    for callback in (Deaf(), Listening()):  # ours, and Keras's own
        given, steps = DATA[name]()
        gan.fit(**given, epochs=1, verbose=0, callbacks=[callback])
        seen.append(callback.seen)
    assert seen[0] == seen[1]
    assert seen[0]["steps"] == steps


def test_where_keras_is_set_to_a_number_of_epochs(gan):
    keras.config.set_max_epochs(1)
    try:
        told = Deaf()
        with pytest.warns(UserWarning, match="Limiting epochs to 1"):
            gan.fit(images(8), epochs=3, verbose=0, callbacks=[told])
    finally:
        keras.config.set_max_epochs(None)
    assert told.seen["epochs"] == 1


def test_logs_are_read_only_where_somebody_listens(monkeypatch, gan):
    ends = []
    of_keras = keras.callbacks.CallbackList.on_train_batch_end
    monkeypatch.setattr(
        keras.callbacks.CallbackList,
        "on_train_batch_end",
        lambda *args: (ends.append(args[1]), of_keras(*args)),
    )
    arguments = {"batch_size": 8, "epochs": 2, "verbose": 0}
    quiet = gan.fit(images(16), callbacks=[Deaf()], **arguments)
    assert ends == []
    assert len(quiet.history["d_loss"]) == 2
    assert np.isfinite(quiet.history["d_loss"]).all()
    gan.fit(images(16), **arguments)
    assert ends == []
    listening, heard = Listening(), []
    gan.fit(images(16), callbacks=[listening], **arguments)
    assert (len(ends), listening.told) == (4, 4)
    tell = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: heard.append(batch)
    )
    gan.fit(images(16), callbacks=[tell], **arguments)
    assert heard == [0, 1, 0, 1]


def test_batches_of_evaluations_are_told(gan):
    listening = ListeningToTests()
    gan.fit(
        images(8), verbose=0, validation_data=images(64), callbacks=[listening, Deaf()]
    )
    assert listening.told == 2


def test_logs_are_the_same():
    """With the progress bar and without."""
    histories = []
    for verbose in (0, 2):
        keras.utils.set_random_seed(1)
        gan = compiled()
        history = gan.fit(images(16), batch_size=8, verbose=verbose, shuffle=False)
        histories.append(history.history)
    assert histories[0] == histories[1]
