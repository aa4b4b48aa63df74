"""keras-gan morph."""

import keras
import numpy as np
from PIL import Image

import keras_gan
from keras_gan.networks import mlp
from tests.cli.conftest import SIDE

STEP = SIDE * 7 + 2


def test_array_comes_back_to_the_first_class(call, run, tmp_path):
    out = tmp_path / "morph.npy"
    options = ("--classes", "2,0", "--frames", 4, "-n", 3, "--seed", 3)
    assert call("morph", run, "--out", out, *options)[0] == 0
    gan = keras.saving.load_model(run / "model.keras")
    frames = np.load(out)
    assert frames.shape == (4, 3, SIDE, SIDE, 1)
    for i, label in ((0, 2), (2, 0)):
        expected = gan.generate(3, labels=label, seed=3)
        np.testing.assert_allclose(frames[i], expected, atol=1e-5)
    np.testing.assert_allclose(frames[1], frames[3], atol=1e-5)


def test_animation(call, run, tmp_path):
    out = tmp_path / "morph.gif"
    options = ("--classes", "2,0", "--frames", 4, "-n", 10, "--truncation", 0.7)
    assert call("morph", run, "--out", out, *options)[0] == 0
    with Image.open(out) as animation:
        assert animation.n_frames >= 3  # of which Pillow joins those that are alike
        assert animation.size == (5 * STEP + 2, 2 * STEP + 2)


def test_picture_ends_with_the_last_class(call, run, tmp_path):
    out = tmp_path / "morph.png"
    options = ("--classes", "0,1", "--frames", 3, "-n", 2, "--seed", 1)
    assert call("morph", run, "--out", out, *options)[0] == 0
    gan = keras.saving.load_model(run / "model.keras")
    last = gan.generate(2, labels=1, seed=1)[1, ..., 0]
    with Image.open(out) as picture:
        assert picture.size == (3 * STEP + 2, 2 * STEP + 2)
        shown = np.asarray(picture)[STEP + 2 :: 7, 2 * STEP + 2 :: 7][:SIDE, :SIDE]
    np.testing.assert_allclose(shown, (last + 1) * 127.5, atol=1)


def test_without_classes(refused, tmp_path):
    gan = keras_gan.GAN(
        mlp.generator((SIDE, SIDE, 1), 4, hidden=(8,)),
        mlp.discriminator((SIDE, SIDE, 1), hidden=(8,)),
    )
    gan.save(tmp_path / "plain.keras")
    out = tmp_path / "a.png"
    err = refused("morph", tmp_path / "plain.keras", "--out", out, "--classes", "0,1")
    assert "takes latents alone" in err
    assert not out.exists()
