"""How Keras's functions of TensorFlow are called: by one worker and by several."""

import json
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_gan

if keras.backend.backend() != "tensorflow":
    pytest.skip("is of TensorFlow's seam", allow_module_level=True)

from keras_gan.backend import tensorflow as seam
from tests.small_gan import compiled, images

MODEL = SimpleNamespace(distribute_strategy=SimpleNamespace(cluster_resolver=None))


def test_logs_travel_as_one_tensor_and_come_back_by_name(monkeypatch):
    monkeypatch.setattr(seam, "_size", lambda resolver: 2)
    mine = seam._packed(MODEL, {"d loss": np.float32(1.0), "count": np.int32(4)})
    others = seam._packed(MODEL, {"d loss": np.float32(2.0), "count": np.int32(6)})
    ((names, values),) = mine.items()
    assert values.shape == (1, 2)

    def step(iterator):
        """What Keras makes of what the workers return: the mean over their axis."""
        return {names: (values[0] + others[names][0]) / 2}

    logs = seam._unpacking(MODEL, step)(None)
    assert {name: float(value) for name, value in logs.items()} == {
        "d loss": 1.5,
        "count": 5.0,
    }


def test_logs_of_one_worker_are_left_alone():
    logs = {"d_loss": np.float32(1.0)}
    assert seam._packed(MODEL, logs) is logs
    assert seam._unpacking(MODEL, sum) is sum


CLUSTERS = {
    "workers": ({"worker": ["a:1", "b:1"]}, [("worker", 0), ("worker", 1)]),
    "a chief and workers": (
        {"chief": ["a:1"], "worker": ["b:1", "c:1"]},
        [("chief", 0), ("worker", 0), ("worker", 1)],
    ),
    "a chief and what does not train": (
        {"chief": ["a:1"], "worker": ["b:1"], "evaluator": ["c:1"]},
        [("chief", 0), ("worker", 0)],
    ),
}


@pytest.mark.parametrize("name", CLUSTERS)
def test_each_task_that_trains_has_a_number(name, monkeypatch):
    monkeypatch.setattr(seam, "_STRATEGY", None)
    cluster, tasks = CLUSTERS[name]
    numbers = []
    for kind, index in tasks:
        task = {"cluster": cluster, "task": {"type": kind, "index": index}}
        monkeypatch.setenv("TF_CONFIG", json.dumps(task))
        assert seam.processes() == len(tasks)
        numbers.append(seam.process_index())
    assert numbers == list(range(len(tasks)))


def test_a_training_without_workers_is_alone_whatever_the_environment_says(
    monkeypatch,
):
    monkeypatch.setattr(seam, "_STRATEGY", None)
    task = {
        "cluster": {"worker": ["a:1", "b:1"]},
        "task": {"type": "worker", "index": 1},
    }
    monkeypatch.setenv("TF_CONFIG", json.dumps(task))
    gan = compiled()
    gan.train_on_batch(images(8))
    gan.fit(images(16), batch_size=8, verbose=0)
    assert (seam.processes(), seam.process_index()) == (1, 0)


@pytest.mark.parametrize("even", [True, False])
def test_a_step_is_traced_once_for_data_of_one_shape_or_several(even):
    traced = []

    class Noted(keras_gan.GAN):
        def adversarial_step(self, data):
            traced.append(data[0].shape[0])
            return super().adversarial_step(data)

    x = images(20)
    data = tf.data.Dataset.from_tensor_slices((x,)).batch(8, drop_remainder=even)
    gan = compiled(cls=Noted)
    history = gan.fit(data, epochs=2, verbose=0).history
    assert traced == [8 if even else None]
    assert len(history["loss"]) == 2
    assert int(gan.optimizer.iterations) == (4 if even else 6)
    gan.fit(data.repeat(), steps_per_epoch=3, epochs=2, verbose=0)
    assert len(traced) == 1
