"""The convolutional pair of DCGAN, for square images from 16 to 128 pixels."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from keras_gan.arguments import checked_count
from keras_gan.layers import (
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    LeakyReLU,
    ReLU,
)
from keras_gan.networks.discriminator_ends import (
    packed_input,
    raw_outputs,
    spectral,
)
from keras_gan.networks.discriminator_ends import (
    projection as projection_of,
)
from keras_gan.networks.image_size import base_map
from keras_gan.networks.spec import unwrap


def generator(
    image_shape: tuple[int, ...],
    latent_dim: int = 64,
    *,
    filters: int = 64,
    kernel_size: int = 4,
    num_classes: int | None = None,
    code_dim: int = 0,
) -> keras.Model:
    """Build a generator of transposed convolutions with batch normalization.

    A dense layer makes a small map; each transposed convolution doubles its width and
    halves its channels. Choose images whose side is 4, 5, 6 or 7 times a power of 2,
    such as 28, 32, 48 or 80: the map is 3 to 7 pixels wide. For others it is wider,
    31 pixels for a side of 124, and the dense layer as much larger.

    Args:
        image_shape: ``(side, side, channels)``; the side is a multiple of 4 from
            16 to 128.
        latent_dim: Number of latent dimensions.
        filters: Channels of the last hidden map; twice as many for each halving.
        kernel_size: Side of the kernels; the paper has 5, 4 is even in the stride
            and leaves no chequerboard.
        num_classes: For a conditional generator, the number of classes; its second
            input is then class numbers ``(batch,)``.
        code_dim: How many of the latents, the last ones, are a one-hot code, which
            is embedded as labels are.

    Returns:
        A Functional model from latents, or latents and labels, to images in
        [-1, 1].

    Raises:
        ValueError: If the images are not square or their side is not served, or the
            code leaves no latents.

    Reference:
        Radford, Metz, Chintala, 2016, Unsupervised Representation Learning with
        Deep Convolutional Generative Adversarial Networks, arXiv:1511.06434.

    Example:
        >>> generator((28, 28, 1), latent_dim=64).output_shape
        (None, 28, 28, 1)
    """
    side, doublings = base_map(image_shape, largest=128)
    checked_count("filters", filters, 1)
    latents = keras.Input((checked_count("latent_dim", latent_dim, 1),), name="latents")
    if not checked_count("code_dim", code_dim, 0) < latent_dim:
        raise ValueError(
            "A code is a part of the latents: code_dim must be below latent_dim. "
            f"Received: code_dim={code_dim}, latent_dim={latent_dim}."
        )
    x, inputs = latents, latents
    if code_dim:
        noise, code = latents[:, :-code_dim], latents[:, -code_dim:]
        embedding = layers.Dense(
            latent_dim - code_dim, use_bias=False, kernel_initializer=_normal(0.2)
        )
        x = layers.Concatenate()([noise, embedding(code)])
    if num_classes is not None:
        labels = keras.Input((), dtype="int32", name="labels")
        embedding = layers.Embedding(
            num_classes, latent_dim, embeddings_initializer=_normal(0.2)
        )
        x = layers.Concatenate()([x, embedding(labels)])
        inputs = [latents, labels]
    widths = [filters * 2**i for i in reversed(range(doublings))]
    x = layers.Dense(side * side * widths[0], use_bias=False, **_initial())(x)
    x = layers.Reshape((side, side, widths[0]))(x)
    x = _normalized(x)
    for width in widths[1:]:
        x = Conv2DTranspose(
            width, kernel_size, 2, padding="same", use_bias=False, **_initial()
        )(x)
        x = _normalized(x)
    last = Conv2DTranspose(
        image_shape[-1], kernel_size, 2, padding="same", **_initial()
    )
    images = layers.Activation("tanh", dtype=keras.backend.floatx())(last(x))
    return keras.Model(inputs, images, name="generator")


def discriminator(
    image_shape: tuple[int, ...],
    *,
    filters: int = 64,
    kernel_size: int = 4,
    batch_norm: bool = True,
    dropout: float = 0.0,
    num_classes: int | None = None,
    projection: bool = False,
    spectral_norm: bool = False,
    packing: int = 1,
    heads: Sequence[int] = (),
    seed: int = 0,
) -> keras.Model:
    """Build a discriminator of strided convolutions that ends in one raw logit.

    Args:
        image_shape: As for `generator`.
        filters: Channels of the first map; twice as many for each halving.
        kernel_size: Side of the kernels.
        batch_norm: Whether to normalize all maps but the first, as in the paper;
            never with ``spectral_norm``.
        dropout: Share of each map dropped in training, in [0, 1); 0 in the paper.
        num_classes: For a conditional discriminator, the number of classes; the
            label enters as one more map beside the image.
        projection: Whether the label meets the last features instead, in an inner
            product with its embedding that is added to the logit.
        spectral_norm: Whether convolutions and dense layers have spectral norm 1.
        packing: Images that it judges at once, joined along the channels.
        heads: Units of further outputs, raw, from the same features.
        seed: Integer seed of the dropout.

    Returns:
        A Functional model from images, or images and labels, to logits
        ``(batch, 1)``; with heads, to a list of these and of the heads' outputs.

    Raises:
        ValueError: As for `generator`; if ``packing`` or a head is below 1.

    Reference:
        Radford, Metz, Chintala, 2016, arXiv:1511.06434; the label as a map as in
        Mirza and Osindero, 2014, arXiv:1411.1784; the projection of Miyato and
        Koyama, 2018, arXiv:1802.05637, eq. 3; spectral norm as in Miyato et al.,
        2018, arXiv:1802.05957.

    Example:
        >>> discriminator((28, 28, 1)).output_shape
        (None, 1)
    """
    _, halvings = base_map(image_shape, largest=128)
    checked_count("filters", filters, 1)
    images = packed_input(image_shape, packing)
    x, inputs = images, images
    if projection and num_classes is None:
        raise ValueError(
            "A projection is of labels: it needs num_classes. Received: "
            "projection=True, num_classes=None."
        )
    if num_classes is not None:
        labels = keras.Input((), dtype="int32", name="labels")
        inputs = [images, labels]
    if num_classes is not None and not projection:
        height, width, _ = image_shape
        embedding = layers.Embedding(
            num_classes, height * width, embeddings_initializer=_normal(1.0)
        )
        label_map = embedding(labels)
        label_map = layers.Reshape((height, width, 1))(label_map)
        x = layers.Concatenate()([images, label_map])
    for i in range(halvings):
        normalize = batch_norm and not spectral_norm and i > 0
        convolution = Conv2D(
            filters * 2**i,
            kernel_size,
            2,
            padding="same",
            use_bias=not normalize,
            **_initial(),
        )
        x = spectral(convolution, spectral_norm)(x)
        x = _batch_norm()(x) if normalize else x
        x = LeakyReLU(negative_slope=0.2)(x)
        x = layers.Dropout(dropout, seed=seed + i)(x) if dropout else x
    x = layers.Flatten()(x)
    outputs = raw_outputs(x, heads, spectral_norm, **_initial())
    if num_classes is not None and projection:
        projected = projection_of(x, labels, num_classes, spectral_norm)
        outputs[0] = layers.Add(dtype=keras.backend.floatx())([outputs[0], projected])
    return keras.Model(inputs, unwrap(outputs), name="discriminator")


def _normalized(x: Any) -> Any:
    return ReLU()(_batch_norm()(x))


def _batch_norm() -> layers.Layer:
    """Forget old statistics within tens of steps: the weights move fast."""
    return BatchNormalization(momentum=0.9, epsilon=1e-5)


def _initial() -> dict[str, Any]:
    """Return the paper's initial weights, N(0, 0.02)."""
    return {"kernel_initializer": keras.initializers.RandomNormal(stddev=0.02)}


def _normal(stddev: float) -> keras.initializers.Initializer:
    """Begin embeddings at N(0, stddev).

    D's are as large as pixels, or they go unheard. G's are smaller than latents: as
    large, they drowned them, and G made one image of each class.
    """
    return keras.initializers.RandomNormal(stddev=stddev)
