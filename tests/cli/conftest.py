"""A small run that several tests look at, and a way to call the command line."""

import keras
import numpy as np
import pytest
from PIL import Image

from keras_gan_cli.main import main

SIDE, IMAGES, CLASSES = 8, 48, 3


@pytest.fixture(scope="session")
def data_file(tmp_path_factory):
    """Images of noise, with labels."""
    path = tmp_path_factory.mktemp("data") / "noise.npz"
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (IMAGES, SIDE, SIDE), np.uint8)
    np.savez(path, images=images, labels=np.arange(IMAGES) % CLASSES)
    return path


def class_folder(path, classes, count=8):
    """A folder of grey images in subfolders, each class of a shade of its own."""
    for name, shade in classes.items():
        (path / name).mkdir(parents=True)
        for i in range(count):
            image = Image.fromarray(np.full((SIDE, SIDE), shade, np.uint8))
            image.save(path / name / f"{i}.png")
    return path


@pytest.fixture(autouse=True)
def active_backend(monkeypatch):
    """The environment of a command line that runs on the backend under test."""
    monkeypatch.setenv("KERAS_BACKEND", keras.backend.backend())


@pytest.fixture(scope="session")
def run(data_file, tmp_path_factory):
    """The folder of a conditional GAN trained for two epochs."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    arguments = ["--data", data_file, "--out", folder, "--labels", "--quiet"]
    small = ["--epochs", "2", "--batch-size", "16", "--set", "latent_dim=4"]
    assert main(["train", "vanilla", *map(str, arguments), *small]) == 0
    return folder


@pytest.fixture(scope="session")
def run_of_folder(tmp_path_factory):
    """The folders of a GAN of ants, bees and cats, and of its images."""
    folder = tmp_path_factory.mktemp("named")
    data = class_folder(folder / "data", {"ant": 0, "bee": 100, "cat": 200})
    arguments = ["--data", data, "--out", folder / "run", "--labels", "--quiet"]
    small = ["--epochs", "1", "--batch-size", "8", "--set", "latent_dim=4"]
    assert main(["train", "vanilla", *map(str, arguments), *small]) == 0
    return folder / "run", data


@pytest.fixture
def call(capsys):
    """Call ``keras-gan``; return its exit status, its output and its error."""

    def call(*arguments):
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return status, captured.out, captured.err

    return call


@pytest.fixture
def refused(call):
    """Call ``keras-gan`` and expect one line on stderr and nothing else."""

    def refused(*arguments, status=1):
        code, out, err = call(*arguments)
        err = err.lstrip("\n")  # click ends the line of a Ctrl-C
        assert code == status
        assert out == ""
        assert err.startswith("keras-gan: error: ")
        assert err.count("\n") == 1
        return err

    return refused
