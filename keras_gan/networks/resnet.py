"""The residual pair of SNGAN, for square images from 16 to 512 pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from keras_gan.arguments import checked_count
from keras_gan.layers import (
    AveragePooling2D,
    BatchNormalization,
    ConditionalBatchNormalization,
    Conv2D,
    ReLU,
    SelfAttention2D,
)
from keras_gan.networks.discriminator_ends import (
    packed_input,
    projection,
    raw_outputs,
    spectral,
)
from keras_gan.networks.image_size import base_map
from keras_gan.networks.spec import unwrap

#: Side of the largest images that the pair serves.
LARGEST = 512

# Images up to this side have networks of one width, as the paper's for CIFAR-10.
_SMALL = 32

# The widest maps are this many times as wide as the narrowest.
_WIDEST = 16


def generator(
    image_shape: tuple[int, ...],
    latent_dim: int = 128,
    *,
    filters: int = 64,
    num_classes: int | None = None,
    attention: int | None = None,
    spectral_norm: bool = False,
) -> keras.Model:
    """Build a generator of residual blocks, each of which doubles the image.

    Up to 32 pixels all maps are equally wide; above, the widths halve with each
    doubling, from at most 16 times ``filters`` down to ``filters``.

    Args:
        image_shape: ``(side, side, channels)``; the side is a multiple of 4 from
            16 to 512.
        latent_dim: Number of latent dimensions.
        filters: Channels of the last map. The paper has 256 for CIFAR-10, 64 for
            larger images; 32 is a width for a CPU.
        num_classes: For a conditional generator, the number of classes; its second
            input is then class numbers ``(batch,)``, which scale and shift the
            normalized maps.
        attention: Side of the maps that self-attention is put after, or ``None``.
        spectral_norm: Whether convolutions and the dense layer have spectral norm 1.

    Returns:
        A Functional model from latents, or latents and labels, to images in
        [-1, 1].

    Raises:
        ValueError: If the images are not square or their side is not served, or
            ``attention`` is a side that no map has.

    Reference:
        Miyato et al., 2018, Spectral Normalization for Generative Adversarial
        Networks, arXiv:1802.05957, tables 4-6; labels as in Miyato and Koyama, 2018,
        cGANs with Projection Discriminator, arXiv:1802.05637; attention as in Zhang
        et al., 2019, arXiv:1805.08318.

    Example:
        >>> generator((28, 28, 1), filters=32).output_shape
        (None, 28, 28, 1)
    """
    side, doublings = base_map(image_shape, LARGEST)
    _check_attention(attention, [side * 2**i for i in range(doublings + 1)])
    widths = _widths(image_shape[0], filters, doublings)[::-1]
    latents = keras.Input((checked_count("latent_dim", latent_dim, 1),), name="latents")
    inputs, labels = latents, None
    if num_classes is not None:
        labels = keras.Input((), dtype="int32", name="labels")
        inputs = [latents, labels]
    parts = _Parts(spectral_norm, attention, num_classes, labels)
    x = spectral(layers.Dense(side**2 * widths[0]), spectral_norm)(latents)
    x = parts.attended(layers.Reshape((side, side, widths[0]))(x))
    for width in widths:
        x = parts.attended(_up_block(x, width, parts))
    x = ReLU()(_batch_norm()(x))
    x = parts.convolved(x, image_shape[-1])
    images = layers.Activation("tanh", dtype=keras.backend.floatx())(x)
    return keras.Model(inputs, images, name="generator")


def discriminator(
    image_shape: tuple[int, ...],
    *,
    filters: int = 64,
    num_classes: int | None = None,
    attention: int | None = None,
    spectral_norm: bool = True,
    packing: int = 1,
    heads: Sequence[int] = (),
) -> keras.Model:
    r"""Build a discriminator of residual blocks that ends in one raw logit.

    Up to 32 pixels there are four blocks of one width, of which two halve the maps;
    above, blocks halve the maps and double the widths down to the smallest map, where
    one more block follows. With h the sum of the last map over its positions, the
    logit is

    .. math:: w^\top h + b + \langle e(y), h \rangle

    where the last term, the projection, is there for labels y.

    Args:
        image_shape: As for `generator`.
        filters: Channels of the first map. The paper has 128 for CIFAR-10, 64 for
            larger images.
        num_classes: For a conditional discriminator, the number of classes.
        attention: As for `generator`.
        spectral_norm: Whether all layers have spectral norm 1, as in the paper.
        packing: Images judged at once, m: the model takes m times the channels.
        heads: Units of further dense outputs from h, raw: class logits for example.

    Returns:
        A Functional model from images, or images and labels, to logits
        ``(batch, 1)``; with heads, to the list of the logits and the heads.

    Raises:
        ValueError: As for `generator`; if ``packing`` or a head is below 1.

    Reference:
        As for `generator`; the projection is eq. 3 of arXiv:1802.05637.

    Example:
        >>> discriminator((28, 28, 1), filters=32).output_shape
        (None, 1)
    """
    _, halvings = base_map(image_shape, LARGEST)
    widths = _widths(image_shape[0], filters, halvings)
    if image_shape[0] <= _SMALL:
        halvings, widths = 2, [filters] * 4
    else:
        widths = [*widths, widths[-1]]
    _check_attention(
        attention, [image_shape[0] // 2**i for i in range(1, halvings + 1)]
    )
    images = packed_input(image_shape, packing)
    parts = _Parts(spectral_norm, attention)
    x = images
    for i, width in enumerate(widths):
        x = parts.attended(_down_block(x, width, i == 0, i < halvings, parts))
    features = _summed(ReLU()(x))
    outputs = raw_outputs(features, heads, spectral_norm)
    inputs = images
    if num_classes is not None:
        labels = keras.Input((), dtype="int32", name="labels")
        inputs = [images, labels]
        projected = projection(features, labels, num_classes, spectral_norm)
        add = layers.Add(dtype=keras.backend.floatx())
        outputs[0] = add([outputs[0], projected])
    return keras.Model(inputs, unwrap(outputs), name="discriminator")


@dataclass
class _Parts:
    """What the blocks of one network are made of.

    Attributes:
        spectral_norm: Whether convolutions have spectral norm 1.
        attention: Side of the maps that attention is still to be put after.
        num_classes: Number of classes that normalization is told, if any.
        labels: Symbolic class numbers, for it.
    """

    spectral_norm: bool
    attention: int | None
    num_classes: int | None = None
    labels: Any = None

    def convolved(self, x: Any, width: int, size: int = 3, gain: float = 1.0) -> Any:
        """Convolve; the squared gain is relative to Glorot's initial weights."""
        convolution = Conv2D(
            width,
            size,
            padding="same",
            kernel_initializer=keras.initializers.VarianceScaling(
                scale=gain, mode="fan_avg", distribution="uniform"
            ),
        )
        return spectral(convolution, self.spectral_norm)(x)

    def normalized(self, x: Any) -> Any:
        """Normalize the batch, and scale and shift by class where there are labels."""
        if self.num_classes is None:
            return _batch_norm()(x)
        return ConditionalBatchNormalization(self.num_classes)([x, self.labels])

    def attended(self, x: Any) -> Any:
        """Put attention after the first map of the side that it was asked for."""
        if x.shape[1] != self.attention:
            return x
        self.attention = None
        return SelfAttention2D(spectral_norm=self.spectral_norm)(x)


