"""Blur, halve and double images with a separable filter: no aliases, no chequers."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import keras
import numpy as np
from keras import layers, ops


class _Resample2D(layers.Layer):
    """Filter both axes of an image, after or before a change of its size.

    Each axis is one product with a constant matrix. On a CPU this was the fastest
    form on all three backends together, it is exact at the borders, and every
    derivative of it is another such product.

    Args:
        kernel: Taps of the filter along one axis, whose sum is not 0; they are
            divided by it. Outside the image there are zeros.
        **kwargs: ``name``, ``dtype`` and ``trainable``, as for any layer.

    Raises:
        ValueError: If the taps are not finite numbers with a sum, or the input is
            not ``(batch, height, width, channels)`` with known sides.
    """

    up = 1
    down = 1

    def __init__(self, kernel: Sequence[float] = (1, 2, 1), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        taps = np.asarray(kernel, "float64")
        if taps.ndim != 1 or not np.isfinite(taps).all() or not abs(taps.sum()) > 0:
            raise ValueError(
                "kernel must be the taps along one axis, finite numbers whose sum is "
                f"not 0, such as (1, 2, 1). Received: kernel={kernel!r}."
            )
        self.kernel = tuple(float(tap) for tap in taps)

    def build(self, input_shape: Any) -> None:
        """Refuse all but images of known sides."""
        if len(input_shape) != 4 or None in input_shape[1:3]:
            raise ValueError(
                f"{type(self).__name__} takes images (batch, height, width, channels) "
                f"with known sides. Received: shape {tuple(input_shape)}."
            )

    def call(self, inputs: Any) -> Any:
        """Return the filtered images."""
        _, height, width, channels = inputs.shape
        # Of these sides: a layer without weights may be called on maps of any.
        rows, columns = (
            ops.convert_to_tensor(
                _matrix(side, self.kernel, self.up, self.down), dtype=inputs.dtype
            )
            for side in (height, width)
        )
        lines = ops.matmul(rows, ops.reshape(inputs, (-1, height, width * channels)))
        lines = ops.reshape(lines, (-1, rows.shape[0], width, channels))
        return ops.matmul(columns, lines)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape with the new sides."""
        batch, height, width, channels = input_shape
        return (batch, self._side(height), self._side(width), channels)

    def _side(self, side: int | None) -> int | None:
        return None if side is None else -(-side * self.up // self.down)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "kernel": self.kernel}


@keras.saving.register_keras_serializable(package="keras_gan")
class Blur2D(_Resample2D):
    """Blur images ``(batch, height, width, channels)``; their size stays.

    Args:
        kernel: Taps of the filter along one axis, whose sum is not 0; they are
            divided by it. Outside the image there are zeros.
        **kwargs: ``name``, ``dtype`` and ``trainable``, as for any layer.

    Raises:
        ValueError: If the taps are not finite numbers with a sum, or the input is
            not ``(batch, height, width, channels)`` with known sides.

    Reference:
        Zhang, 2019, Making Convolutional Networks Shift-Invariant Again,
        arXiv:1904.11486, section 3.2.

    Example:
        >>> Blur2D()(ops.ones((1, 7, 7, 3))).shape
        (1, 7, 7, 3)
    """


@keras.saving.register_keras_serializable(package="keras_gan")
class Downsample2D(_Resample2D):
    """Blur images and keep every other row and column, from the first.

    Args:
        kernel: Taps of the filter along one axis, whose sum is not 0; they are
            divided by it. Outside the image there are zeros.
        **kwargs: ``name``, ``dtype`` and ``trainable``, as for any layer.

    Raises:
        ValueError: If the taps are not finite numbers with a sum, or the input is
            not ``(batch, height, width, channels)`` with known sides.

    Reference:
        Zhang, 2019, arXiv:1904.11486, section 3.2; Karras et al., 2020, Analyzing
        and Improving the Image Quality of StyleGAN, arXiv:1912.04958.

    Example:
        >>> Downsample2D()(ops.ones((1, 14, 14, 3))).shape
        (1, 7, 7, 3)
    """

    down = 2


@keras.saving.register_keras_serializable(package="keras_gan")
class Upsample2D(_Resample2D):
    """Put a zero after every row and column, then filter with a gain of 4.

    With the kernel (1, 2, 1) this is bilinear interpolation.

    Args:
        kernel: Taps of the filter along one axis, whose sum is not 0; they are
            divided by it. Outside the image there are zeros.
        **kwargs: ``name``, ``dtype`` and ``trainable``, as for any layer.

    Raises:
        ValueError: If the taps are not finite numbers with a sum, or the input is
            not ``(batch, height, width, channels)`` with known sides.

    Reference:
        Karras et al., 2020, Analyzing and Improving the Image Quality of StyleGAN,
        arXiv:1912.04958, appendix B.

    Example:
        >>> Upsample2D()(ops.ones((1, 7, 7, 3))).shape
        (1, 14, 14, 3)
    """

    up = 2


@lru_cache
def _matrix(side: int, kernel: tuple[float, ...], up: int, down: int) -> np.ndarray:
    """Return the matrix that resamples an axis: insert zeros, filter, take every n."""
    taps = np.asarray(kernel) / sum(kernel)
    inserted = np.zeros((side * up, side))
    inserted[::up] = np.eye(side) * up  # the gain makes up for the zeros
    before = (len(taps) - 1) // 2
    padded = np.pad(inserted, ((before, len(taps) - 1 - before), (0, 0)))
    filtered = sum(tap * padded[i : i + side * up] for i, tap in enumerate(taps))
    return np.asarray(filtered)[::down]
