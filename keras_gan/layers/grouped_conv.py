"""GroupedConv2D: grouped convolutions that are fast on a CPU, too."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan import backend
from keras_gan.layers.convolutions import Conv2D

# Narrower convolutions than this leave a CPU idle.
_CHUNK = 32


@keras.saving.register_keras_serializable(package="keras_gan")
class GroupedConv2D(Conv2D):
    """A `keras.layers.Conv2D` with groups that are computed a few at a time.

    TensorFlow and JAX differentiate grouped convolutions on a CPU, but some hundred
    times slower than whole ones. Here a few groups at a time, as many as fit in 32
    channels, are one whole convolution, whose kernel is 0 between groups. PyTorch,
    and whatever runs on a GPU or a TPU, does as `Conv2D` does. Weights, arguments and
    results are those of `Conv2D`.

    Example:
        >>> layer = GroupedConv2D(8, 3, padding="same", groups=4)
        >>> layer(ops.ones((1, 5, 5, 8))).shape
        (1, 5, 5, 8)
    """

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """Return the convolution, without bias and activation."""
        if self.groups == 1 or not _slow():
            return self._whole(inputs, kernel)
        axis = -1 if self.data_format == "channels_last" else 1
        width = kernel.shape[-2], kernel.shape[-1] // self.groups
        together = _together(self.groups, max(width))
        chunks = self.groups // together
        kernels = ops.split(ops.convert_to_tensor(kernel), chunks, axis=-1)
        if together > 1:
            blocks = np.kron(np.eye(together), np.ones(width))
            mask = ops.convert_to_tensor(blocks, dtype=kernels[0].dtype)
            kernels = [ops.tile(k, (1, 1, together, 1)) * mask for k in kernels]
        parts = [
            backend.conv(
                part,
                chunk,
                strides=self.strides,
                padding=self.padding,
                data_format=self.data_format,
                dilation_rate=self.dilation_rate,
            )
            for part, chunk in zip(
                ops.split(inputs, chunks, axis=axis), kernels, strict=True
            )
        ]
        return ops.concatenate(parts, axis=axis)

    def _whole(self, inputs: Any, kernel: Any) -> Any:
        """Return it in one operation, as Keras does."""
        own = super().convolution_op
        if self.groups == 1 or not backend.is_scattered():
            return own(inputs, kernel)
        # For the kernel's gradient XLA would gather the batch on every device.
        return backend.on_each_part(own, inputs, ops.convert_to_tensor(kernel))


def _together(groups: int, width: int) -> int:
    """Return how many groups of this width make a chunk; they divide all groups."""
    fitting = range(1, max(_CHUNK // width, 1) + 1)
    return max(n for n in fitting if groups % n == 0)


def _slow() -> bool:
    """Whether Keras's grouped convolutions would run on TensorFlow's or JAX's CPU."""
    if keras.backend.backend() == "torch":
        return False
    devices = keras.distribution.list_devices()
    return all(device.startswith("cpu") for device in devices)