def _up_block(x: Any, width: int, parts: _Parts) -> Any:
    """Double the image; normalization and ReLU come before each convolution."""
    y = ReLU()(parts.normalized(x))
    y = parts.convolved(layers.UpSampling2D()(y), width, gain=2.0)
    y = ReLU()(parts.normalized(y))
    y = parts.convolved(y, width, gain=2.0)
    # A 1x1 convolution and a nearest doubling commute: the smaller map is cheaper.
    shortcut = layers.UpSampling2D()(parts.convolved(x, width, size=1))
    return layers.Add()([shortcut, y])


def _down_block(x: Any, width: int, first: bool, halve: bool, parts: _Parts) -> Any:
    """Halve the image, or not; the first block begins with no ReLU on the image."""
    y = x if first else ReLU()(x)
    y = parts.convolved(y, x.shape[-1] if not first else width, gain=2.0)
    y = parts.convolved(ReLU()(y), width, gain=2.0)
    shortcut = x
    if halve:
        y = AveragePooling2D(2)(y)
        shortcut = AveragePooling2D(2)(x)  # commutes with a 1x1 convolution
    if halve or x.shape[-1] != width:
        shortcut = parts.convolved(shortcut, width, size=1)
    return layers.Add()([shortcut, y])


def _summed(x: Any) -> Any:
    """Sum over the positions, in float32: 16 bits would overflow or round."""
    dtype = keras.backend.floatx()
    means = layers.GlobalAveragePooling2D(dtype=dtype)(x)
    return layers.Rescaling(x.shape[1] * x.shape[2], dtype=dtype)(means)


def _batch_norm() -> layers.Layer:
    """Forget old statistics within tens of steps: the weights move fast."""
    return BatchNormalization(momentum=0.9, epsilon=1e-5)


def _widths(side: int, filters: int, doublings: int) -> list[int]:
    """Return the blocks' widths, from the image to the smallest map."""
    checked_count("filters", filters, 1)
    if side <= _SMALL:
        return [filters] * doublings
    return [filters * min(2**i, _WIDEST) for i in range(doublings)]


def _check_attention(attention: int | None, sides: Sequence[int]) -> None:
    if attention is not None and attention not in sides:
        raise ValueError(
            "attention must be the side of one of the maps: "
            f"{', '.join(map(str, sorted(sides)))}. Received: attention={attention!r}."
        )
