"""Tests of keras_gan/datasets/arrays.py."""

import os
import pickle
import re
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from keras_gan.datasets.arrays import open_arrays, source_from_arrays


def some_images(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def some_floats(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)


def content(source):
    return list(source.examples.as_numpy_iterator())


@pytest.mark.parametrize("shape", [(6, 5, 4), (6, 5, 4, 1), (6, 5, 4, 3), (6, 5, 4, 4)])
def test_npy_is_read(tmp_path, shape):
    images = some_images(*shape)
    np.save(tmp_path / "a.npy", images)
    source = open_arrays(tmp_path / "a.npy")
    assert source.image_shape == (5, 4, (*shape, 1)[3])
    assert source.size == 6
    assert source.num_classes is None
    expected = images.reshape(6, 5, 4, -1)
    np.testing.assert_array_equal(content(source), expected)


@pytest.mark.parametrize("image_key", ["images", "x", "x_train"])
@pytest.mark.parametrize("label_key", ["labels", "y", "y_train"])
def test_npz_is_read(tmp_path, image_key, label_key):
    images, labels = some_images(4, 3, 3), np.array([2, 0, 1, 2], np.uint8)
    arrays = {image_key: images, label_key: labels, "x_test": images[:1]}
    np.savez_compressed(tmp_path / "a.npz", **arrays)
    source = open_arrays(tmp_path / "a.npz")
    assert source.size == 4
    assert source.num_classes == 3
    got_images, got_labels = zip(*content(source), strict=True)
    np.testing.assert_array_equal(np.stack(got_images)[..., 0], images)
    assert list(got_labels) == [2, 0, 1, 2]
    assert got_labels[0].dtype == np.int64


def test_npz_without_labels_is_read(tmp_path):
    np.savez(tmp_path / "a.npz", images=some_images(4, 3, 3))
    assert open_arrays(tmp_path / "a.npz").num_classes is None


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_in_range_become_float32_and_are_not_scaled(dtype):
    images = some_floats(5, 4, 4, 3).astype(dtype)
    source = source_from_arrays("f", images)
    (batch,) = source.batches(5, shuffle=False)
    np.testing.assert_array_equal(batch, images.astype(np.float32))


def test_a_little_out_of_range_is_clipped():
    images = some_floats(5, 4, 4, 3)
    images.flat[:2] = -1.0005, 1.0005
    (batch,) = source_from_arrays("f", images).batches(5, shuffle=False)
    np.testing.assert_array_equal(batch, images.clip(-1, 1))
    assert images.max() > 1  # its own are left alone
    message = refused(images.clip(0))
    assert "images * 2 - 1" in message


def test_column_of_labels_is_accepted():
    source = source_from_arrays("x", some_images(3, 4, 4), np.array([[0], [2], [1]]))
    assert source.num_classes == 3


def test_arrays_are_resized_and_recoloured_in_pieces():
    images = some_images(1030, 8, 6, 3)
    source = source_from_arrays("x", images, image_size=4, channels=1)
    assert source.image_shape == (4, 4, 1)
    assert source.size == 1030
    alone = source_from_arrays("x", images[-1:], image_size=4, channels=1)
    np.testing.assert_array_equal(content(source)[-1], content(alone)[0])


def refused(images, labels=None, **settings) -> str:
    with pytest.raises(ValueError) as caught:
        source_from_arrays("data", images, labels, **settings)
    message = str(caught.value)
    assert message.startswith("data: ")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (np.int64, "int64"),
        (np.uint16, "uint16"),
        (bool, "bool"),
        (complex, "complex128"),
        ("U1", "<U1"),
        (object, "object"),
    ],
)
def test_wrong_dtype_is_refused_by_name(dtype, name):
    message = refused(np.zeros((2, 3, 3)).astype(dtype))
    assert f"dtype {name};" in message
    assert "astype(np.uint8)" in message


@pytest.mark.parametrize("culprit", [np.nan, np.inf, -np.inf])
def test_first_image_that_is_not_finite_is_named(culprit):
    images = some_floats(3000, 2, 2)
    images[2500, 1, 0] = culprit
    images[2700, 0, 0] = culprit
    assert "image 2500 holds NaN or infinite" in refused(images)


