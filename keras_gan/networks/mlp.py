"""Two multilayer perceptrons, as in the original GAN."""

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from keras_gan.arguments import checked_count, checked_widths
from keras_gan.layers import LeakyReLU
from keras_gan.networks.discriminator_ends import packed_input, raw_outputs, spectral
from keras_gan.networks.spec import unwrap


def generator(
    sample_shape: Sequence[int],
    latent_dim: int = 64,
    *,
    hidden: Sequence[int] = (256, 512),
    num_classes: int | None = None,
    output_activation: str | None = "tanh",
) -> keras.Model:
    """Build a generator of dense layers.

    Args:
        sample_shape: Shape of a sample: ``(28, 28, 1)``, or ``(2,)`` for vectors.
        latent_dim: Number of latent dimensions.
        hidden: Widths of the hidden layers.
        num_classes: For a conditional generator, the number of classes; its second
            input is then class numbers ``(batch,)``.
        output_activation: ``"tanh"`` for images in [-1, 1], ``None`` for data
            without bounds.

    Returns:
        A Functional model from latents, or latents and labels, to samples.

    Raises:
        ValueError: If ``latent_dim`` or a width is below 1.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Nets, arXiv:1406.2661,
        section 5; labels as in Mirza and Osindero, 2014, arXiv:1411.1784.

    Example:
        >>> generator((28, 28, 1), latent_dim=64).output_shape
        (None, 28, 28, 1)
    """
    latents = keras.Input((checked_count("latent_dim", latent_dim, 1),), name="latents")
    x, inputs = _joined(latents, num_classes)
    for width in checked_widths("hidden", hidden):
        x = layers.Dense(width)(x)
        x = LeakyReLU(negative_slope=0.2)(x)
    x = layers.Dense(math.prod(sample_shape))(x)
    x = layers.Reshape(tuple(sample_shape))(x)
    x = layers.Activation(output_activation or "linear", dtype=keras.backend.floatx())(
        x
    )
    return keras.Model(inputs, x, name="generator")


def discriminator(
    sample_shape: Sequence[int],
    *,
    hidden: Sequence[int] = (512, 256),
    num_classes: int | None = None,
    dropout: float = 0.3,
    spectral_norm: bool = False,
    packing: int = 1,
    heads: Sequence[int] = (),
    seed: int = 0,
) -> keras.Model:
    """Build a discriminator of dense layers that ends in one raw logit.

    Args:
        sample_shape: Shape of a sample.
        hidden: Widths of the hidden layers.
        num_classes: For a conditional discriminator, the number of classes.
        dropout: Share of hidden units dropped in training, in [0, 1).
        spectral_norm: Whether every dense layer has spectral norm 1.
        packing: Samples that it judges at once, joined along the last axis.
        heads: Units of further outputs, raw, from the same features.
        seed: Integer seed of the dropout.

    Returns:
        A Functional model from samples, or samples and labels, to logits
        ``(batch, 1)``; with heads, to a list of these and of the heads' outputs.

    Raises:
        ValueError: If ``packing``, a width or a head is below 1.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Nets, arXiv:1406.2661,
        section 5.

    Example:
        >>> discriminator((28, 28, 1)).output_shape
        (None, 1)
    """
    samples = packed_input(sample_shape, packing)
    flat = layers.Flatten()(samples)
    x, inputs = _joined(flat, num_classes, samples)
    for i, width in enumerate(checked_widths("hidden", hidden)):
        x = spectral(layers.Dense(width), spectral_norm)(x)
        x = LeakyReLU(negative_slope=0.2)(x)
        x = layers.Dropout(dropout, seed=seed + i)(x) if dropout else x
    outputs = raw_outputs(x, heads, spectral_norm)
    return keras.Model(inputs, unwrap(outputs), name="discriminator")


def _joined(vector: Any, num_classes: int | None, source: Any = None) -> tuple:
    """Append an embedding of the label to a vector; return it and the inputs."""
    source = vector if source is None else source
    if num_classes is None:
        return vector, source
    labels = keras.Input((), dtype="int32", name="labels")
    embedded = layers.Embedding(num_classes, 32, **_as_latents())(labels)
    return layers.Concatenate()([vector, embedded]), [source, labels]


def _as_latents() -> dict[str, Any]:
    """Begin embeddings as large as latents and pixels are, or they go unheard."""
    return {"embeddings_initializer": keras.initializers.RandomNormal(stddev=1.0)}
