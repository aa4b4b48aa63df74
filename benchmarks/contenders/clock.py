"""A clock that starts where an epoch begins, for contenders that train by `fit`."""

import time

import keras


class Clock(keras.callbacks.Callback):
    """Note when the epoch begins; what `fit` does before comes once in a training.

    Attributes:
        began: Seconds of the wall's and of the process's clock.
    """

    def on_epoch_begin(self, epoch, logs=None):
        """Look at the clocks."""
        self.began = time.perf_counter(), time.process_time()
