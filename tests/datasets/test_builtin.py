"""Tests of keras_gan/datasets/builtin.py."""

import hashlib
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from keras_gan.datasets import builtin
from keras_gan.datasets.builtin import CLASS_NAMES, open_builtin

IMAGES_SHA256 = "e1427044c614fabc29feeff0f27e6b68f88a9ee2f2cfe7d783b9157159864883"
LABELS_SHA256 = "2c02745d4ad8b4511333d0eca662ac5664a371860abaa4588b1670e7be59fbdf"


@pytest.fixture(scope="module")
def shipped() -> tuple[np.ndarray, np.ndarray]:
    source = open_builtin()
    ((images, labels),) = source.records.batch(source.size)
    return images.numpy(), labels.numpy()


def test_images_and_labels_are_the_known_ones(shipped):
    images, labels = shipped
    assert images.shape == (10000, 28, 28, 1)
    assert images.dtype == np.uint8
    assert hashlib.sha256(images.tobytes()).hexdigest() == IMAGES_SHA256
    as_bytes = labels.astype(np.uint8).tobytes()
    assert hashlib.sha256(as_bytes).hexdigest() == LABELS_SHA256


def test_labels_begin_as_those_of_fashion_mnist(shipped):
    _, labels = shipped
    first = [9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9, 5, 5, 7, 9, 1, 0, 6, 4]
    assert labels[:20].tolist() == first


def test_every_class_has_a_thousand_images(shipped):
    _, labels = shipped
    assert np.bincount(labels).tolist() == [1000] * 10


def test_source_states_the_facts():
    source = open_builtin()
    assert source.name == "builtin"
    assert source.image_shape == (28, 28, 1)
    assert source.size == 10000
    assert source.num_classes == 10
    assert source.class_names == CLASS_NAMES
    assert len(CLASS_NAMES) == 10


def test_images_are_resized_and_coloured():
    source = open_builtin(image_size=32, channels=3)
    assert source.image_shape == (32, 32, 3)
    images = next(iter(source.batches(16)))
    assert images.shape == (16, 32, 32, 3)
    np.testing.assert_array_equal(images[..., 0], images[..., 2])


def test_there_is_no_test_split():
    with pytest.raises(ValueError, match=r"split='test'.*'fashion_mnist'.*TFDS"):
        open_builtin(split="test")


def test_file_is_small_and_its_licence_lies_beside_it():
    data = Path(builtin.__file__).parent / "data"
    assert (data / "fashion_mnist_10k.npz").stat().st_size < 4_500_000
    licence = (data / "LICENSE.fashion_mnist").read_text()
    assert "Zalando SE" in licence
    assert "Permission is hereby granted" in licence


def test_build_script_keeps_the_first_of_each_class(tmp_path):
    path = Path(__file__).parents[2] / "tools" / "make_builtin_data.py"
    if not path.exists():
        pytest.skip("needs the repository's tools")
    specification = importlib.util.spec_from_file_location("make_builtin_data", path)
    script = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(script)
    labels = np.tile(np.arange(10, dtype=np.uint8), 1500)
    np.testing.assert_array_equal(script.first_of_each_class(labels), range(10_000))
    for name in ("a.npz", "b.npz"):
        script.write_npz(tmp_path / name, labels=labels)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with np.load(tmp_path / "a.npz") as archive:
        np.testing.assert_array_equal(archive["labels"], labels)
