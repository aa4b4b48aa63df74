"""Batches of NumPy arrays from whatever `fit` accepts."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.host_batches import host_batches

X = np.arange(20, dtype="float32").reshape(10, 2)
Y = np.arange(10)


class Pairs(keras.utils.PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        part = slice(4 * index, 4 * index + 4)
        return X[part], Y[part]


def torch_loader():
    torch = pytest.importorskip("torch")
    pairs = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y))
    return torch.utils.data.DataLoader(pairs, batch_size=4)


SOURCES = {
    "arrays": lambda: (X, Y),
    "tensors": lambda: (keras.ops.convert_to_tensor(X), Y),
    "tf.data": lambda: (tf.data.Dataset.from_tensor_slices((X, Y)).batch(4), None),
    "PyDataset": lambda: (Pairs(), None),
    "loader": lambda: (torch_loader(), None),
    "generator": lambda: ((b for b in [(X[:4], Y[:4]), (X[4:], Y[4:])]), None),
}


@pytest.mark.parametrize("name", SOURCES)
def test_all_samples_and_labels_in_order(name):
    batches = list(host_batches(*SOURCES[name](), batch_size=4))
    assert all(isinstance(part, np.ndarray) for batch in batches for part in batch)
    np.testing.assert_array_equal(np.concatenate([x for x, _ in batches]), X)
    np.testing.assert_array_equal(np.concatenate([y for _, y in batches]), Y)


@pytest.mark.parametrize("name", SOURCES)
def test_so_many_batches(name):
    (samples, labels), *more = host_batches(*SOURCES[name](), batch_size=4, steps=1)
    assert len(samples) == len(labels) == 4
    assert more == []


def test_samples_alone():
    assert [labels for _, labels in host_batches(X, batch_size=5)] == [None, None]
    dataset = tf.data.Dataset.from_tensor_slices(X).batch(5)
    assert [labels for _, labels in host_batches(dataset)] == [None, None]


def test_batches_without_an_end():
    class Endless(keras.utils.PyDataset):
        num_batches = None

        def __getitem__(self, index):
            return X[:4], Y[:4]

    assert len(list(host_batches(Endless(), steps=3))) == 3
