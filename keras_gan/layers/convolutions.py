"""Keras's convolutions and pooling of images, as each framework does them fastest."""

from typing import Any

import keras
from keras import layers, ops

from keras_gan import backend


@keras.saving.register_keras_serializable(package="keras_gan")
class Conv2D(layers.Conv2D):
    """Keras's convolution, faster on PyTorch, and with strides on JAX.

    On PyTorch Keras lays out what it convolves channels first, and then channels last
    again, as PyTorch's kernel wants it. Here the kernel is handed a view, and the bias
    with it. On JAX the gradients of a slope, as penalties take them, are convolutions
    that XLA has fast kernels for. Arguments, weights and results are those of
    `keras.layers.Conv2D`; on JAX there are no forward-mode derivatives of strided ones.

    Args:
        *args: As for `keras.layers.Conv2D`.
        **kwargs: As for `keras.layers.Conv2D`.

    Example:
        >>> Conv2D(8, 3, padding="same")(ops.ones((1, 4, 4, 2))).shape
        (1, 4, 4, 8)
    """

    def call(self, inputs: Any) -> Any:
        """Return the maps, bias and activation included."""
        own = type(self).convolution_op is Conv2D.convolution_op
        if not (own and self.use_bias and self.data_format == "channels_last"):
            return super().call(inputs)
        kernel, bias = self.kernel, self.bias
        outputs = backend.conv(inputs, kernel, bias=bias, **self._settings())
        return outputs if self.activation is None else self.activation(outputs)

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """Return the convolution, without bias and activation."""
        return backend.conv(inputs, kernel, **self._settings())

    def _settings(self) -> dict[str, Any]:
        return {
            "strides": list(self.strides),
            "padding": self.padding,
            "dilation_rate": self.dilation_rate,
            "data_format": self.data_format,
        }


@keras.saving.register_keras_serializable(package="keras_gan")
class Conv2DTranspose(layers.Conv2DTranspose):
    """Keras's transposed convolution, faster on PyTorch and JAX.

    On JAX the kernel's gradient is some 25 times as fast on a CPU as Keras's with
    strides; for the rest see `Conv2D`. Arguments, weights and results are those of
    `keras.layers.Conv2DTranspose`.

    Args:
        *args: As for `keras.layers.Conv2DTranspose`.
        **kwargs: As for `keras.layers.Conv2DTranspose`.

    Example:
        >>> Conv2DTranspose(8, 4, 2, padding="same")(ops.ones((1, 4, 4, 2))).shape
        (1, 8, 8, 8)
    """

    def call(self, inputs: Any) -> Any:
        """Return the maps, bias and activation included."""
        outputs = backend.conv_transpose(
            inputs,
            self.kernel,
            strides=list(self.strides),
            padding=self.padding,
            output_padding=self.output_padding,
            dilation_rate=self.dilation_rate,
            data_format=self.data_format,
        )
        if self.use_bias:
            last = self.data_format == "channels_last"
            bias = self.bias if last else ops.reshape(self.bias, (-1, 1, 1))
            outputs = outputs + bias
        return outputs if self.activation is None else self.activation(outputs)


@keras.saving.register_keras_serializable(package="keras_gan")
class AveragePooling2D(layers.AveragePooling2D):
    """Keras's average pooling, which on PyTorch does not copy the maps.

    See `Conv2D`. Arguments and results are those of `keras.layers.AveragePooling2D`.

    Args:
        *args: As for `keras.layers.AveragePooling2D`.
        **kwargs: As for `keras.layers.AveragePooling2D`.

    Example:
        >>> AveragePooling2D(2)(ops.ones((1, 4, 4, 2))).shape
        (1, 2, 2, 2)
    """

    def call(self, inputs: Any) -> Any:
        """Return the means."""
        return backend.average_pool(
            inputs,
            self.pool_size,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
        )
