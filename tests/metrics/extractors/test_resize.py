"""Resizing: against a naive reading of the formulas, and against Pillow and TF."""

import numpy as np
import pytest

from keras_gan.metrics.extractors.resize import SIDE, matrix, resized
from tests.metrics.extractors.peers import torch_fidelity

SIZES = [(32, 32), (28, 28), (96, 64), (299, 299), (512, 300), (7, 1000)]


@pytest.fixture(params=SIZES, ids=str)
def images(request, rng):
    """Noise of whole numbers: the hardest for a resizer."""
    return rng.integers(0, 256, (2, *request.param, 3)).astype("float32")


def naive_legacy(image):
    """Bilinear at the positions i * size / 299, one pixel after the other."""
    rows, columns = image.shape
    out = np.empty((SIDE, SIDE))
    for i in range(SIDE):
        for j in range(SIDE):
            y, x = i * rows / SIDE, j * columns / SIDE
            top, left = int(y), int(x)
            below, right = min(top + 1, rows - 1), min(left + 1, columns - 1)
            dy, dx = y - top, x - left
            upper = image[top, left] * (1 - dx) + image[top, right] * dx
            lower = image[below, left] * (1 - dx) + image[below, right] * dx
            out[i, j] = upper * (1 - dy) + lower * dy
    return out


@pytest.mark.parametrize("size", [(20, 33), (310, 301)], ids=str)
def test_legacy_is_bilinear_from_the_corner(rng, size):
    image = rng.uniform(0, 255, size)
    made = resized(image[None, :, :, None].astype("float32"), "legacy")[0, :, :, 0]
    np.testing.assert_allclose(made, naive_legacy(image), atol=5e-3)


@pytest.mark.parametrize("kind", ["clean", "legacy"])
def test_every_row_of_weights_sums_to_one(kind):
    for size in (1, 2, 28, 299, 640):
        np.testing.assert_allclose(matrix(kind, size).sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("kind", ["clean", "legacy"])
def test_images_of_299_stay_as_they_are(kind, rng):
    image = rng.integers(0, 256, (1, SIDE, SIDE, 3)).astype("float32")
    np.testing.assert_array_equal(resized(image, kind), image)


def test_clean_stays_in_range_and_is_not_rounded(rng):
    made = resized(
        (rng.integers(0, 2, (1, 16, 16, 3)) * 255).astype("float32"), "clean"
    )
    assert made.min() == 0
    assert made.max() == 255
    assert (made != np.rint(made)).any()


def test_clean_is_that_of_pillow(images):
    from PIL import Image

    made = resized(images, "clean")
    assert made.dtype == np.float32
    for image, ours in zip(images, made):
        for channel in range(3):
            plane = Image.fromarray(image[..., channel])
            theirs = np.asarray(plane.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
            np.testing.assert_allclose(
                ours[..., channel], theirs.clip(0, 255), atol=1e-4
            )


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore:'mode' parameter is deprecated:DeprecationWarning")
def test_clean_is_that_of_clean_fid(images):
    from cleanfid.resize import build_resizer

    resize = build_resizer("clean")
    for image, ours in zip(images, resized(images, "clean")):
        np.testing.assert_allclose(ours, resize(image.astype("uint8")), atol=1e-4)


@pytest.mark.peers
def test_legacy_is_that_of_torch_fidelity_and_of_tensorflow(images):
    import tensorflow as tf
    import torch

    peer = torch_fidelity("interpolate_compat_tensorflow")
    made = resized(images, "legacy")
    planes = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
    theirs = peer.interpolate_bilinear_2d_like_tensorflow1x(
        planes, size=(SIDE, SIDE), align_corners=False
    )
    np.testing.assert_allclose(made, theirs.numpy().transpose(0, 2, 3, 1), atol=1e-4)
    original = tf.compat.v1.image.resize_bilinear(images, (SIDE, SIDE))
    np.testing.assert_allclose(made, original.numpy(), atol=1e-4)
