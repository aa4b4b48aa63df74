"""Nearest neighbours: against all distances, computed naively in float64."""

import keras
import numpy as np
import pytest

from keras_gan.latents import nearest_neighbours, neighbours

SHAPE = (6, 5, 1)


def naive(samples, images, k):
    a, b = (x.reshape(len(x), -1).astype("float64") for x in (samples, images))
    all_distances = np.array([[np.sqrt(((x - y) ** 2).sum()) for y in b] for x in a])
    indices = all_distances.argsort(axis=1, kind="stable")[:, :k]
    return indices, np.take_along_axis(all_distances, indices, axis=1)


@pytest.fixture
def both(rng):
    """Samples, of which one is an image, and images, of which two are alike."""
    images = rng.uniform(-1, 1, (40, *SHAPE)).astype("float32")
    images[33] = images[2]
    samples = rng.uniform(-1, 1, (7, *SHAPE)).astype("float32")
    samples[4] = images[2]
    return samples, images


@pytest.mark.parametrize("chunk", [1, 7, 1000])
@pytest.mark.parametrize("k", [1, 5, 40])
def test_all_distances(both, monkeypatch, chunk, k):
    monkeypatch.setattr(neighbours, "_CHUNK", chunk)
    indices, distances = nearest_neighbours(*both, k=k, extractor="pixels")
    expected_indices, expected = naive(*both, k)
    np.testing.assert_array_equal(indices, expected_indices)
    np.testing.assert_allclose(distances, expected, atol=1e-6)
    assert distances[4, 0] < 1e-6  # what is memorised is found
    assert indices[4, 0] == 2


def test_batches_and_bytes(both):
    samples, images = both
    expected = nearest_neighbours(samples, images, 3, "pixels")
    pairs = [(images[i : i + 9], np.zeros(9)) for i in range(0, 40, 9)]
    for batches in (pairs, [p[0] for p in pairs], iter(pairs)):
        found = nearest_neighbours(samples, batches, 3, "pixels")
        for x, y in zip(found, expected, strict=True):
            np.testing.assert_allclose(x, y, atol=1e-6)
    as_bytes = np.round((images + 1) * 127.5).astype("uint8")
    indices, distances = nearest_neighbours(
        as_bytes[:5], as_bytes / 127.5 - 1, 1, "pixels"
    )
    assert indices[:, 0].tolist() == [0, 1, 2, 3, 4]
    assert distances.max() < 1e-5


def test_features_of_a_model(both):
    samples, images = both
    seen = keras.Input(SHAPE)
    model = keras.Model(seen, keras.layers.Dense(3)(keras.layers.Flatten()(seen)))
    features = [keras.ops.convert_to_numpy(model(x)) for x in both]
    indices, distances = nearest_neighbours(samples, images, 4, model)
    expected_indices, expected = naive(*features, 4)
    np.testing.assert_array_equal(indices, expected_indices)
    np.testing.assert_allclose(distances, expected, atol=1e-5)


def test_no_more_is_kept_than_a_chunk(both, monkeypatch):
    """The largest array of distances grows with the chunk, not with the images."""
    samples, _ = both
    monkeypatch.setattr(neighbours, "_CHUNK", 8)
    seen = []
    plain = neighbours.blocks

    def watched(a, b):
        seen.append(len(b))
        return plain(a, b)

    monkeypatch.setattr(neighbours, "blocks", watched)
    nearest_neighbours(samples, np.zeros((50, *SHAPE), "float32"), 2, "pixels")
    assert max(seen) == 8
    assert sum(seen) == 50


@pytest.mark.parametrize(
    ("k", "error", "message"),
    [
        (0, ValueError, "k must be a whole number, at least 1"),
        (41, ValueError, "k must be at most 40"),
    ],
)
def test_bad_k(both, k, error, message):
    with pytest.raises(error, match=message):
        nearest_neighbours(*both, k=k, extractor="pixels")


def test_what_does_not_fit(both):
    samples, images = both
    with pytest.raises(ValueError, match="Unknown extractor"):
        nearest_neighbours(samples, images, extractor="eyes")
    with pytest.raises(ValueError, match="must be of one shape"):
        nearest_neighbours(samples, images[:, :3], extractor="pixels")
