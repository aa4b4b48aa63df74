"""Tests of keras_gan/datasets/tfds.py, with real data sets of TFDS."""

import hashlib
import socket
from collections import Counter

import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_gan.datasets.builtin import CLASS_NAMES, open_builtin
from keras_gan.datasets.tfds import UnknownDatasetError, open_tfds

pytestmark = pytest.mark.once


class KerasGanSketches(tfds.core.GeneratorBasedBuilder):
    """Images of different sizes, without labels."""

    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        features = tfds.features.FeaturesDict(
            {"picture": tfds.features.Image(shape=(None, None, 3)), "note": np.int64}
        )
        return tfds.core.DatasetInfo(builder=self, features=features)

    def _split_generators(self, dl_manager):
        return {"train": self._generate_examples(), "rest": self._generate_examples()}

    def _generate_examples(self):
        for number in range(6):
            picture = np.full((10 + number, 20, 3), 40 * number, np.uint8)
            yield number, {"picture": picture, "note": number}


class KerasGanPairs(KerasGanSketches):
    """Two images in each example."""

    def _info(self):
        image = tfds.features.Image(shape=(8, 8, 3))
        features = tfds.features.FeaturesDict({"left": image, "right": image})
        return tfds.core.DatasetInfo(builder=self, features=features)


class KerasGanDepths(KerasGanSketches):
    """Images of 16 bits a pixel."""

    def _info(self):
        image = tfds.features.Image(shape=(8, 8, 1), dtype=np.uint16)
        features = tfds.features.FeaturesDict({"image": image})
        return tfds.core.DatasetInfo(builder=self, features=features)


class KerasGanBroken(KerasGanSketches):
    """A builder that fails."""

    def _generate_examples(self):
        raise RuntimeError("the server is on fire")


@pytest.fixture(scope="module")
def sketches_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tfds")
    tfds.builder("keras_gan_sketches", data_dir=folder).download_and_prepare()
    return folder


def fingerprints(source) -> Counter:
    """How often each (image, label) occurs."""
    counts: Counter = Counter()
    for images, labels in source.records.batch(1000).as_numpy_iterator():
        for image, label in zip(images, labels, strict=True):
            counts[hashlib.sha1(image.tobytes()).digest(), int(label)] += 1
    return counts


def test_fashion_mnist_contains_the_builtin_images(fashion_mnist_dir):
    source = open_tfds("fashion_mnist", data_dir=fashion_mnist_dir)
    assert source.size == 60_000
    assert source.image_shape == (28, 28, 1)
    assert source.num_classes == 10
    assert source.class_names == CLASS_NAMES
    full, subset = fingerprints(source), fingerprints(open_builtin())
    assert full.total() == 60_000
    assert subset.total() == 10_000
    assert subset <= full


def test_builtin_images_are_not_among_the_test_images(fashion_mnist_dir):
    source = open_tfds("fashion_mnist", split="test", data_dir=fashion_mnist_dir)
    assert source.size == 10_000
    test, subset = fingerprints(source), fingerprints(open_builtin())
    assert not subset & test


def test_environment_variable_is_respected(fashion_mnist_dir, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", fashion_mnist_dir)
    assert open_tfds("fashion_mnist:3.0.1", split="test").size == 10_000


def test_parts_of_splits_can_be_read(fashion_mnist_dir):
    source = open_tfds(
        "fashion_mnist", split="train[:1%]+test[:100]", data_dir=fashion_mnist_dir
    )
    dataset = source.batches(100, labels=True)
    assert source.size == 700
    assert dataset.cardinality() == 7
    first, second = (
        np.concatenate([labels for _, labels in dataset]) for _ in range(2)
    )
    assert (first != second).any()
    np.testing.assert_array_equal(np.bincount(first), np.bincount(second))


def test_unknown_split_is_refused_with_the_known_ones(fashion_mnist_dir):
    with pytest.raises(ValueError, match=r"split='trian'.*'train', 'test'"):
        open_tfds("fashion_mnist", split="trian", data_dir=fashion_mnist_dir)


def test_images_are_resized_and_recoloured(fashion_mnist_dir):
    source = open_tfds(
        "fashion_mnist",
        split="test[:4]",
        image_size=16,
        channels=3,
        data_dir=fashion_mnist_dir,
    )
    assert source.image_shape == (16, 16, 3)
    (batch,) = source.batches(4)
    assert batch.shape == (4, 16, 16, 3)


def test_images_of_different_sizes_and_without_labels(sketches_dir):
    source = open_tfds("keras_gan_sketches", image_size=8, data_dir=sketches_dir)
    assert source.image_shape == (8, 8, 3)
    assert source.size == 6
    assert source.num_classes is None
    assert source.class_names is None
    values = sorted(int(image[0, 0, 0]) for image in source.examples)
    assert values == [0, 40, 80, 120, 160, 200]


def test_data_set_is_prepared_where_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    source = open_tfds("keras_gan_sketches", image_size=8, data_dir=tmp_path)
    assert source.size == 6
    assert (tmp_path / "keras_gan_sketches" / "1.0.0").is_dir()


def test_different_sizes_need_an_image_size(sketches_dir):
    with pytest.raises(ValueError, match=r"keras_gan_sketches: .*Pass image_size"):
        open_tfds("keras_gan_sketches", data_dir=sketches_dir)


def test_two_images_in_an_example_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"several images \(left, right\).*Features"):
        open_tfds("keras_gan_pairs", data_dir=tmp_path)


