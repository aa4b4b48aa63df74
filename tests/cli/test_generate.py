"""keras-gan generate."""

import shutil

import keras
import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan.networks import mlp
from tests.cli.conftest import CLASSES, SIDE


@pytest.fixture(scope="module")
def gan(run):
    return keras.saving.load_model(run / "model.keras")


def test_array(call, run, gan, tmp_path):
    out = tmp_path / "samples.npy"
    status, said, _ = call("generate", run, "--out", out, "-n", 7, "--seed", 3)
    assert status == 0
    assert str(out) in said
    samples = np.load(out)
    assert samples.shape == (7, SIDE, SIDE, 1)
    expected = gan.generate(7, labels=[0, 0, 0, 1, 1, 2, 2], seed=3)
    np.testing.assert_allclose(samples, expected, atol=1e-6)


def test_truncation_and_chosen_classes(call, run, gan, tmp_path):
    out, options = tmp_path / "a.npy", ("--labels", "2,1", "--truncation", "0.5")
    call("generate", run, "--out", out, "-n", 4, "--seed", 3, *options)
    expected = gan.generate(4, labels=[2, 2, 1, 1], seed=3, truncation=0.5)
    np.testing.assert_allclose(np.load(out), expected, atol=1e-6)


def test_picture_has_a_class_in_each_row(call, run, tmp_path):
    out = tmp_path / "grid.png"
    assert call("generate", run / "model.keras", "--out", out, "-n", 10)[0] == 0
    side = SIDE * 7 + 2  # enlarged, with a margin
    with Image.open(out) as picture:
        assert picture.size == (4 * side + 2, CLASSES * side + 2)


def test_picture_has_no_blank_columns(call, tmp_path):
    gan = keras_gan.GAN(
        mlp.generator((SIDE, SIDE, 1), 4, hidden=(8,)),
        mlp.discriminator((SIDE, SIDE, 1), hidden=(8,)),
    )
    gan.save(tmp_path / "plain.keras")
    options = ("--out", tmp_path / "a.png", "-n", 3, "--columns", 9)
    assert call("generate", tmp_path / "plain.keras", *options)[0] == 0
    side = SIDE * 7 + 2
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (3 * side + 2, side + 2)


def test_files_lie_in_a_folder_for_each_class(call, run, tmp_path):
    out = tmp_path / "many"
    assert call("generate", run, "--out", out, "-n", 11, "--seed", 0)[0] == 0
    names = sorted(str(p.relative_to(out)) for p in out.rglob("*.png"))
    assert names[0] == "0/000000.png"
    assert names[-1] == "2/000010.png"
    assert len(names) == 11
    source = keras_gan.datasets.open_source(str(out))  # and are data again
    assert source.image_shape == (SIDE, SIDE, 1)
    assert source.num_classes == CLASSES


def test_two_sets_are_not_mixed_in_a_folder(refused, call, run, tmp_path):
    out = tmp_path / "many"
    again = ("generate", run, "--out", out, "--force")
    assert call(*again, "-n", 6, "--labels", 1)[0] == 0
    (out / "notes.png").touch()
    first = {path: path.read_bytes() for path in out.rglob("*.png")}
    for more in (("-n", 4, "--labels", 1), ("-n", 6, "--labels", 2)):
        err = refused(*again, *more)
        assert "numbered images that would stay beside the new ones, 1/00000" in err
        assert {path: path.read_bytes() for path in out.rglob("*.png")} == first
    assert call(*again, "-n", 8, "--labels", 1)[0] == 0  # in the place of all
    (out / "0.png").touch()
    err = refused(*again, "-n", 8, "--labels", 1)
    assert "0.png the first of 1. Remove them" in err


def test_without_a_seed_samples_are_new(call, run, tmp_path):
    for name in ("a.npy", "b.npy"):
        call("generate", run, "--out", tmp_path / name, "-n", 2)
    a, b = np.load(tmp_path / "a.npy"), np.load(tmp_path / "b.npy")
    assert not np.array_equal(a, b)


def test_existing_files_are_kept_unless_forced(refused, call, run, tmp_path):
    out = tmp_path / "a.npy"
    out.write_text("precious")
    assert "exists" in refused("generate", run, "--out", out)
    assert out.read_text() == "precious"
    assert "not empty" in refused("generate", run, "--out", tmp_path)
    assert call("generate", run, "--out", out, "-n", 1, "--force")[0] == 0
    assert np.load(out).shape[0] == 1


