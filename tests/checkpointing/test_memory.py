"""What callbacks remember comes back, of each the right one's."""

import json

import keras
import numpy as np

from keras_gan.checkpointing import memory


class Counts(keras.callbacks.Callback):
    def __init__(self, count=0):
        super().__init__()
        self.count = count

    def get_memory(self):
        return {"count": self.count, "best": np.float32(0.5)}

    def set_memory(self, memory):
        self.count = memory["count"]


def stopping(**seen):
    callback = keras.callbacks.EarlyStopping("loss", restore_best_weights=True)
    for key, value in seen.items():
        setattr(callback, key, value)
    return callback


def test_what_is_remembered_comes_back():
    weights = [np.arange(6.0).reshape(2, 3), np.int32(4)]
    told = [
        stopping(best=0.25, wait=2, best_epoch=3, best_weights=weights),
        Counts(1),
        Counts(2),
        keras.callbacks.TerminateOnNaN(),
    ]
    values, arrays = memory.of(told)
    values = json.loads(json.dumps(values))
    fresh = [stopping(), Counts(), Counts(), keras.callbacks.TerminateOnNaN()]
    memory.put_back(fresh, values, arrays)
    assert (fresh[0].best, fresh[0].wait, fresh[0].best_epoch) == (0.25, 2, 3)
    for before, after in zip(weights, fresh[0].best_weights, strict=True):
        np.testing.assert_array_equal(before, after)
    assert [fresh[1].count, fresh[2].count] == [1, 2]


def test_a_callback_that_was_not_there_begins_anew():
    values, arrays = memory.of([Counts(1)])
    fresh = [stopping(wait=7), Counts(), Counts(5)]
    memory.put_back(fresh, values, arrays)
    assert (fresh[0].wait, fresh[1].count, fresh[2].count) == (7, 1, 5)


def test_a_log_goes_on(tmp_path):
    logger = keras.callbacks.CSVLogger(tmp_path / "log.csv")
    memory.keep_logs([logger, Counts()])
    assert logger.append is True
