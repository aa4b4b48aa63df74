"""Keras's rectifiers, with a slope that is known to be a constant of each piece.

A penalty of a slope differentiates the derivative of each activation once more, which
is 0 for a rectifier. TensorFlow and PyTorch do not know that it is, and take zeros
through all layers below: two passes over a discriminator where one is enough.
"""

from typing import Any

import keras
from keras import layers

from keras_gan import backend


@keras.saving.register_keras_serializable(package="keras_gan")
class LeakyReLU(layers.LeakyReLU):
    """Keras's leaky rectifier, cheaper where a penalty of a slope goes through it.

    Arguments and results are those of `keras.layers.LeakyReLU`, and so are all
    derivatives. On JAX there is nothing to gain.

    Args:
        *args: As for `keras.layers.LeakyReLU`.
        **kwargs: As for `keras.layers.LeakyReLU`.

    Example:
        >>> LeakyReLU(negative_slope=0.2)(ops.array([-1.0, 1.0]))  # [-0.2, 1.0]
    """

    def call(self, inputs: Any) -> Any:
        """Return the inputs, the negative ones times the slope."""
        return backend.leaky_relu(inputs, self.negative_slope)


@keras.saving.register_keras_serializable(package="keras_gan")
class ReLU(layers.ReLU):
    """Keras's rectifier, cheaper where a penalty of a slope goes through it.

    Arguments and results are those of `keras.layers.ReLU`, and so are all derivatives;
    with ``max_value`` or ``threshold`` it is Keras's own. On JAX there is nothing to
    gain.

    Args:
        *args: As for `keras.layers.ReLU`.
        **kwargs: As for `keras.layers.ReLU`.

    Example:
        >>> ReLU()(ops.array([-1.0, 1.0]))  # [0.0, 1.0]
    """

    def call(self, inputs: Any) -> Any:
        """Return the inputs, the negative ones times the slope, which is 0 mostly."""
        if self.max_value is not None or self.threshold:
            return super().call(inputs)
        return backend.leaky_relu(inputs, float(self.negative_slope))
