"""keras-gan neighbours."""

import shutil

import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan.networks import mlp
from keras_gan_cli.neighbours import _GAP
from tests.cli.conftest import IMAGES, SIDE

pytestmark = pytest.mark.once

STEP = SIDE * 7 + 2
SHAPE = (SIDE, SIDE, 1)


@pytest.fixture
def one_image(tmp_path):
    """A GAN in sigmoid's range that makes one grey alone, 0.75 of [0, 1]."""
    gan = keras_gan.GAN(
        mlp.generator(SHAPE, 4, hidden=(), output_activation="sigmoid"),
        mlp.discriminator(SHAPE, hidden=(8,)),
    )
    kernel, bias = gan.generator.weights
    kernel.assign(np.zeros(kernel.shape))
    bias.assign(np.full(bias.shape, np.log(3.0)))
    gan.save(tmp_path / "grey.keras")
    return tmp_path / "grey.keras"


def cells(path, rows, columns):
    """The colours of a picture's images, at their middles."""
    with Image.open(path) as picture:
        pixels = np.asarray(picture)
    left = STEP + 2
    assert pixels.shape == (rows * STEP + 2, left + _GAP + (columns - 1) * STEP + 2)
    places = [
        STEP // 2,
        *(left + _GAP + STEP // 2 + STEP * i for i in range(columns - 1)),
    ]
    return pixels[STEP // 2 :: STEP, places][:rows]


def test_samples_stand_before_their_neighbours(call, one_image, tmp_path):
    greys = np.array([10, 250, 190, 180, 90, 230], "uint8")
    np.save(tmp_path / "greys.npy", np.tile(greys[:, None, None], (1, SIDE, SIDE)))
    out = tmp_path / "neighbours.png"
    options = ("--data", tmp_path / "greys.npy", "-n", 2, "-k", 4)
    status, said, _ = call("neighbours", one_image, "--out", out, *options)
    assert status == 0
    assert "nearest of 6 images, by pixels: " in said
    expected = [191, 190, 180, 230, 250]  # 0.75 of 255, then by their distance
    np.testing.assert_allclose(cells(out, 2, 5), [expected, expected], atol=1)


def test_of_classes(call, run, data_file, tmp_path):
    out = tmp_path / "neighbours.png"
    options = ("--data", data_file, "-k", 2, "--extractor", "pixels")
    status, said, _ = call("neighbours", run, "--out", out, *options)
    assert status == 0
    assert f"nearest of {IMAGES} images" in said
    assert cells(out, 3, 3).shape[:2] == (3, 3)


def test_no_more_than_a_run_was_trained_on(call, data_file, tmp_path):
    run, out = tmp_path / "run", tmp_path / "a.png"
    small = ("--limit", 16, "--epochs", 1, "--batch-size", 8, "--quiet")
    train = ("train", "vanilla", "--data", data_file, "--out", run, *small)
    assert call(*train, "--set", "latent_dim=4")[0] == 0
    look = ("neighbours", run, "--out", out, "--force", "--extractor", "pixels")
    assert "nearest of 16 images" in call(*look, "--data", data_file)[1]
    other = tmp_path / "other.npz"
    shutil.copy(data_file, other)
    assert f"nearest of {IMAGES} images" in call(*look, "--data", other)[1]


def test_refused(refused, run, data_file, tmp_path):
    out = tmp_path / "a.png"
    arguments = ("neighbours", run, "--out", out, "--data", data_file)
    assert "k must be at most 48" in refused(*arguments, "-k", IMAGES + 1)
    assert "Unknown extractor" in refused(*arguments, "--extractor", "eyes")
    assert "(28, 28, 1)" in refused(*arguments, "--extractor", "fashion")
    assert not out.exists()
