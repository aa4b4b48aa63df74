"""Nearest training images of samples: to see that they are not memorised."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_gan.arguments import checked_count
from keras_gan.host_batches import host_batches
from keras_gan.metrics import extractors
from keras_gan.metrics.neighbours import blocks

_CHUNK = 512  # training images held as features at a time


def nearest_neighbours(
    samples: Any, training_images: Any, k: int = 5, extractor: Any = "fashion"
) -> tuple[np.ndarray, np.ndarray]:
    """Find the training images that are nearest to samples.

    The distance is the Euclidean one of an extractor's features. The training images
    are gone through in chunks, and of each sample only the nearest so far are kept,
    so that memory stays bounded whatever their number.

    Args:
        samples: Images ``(n, height, width, channels)``, uint8 in 0..255 or floats in
            [-1, 1]; or vectors ``(n, width)`` for the extractor "pixels".
        training_images: An array of such images, or an iterable of batches of them
            in a fixed order, such as ``source.batches(256, shuffle=False,
            drop_remainder=False)``; where a batch is a pair, its first part.
        k: Neighbours of each sample, at least 1.
        extractor: What the images are seen through: a name of
            `keras_gan.metrics.extractors`, an `Extractor`, or a Keras model from
            images to features.

    Returns:
        Indices, int64 ``(n, k)``, and distances, float64 ``(n, k)``: the nearest
        first; of those that are as near, the earlier.

    Raises:
        ValueError: If the images do not fit the extractor or one another, or there
            are fewer than ``k`` training images.

    Example:
        >>> indices, distances = nearest_neighbours(gan.generate(8), images)
        >>> nearest = images[indices[:, 0]]
    """
    checked_count("k", k, 1)
    seen_through = extractors.get(extractor)
    features = _features(seen_through, samples)
    indices = np.empty((len(features), 0), "int64")
    distances = np.empty((len(features), 0))
    count = 0
    for chunk in _chunks(training_images):
        rows = _features(seen_through, chunk)
        if rows.shape[1] != features.shape[1]:
            raise ValueError(
                "Samples and training images must be of one shape. Received: samples "
                f"of shape {np.shape(samples)[1:]}, images of shape {chunk.shape[1:]}."
            )
        here = np.tile(np.arange(count, count + len(rows)), (len(features), 1))
        there = np.concatenate([np.sqrt(part) for _, part in blocks(features, rows)])
        distances = np.concatenate([distances, there], axis=1)
        indices = np.concatenate([indices, here], axis=1)
        nearest = np.argsort(distances, axis=1, kind="stable")[:, :k]
        distances = np.take_along_axis(distances, nearest, axis=1)
        indices = np.take_along_axis(indices, nearest, axis=1)
        count += len(rows)
    if count < k:
        raise ValueError(
            f"k must be at most {count}, the number of training images. Received: "
            f"k={k}."
        )
    return indices, distances


def _features(extractor: extractors.Extractor, images: Any) -> np.ndarray:
    return extractor(images)["features"].astype("float64")


def _chunks(training_images: Any) -> Iterator[np.ndarray]:
    """Yield images, no more at a time than a chunk."""
    for images, _ in host_batches(training_images):
        for start in range(0, len(images), _CHUNK):
            yield images[start : start + _CHUNK]
