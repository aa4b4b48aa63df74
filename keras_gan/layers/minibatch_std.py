"""Minibatch standard deviation: let the discriminator see how varied a batch is."""

from typing import Any

import keras
from keras import layers, ops

from keras_gan.arguments import checked_count

# Inside the root, whose gradient is infinite at 0.
_EPSILON = 1e-8


@keras.saving.register_keras_serializable(package="keras_gan")
class MinibatchStdDev(layers.Layer):
    """Append how much the samples of a group differ, as further channels.

    The batch is split into groups. In each, the standard deviation over the group's
    samples is taken at every position and channel, and averaged over positions and
    over each of ``num_features`` blocks of channels; the averages are appended to
    all samples of the group. Takes maps ``(batch, ..., channels)`` and vectors
    ``(batch, features)``.

    Args:
        group_size: Most samples in a group, at least 1. The group is the largest
            divisor of the batch up to it, so any batch is taken; alone in its group,
            a sample differs from none.
        num_features: Channels to append, at least 1; a divisor of the input's.
        **kwargs: ``name``, ``dtype`` and ``trainable``, as for any layer.

    Raises:
        ValueError: If an argument is not a whole number above 0, or
            ``num_features`` does not divide the input's channels.

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality,
        Stability, and Variation, arXiv:1710.10196, section 3.

    Example:
        >>> MinibatchStdDev()(ops.ones((8, 4, 4, 16))).shape
        (8, 4, 4, 17)
    """

    def __init__(
        self, group_size: int = 4, num_features: int = 1, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.group_size = checked_count("group_size", group_size, 1)
        self.num_features = checked_count("num_features", num_features, 1)

    def build(self, input_shape: Any) -> None:
        """Check the number of channels."""
        if len(input_shape) < 2 or input_shape[-1] % self.num_features:
            raise ValueError(
                f"num_features={self.num_features} must divide the channels of the "
                f"input, (batch, ..., channels). Received: shape {tuple(input_shape)}."
            )

    def call(self, inputs: Any) -> Any:
        """Return the input with the group's deviations as further channels."""
        shape = ops.shape(inputs)
        channels = inputs.shape[-1]
        blocks = (self.num_features, channels // self.num_features)
        groups = (_largest_divisor(shape[0], self.group_size), -1)
        x = ops.reshape(inputs, (*groups, *shape[1:-1], *blocks))
        x = ops.cast(x, "float32")
        variance = ops.mean(ops.square(x - ops.mean(x, axis=0)), axis=0, keepdims=True)
        deviation = ops.sqrt(variance + _EPSILON)
        # Over positions and within blocks: all axes but the group and the block.
        axes = (*range(2, len(x.shape) - 2), -1)
        deviation = ops.mean(deviation, axis=axes, keepdims=True)
        deviation = ops.broadcast_to(deviation, (*ops.shape(x)[:-1], 1))
        deviation = ops.reshape(deviation, (*shape[:-1], self.num_features))
        return ops.concatenate([inputs, ops.cast(deviation, inputs.dtype)], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape with the further channels."""
        return (*input_shape[:-1], input_shape[-1] + self.num_features)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "group_size": self.group_size,
            "num_features": self.num_features,
        }


def _largest_divisor(n: Any, limit: int) -> Any:
    """Return the largest divisor of ``n`` up to ``limit``; n may be a tensor."""
    if isinstance(n, int):
        return max(d for d in range(1, limit + 1) if n % d == 0)
    candidates = ops.arange(1, limit + 1, dtype="int32")
    return ops.max(ops.where(ops.equal(n % candidates, 0), candidates, 1))
