"""Fashion: a small classifier of Fashion-MNIST that comes with the package."""

import functools
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from keras_gan.metrics.extractors.batched import run
from keras_gan.metrics.extractors.extractor import Extractor
from keras_gan.metrics.extractors.model_features import fingerprint_of

_FILE = Path(__file__).parent / "data" / "fashion_classifier.keras"
_SHAPE = (28, 28, 1)


@keras.saving.register_keras_serializable(package="keras_gan")
class Fashion(Extractor):
    """Features and class logits of 28×28 grey images, offline and in seconds.

    The classifier was trained by `tools/train_fashion_classifier.py` on the 60,000
    training images of Fashion-MNIST. Distances in its features compare GANs of such
    images with one another; they are no Inception distances.

    Example:
        >>> outputs = Fashion()(images)
        >>> outputs["features"].shape, outputs["logits"].shape
        ((16, 64), (16, 10))
    """

    outputs = ("features", "logits")
    prefix = "fashion_"
    title = "the Fashion-MNIST classifier of keras_gan"

    def extract(self, samples: np.ndarray) -> dict[str, np.ndarray]:
        """Run the classifier."""
        return dict(zip(self.outputs, run(_classifier(), samples), strict=True))

    def check_shape(self, shape: Sequence[int | None]) -> None:
        """Raise `ValueError` unless images are 28×28 and grey."""
        if tuple(shape) != _SHAPE:
            raise ValueError(
                f"The fashion classifier sees images of shape {_SHAPE}. Received: "
                f"samples of shape {tuple(shape)}. For other images use the extractor "
                "'inception', or a Keras model of your own."
            )

    def prepare(self) -> None:
        """Load the classifier."""
        _classifier()

    def fingerprint(self) -> str:
        """Return a hash of the classifier."""
        return fingerprint_of(_classifier())


@functools.cache
def _classifier() -> keras.Model:
    """Load the classifier once in a process."""
    return keras.saving.load_model(_FILE, compile=False)
