"""Logs of several TensorFlow workers: one tensor on the way, names at the end."""

import keras
import numpy as np
import pytest

if keras.backend.backend() != "tensorflow":
    pytest.skip("is of TensorFlow's seam", allow_module_level=True)

from keras_gan.backend import tensorflow as seam


def test_logs_travel_as_one_tensor_and_come_back_by_name(monkeypatch):
    monkeypatch.setattr(seam, "processes", lambda: 2)
    mine = seam._packed({"d loss": np.float32(1.0), "count": np.int32(4)})
    others = seam._packed({"d loss": np.float32(2.0), "count": np.int32(6)})
    ((names, values),) = mine.items()
    assert values.shape == (1, 2)

    def step(iterator):
        """What Keras makes of what the workers return: the mean over their axis."""
        return {names: (values[0] + others[names][0]) / 2}

    logs = seam._unpacking(step)(None)
    assert {name: float(value) for name, value in logs.items()} == {
        "d loss": 1.5,
        "count": 5.0,
    }


def test_logs_of_one_worker_are_left_alone():
    logs = {"d_loss": np.float32(1.0)}
    assert seam._packed(logs) is logs
    assert seam._unpacking(test_logs_of_one_worker_are_left_alone) is (
        test_logs_of_one_worker_are_left_alone
    )
