"""The residual pair of R3GAN, without normalization, for images of 16 to 512 pixels."""

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from keras_gan.arguments import checked_count, checked_widths
from keras_gan.layers import Conv2D, Downsample2D, LeakyReLU, Upsample2D
from keras_gan.layers.grouped_conv import GroupedConv2D
from keras_gan.networks.discriminator_ends import packed_input
from keras_gan.networks.image_size import base_map

#: Side of the largest images that the pair serves.
LARGEST = 512

#: The paper's size for CIFAR-10, with 64 latent dimensions: for an accelerator.
CIFAR10: dict[str, Any] = {
    "widths": (768, 768, 768, 768),
    "blocks": 2,
    "cardinality": 96,
}

_SLOPE = 0.2


def generator(
    image_shape: tuple[int, ...],
    latent_dim: int = 64,
    *,
    widths: Sequence[int] = (96, 64, 32),
    blocks: int = 1,
    cardinality: int = 8,
    expansion: int = 2,
    num_classes: int | None = None,
    output_activation: str | None = "tanh",
) -> keras.Model:
    """Build a generator that begins from a learned map and doubles it up to the image.

    The latents scale the channels of the learned map. At each size there are
    residual blocks; maps are doubled by bilinear interpolation. The default sizes
    are for small images on a CPU; ``**CIFAR10`` are the paper's.

    Args:
        image_shape: ``(side, side, channels)``; the side is a multiple of 4 from
            16 to 512.
        latent_dim: Number of latent dimensions.
        widths: Channels at each size, from the smallest map to the image. Images of
            28 pixels have 3 sizes, of 32 pixels 4; if fewer widths are given, the
            first serves all smaller maps.
        blocks: Residual blocks at each size.
        cardinality: Groups of the 3x3 convolutions; a divisor of ``expansion`` times
            each width.
        expansion: Channels within a block, relative to its width.
        num_classes: For a conditional generator, the number of classes; its second
            input is then class numbers ``(batch,)``.
        output_activation: ``"tanh"`` for images in [-1, 1]; the paper has ``None``,
            and no bounds.

    Returns:
        A Functional model from latents, or latents and labels, to images.

    Raises:
        ValueError: If the images are not square or their side is not served, there
            are more widths than sizes, or a number is out of range.

    Reference:
        Huang, Gokaslan, Kuleshov, Tompkin, 2024, The GAN is dead; long live the GAN!
        A Modern GAN Baseline, arXiv:2501.05441, section 3; initial weights as in
        Zhang, Dauphin, Ma, 2019, Fixup Initialization, arXiv:1901.09321.

    Example:
        >>> generator((28, 28, 1)).output_shape
        (None, 28, 28, 1)
    """
    side, doublings = base_map(image_shape, LARGEST)
    widths = _at_each_size(widths, doublings + 1, blocks, cardinality, expansion)
    latents = keras.Input((checked_count("latent_dim", latent_dim, 1),), name="latents")
    x, inputs = latents, latents
    if num_classes is not None:
        labels = keras.Input((), dtype="int32", name="labels")
        # As large as latents are, or they go unheard.
        embedding = layers.Embedding(
            num_classes, latent_dim, embeddings_initializer=_normal(1.0)
        )
        x, inputs = layers.Concatenate()([x, embedding(labels)]), [latents, labels]
    x = layers.Dense(widths[0], use_bias=False, kernel_initializer=_scaled())(x)
    x = layers.Reshape((1, 1, widths[0]))(x)
    x = LearnedMap(side)(x)
    for i, width in enumerate(widths):
        if i:
            # The projection commutes with the doubling, and is cheaper before it.
            x = Upsample2D()(_projected(x, width))
        x = _residual(x, blocks, cardinality, expansion, len(widths))
    x = _pointwise(image_shape[-1])(x)
    activation = output_activation or "linear"
    images = layers.Activation(activation, dtype=keras.backend.floatx())(x)
    return keras.Model(inputs, images, name="generator")


