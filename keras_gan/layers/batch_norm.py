"""Batch normalization that may be differentiated twice, on every backend."""

import warnings
from typing import Any

import keras
from keras import layers, ops

from keras_gan import backend, replicas


@keras.saving.register_keras_serializable(package="keras_gan")
class BatchNormalization(layers.BatchNormalization):
    r"""Keras's batch normalization, with derivatives that are exact to any order.

    .. math::
        \mu = \tfrac1n \sum_i x_i, \quad \sigma^2 = \tfrac1n \sum_i (x_i - \mu)^2

    On TensorFlow, Keras takes μ in σ² for a constant. The first derivative is right
    all the same, since :math:`\sum_i (x_i - \mu) = 0`; the second lacks terms of the
    order of 1/n, and so does a penalty of a slope, such as R1 or WGAN-GP's. Here μ
    is differentiated, too; all else, arguments and weights included, is Keras's.
    On several replicas the statistics are those of the whole batch, too. With
    ``synchronized`` or ``renorm``, or a mask, all is Keras's own.

    Args:
        *args: As for `keras.layers.BatchNormalization`.
        **kwargs: As for `keras.layers.BatchNormalization`.

    Reference:
        Ioffe and Szegedy, 2015, Batch Normalization: Accelerating Deep Network
        Training by Reducing Internal Covariate Shift, arXiv:1502.03167, algorithm 1.

    Example:
        >>> norm = BatchNormalization(momentum=0.9)
        >>> norm(ops.ones((2, 4, 4, 8)), training=True).shape
        (2, 4, 4, 8)
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Return the normalized samples; in training, move the statistics."""
        plain = not (self.synchronized or self.renorm) and mask is None
        if not (training and self.trainable and plain):
            return super().call(inputs, training=training, mask=mask)
        x = ops.cast(inputs, keras.backend.result_type(inputs.dtype, "float32"))
        shared = None
        if backend.is_scattered():
            shared = _of_all(x, self.axis, ops.cast(self.moving_mean, x.dtype))
        outputs, mean, variance = self._by_kernel(x, shared) or self._by_formula(
            x, shared
        )
        for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            old = ops.cast(moving, x.dtype)
            moving.assign(old * self.momentum + new * (1.0 - self.momentum))
        return ops.cast(outputs, self.compute_dtype)

    def _by_kernel(self, x: Any, shared: Any) -> Any:
        """Normalize by the framework's own kernel; None where it has none."""
        if len(x.shape) != 4 or self.axis % 4 != 3:
            return None
        channels = x.shape[3:]
        scale = ops.cast(self.gamma, x.dtype) if self.scale else ops.ones(channels)
        offset = ops.cast(self.beta, x.dtype) if self.center else ops.zeros(channels)
        if shared is None:
            return backend.batch_norm(x, scale, offset, self.epsilon)
        # A kernel takes given moments for constants, so what depends on them goes
        # through its scale and offset, whose values stay what they are.
        mean, variance = shared
        fixed = [ops.stop_gradient(moment) for moment in shared]
        inverse = ops.rsqrt(variance + self.epsilon)
        offset = offset + scale * (fixed[0] - mean) * inverse
        scale = scale * inverse / ops.stop_gradient(inverse)
        return backend.batch_norm(x, scale, offset, self.epsilon, fixed)

    def _by_formula(self, x: Any, shared: Any) -> tuple[Any, Any, Any]:
        """Normalize any axis, by moments that are given or by its own."""
        axis = self.axis % len(x.shape)
        mean, variance = shared or _of_own(x, axis)
        factor = ops.rsqrt(variance + self.epsilon)
        factor = factor * ops.cast(self.gamma, x.dtype) if self.scale else factor
        shift = -mean * factor
        shift = shift + ops.cast(self.beta, x.dtype) if self.center else shift
        shape = [-1 if i == axis else 1 for i in range(len(x.shape))]
        outputs = x * ops.reshape(factor, shape) + ops.reshape(shift, shape)
        return outputs, mean, variance


def _of_own(x: Any, axis: int) -> tuple[Any, Any]:
    """Mean and variance of samples that lie on one device."""
    axes = [i for i in range(len(x.shape)) if i != axis]
    mean = ops.mean(x, axis=axes, keepdims=True)
    variance = ops.mean(ops.square(x - mean), axis=axes)
    return ops.squeeze(mean, axis=axes), variance


def _of_all(x: Any, axis: int, near: Any) -> tuple[Any, Any]:
    """Mean and variance of samples on several devices, by one message between them.

    Squares are of distances from ``near``, a constant close to the mean: the variance
    is their mean less another, which would be lost if both were large.
    """
    x = ops.moveaxis(x, axis, -1)
    rows = ops.reshape(x, (-1, x.shape[-1])) - near  # quicker than means of maps
    moments = ops.stack([ops.mean(values, axis=0) for values in (rows, rows * rows)])
    mean, square = ops.unstack(replicas.batch_mean(moments[None])[0], 2)
    return near + mean, ops.relu(square - ops.square(mean))


def warn_of_inexact(network: keras.Model) -> None:
    """Warn if the gradient of a network's slope would not be exact.

    On TensorFlow, that is, with a batch normalization of Keras; see
    `BatchNormalization`.

    Args:
        network: The network that a penalty takes the slope of.

    Example:
        >>> warn_of_inexact(discriminator)
    """
    found = _of_keras(network) if keras.backend.backend() == "tensorflow" else []
    if found:
        warnings.warn(
            f"A penalty takes the slope of {network.name!r} through {found}, batch "
            "normalization of Keras, whose second derivative on TensorFlow lacks "
            "terms of the order of 1 / batch_size. Use "
            "keras_gan.layers.BatchNormalization, which is exact, in its place.",
            stacklevel=3,
        )


def _of_keras(layer: Any) -> list[str]:
    """Names of the layers in question, in nested models, too."""
    if type(layer) is layers.BatchNormalization and not layer.synchronized:
        return [layer.name]
    return [name for inner in getattr(layer, "layers", []) for name in _of_keras(inner)]
