"""Self-attention over the positions of an image."""

from typing import Any

import keras
from keras import layers, ops

from keras_gan.arguments import checked_count
from keras_gan.layers.convolutions import Conv2D
from keras_gan.layers.spectral_norm import SpectralNormalization


@keras.saving.register_keras_serializable(package="keras_gan")
class SelfAttention2D(layers.Layer):
    r"""Let every position of a map look at all others.

    .. math:: y = x + \gamma \, v(\mathrm{softmax}(f(x) g(x)^\top) \, h(x))

    f (queries), g (keys), h (values) and v (output) are 1x1 convolutions without
    bias. γ is learned and begins at 0: at first the layer is the identity. Keys and
    values are max-pooled 2x2 where both sides are even, which quarters the cost, as
    in the authors' code.

    Args:
        key_channels: Channels of queries and keys; by default an eighth of the
            input's, at least 1.
        value_channels: Channels of values; by default half of the input's, at
            least 1.
        spectral_norm: Whether to normalize the convolutions spectrally, as in the
            paper.
        pool: Whether to pool keys and values.
        **kwargs: ``name``, ``dtype`` and ``trainable``, as for any layer.

    Raises:
        ValueError: If a number of channels is below 1, or the input is not
            ``(batch, height, width, channels)`` with known sides.

    Reference:
        Zhang et al., 2019, Self-Attention Generative Adversarial Networks,
        arXiv:1805.08318, eq. 1-3.

    Example:
        >>> SelfAttention2D()(ops.ones((2, 4, 4, 16))).shape
        (2, 4, 4, 16)
    """

    def __init__(
        self,
        key_channels: int | None = None,
        value_channels: int | None = None,
        spectral_norm: bool = False,
        pool: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.key_channels = _checked("key_channels", key_channels)
        self.value_channels = _checked("value_channels", value_channels)
        self.spectral_norm = spectral_norm
        self.pool = pool

    def build(self, input_shape: Any) -> None:
        """Make the four convolutions and γ."""
        if len(input_shape) != 4 or None in input_shape[1:]:
            raise ValueError(
                "SelfAttention2D takes maps (batch, height, width, channels) with "
                f"known sides. Received: shape {tuple(input_shape)}."
            )
        channels = input_shape[-1]
        keys = self.key_channels or max(channels // 8, 1)
        values = self.value_channels or max(channels // 2, 1)
        self.query = self._convolution(keys, "query", input_shape)
        self.key = self._convolution(keys, "key", input_shape)
        self.value = self._convolution(values, "value", input_shape)
        self.output_convolution = self._convolution(
            channels, "output", (*input_shape[:-1], values)
        )
        self.gamma = self.add_weight(shape=(), initializer="zeros", name="gamma")

    def _convolution(self, filters: int, name: str, shape: Any) -> layers.Layer:
        layer: layers.Layer = Conv2D(
            filters, 1, use_bias=False, dtype=self.dtype_policy, name=name
        )
        if self.spectral_norm:
            layer = SpectralNormalization(layer, name=f"{name}_normalized")
        layer.build(shape)
        return layer

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Return the input plus γ times what its positions gather."""
        queries = _flat(self.query(inputs, training=training))
        keys = _flat(self._pool(self.key(inputs, training=training)))
        values = _flat(self._pool(self.value(inputs, training=training)))
        scores = ops.matmul(queries, ops.swapaxes(keys, 1, 2))
        attention = ops.softmax(ops.cast(scores, "float32"), axis=-1)
        gathered = ops.matmul(ops.cast(attention, values.dtype), values)
        gathered = ops.reshape(gathered, (-1, *inputs.shape[1:3], values.shape[-1]))
        return inputs + self.gamma * self.output_convolution(
            gathered, training=training
        )

    def _pool(self, maps: Any) -> Any:
        """Take the largest of each 2x2 positions, by a form that has two gradients."""
        _, height, width, channels = maps.shape
        if not self.pool or height % 2 or width % 2:
            return maps
        blocks = ops.reshape(maps, (-1, height // 2, 2, width // 2, 2, channels))
        return ops.max(blocks, axis=(2, 4))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the input."""
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "key_channels": self.key_channels,
            "value_channels": self.value_channels,
            "spectral_norm": self.spectral_norm,
            "pool": self.pool,
        }


def _flat(maps: Any) -> Any:
    """Return ``(batch, positions, channels)``."""
    _, height, width, channels = maps.shape
    return ops.reshape(maps, (-1, height * width, channels))


def _checked(name: str, channels: int | None) -> int | None:
    return None if channels is None else checked_count(name, channels, 1)
