"""Tests of keras_gan/datasets/__init__.py."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from keras_gan import datasets


@pytest.fixture
def folder(tmp_path) -> Path:
    path = tmp_path / "photos"
    path.mkdir()
    for number in range(4):
        Image.new("RGB", (8, 8), (60 * number,) * 3).save(path / f"{number}.png")
    return path


def test_names_and_descriptions_agree():
    assert datasets.names()[0] == "builtin"
    assert list(datasets.descriptions()) == datasets.names()
    assert all(text and "\n" not in text for text in datasets.descriptions().values())


def test_datasets_alone_load_no_framework():
    package = Path(datasets.__file__).parent
    code = (
        "import importlib.util, sys, types\n"
        f"sys.modules['keras_gan'] = parent = types.ModuleType('keras_gan')\n"
        f"parent.__path__ = [{str(package.parent)!r}]\n"
        "from keras_gan import datasets\n"
        "datasets.names()\n"
        "heavy = {'tensorflow', 'tensorflow_datasets', 'PIL', 'keras'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_load_gives_scaled_batches_of_the_builtin_images():
    images = next(iter(datasets.load("builtin", 32)))
    assert images.shape == (32, 28, 28, 1)
    assert images.dtype == tf.float32
    assert images.numpy().min() == -1
    assert images.numpy().max() == 1
    images, labels = next(iter(datasets.load("builtin", 32, labels=True)))
    assert labels.shape == (32,)
    assert set(labels.numpy()) <= set(range(10))


def test_load_passes_everything_on(folder):
    dataset = datasets.load(
        folder,
        3,
        image_size=4,
        channels=1,
        shuffle=False,
        drop_remainder=False,
        cache=False,
    )
    first, last = dataset
    assert first.shape == (3, 4, 4, 1)
    assert last.shape == (1, 4, 4, 1)
    values = np.array([0, 60, 120], np.float32)
    np.testing.assert_array_equal(first[:, 0, 0, 0], values / np.float32(127.5) - 1)
    one, other = (
        np.concatenate(
            [
                labels
                for _, labels in datasets.load("builtin", 1000, labels=True, seed=seed)
            ]
        )
        for seed in (1, 2)
    )
    assert (one != other).any()


@pytest.mark.parametrize("form", ["folder:{}", "{}", "{}/"])
def test_folder_is_found_by_its_path(folder, form):
    assert datasets.open_source(form.format(folder)).size == 4


def test_folder_is_found_by_a_relative_path(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    assert datasets.open_source("photos").size == 4
    assert datasets.open_source("./photos").size == 4
    assert datasets.open_source("folder:photos").size == 4


def test_home_folder_is_written_as_a_tilde(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder.parent))
    np.save(folder.parent / "a.npy", np.zeros((2, 4, 4), np.uint8))
    assert datasets.open_source("~/photos").size == 4
    assert datasets.open_source("folder:~/photos").size == 4
    assert datasets.open_source("~/a.npy").size == 2


@pytest.mark.parametrize("name", ["a.npy", "A.NPY"])
def test_array_file_is_found_by_its_ending(tmp_path, name):
    with open(tmp_path / name, "wb") as file:
        np.save(file, np.zeros((2, 4, 4), np.uint8))
    assert datasets.open_source(tmp_path / name).image_shape == (4, 4, 1)


@pytest.mark.parametrize("form", ["fashion_mnist", "tfds:fashion_mnist"])
def test_other_names_are_those_of_tfds(fashion_mnist_dir, form):
    dataset = datasets.load(
        form, 50, split="test[:100]", labels=True, data_dir=fashion_mnist_dir
    )
    assert dataset.cardinality() == 2


def test_existing_folder_comes_before_tfds(folder, fashion_mnist_dir, monkeypatch):
    folder.rename(folder.parent / "fashion_mnist")
    monkeypatch.chdir(folder.parent)
    assert datasets.open_source("fashion_mnist").size == 4
    source = datasets.open_source("tfds:fashion_mnist", data_dir=fashion_mnist_dir)
    assert source.size == 60_000


def test_unknown_name_is_refused_with_all_that_is_known():
    with pytest.raises(ValueError, match="Unknown data set 'cifar_10'") as caught:
        datasets.load("cifar_10")
    message = str(caught.value)
    assert "'cifar10'" in message
    assert "\n" not in message
    assert all(name in message for name in datasets.names())


def test_slip_of_the_pen_in_builtin_is_noticed():
    with pytest.raises(ValueError, match="Did you mean 'builtin'"):
        datasets.load("bultin")


@pytest.mark.parametrize("name", ["./nowhere", "/nowhere", "folder:nowhere", "folder:"])
def test_folder_that_is_not_there_is_refused(name):
    with pytest.raises(FileNotFoundError, match="there is no such folder"):
        datasets.open_source(name)


def test_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "images.zip"
    path.write_bytes(b"PK")
    with pytest.raises(ValueError, match=r"images\.zip: this is a file, and neither"):
        datasets.open_source(path)


def test_folders_and_files_have_no_other_split(folder):
    for name in (folder, "a.npz"):
        with pytest.raises(ValueError, match=r"split='test': .*have no splits"):
            datasets.open_source(name, split="test")


@pytest.mark.parametrize("name", ["\0", "~\0x", "builtin\0", "folder:a\0", "a\0.npy"])
def test_null_characters_are_refused(name):
    with pytest.raises(ValueError, match=r"x00.*: no data set has a null character"):
        datasets.open_source(name)


def test_which_names_are_of_tfds(tmp_path):
    for name in ("mnist", "tfds:mnist", "cycle_gan/horse2zebra"):
        assert datasets.is_of_tfds(name)
    for name in ("builtin", "a.npy", "b.NPZ", str(tmp_path), "folder:none", "./none"):
        assert not datasets.is_of_tfds(name)
