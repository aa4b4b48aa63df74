"""Inception: the network of 2015 that the papers measure with."""

import functools
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_gan.metrics.extractors import inception_network, inception_weights
from keras_gan.metrics.extractors.batched import run
from keras_gan.metrics.extractors.extractor import Extractor
from keras_gan.metrics.extractors.resize import RESIZES, Resize, resized

_BATCH = 32  # images of 299x299 in the network at once: 0.5 to 2 GB
_PREFIXES = {"clean": "", "legacy": "legacy_"}


@keras.saving.register_keras_serializable(package="keras_gan")
class Inception(Extractor):
    """Features and class logits of the Inception network of 2015.

    Images are quantized to 8 bits, as if they had been files, and resized to
    299×299. Grey ones are seen as colour. The features are the 2048 of `pool_3`; the
    logits are without the biases of the last layer, as in the Inception score's own
    code.

    The network is TensorFlow's own, in a file of 89 MB. It is downloaded on first
    use, verified by its SHA-256, and kept in the cache, see `keras_gan.files.cache`.

    Args:
        weights: The file, where you have it: inception-2015-12-05.tgz, or the
            classify_image_graph_def.pb in it. Its nodes are checked by name and
            shape; a graph of other values is taken as it is.
        resize: "clean", as clean-fid does it, which is independent of aliasing and
            recommended; or "legacy", as TensorFlow 1 did it, which values published
            before rest on.

    Raises:
        ValueError: If resize or weights is something else.

    Example:
        >>> inception = Inception("inception-2015-12-05.tgz")
        >>> outputs = inception(images)
        >>> outputs["features"].shape, outputs["logits"].shape
        ((16, 2048), (16, 1008))

    Reference:
        Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter (2017), GANs Trained by
        a Two Time-Scale Update Rule, arXiv:1706.08500; Salimans and others (2016),
        Improved Techniques for Training GANs, arXiv:1606.03498; Parmar, Zhang and Zhu
        (2022), On Aliased Resizing and Surprising Subtleties in GAN Evaluation,
        arXiv:2104.11222.
    """

    outputs = ("features", "logits")

    def __init__(
        self,
        weights: str | os.PathLike[str] | None = None,
        resize: Resize = "clean",
    ) -> None:
        if resize not in RESIZES:
            raise ValueError(
                f"resize must be one of {', '.join(RESIZES)}. Received: "
                f"resize={resize!r}."
            )
        if weights is not None and not isinstance(weights, str | os.PathLike):
            raise ValueError(
                "weights must be the path of a file, or None for the official one. "
                f"Received: weights={weights!r}."
            )
        self.weights = None if weights is None else os.fspath(weights)
        self.resize = resize
        self.prefix = _PREFIXES[resize]
        self.title = f"Inception 2015, {resize} resizing"

    def extract(self, samples: np.ndarray) -> dict[str, np.ndarray]:
        """Quantize, resize and run the network, some images at a time."""
        parts = []
        for start in range(0, len(samples), _BATCH):
            images = self.seen(samples[start : start + _BATCH])
            parts.append(run(self.network, images, _BATCH))
        columns = zip(*parts, strict=True)
        return {
            name: np.concatenate(column)
            for name, column in zip(self.outputs, columns, strict=True)
        }

    def seen(self, samples: np.ndarray) -> np.ndarray:
        """Return images as the network sees them.

        Args:
            samples: float32 ``(n, height, width, 1 or 3)`` in [-1, 1].

        Returns:
            float32 ``(n, 299, 299, 3)`` in 0..255.
        """
        images = resized(np.rint((samples + 1) * 127.5), self.resize)
        return np.repeat(images, 3, axis=-1) if images.shape[-1] == 1 else images

    def check_shape(self, shape: Sequence[int | None]) -> None:
        """Raise `ValueError` unless samples are images, grey or in colour."""
        if len(shape) != 3 or shape[-1] not in (1, 3):
            raise ValueError(
                "Inception sees images (height, width, channels) of 1 or 3 channels. "
                f"Received: samples of shape {tuple(shape)}. For other samples use the "
                "extractor 'pixels', or a Keras model of your own."
            )

    def prepare(self) -> None:
        """Load the network, and download it first if need be."""
        _ = self.network

    @functools.cached_property
    def network(self) -> keras.Model:
        """The network, loaded on first use and shared by all who see through it."""
        if self.weights is None:
            return _loaded(*_version(inception_weights.official()), official=True)
        return _loaded(*_version(self.weights), official=False)

    def fingerprint(self) -> str:
        """Return a hash of the weights, after the resizing's name."""
        if self.weights is None:
            digest = inception_weights.SHA256  # what is loaded is verified by it
        else:
            digest = _digest(*_version(self.weights))
        return f"inception_{self.resize}_{digest[:32]}"

    def with_weights(self, weights: str | os.PathLike[str] | None) -> "Inception":
        """Return one that is the same but for its file of weights."""
        return type(self)(**{**self.get_config(), "weights": weights})

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {"weights": self.weights, "resize": self.resize}


@keras.saving.register_keras_serializable(package="keras_gan")
class LegacyInception(Inception):
    """`Inception` with the resizing of TensorFlow 1: ``Inception(resize="legacy")``.

    Args:
        weights: The file of weights, where you have it.

    Example:
        >>> LegacyInception().title
        'Inception 2015, legacy resizing'
    """

    def __init__(self, weights: str | os.PathLike[str] | None = None) -> None:
        super().__init__(weights, resize="legacy")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {"weights": self.weights}


def _version(path: str | os.PathLike[str]) -> tuple[Path, int]:
    """Return a file and when it was changed, which name its content."""
    file = Path(path).expanduser().resolve()
    return file, file.stat().st_mtime_ns if file.is_file() else 0


@functools.cache
def _loaded(path: Path, changed: int, *, official: bool) -> keras.Model:
    """Load the network of a file once in a process."""
    graph = inception_weights.read(path)
    if official:
        inception_weights.verify(graph, path)
    return inception_network.build(inception_weights.parse(graph, path))


@functools.cache
def _digest(path: Path, changed: int) -> str:
    """Return the SHA-256 of a file's graph, the same for archive and graph."""
    return hashlib.sha256(inception_weights.read(path)).hexdigest()