def test_sixteen_bit_images_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"keras_gan_depths: .*dtype uint16"):
        open_tfds("keras_gan_depths", data_dir=tmp_path)


def test_data_set_without_images_is_refused_before_any_download(tmp_path):
    with pytest.raises(ValueError, match=r"ag_news_subset: .*no image.*'description'"):
        open_tfds("ag_news_subset", data_dir=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["fashion_mnits", "Fashion-MNIST", "fashionmnist/x"])
def test_unknown_name_is_refused_with_the_nearest(name):
    with pytest.raises(UnknownDatasetError, match=r"Did you mean.*'fashion_mnist'"):
        open_tfds(name)


@pytest.mark.parametrize(
    "name",
    [
        "mnist/../../x",
        "mnist/..",
        "mnist/..:3.0.1",
        "mnist/config=../../x",
        "mnist/data_dir=/elsewhere",
        "mnist//x",
        "mnist/x/y",
        "mnist:latest",
        "mnist:3.0",
        "mnist\n",
        "mnist\0",
        "huggingface:mnist",  # code from elsewhere
        "kubric:movi_a",
    ],
)
def test_name_that_leads_elsewhere_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.setattr(tfds, "builder", None)  # it is not even asked
    with pytest.raises(UnknownDatasetError, match="has no data set") as caught:
        open_tfds(name, data_dir=tmp_path)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_long_names_are_shortened():
    with pytest.raises(
        UnknownDatasetError, match=r"data set 'xxx.*xxx \.\.\.'"
    ) as caught:
        open_tfds("x" * 10_000)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "split",
    ["", "train[", "train[:a]", "train[5:2:1]", "train+", "[]", "train[:9999999999%]"],
)
def test_split_that_cannot_be_read_is_refused(sketches_dir, split):
    with pytest.raises(ValueError, match=r"keras_gan_sketches: split=.*cannot be read"):
        open_tfds(
            "keras_gan_sketches", split=split, image_size=8, data_dir=sketches_dir
        )


@pytest.mark.parametrize("name", ["", "a b", "../x", "qqqqqqqqqq"])
def test_name_like_no_other_is_refused(name):
    with pytest.raises(UnknownDatasetError, match="has no data set") as caught:
        open_tfds(name)
    assert caught.value.nearest == []


@pytest.mark.parametrize("name", ["mnist:99.0.0", "cycle_gan/horse2car"])
def test_unknown_version_or_configuration_is_refused(name):
    with pytest.raises(ValueError, match=f"cannot open '{name}': ") as caught:
        open_tfds(name)
    assert "\n" not in str(caught.value)


def no_network(*_, **__):
    raise socket.gaierror(-2, "Name or service not known")


def test_missing_data_without_a_network_are_refused_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    for variable in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.upper(), raising=False)
    with pytest.raises(ConnectionError, match="mnist: its data are not in") as caught:
        open_tfds("mnist", data_dir=tmp_path)
    message = str(caught.value)
    assert "TFDS_DATA_DIR" in message
    assert "'builtin'" in message
    assert str(tmp_path) in message
    assert "\n" not in message
    assert caught.value.__suppress_context__
    assert not list(tmp_path.iterdir())


def test_failure_of_a_builder_is_told_in_one_line(tmp_path):
    with pytest.raises(OSError, match="RuntimeError: the server is on fire") as caught:
        open_tfds("keras_gan_broken", image_size=8, data_dir=tmp_path)
    assert "\n" not in str(caught.value)
