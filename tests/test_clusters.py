"""Clusters: features, nearest centres, and what k-means finds."""

import keras
import numpy as np
import pytest

from keras_gan import clusters


def blobs(rng, centres, n=30, spread=0.05):
    """So many points around each centre, in random order; and where each is from."""
    numbers = rng.permutation(np.repeat(np.arange(len(centres)), n))
    noise = spread * rng.standard_normal((len(numbers), centres.shape[1]))
    return (centres[numbers] + noise).astype("float32"), numbers


class TestFeatures:
    @pytest.mark.parametrize(
        ("side", "square"), [(8, 1), (16, 1), (28, 2), (32, 2), (64, 4)]
    )
    def test_images_are_averaged_over_squares(self, rng, side, square):
        images = rng.uniform(-1, 1, (3, side, side, 2)).astype("float32")
        small = side // square
        squares = images.reshape(3, small, square, small, square, 2)
        expected = squares.mean(axis=(2, 4)).reshape(3, -1)
        value = keras.ops.convert_to_numpy(clusters.features(images))
        np.testing.assert_allclose(value, expected, atol=1e-6)

    def test_vectors_are_left_alone(self, rng):
        points = rng.standard_normal((5, 40)).astype("float32")
        value = keras.ops.convert_to_numpy(clusters.features(points))
        np.testing.assert_array_equal(value, points)

    def test_16_bits_are_computed_in_32(self):
        value = clusters.features(keras.ops.ones((2, 20, 20, 1), "bfloat16"))
        assert keras.backend.standardize_dtype(value.dtype) == "float32"
        assert tuple(value.shape) == (2, 100)


def test_nearest(rng):
    points, centres = rng.standard_normal((50, 3)), rng.standard_normal((7, 3))
    squares = np.square(points[:, None] - centres[None]).sum(-1)
    value = clusters.nearest(points.astype("float32"), centres.astype("float32"))
    assert keras.backend.standardize_dtype(value.dtype) == "int32"
    np.testing.assert_array_equal(
        keras.ops.convert_to_numpy(value), squares.argmin(axis=1)
    )


class TestFind:
    def test_blobs(self, rng):
        centres = 3 * np.eye(5)
        points, numbers = blobs(rng, centres)
        found, counts = clusters.find(points, 5)
        assert found.dtype == np.float32
        np.testing.assert_array_equal(counts, 30)
        which = keras.ops.convert_to_numpy(clusters.nearest(points, found))
        pairs = {tuple(pair) for pair in np.stack([numbers, which], axis=1)}
        assert len(pairs) == 5  # each blob is one cluster
        for number, cluster in pairs:
            np.testing.assert_allclose(
                found[cluster], points[numbers == number].mean(0), atol=1e-5
            )

    def test_the_seed_decides(self, rng):
        points = rng.standard_normal((200, 4)).astype("float32")
        once, again, other = (clusters.find(points, 6, seed) for seed in (0, 0, 1))
        np.testing.assert_array_equal(once[0], again[0])
        assert not np.array_equal(once[0], other[0])

    @pytest.mark.peers
    def test_against_scikit_learn(self, rng):
        from sklearn.cluster import KMeans

        points, _ = blobs(rng, rng.uniform(-1, 1, (12, 5)), spread=0.4)
        found, _ = clusters.find(points, 12)
        squares = np.square(points[:, None] - found[None]).sum(-1).min(1).sum()
        peer = KMeans(12, n_init=5, random_state=0).fit(points.astype("float64"))
        assert squares <= 1.02 * peer.inertia_

    def test_too_few_samples(self):
        same = np.zeros((30, 4), "float32")
        same[0] = 1.0
        with pytest.raises(ValueError, match=r"3 clusters.*30 samples, 2 of them"):
            clusters.find(same, 3)
        with pytest.raises(ValueError, match=r"5 clusters.*2 samples"):
            clusters.find(np.eye(2, dtype="float32"), 5)
