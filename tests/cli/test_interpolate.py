"""keras-gan interpolate."""

import keras
import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan.latents import walk
from keras_gan.networks import mlp
from tests.cli.conftest import CLASSES, SIDE

STEP = SIDE * 7 + 2  # an image, enlarged, and its margin


@pytest.fixture(scope="module")
def gan(run):
    return keras.saving.load_model(run / "model.keras")


def test_array(call, run, gan, tmp_path):
    out = tmp_path / "walk.npy"
    options = ("--points", 3, "--frames", 6, "--seed", 5, "--truncation", 0.5)
    status, said, _ = call("interpolate", run, "--out", out, *options)
    assert status == 0
    assert f"Wrote {out}." in said
    images = np.load(out)
    assert images.shape == (6, CLASSES, SIDE, SIDE, 1)
    stops = 0.5 * gan.draw_latents(3 * CLASSES, seed=5).reshape(CLASSES, 3, -1)
    for i in range(CLASSES):  # one walk for each class
        expected = gan.generate_from(walk(stops[i], 6), i)
        np.testing.assert_allclose(images[:, i], expected, atol=1e-5)


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_animation(call, run, tmp_path, suffix):
    out = tmp_path / f"walk{suffix}"
    options = ("--frames", 5, "-n", 4, "--labels", "2,0", "--fps", 10)
    assert call("interpolate", run, "--out", out, *options)[0] == 0
    with Image.open(out) as animation:
        assert animation.n_frames == 5
        assert animation.size == (2 * STEP + 2, 2 * STEP + 2)
        assert animation.info["loop"] == 0
        first = np.asarray(animation.convert("L"), int)
        animation.seek(2)
        assert np.abs(first - np.asarray(animation.convert("L"), int)).max() > 10
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_picture_has_a_walk_in_each_row(call, run, gan, tmp_path):
    out = tmp_path / "rows.png"
    options = ("--frames", 5, "--how", "lerp", "--seed", 1)
    assert call("interpolate", run, "--out", out, *options)[0] == 0
    with Image.open(out) as picture:
        assert picture.size == (5 * STEP + 2, CLASSES * STEP + 2)
        pixels = np.asarray(picture)
    # From the first point to the second: the last image of the first row.
    last = gan.generate_from(gan.draw_latents(2 * CLASSES, seed=1)[1:2], 0)[0, ..., 0]
    shown = pixels[2:STEP:7, 4 * STEP + 2 : 5 * STEP : 7][:SIDE, :SIDE]
    np.testing.assert_allclose(shown, (last + 1) * 127.5, atol=1)


def test_force(call, run, tmp_path):
    out = tmp_path / "walk.npy"
    out.write_text("old")
    options = ("--frames", 2, "-n", 1, "--force")
    assert call("interpolate", run, "--out", out, *options)[0] == 0
    assert np.load(out).shape == (2, 1, SIDE, SIDE, 1)


def test_vectors_and_no_classes(call, refused, tmp_path):
    gan = keras_gan.GAN(
        mlp.generator((2,), 4, hidden=(8,), output_activation=None),
        mlp.discriminator((2,), hidden=(8,)),
        latent_distribution="uniform",
    )
    gan.save(tmp_path / "ring.keras")
    model, out = tmp_path / "ring.keras", tmp_path / "a.npy"
    options = ("--points", 2, "--frames", 4, "-n", 3, "--seed", 0)
    assert call("interpolate", model, "--out", out, *options)[0] == 0
    stops = gan.draw_latents(6, seed=0).reshape(3, 2, -1)
    expected = gan.generate_from(walk(stops[2], 4, how="lerp"))
    np.testing.assert_allclose(np.load(out)[:, 2], expected, atol=1e-6)
    err = refused("interpolate", model, "--out", tmp_path / "a.gif")
    assert "makes vectors, not images" in err
    err = refused("interpolate", model, "--out", tmp_path / "b.npy", "--labels", "1")
    assert "takes no labels" in err


@pytest.mark.parametrize("name", ["rows.png", "walk.npy"])
def test_what_does_not_move_has_no_rate(refused, run, tmp_path, name):
    out = tmp_path / name
    err = refused("interpolate", run, "--out", out, "--fps", 10, status=2)
    assert f"--fps is for animations. Received: --out {out}" in err
    assert not out.exists()
