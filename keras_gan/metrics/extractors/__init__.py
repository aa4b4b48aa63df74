"""What metrics look at samples through, by name or as objects.

To add one: a file with a subclass of `Extractor`, and a line in `_EXTRACTORS`.
"""

from typing import Any

import keras

from keras_gan.metrics.extractors.extractor import Extractor
from keras_gan.metrics.extractors.fashion import Fashion
from keras_gan.metrics.extractors.inception import Inception, LegacyInception
from keras_gan.metrics.extractors.model_features import ModelFeatures
from keras_gan.metrics.extractors.pixels import Pixels
from keras_gan.registry import Registry

_EXTRACTORS = Registry(
    "extractor",
    Extractor,
    {
        "inception": Inception,
        "legacy": LegacyInception,
        "fashion": Fashion,
        "pixels": Pixels,
    },
    aliases={"clean": "inception", "legacy_inception": "legacy"},
)

names = _EXTRACTORS.names
register = _EXTRACTORS.register


def get(identifier: Any) -> Extractor:
    """Return the extractor for a name or a Keras model, and extractors as they are.

    Args:
        identifier: A name, see `names`; an `Extractor`; or a Keras model from images
            to features.

    Raises:
        ValueError: If the name is unknown; the message lists the known ones.
        TypeError: If it is something else.

    Example:
        >>> get("pixels").title
        'pixels'
    """
    if isinstance(identifier, keras.Model):
        return ModelFeatures(identifier)
    return _EXTRACTORS.get(identifier)


__all__ = [
    "Extractor",
    "Fashion",
    "Inception",
    "LegacyInception",
    "ModelFeatures",
    "Pixels",
    "get",
    "names",
    "register",
]
