"""TimeLimit ends a training by the clock."""

import keras
import numpy as np
import pytest

from keras_gan.callbacks import TimeLimit, time_limit


@pytest.fixture
def clock(monkeypatch):
    """A clock that is put forward by hand."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(time_limit, "time", clock)
    return clock


def fit(callbacks, epochs=4, batches=5, verbose=0):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.zeros((batches, 2), "float32")
    y = np.zeros((batches, 1), "float32")
    history = model.fit(
        x, y, batch_size=1, epochs=epochs, verbose=verbose, callbacks=callbacks
    )
    steps = int(keras.ops.convert_to_numpy(model.optimizer.iterations))
    return steps, len(history.history["loss"])


def forward(clock, seconds):
    return keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: setattr(
            clock, "now", clock.now + seconds
        )
    )


def test_training_ends_within_the_batch_in_which_time_is_up(clock, capsys):
    steps, epochs = fit([forward(clock, 10), TimeLimit(minutes=1.2)], verbose=2)
    assert steps == 8  # 72 s are over when the eighth batch begins
    assert epochs == 2  # the second epoch is ended as any
    assert "ended by its time limit of 1.2 minutes" in capsys.readouterr().out


def test_training_that_is_done_in_time_is_left_alone(clock, capsys):
    steps = fit([forward(clock, 1), TimeLimit(minutes=1)], verbose=2)
    assert steps == (20, 4)
    assert "limit" not in capsys.readouterr().out


def test_it_is_silent_where_fit_is(clock, capsys):
    fit([forward(clock, 60), TimeLimit(minutes=1)])
    assert capsys.readouterr().out == ""


def test_time_spent_between_epochs_counts(clock):
    slow = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: setattr(clock, "now", clock.now + 90)
    )
    assert fit([slow, TimeLimit(minutes=1)]) == (5, 1)


def test_each_fit_has_its_own_time(clock):
    limit = TimeLimit(minutes=1)
    assert fit([forward(clock, 30), limit])[0] == 2
    assert fit([forward(clock, 30), limit])[0] == 2
    assert limit.reached
    assert fit([forward(clock, 1), limit])[0] == 20
    assert not limit.reached


@pytest.mark.parametrize("minutes", [0, -1, True, "5", None, float("nan"), 1e999])
def test_minutes_must_be_a_number_above_zero(minutes):
    with pytest.raises(ValueError, match="minutes must be a finite number above 0"):
        TimeLimit(minutes)