@pytest.mark.parametrize(
    ("arguments", "message", "status"),
    [
        (["--out", "a.jpg"], ".png or .npy, or a folder", 2),
        (["--out", "missing/a.png"], "missing is no folder", 1),
        (["--out", "a.npy", "--labels", "0,9"], "labels must be in 0..2", 1),
        (["--out", "a.npy", "--labels", "shoe"], "'shoe' is no list of class", 2),
        (["--out", "a.npy", "--truncation", "2"], "0<=x<=1", 2),
        (["--out", "a.npy", "-n", "0"], "x>=1", 2),
        (["--out", "a.npy", "--columns", "4"], "--columns is for a picture", 2),
        (["--out", "many/", "--columns", "4"], "--columns is for a picture", 2),
    ],
)
def test_bad_arguments(refused, run, tmp_path, monkeypatch, arguments, message, status):
    monkeypatch.chdir(tmp_path)
    assert message in refused("generate", run, *arguments, status=status)
    assert not list(tmp_path.iterdir())


def test_models_that_are_none(refused, run, tmp_path):
    out = tmp_path / "a.npy"
    assert "no such file" in refused("generate", tmp_path / "no", "--out", out)
    (tmp_path / "broken.keras").write_bytes(b"no model")
    refused("generate", tmp_path / "broken.keras", "--out", out)
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save(
        tmp_path / "other.keras"
    )
    err = refused("generate", tmp_path / "other.keras", "--out", out)
    assert "it holds a Sequential, not a GAN" in err
    assert not out.exists()


def test_a_run_that_has_not_finished_an_epoch(refused, run, tmp_path):
    begun = tmp_path / "begun"
    begun.mkdir()
    shutil.copy(run / "config.json", begun)
    for command in (("generate",), ("evaluate", "--data", "builtin")):
        out = ("--out", tmp_path / ("a.npy" if len(command) == 1 else "a.json"))
        err = refused(*command, begun, *out)
        assert "this run has no model yet" in err
        assert f"`keras-gan train --out {begun} --resume`" in err


def test_vectors(call, refused, tmp_path):
    gan = keras_gan.GAN(
        mlp.generator((2,), 4, hidden=(8,), output_activation=None),
        mlp.discriminator((2,), hidden=(8,)),
    )
    gan.save(tmp_path / "ring.keras")
    model = tmp_path / "ring.keras"
    assert call("generate", model, "--out", tmp_path / "a.png")[0] == 0
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (480, 480)
    assert call("generate", model, "--out", tmp_path / "a.npy")[0] == 0
    assert np.load(tmp_path / "a.npy").shape == (64, 2)
    err = refused("generate", model, "--out", tmp_path / "folder")
    assert "makes vectors, not images" in err
    err = refused("generate", model, "--out", tmp_path / "b.png", "--labels", "1")
    assert "takes no labels" in err


def acgan(shape):
    return keras_gan.ACGAN(
        mlp.generator(shape, 4, hidden=(8,), num_classes=CLASSES),
        mlp.discriminator(shape, hidden=(8,), heads=(CLASSES,)),
    )


def infogan(shape):
    return keras_gan.InfoGAN(
        mlp.generator(shape, 2 + CLASSES + 1, hidden=(8,)),
        mlp.discriminator(shape, hidden=(8,), heads=(CLASSES, 2)),
        categories=(CLASSES,),
        continuous=1,
    )


@pytest.mark.parametrize("build", [acgan, infogan])
def test_gans_of_other_classes(call, tmp_path, build):
    shape = (SIDE, SIDE, 1)
    gan = build(shape)
    gan.compile("adam", "adam")
    labels = np.arange(8) % CLASSES if gan.conditional else None
    grids = keras_gan.callbacks.SampleGrid(tmp_path / "grids", n=6, show=False)
    images = np.random.default_rng(0).uniform(-1, 1, (8, *shape)).astype("float32")
    gan.fit(images, labels, verbose=0, callbacks=[grids])
    gan.save(tmp_path / "model.keras")
    (last,) = tmp_path.glob("grids/samples_000001.png")
    rows = CLASSES if gan.conditional else 2
    with Image.open(last) as picture:
        assert picture.height == rows * (SIDE * 7 + 2) + 2
    out = tmp_path / "a.npy"
    options = ("--out", out, "-n", 6, "--seed", 0, "--truncation", 0.5)
    assert call("generate", tmp_path / "model.keras", *options)[0] == 0
    asked = [0, 0, 1, 1, 2, 2] if gan.conditional else None
    expected = gan.generate(6, labels=asked, seed=0, truncation=0.5)
    np.testing.assert_allclose(np.load(out), expected, atol=1e-6)
