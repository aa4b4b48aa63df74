"""Means and draws of a global batch, on replicas that are made up."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend, replicas
from keras_gan.layers import BatchNormalization


@pytest.fixture
def on(monkeypatch):
    """A function that runs another as each of several replicas, one after another."""

    def run(count, function):
        monkeypatch.setattr(backend, "replicas", lambda: count)
        monkeypatch.setattr(backend, "is_scattered", lambda: count > 1)
        results = []
        for index in range(count):
            monkeypatch.setattr(backend, "replica_index", lambda i=index: i)
            results.append(function(index))
        return results

    return run


def numpy(tensor):
    return np.asarray(ops.convert_to_numpy(tensor))


@pytest.mark.parametrize(
    "draw",
    [
        lambda n, seed: replicas.normal((n, 3), seed),
        lambda n, seed: replicas.uniform((n, 3, 2), seed, "float32", -1.0, 1.0),
        lambda n, seed: replicas.randint((n,), 0, 1000, seed),
    ],
)
def test_parts_make_up_what_one_would_draw(on, draw):
    def seed():
        return keras.random.SeedGenerator(7)

    whole = numpy(draw(12, seed()))
    parts = on(3, lambda index: numpy(draw(4, seed())))
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert (parts[0] != parts[1]).any()


@pytest.fixture
def parts(rng, monkeypatch):
    """Three parts of a batch whose statistics differ, and replicas that add up.

    What the others would add is computed by the same function on their parts.
    """
    batch = rng.normal([1.0, -20.0, 0.1], [1.0, 0.5, 3.0], (12, 3)).astype("float32")
    batch[:4] += 1.0
    found = np.split(batch, 3)

    def summing(function):
        """Let the sum be of what the function asks to be summed of each part."""
        asked = []

        def note(tensors):
            asked.append([numpy(t) for t in tensors])
            return tensors

        monkeypatch.setattr(backend, "sum_over_replicas", note)
        for part in found:
            function(ops.array(part))
        totals = [ops.array(sum(each)) for each in zip(*asked, strict=True)]
        monkeypatch.setattr(backend, "sum_over_replicas", lambda tensors: totals)

    return batch, found, summing


def test_the_mean_is_of_all_parts(on, parts):
    batch, found, summing = parts
    on(3, lambda i: summing(replicas.batch_mean) if i == 0 else None)
    for mean in on(3, lambda i: numpy(replicas.batch_mean(ops.array(found[i])))):
        np.testing.assert_allclose(mean, batch.mean(0, keepdims=True), atol=1e-6)


def test_batch_normalization_is_of_all_parts(on, parts):
    batch, found, summing = parts
    epsilon = 1e-3

    def normalized(part):
        return BatchNormalization(epsilon=epsilon)(part, training=True)

    on(3, lambda i: summing(normalized) if i == 0 else None)
    joined = np.concatenate(on(3, lambda i: numpy(normalized(ops.array(found[i])))))
    expected = (batch - batch.mean(0)) / np.sqrt(batch.var(0) + epsilon)
    np.testing.assert_allclose(joined, expected, atol=1e-3)


def test_alone_the_mean_keeps_the_axis_and_is_differentiated():
    a = keras.Variable(3.0)

    def objective():
        mean = replicas.batch_mean(a * ops.array([[1.0], [2.0], [6.0]]))
        return ops.sum(mean), mean

    mean, (by_a,) = backend.value_and_grad(objective, [a], [a])
    assert float(ops.convert_to_numpy(ops.stop_gradient(mean))[0, 0]) == 9.0
    assert float(ops.convert_to_numpy(by_a)) == pytest.approx(3.0)
