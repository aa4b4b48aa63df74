"""Means and draws of a global batch, on replicas that are made up."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend, replicas


@pytest.fixture
def on(monkeypatch):
    """A function that runs another as each of several replicas, one after another."""

    def run(count, function):
        monkeypatch.setattr(backend, "replicas", lambda: count)
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


def test_the_mean_is_of_all_parts_whatever_their_sizes(on, monkeypatch, rng):
    batch = rng.normal(size=(10, 3)).astype("float32")
    parts = [batch[:7], batch[7:], batch[10:]]  # the last is empty

    def summed(tensors):
        """What the others would add: their sums and their sizes."""
        assert len(tensors) == 2
        totals = [np.sum(p, axis=0, keepdims=True) for p in parts]
        return [ops.array(sum(totals)), ops.array(float(len(batch)))]

    monkeypatch.setattr(backend, "sum_over_replicas", summed)
    for mean in on(3, lambda i: numpy(replicas.batch_mean(ops.array(parts[i])))):
        np.testing.assert_allclose(mean, batch.mean(0, keepdims=True), atol=1e-6)


def test_alone_the_mean_keeps_the_axis_and_is_differentiated():
    a = keras.Variable(3.0)

    def objective():
        mean = replicas.batch_mean(a * ops.array([[1.0], [2.0], [6.0]]))
        return ops.sum(mean), mean

    mean, (by_a,) = backend.value_and_grad(objective, [a], [a])
    assert float(ops.convert_to_numpy(ops.stop_gradient(mean))[0, 0]) == 9.0
    assert float(ops.convert_to_numpy(by_a)) == pytest.approx(3.0)
