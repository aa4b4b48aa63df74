"""What all discriminators begin and end with: packs of samples; a logit and heads."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from keras_gan.arguments import checked_count, checked_widths
from keras_gan.layers import SpectralNormalization
from keras_gan.packing import packed_shape


def packed_input(sample_shape: Sequence[int], packing: int) -> Any:
    """Return the symbolic input for packs of samples, named "samples".

    Args:
        sample_shape: Shape of one sample.
        packing: Samples in a pack, at least 1.

    Raises:
        ValueError: If ``packing`` is below 1.

    Example:
        >>> packed_input((28, 28, 1), 2).shape
        (None, 28, 28, 2)
    """
    packing = checked_count("packing", packing, 1)
    return keras.Input(packed_shape(tuple(sample_shape), packing), name="samples")


def raw_outputs(
    features: Any, heads: Sequence[int], spectral_norm: bool = False, **settings: Any
) -> list[Any]:
    """Return a logit ``(batch, 1)`` and the heads, all raw and in float32.

    Args:
        features: Symbolic features ``(batch, width)`` that they read.
        heads: Units of each output after the logit.
        spectral_norm: Whether the dense layers have spectral norm 1.
        **settings: Further arguments of the dense layers.

    Raises:
        ValueError: If a head has no units.

    Example:
        >>> [x.shape for x in raw_outputs(keras.Input((8,)), heads=(10,))]
        [(None, 1), (None, 10)]
    """
    heads = checked_widths("heads", heads)
    dtype = keras.backend.floatx()
    return [
        spectral(layers.Dense(units, dtype=dtype, **settings), spectral_norm)(features)
        for units in (1, *heads)
    ]


def projection(
    features: Any, labels: Any, num_classes: int, spectral_norm: bool
) -> Any:
    """Return the inner product of the features with the label's embedding.

    Args:
        features: Symbolic features ``(batch, width)``.
        labels: Symbolic class numbers ``(batch,)``.
        num_classes: Number of classes.
        spectral_norm: Whether the embedding has spectral norm 1.

    Reference:
        Miyato and Koyama, 2018, cGANs with Projection Discriminator,
        arXiv:1802.05637, eq. 3.

    Example:
        >>> labels = keras.Input((), dtype="int32")
        >>> projection(keras.Input((8,)), labels, 10, False).shape
        (None, 1)
    """
    dtype = keras.backend.floatx()
    embedding = layers.Embedding(
        num_classes,
        features.shape[-1],
        embeddings_initializer="glorot_uniform",
        dtype=dtype,
    )
    embedded = spectral(embedding, spectral_norm)(labels)
    return layers.Dot(axes=1, dtype=dtype)([embedded, features])


def spectral(layer: layers.Layer, spectral_norm: bool) -> layers.Layer:
    """Wrap a layer in spectral normalization, if it is asked for."""
    return SpectralNormalization(layer) if spectral_norm else layer