def test_floats_out_of_range_are_refused_with_the_remedy():
    images = some_floats(9, 4, 4)
    images.flat[:2] = -1, 1
    assert "images * 2 - 1" in refused(images / 2 + 0.5)
    assert "from 0 to 255;" in refused((images + 1) * 127.5)
    assert "astype(np.uint8)" in refused((images + 1) * 127.5)
    assert "from -1.5 to 1.5;" in refused(images * 1.5)


@pytest.mark.parametrize("shape", [(4,), (4, 10), (4, 2, 3, 3, 3)])
def test_wrong_rank_is_refused(shape):
    assert "expected (n, height, width)" in refused(some_images(*shape))


def test_channels_in_front_are_refused_with_the_remedy():
    assert "np.moveaxis(images, 1, -1)" in refused(some_images(2, 3, 16, 16))


@pytest.mark.parametrize("shape", [(0, 4, 4), (4, 0, 4), (4, 4, 4, 0)])
def test_no_images_are_refused(shape):
    assert "there are no images" in refused(some_images(*shape))


def test_four_channels_cannot_become_three():
    assert "have 4 channels" in refused(some_images(2, 8, 8, 4), channels=3)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([1, 2, 3, 3], "no images have the labels 0, so that 3 classes count as 4"),
        ([0, 300, 0, 300], "the labels 1 to 299, so that 2 classes count as 301"),
        ([1, 3, 5, 7], "the labels 0, 2, 4 and more, so that 4 classes count as 8"),
    ],
)
def test_gaps_in_the_labels_are_named(labels, message):
    with pytest.warns(UserWarning, match=message) as warned:
        source_from_arrays("data", some_images(4, 3, 3), np.array(labels))
    assert "np.unique(labels, return_inverse=True)[1]" in str(warned[0].message)


def test_labels_without_gaps_or_of_named_classes_pass_in_silence(recwarn):
    source_from_arrays("data", some_images(4, 3, 3), np.array([2, 0, 1, 2]))
    names = ("ant", "bee", "cat")
    source_from_arrays(
        "data", some_images(2, 3, 3), np.array([0, 2]), class_names=names
    )
    assert not recwarn


def test_wrong_labels_are_refused():
    images = some_images(3, 4, 4)
    assert "3 images but 2 labels" in refused(images, np.array([0, 1]))
    assert "argmax" in refused(images, np.eye(3))
    assert "argmax" in refused(images, np.eye(3, dtype=int))
    for dtype in ("float64", "bool"):
        message = refused(images, np.array([0, 1, 1]).astype(dtype))
        assert f"dtype {dtype}" in message
        assert "labels.astype(int)" in message
    assert "label 1 is -1" in refused(images, np.array([0, -1, -2]))
    message = refused(images, np.array(["cat", "dog", "cat"]))
    assert "dtype <U3" in message
    assert "np.unique(labels, return_inverse=True)[1]" in message
    assert "argmax" not in message


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no\.npy: there is no such file"):
        open_arrays(tmp_path / "no.npy")


def test_npz_without_images_is_refused_with_what_it_holds(tmp_path):
    np.savez(tmp_path / "a.npz", data=some_images(2, 3, 3), target=np.zeros(2, int))
    with pytest.raises(ValueError, match=r"images, x or x_train.*are: data, target\."):
        open_arrays(tmp_path / "a.npz")


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
@pytest.mark.parametrize("damage", ["empty", "text", "truncated"])
def test_broken_file_is_refused_by_name(tmp_path, name, damage):
    path = tmp_path / name
    if name == "a.npy":
        np.save(path, some_images(20, 8, 8))
    else:
        np.savez(path, images=some_images(20, 8, 8))
    whole = path.read_bytes()
    broken = {"empty": b"", "text": b"hello", "truncated": whole[: len(whole) // 2]}
    path.write_bytes(broken[damage])
    with pytest.raises(ValueError, match=rf"{name}: cannot be read as a NumPy file"):
        open_arrays(path)


def test_damaged_compression_is_refused(tmp_path):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, images=some_images(50, 8, 8))
    broken = bytearray(path.read_bytes())
    broken[200:400] = bytes(200)
    path.write_bytes(broken)
    with pytest.raises(ValueError, match=r"a\.npz: cannot be read as a NumPy file"):
        open_arrays(path)


def test_nothing_is_unpickled(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{}, "image"], object), allow_pickle=True)
    with pytest.raises(ValueError, match=r"a\.npy: .*pickled objects"):
        open_arrays(tmp_path / "a.npy")
    np.savez(tmp_path / "a.npz", images=np.array([[1], "x"], object))
    with pytest.raises(ValueError, match=r"a\.npz: .*pickled objects"):
        open_arrays(tmp_path / "a.npz")


