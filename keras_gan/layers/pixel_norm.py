"""Pixel normalization: features of unit length at every position."""

from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="keras_gan")
class PixelNormalization(layers.Layer):
    r"""Divide each position's features by their root mean square.

    .. math:: b_c = a_c / \sqrt{\frac{1}{C} \sum_j a_j^2 + \epsilon}

    Over the last axis, in float32 whatever the input's type is.

    Args:
        epsilon: Added to the mean square, above 0.
        **kwargs: ``name``, ``dtype`` and ``trainable``, as for any layer.

    Raises:
        ValueError: If ``epsilon`` is not above 0.

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality,
        Stability, and Variation, arXiv:1710.10196, section 4.2.

    Example:
        >>> PixelNormalization()(ops.array([[3.0, 3.0]]))  # [[1, 1]]
    """

    def __init__(self, epsilon: float = 1e-8, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not epsilon > 0:
            raise ValueError(f"epsilon must be above 0. Received: epsilon={epsilon!r}.")
        self.epsilon = epsilon

    def call(self, inputs: Any) -> Any:
        """Return the normalized features."""
        x = ops.cast(inputs, "float32")
        mean_square = ops.mean(ops.square(x), axis=-1, keepdims=True)
        return ops.cast(x * ops.rsqrt(mean_square + self.epsilon), inputs.dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the input."""
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "epsilon": self.epsilon}
