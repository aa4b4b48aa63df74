"""Learning rates that fall to 0, in one go, after a stop, and by the clock."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan.callbacks import Checkpoint, LinearDecay, linear_decay
from tests.small_gan import compiled, images


class Rates(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        optimizers = self.model.optimizer.optimizers
        self.seen.append(
            [float(ops.convert_to_numpy(o.learning_rate)) for o in optimizers]
        )


def fit(gan, *callbacks, first=0, last=4):
    gan.fit(
        images(16), epochs=last, initial_epoch=first, callbacks=callbacks, verbose=0
    )


def test_both_rates_fall_by_equal_steps():
    gan, rates = compiled(), Rates()
    fit(gan, LinearDecay(4), rates, last=2)
    fit(gan, LinearDecay(4), rates, first=2)  # stopped and continued
    expected = np.outer([1, 3 / 4, 2 / 4, 1 / 4], [1e-3, 2e-3])
    np.testing.assert_allclose(rates.seen, expected, rtol=1e-5)


@pytest.mark.parametrize("longer", [4, 8])
def test_a_longer_plan_raises_the_rate_again(tmp_path, longer):
    for last, rates in ((2, Rates()), (longer, Rates())):
        gan = compiled()
        fit(gan, Checkpoint(tmp_path), LinearDecay(last), rates, last=last)
    left = 1 - np.arange(2, longer) / longer
    np.testing.assert_allclose(rates.seen, np.outer(left, [1e-3, 2e-3]), rtol=1e-5)


def test_a_plan_that_the_clock_ended_goes_on(tmp_path, monkeypatch):
    ticks = iter([0.0, 0.0, 59.0, 61.0])  # the last epoch begins too late
    clock = SimpleNamespace(monotonic=lambda: next(ticks))
    with monkeypatch.context() as patch:
        patch.setattr(linear_decay, "time", clock)
        short = LinearDecay(10, minutes=1)
        fit(compiled(), Checkpoint(tmp_path), short, last=3)
    rates = Rates()
    fit(compiled(), Checkpoint(tmp_path), LinearDecay(10), rates, last=4)
    np.testing.assert_allclose(rates.seen, np.outer([0.7], [1e-3, 2e-3]), rtol=1e-5)


def test_a_schedule_is_refused_before_the_first_epoch():
    fades = keras.optimizers.schedules.CosineDecay(1e-3, 100)
    gan = compiled(
        optimizers=(keras.optimizers.Adam(1e-3), keras.optimizers.SGD(fades))
    )
    with pytest.raises(ValueError, match="Received: SGD with a schedule"):
        fit(gan, LinearDecay(4))
    assert int(gan.steps_done) == 0


def test_the_clock_may_be_further_on_than_the_epochs(monkeypatch):
    ticks = iter([0.0, 0.0, 15.0, 30.0, 45.0])  # the start, then each epoch
    clock = SimpleNamespace(monotonic=lambda: next(ticks))
    monkeypatch.setattr(linear_decay, "time", clock)  # frameworks read the real one
    gan, rates = compiled(), Rates()
    fit(gan, LinearDecay(1000, minutes=1), rates)
    expected = np.outer([1, 3 / 4, 2 / 4, 1 / 4], [1e-3, 2e-3])
    np.testing.assert_allclose(rates.seen, expected, rtol=1e-5)


@pytest.mark.parametrize(
    "arguments", [(0,), (2.5,), ("4",), (4, 0), (4, -1.0), (4, "1")]
)
def test_no_epochs_and_no_minutes_are_refused(arguments):
    with pytest.raises(ValueError, match="Received"):
        LinearDecay(*arguments)
