"""Pixels: samples seen as they are."""

from collections.abc import Sequence

import keras
import numpy as np

from keras_gan.metrics.extractors.extractor import Extractor


@keras.saving.register_keras_serializable(package="keras_gan")
class Pixels(Extractor):
    """Samples as rows of their own values: for vectors, and metrics of no network.

    Example:
        >>> Pixels()(np.zeros((2, 28, 28, 1)))["features"].shape
        (2, 784)
    """

    prefix = ""
    title = "pixels"
    worth_keeping = False  # the samples themselves are as quick to read

    def extract(self, samples: np.ndarray) -> dict[str, np.ndarray]:
        """Return each sample's values in a row."""
        return {"features": samples.reshape(len(samples), -1)}

    def check_shape(self, shape: Sequence[int | None]) -> None:
        """Accept every shape."""

    def fingerprint(self) -> str:
        """Return its name: it has no weights."""
        return "pixels"
