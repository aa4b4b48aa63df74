"""RunningMean: what a step logs, averaged over the samples of an epoch."""

from typing import Any

import keras
from keras import ops

from keras_gan import backend


@keras.saving.register_keras_serializable(package="keras_gan")
class RunningMean(keras.metrics.Mean):
    """Keras's mean, of one scalar at a time and so without what shapes ask for.

    Args:
        name: Name of what is logged.
        dtype: As for `keras.metrics.Mean`.

    Example:
        >>> mean = RunningMean("d_loss")
        >>> mean.update_state(1.0, sample_weight=32)
        >>> mean.update_state(4.0, sample_weight=16)
        >>> float(mean.result())
        2.0
    """

    def update_state(self, value: Any, sample_weight: Any = 1) -> None:
        """Add a mean over some samples.

        Args:
            value: Scalar.
            sample_weight: How many samples it is of.
        """
        weight = ops.cast(sample_weight, self.dtype)
        backend.add(self.total, ops.cast(value, self.dtype) * weight)
        backend.add(self.count, weight)

    def updated_result(self, value: Any, sample_weight: Any) -> Any:
        """Add a mean over some samples; return the mean so far.

        Args:
            value: Scalar.
            sample_weight: How many samples it is of, above 0.
        """
        self.update_state(value, sample_weight)
        return self.total / self.count
