"""Real images in the form that a GAN makes them in: which class is which."""

import json
import shutil

import click
import keras
import pytest

from keras_gan import GAN, datasets
from keras_gan_cli.real_images import numbered_for
from tests.cli.conftest import class_folder

pytestmark = pytest.mark.once


@pytest.fixture
def test_set(tmp_path):
    """A folder without the first of the run's classes."""
    return class_folder(tmp_path / "test", {"bee": 100, "cat": 200}, count=2)


def labels_of(source):
    return [int(label) for _, label in source.examples]


def test_the_names_are_kept_in_the_configuration(run_of_folder):
    config = json.loads((run_of_folder[0] / "config.json").read_text())
    assert config["images"]["class_names"] == ["ant", "bee", "cat"]


def test_classes_are_matched_by_name(run_of_folder, test_set):
    file = run_of_folder[0] / "model.keras"
    gan = keras.saving.load_model(file)
    source = datasets.open_source(str(test_set))
    assert labels_of(source) == [0, 0, 1, 1]
    assert labels_of(numbered_for(gan, file, source)) == [1, 1, 2, 2]


def test_classes_of_unknown_names(run_of_folder, test_set, tmp_path):
    file = shutil.copy(run_of_folder[0] / "model.keras", tmp_path / "model.keras")
    file = tmp_path / file
    gan = keras.saving.load_model(file)
    source = datasets.open_source(str(test_set))
    with pytest.raises(click.ClickException, match="has 2 classes and this GAN 3"):
        numbered_for(gan, file, source)
    whole = datasets.open_source(str(run_of_folder[1]))
    assert numbered_for(gan, file, whole) is whole
    old = {"images": {"shape": [8, 8, 1], "number": 24, "classes": 3}}
    (tmp_path / "config.json").write_text(json.dumps(old))  # of an earlier version
    assert numbered_for(gan, file, whole) is whole


def test_commands_go_by_names(
    call, refused, run_of_folder, test_set, tmp_path, monkeypatch
):
    asked = []
    generate_from = GAN.generate_from

    def spy(self, latents, labels=None, **kwargs):
        asked.append(set(labels))
        return generate_from(self, latents, labels, **kwargs)

    monkeypatch.setattr(GAN, "generate_from", spy)
    run, _ = run_of_folder
    score = ("evaluate", run, "--data", test_set, "--metrics", "sliced_wasserstein")
    search = ("project", run, "--images", test_set, "--steps", 1, "--starts", 1)
    assert call(*score, "--quiet")[0] == 0
    assert call(*search, "--out", tmp_path / "a.npz")[0] == 0
    assert asked == [{1, 2}, {1, 2}]

    shutil.copytree(test_set / "bee", test_set / "wasp")
    for command in (score, (*search, "--out", tmp_path / "b.npz")):
        err = refused(*command)
        assert "the classes 'wasp' are not among those known" in err
        assert "'ant', 'bee', 'cat'" in err


def test_an_image_beside_the_class_folders_is_named(refused, run_of_folder, test_set):
    shutil.copy(test_set / "bee" / "0.png", test_set / "stray.png")
    command = ("evaluate", run_of_folder[0], "--data", test_set)
    err = refused(*command, "--metrics", "sliced_wasserstein")
    assert "has no labels" in err
    assert "1 of 5 are not: stray.png" in err


@pytest.mark.parametrize(
    "command",
    [
        ("train", "vanilla", "--out", "new"),
        ("evaluate", "RUN", "--metrics", "sliced_wasserstein"),
        ("evaluate", "DATA", "--metrics", "sliced_wasserstein"),
        ("project", "RUN", "--out", "a.png"),
        ("neighbours", "RUN", "--out", "a.png"),
    ],
)
def test_data_dir_is_for_tfds(refused, run_of_folder, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    places = dict(zip(("RUN", "DATA"), run_of_folder, strict=True))
    command = [places.get(word, word) for word in command]
    for data in (places["DATA"], "builtin", "none.npz"):
        options = ("--data", data, "--data-dir", "tfds")
        err = refused(*command, *options, status=2)
        assert "--data-dir is for data sets of TFDS. Received: " in err
        assert str(data) in err
    assert not list(tmp_path.iterdir())


def test_a_run_that_has_a_data_dir_goes_on(call, run_of_folder, tmp_path):
    out = shutil.copytree(run_of_folder[0], tmp_path / "run")
    config = json.loads((out / "config.json").read_text())
    config["data_dir"] = "tfds"  # as an earlier version let one give it
    (out / "config.json").write_text(json.dumps(config))
    again = ("train", "--out", out, "--resume", "--quiet")
    assert call(*again, "--epochs", 2)[0] == 0