def discriminator(
    image_shape: tuple[int, ...],
    *,
    widths: Sequence[int] = (32, 64, 96),
    blocks: int = 1,
    cardinality: int = 8,
    expansion: int = 2,
    num_classes: int | None = None,
    packing: int = 1,
) -> keras.Model:
    """Build a discriminator, the mirror of `generator`, that ends in one raw logit.

    For labels, the logit is the inner product of features and the label's embedding.

    Args:
        image_shape: As for `generator`.
        widths: Channels at each size, from the image to the smallest map; if fewer
            are given than there are sizes, the last serves all smaller maps.
        blocks: As for `generator`.
        cardinality: As for `generator`.
        expansion: As for `generator`.
        num_classes: For a conditional discriminator, the number of classes.
        packing: Images judged at once, m: the model takes m times the channels.

    Returns:
        A Functional model from images, or images and labels, to logits
        ``(batch, 1)``.

    Raises:
        ValueError: As for `generator`; if ``packing`` is below 1.

    Reference:
        As for `generator`.

    Example:
        >>> discriminator((28, 28, 1)).output_shape
        (None, 1)
    """
    side, halvings = base_map(image_shape, LARGEST)
    upwards = checked_widths("widths", widths)[::-1]
    widths = _at_each_size(upwards, halvings + 1, blocks, cardinality, expansion)[::-1]
    images = packed_input(image_shape, packing)
    x = _pointwise(widths[0])(images)
    for i, width in enumerate(widths):
        if i:
            x = _projected(Downsample2D()(x), width)
        x = _residual(x, blocks, cardinality, expansion, len(widths))
    dtype = keras.backend.floatx()
    # Scaled by a learned map and summed: a depthwise convolution over the whole map.
    x = LearnedMap(side, stddev=1 / side, dtype=dtype)(x)
    x = layers.GlobalAveragePooling2D(dtype=dtype)(x)
    x = layers.Rescaling(side**2, dtype=dtype)(x)
    outputs = 1 if num_classes is None else widths[-1]
    x = layers.Dense(
        outputs, use_bias=False, kernel_initializer=_scaled(), dtype=dtype
    )(x)
    if num_classes is None:
        return keras.Model(images, x, name="discriminator")
    labels = keras.Input((), dtype="int32", name="labels")
    initial = _normal(1 / math.sqrt(outputs))  # logits as large as features
    embedding = layers.Embedding(
        num_classes, outputs, embeddings_initializer=initial, dtype=dtype
    )
    logits = layers.Dot(axes=1, dtype=dtype)([x, embedding(labels)])
    return keras.Model([images, labels], logits, name="discriminator")


@keras.saving.register_keras_serializable(package="keras_gan")
class LearnedMap(layers.Layer):
    """Multiply by a learned map, which the input is broadcast over.

    Args:
        side: Height and width of the map, in pixels.
        stddev: Standard deviation of the map's initial values, whose mean is 0.
        **kwargs: ``name``, ``dtype`` and ``trainable``, as for any layer.

    Reference:
        Huang, Gokaslan, Kuleshov, Tompkin, 2024, arXiv:2501.05441: the basis that the
        generator begins from, and that the discriminator ends with.

    Example:
        >>> LearnedMap(4)(ops.ones((2, 1, 1, 8))).shape
        (2, 4, 4, 8)
    """

    def __init__(self, side: int, stddev: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.side = side
        self.stddev = stddev

    def build(self, input_shape: Any) -> None:
        """Make the map, as wide as the input."""
        self.map = self.add_weight(
            shape=(self.side, self.side, input_shape[-1]),
            initializer=_normal(self.stddev),
            name="map",
        )

    def call(self, inputs: Any) -> Any:
        """Return the map for each sample, scaled by the input."""
        return inputs * self.map

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of a map for each sample."""
        return (input_shape[0], self.side, self.side, input_shape[-1])

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "side": self.side, "stddev": self.stddev}


def _residual(x: Any, blocks: int, cardinality: int, expansion: int, sizes: int) -> Any:
    """Add the blocks of one size; their last convolution begins at 0."""
    width = x.shape[-1]
    inner = width * expansion
    # Fixup: with L blocks of m layers, weights are scaled by L^(-1/(2m - 2)); m = 3.
    gain = math.sqrt(2 / (1 + _SLOPE**2)) * (blocks * sizes) ** (-1 / 4)
    for _ in range(blocks):
        # The activations have the biases; before them, a convolution's is the same.
        y = Conv2D(inner, 1, kernel_initializer=_scaled(gain))(x)
        y = LeakyReLU(negative_slope=_SLOPE)(y)
        y = GroupedConv2D(
            inner,
            3,
            padding="same",
            groups=cardinality,
            kernel_initializer=_scaled(gain),
        )(y)
        y = LeakyReLU(negative_slope=_SLOPE)(y)
        y = Conv2D(width, 1, use_bias=False, kernel_initializer="zeros")(y)
        x = layers.Add()([x, y])
    return x


def _projected(x: Any, width: int) -> Any:
    """Change the number of channels, if it has to be."""
    return x if x.shape[-1] == width else _pointwise(width)(x)


def _pointwise(width: int) -> layers.Layer:
    return Conv2D(width, 1, use_bias=False, kernel_initializer=_scaled())


def _scaled(gain: float = 1.0) -> keras.initializers.Initializer:
    """Keep the signal's variance, times the squared gain."""
    return keras.initializers.VarianceScaling(
        gain**2, mode="fan_in", distribution="untruncated_normal"
    )


def _normal(stddev: float) -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=stddev)


def _at_each_size(
    widths: Sequence[int], sizes: int, blocks: int, cardinality: int, expansion: int
) -> tuple[int, ...]:
    """Check the arguments, and return a width for each size, the smallest first."""
    widths = checked_widths("widths", widths)
    counts = {"blocks": blocks, "cardinality": cardinality, "expansion": expansion}
    for name, value in counts.items():
        checked_count(name, value, 1)
    if not 1 <= len(widths) <= sizes:
        raise ValueError(
            f"widths must be 1 to {sizes} numbers of channels for images of this size. "
            f"Received: {len(widths)}."
        )
    for width in widths:
        if width * expansion % cardinality:
            raise ValueError(
                f"cardinality={cardinality} must divide expansion={expansion} times "
                f"each of the widths. Received: a width of {width}."
            )
    return (widths[0],) * (sizes - len(widths)) + widths
