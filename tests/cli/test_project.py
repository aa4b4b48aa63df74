"""keras-gan project."""

import keras
import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan.networks import mlp
from tests.cli.conftest import SIDE

STEP = SIDE * 7 + 2
QUICK = ("--steps", 3, "--starts", 2)


def test_images_of_a_file_in_their_order(call, run, tmp_path):
    gan = keras.saving.load_model(run / "model.keras")
    images = gan.generate(5, labels=[0, 1, 2, 0, 1], seed=0)
    np.save(tmp_path / "own.npy", images)
    out = tmp_path / "found.npz"
    status, said, _ = call(
        *("project", run, "--images", tmp_path / "own.npy", "--out", out, "-n", 3),
        *("--labels", "0,1,2", "--steps", 40, "--learning-rate", 0.3),
    )
    assert status == 0
    assert "Mean squared differences: " in said
    with np.load(out) as found:
        np.testing.assert_allclose(found["targets"], images[:3], atol=1e-6)
        again = gan.generate_from(found["latents"], [0, 1, 2])
        np.testing.assert_allclose(found["images"], again, atol=1e-5)
        naive = ((found["images"] - images[:3]) ** 2).mean((1, 2, 3))
        np.testing.assert_allclose(found["distances"], naive, rtol=1e-3, atol=1e-7)
        assert naive.max() < 0.5 * (images[:3] ** 2).mean()


def test_picture_of_a_data_set(call, run, data_file, tmp_path):
    out = tmp_path / "found.png"
    options = ("--data", data_file, "--out", out, "-n", 4, *QUICK)
    assert call("project", run, *options)[0] == 0  # with the images' own labels
    with Image.open(out) as picture:
        pixels = np.asarray(picture)
    assert pixels.shape[0] == 2 * STEP + 2
    names = pixels[:, : -(4 * STEP + 2)]
    assert 30 < names.shape[1] < 80
    with np.load(data_file) as data:
        known = data["images"]
    first = pixels[2:STEP:7, names.shape[1] + 2 :: 7][:SIDE, :SIDE].astype(int)
    assert any(np.abs(first - image).max() <= 1 for image in known)


def test_range_of_the_generator(call, tmp_path):
    gan = keras_gan.GAN(
        mlp.generator((SIDE, SIDE, 1), 4, hidden=(8,), output_activation="sigmoid"),
        mlp.discriminator((SIDE, SIDE, 1), hidden=(8,)),
    )
    gan.save(tmp_path / "gan.keras")
    grey = np.full((2, SIDE, SIDE), 51, "uint8")
    np.save(tmp_path / "grey.npy", grey)
    out = tmp_path / "found.npz"
    options = ("--images", tmp_path / "grey.npy", "--out", out, *QUICK)
    assert call("project", tmp_path / "gan.keras", *options)[0] == 0
    with np.load(out) as found:
        np.testing.assert_allclose(found["targets"], 0.2, atol=1e-6)
        assert found["latents"].shape == (2, 4)  # no more than there are


def test_refused(refused, run, tmp_path):
    np.save(tmp_path / "images.npy", np.zeros((2, SIDE, SIDE), "uint8"))
    out = tmp_path / "a.png"
    arguments = ("project", run, "--images", tmp_path / "images.npy", "--out", out)
    assert "these have no labels" in refused(*arguments)
    assert "labels must be one class number or 2" in refused(
        *arguments, "--labels", "0,1,2"
    )
    for name in (tmp_path / "no.npy", "nofolder", "folder:no", "builtin"):
        err = refused("project", run, "--images", name, "--out", out)
        assert f"--images {name}: there is no such file or folder." in err
        assert "Data sets that have a name are for --data." in err
    assert not out.exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [("--steps", "0"), ("--starts", "0"), ("--learning-rate", "0"), ("--prior", "-1")],
)
def test_numbers_out_of_range(refused, run, tmp_path, option, value):
    arguments = ("project", run, "--data", "builtin", "--out", tmp_path / "a.png")
    assert option in refused(*arguments, option, value, status=2)
