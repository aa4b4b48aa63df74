"""Learning rates that fall to 0, in one go, after a stop, and by the clock."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan.callbacks import LinearDecay, linear_decay
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


def test_the_clock_may_be_further_on_than_the_epochs(monkeypatch):
    ticks = iter([0.0, 0.0, 15.0, 30.0, 45.0])  # the start, then each epoch
    clock = SimpleNamespace(monotonic=lambda: next(ticks))
    monkeypatch.setattr(linear_decay, "time", clock)  # frameworks read the real one
    gan, rates = compiled(), Rates()
    fit(gan, LinearDecay(1000, minutes=1), rates)
    expected = np.outer([1, 3 / 4, 2 / 4, 1 / 4], [1e-3, 2e-3])
    np.testing.assert_allclose(rates.seen, expected, rtol=1e-5)


@pytest.mark.parametrize("arguments", [(0,), (4, 0), (4, -1.0)])
def test_no_epochs_and_no_minutes_are_refused(arguments):
    with pytest.raises(ValueError, match="Received"):
        LinearDecay(*arguments)