class Touch:
    """A pickle that makes a file when it is loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_a_pickle_by_another_name_is_not_run(tmp_path, name):
    (tmp_path / name).write_bytes(pickle.dumps(Touch(tmp_path / "ran")))
    with pytest.raises(ValueError, match=rf"{name}: .*pickled objects"):
        open_arrays(tmp_path / name)
    assert not (tmp_path / "ran").exists()


def with_header(path, shape, dtype="|u1", version=(1, 0)):
    """A few bytes of an array that is said to have a shape."""
    header = {"descr": dtype, "fortran_order": False, "shape": shape}
    text = repr(header).encode().ljust(117) + b"\n"
    size = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    path.write_bytes(b"\x93NUMPY" + bytes(version) + size + text + bytes(100))


@pytest.mark.parametrize(
    ("shape", "dtype", "message"),
    [
        ((10**6, 10**6), "|u1", "its shape is (1000000, 1000000)"),
        ((2**62, 8), "<f8", "its shape is (4611686018427387904, 8)"),
        ((-1, 4, 4), "|u1", "its shape is (-1, 4, 4)"),
        ((4, 5, 5), "|O", "pickled objects"),
        ((4, 5, 5), "x", "cannot be read as a NumPy file"),
        ("many", "|u1", "cannot be read as a NumPy file"),
    ],
)
@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_a_header_that_says_too_much(tmp_path, shape, dtype, message, version):
    with_header(tmp_path / "a.npy", shape, dtype, version)
    with pytest.raises(ValueError, match=rf"a\.npy: .*{re.escape(message)}"):
        open_arrays(tmp_path / "a.npy")
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.write(tmp_path / "a.npy", "images.npy")
    with pytest.raises(ValueError, match=rf"a\.npz: .*{re.escape(message)}"):
        open_arrays(tmp_path / "a.npz")


def test_a_later_format_is_refused(tmp_path):
    with_header(tmp_path / "a.npy", (4, 5, 5), version=(3, 0))
    with pytest.raises(ValueError, match=r"a\.npy: .*version 3\.0 of the format"):
        open_arrays(tmp_path / "a.npy")


def test_an_archive_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr("keras_gan.datasets.arrays._SMALL", 2**20)
    images = np.zeros((2**11, 32, 32), np.uint8)
    np.savez(tmp_path / "a.npz", images=images)
    assert open_arrays(tmp_path / "a.npz").size == len(images)
    np.savez_compressed(tmp_path / "a.npz", images=images)
    with pytest.raises(ValueError, match=r"a\.npz: .*images unpacks from [\d,]+ to 2,"):
        open_arrays(tmp_path / "a.npz")


def test_a_member_that_is_no_array(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("images", b"no array")
    with pytest.raises(ValueError, match=r"a\.npz: cannot be read as a NumPy file"):
        open_arrays(tmp_path / "a.npz")


def test_names_in_an_archive_are_told_in_a_line(tmp_path):
    np.savez(tmp_path / "a.npz", **{f"line\n{i}": np.zeros(1) for i in range(500)})
    with pytest.raises(ValueError, match="no array called images") as caught:
        open_arrays(tmp_path / "a.npz")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


def test_what_is_no_regular_file(tmp_path):
    (tmp_path / "a.npy").mkdir()
    os.mkfifo(tmp_path / "b.npy")
    for name in ("a.npy", "b.npy"):
        with pytest.raises(ValueError, match=f"{name}: this is not a regular file"):
            open_arrays(tmp_path / name)


@pytest.mark.parametrize("name", ["x" * 5000 + ".npy", "a\0b.npy"])
def test_names_that_no_file_can_have(name):
    with pytest.raises(FileNotFoundError, match="there is no such file"):
        open_arrays(name)


@pytest.mark.parametrize("label", [2**31, 2**63, 2**64 - 1])
def test_labels_that_are_too_large(label):
    labels = np.array([0, label, 2], np.uint64)
    message = refused(some_images(3, 4, 4), labels)
    assert f"label 1 is {label}; labels count from 0, to less than" in message
