"""Learning rates that fall to 0, in one go and after a stop."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan.recipes import linear_decay
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


def test_both_rates_fall_by_equal_steps():
    gan, rates = compiled(), Rates()
    for first, last in ((0, 2), (2, 4)):  # stopped and continued
        gan.fit(
            images(16),
            epochs=last,
            initial_epoch=first,
            callbacks=[linear_decay(4), rates],
            verbose=0,
        )
    expected = np.outer([1, 3 / 4, 2 / 4, 1 / 4], [1e-3, 2e-3])
    np.testing.assert_allclose(rates.seen, expected, rtol=1e-5)


def test_no_epochs_are_refused():
    with pytest.raises(ValueError, match="epochs=0"):
        linear_decay(0)
