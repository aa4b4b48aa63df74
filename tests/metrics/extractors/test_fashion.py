"""The classifier that comes with the package."""

import os
from pathlib import Path

import numpy as np
import pytest

from keras_gan import datasets, metrics
from keras_gan.metrics.extractors import Fashion, fashion


@pytest.fixture(scope="module")
def clothes():
    """The first 500 built-in images and their classes."""
    batch = next(iter(datasets.load("builtin", 500, labels=True, shuffle=False)))
    return tuple(part.numpy() for part in batch)


def test_is_small():
    assert Path(fashion._FILE).stat().st_size < 1_000_000


def test_sees_features_and_classes(clothes):
    images, labels = clothes
    seen = Fashion()(images)
    assert seen["features"].shape == (500, 64)
    assert seen["logits"].shape == (500, 10)
    assert (seen["logits"].argmax(axis=1) == labels).mean() > 0.9


def test_sees_the_same_in_parts_and_in_bytes(clothes):
    images = clothes[0][:70]
    whole = Fashion()(images)["features"]
    parts = [Fashion()(part)["features"] for part in (images[:3], images[3:])]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-4)
    pixels = ((images + 1) * 127.5).round().astype("uint8")
    np.testing.assert_allclose(Fashion()(pixels)["features"], whole, atol=1e-3)


def test_the_distance_orders_what_eyes_order(clothes, rng):
    images = clothes[0]
    real, other = images[:250], images[250:]
    noise = rng.uniform(-1, 1, other.shape).astype("float32")
    worse = [other, np.clip(other + 0.3 * noise, -1, 1), noise]
    distances = []
    for made in worse:
        metric = metrics.get("fashion_fid")
        metric.update_state(real, made)
        distances.append(metric.result())
    assert 4 * distances[0] < 2 * distances[1] < distances[2]


@pytest.mark.parametrize("shape", [(28, 28, 3), (32, 32, 1), (28, 28), (None,) * 3])
def test_other_images_are_refused(shape):
    with pytest.raises(ValueError, match=r"shape \(28, 28, 1\).*'inception'"):
        Fashion().check_shape(shape)


@pytest.mark.skipif(
    "TFDS_DATA_DIR" not in os.environ, reason="needs Fashion-MNIST, kept outside"
)
def test_accuracy_on_the_test_images():
    """The figure in docs/evaluation.md."""
    data = datasets.load("fashion_mnist", 10_000, split="test", labels=True)
    images, labels = (part.numpy() for part in next(iter(data)))
    seen = Fashion()(images)["logits"].argmax(axis=1)
    assert round(100 * (seen == labels).mean(), 1) == 91.9
