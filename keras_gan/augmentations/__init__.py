"""Augmentations of all that the discriminator sees, by name or as objects.

To add one: a file with a subclass of `Augmentation`, and a line in
`_AUGMENTATIONS`.
"""

from typing import Any

import keras

from keras_gan.augmentations import colour, geometry, maps
from keras_gan.augmentations.ada import ADA
from keras_gan.augmentations.augmentation import Augmentation
from keras_gan.augmentations.diffaugment import DiffAugment
from keras_gan.registry import Registry

_AUGMENTATIONS = Registry(
    "augmentation",
    keras.layers.Layer,
    {
        "diffaugment": DiffAugment,
        "ada": ADA,
    },
)

names = _AUGMENTATIONS.names
register = _AUGMENTATIONS.register


def get(identifier: Any) -> keras.layers.Layer | None:
    """Return the layer for what `GAN` accepts as ``augment``.

    Args:
        identifier: A known name, an `Augmentation`, any other Keras layer, or
            ``None``.

    Returns:
        A new augmentation for a name, else the identifier.

    Raises:
        ValueError: If the name is unknown; the message lists the known ones.
        TypeError: If it is something else.

    Example:
        >>> get("diffaugment").policy
        'color,translation,cutout'
    """
    return None if identifier is None else _AUGMENTATIONS.get(identifier)


__all__ = [
    "ADA",
    "Augmentation",
    "DiffAugment",
    "colour",
    "geometry",
    "get",
    "maps",
    "names",
    "register",
]
