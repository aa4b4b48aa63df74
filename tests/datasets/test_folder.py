"""Tests of keras_gan/datasets/folder.py."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from keras_gan.datasets.folder import open_folder, read_image

pytestmark = pytest.mark.once


def noise(height: int = 8, width: int = 8, channels: int = 3) -> np.ndarray:
    shape = (height, width) if channels == 1 else (height, width, channels)
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def save(path: Path, pixels: np.ndarray | None = None, **settings) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(noise() if pixels is None else pixels).save(path, **settings)
    return path


def images_of(source) -> np.ndarray:
    return np.stack(list(source.examples.as_numpy_iterator()))


def refusal(folder: Path, **settings) -> str:
    with pytest.raises(ValueError) as caught:
        open_folder(folder, **settings)
    message = str(caught.value)
    assert message.startswith(f"{folder}: ")
    assert "\n" not in message
    return message


def test_images_are_read_in_the_order_of_their_names(tmp_path):
    pixels = {name: noise() // (i + 1) for i, name in enumerate("cab")}
    for name, image in pixels.items():
        save(tmp_path / f"{name}.png", image)
    source = open_folder(tmp_path)
    assert source.size == 3
    assert source.image_shape == (8, 8, 3)
    assert source.num_classes is None
    assert source.class_names is None
    expected = np.stack([pixels[name] for name in "abc"])
    np.testing.assert_array_equal(images_of(source), expected)


@pytest.mark.parametrize("extension", ["png", "bmp", "webp", "PNG", "jpg", "jpeg"])
def test_formats_are_read(tmp_path, extension):
    pixels = np.full((8, 8, 3), (200, 100, 50), np.uint8)
    save(tmp_path / f"a.{extension}", pixels)
    difference = images_of(open_folder(tmp_path))[0].astype(int) - pixels
    assert abs(difference).max() <= 3


def test_first_picture_of_a_phones_jpeg_is_read(tmp_path):
    pictures = [Image.new("RGB", (6, 6), colour) for colour in ("white", "black")]
    pictures[0].save(
        tmp_path / "a.jpg", format="MPO", save_all=True, append_images=pictures[1:]
    )
    (image,) = images_of(open_folder(tmp_path))
    assert (image == 255).all()


def test_first_frame_of_an_animation_is_read(tmp_path):
    frames = [Image.new("RGB", (6, 6), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    (image,) = images_of(open_folder(tmp_path))
    assert (image == (255, 0, 0)).all()


def test_palette_image_is_read_in_its_colours(tmp_path):
    image = Image.new("RGB", (4, 4), (10, 20, 30)).convert("P")
    image.save(tmp_path / "a.png")
    (got,) = images_of(open_folder(tmp_path))
    expected = np.asarray(Image.open(tmp_path / "a.png").convert("RGB"))
    np.testing.assert_array_equal(got, expected)


def test_sixteen_bit_image_keeps_its_contrast(tmp_path):
    ramp = np.linspace(0, 65535, 64).reshape(8, 8).astype(np.uint16)
    save(tmp_path / "a.png", ramp)
    (got,) = images_of(open_folder(tmp_path))
    np.testing.assert_array_equal(got[..., 0], np.round(ramp / 257.0))


def test_black_and_white_image_is_read_as_grey(tmp_path):
    bits = noise(channels=1) > 127
    save(tmp_path / "a.png", bits)
    (got,) = images_of(open_folder(tmp_path))
    np.testing.assert_array_equal(got[..., 0], bits * 255)


def test_cmyk_jpeg_is_read_as_colour(tmp_path):
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "a.jpg")
    (got,) = images_of(open_folder(tmp_path))
    assert got.shape == (8, 8, 3)
    assert got[..., 0].min() > 200
    assert got[..., 1:].max() < 60


def test_transparent_pixels_become_white(tmp_path):
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[:2] = 10, 20, 30, 255
    save(tmp_path / "a.png", pixels)
    (got,) = images_of(open_folder(tmp_path))
    assert (got[:2] == (10, 20, 30)).all()
    assert (got[2:] == 255).all()


def test_transparent_palette_colour_becomes_white(tmp_path):
    image = Image.new("P", (4, 4), 0)
    image.putpalette([90, 90, 90, 10, 20, 30])
    image.putpixel((0, 0), 1)
    image.save(tmp_path / "a.gif", transparency=0)
    (got,) = images_of(open_folder(tmp_path, channels=3))
    assert got[0, 0].tolist() == [10, 20, 30]
    assert (got[1:] == 255).all()


def test_photograph_is_turned_upright(tmp_path):
    pixels = np.zeros((4, 8, 3), np.uint8)
    pixels[:, :4] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    save(tmp_path / "a.png", pixels, exif=exif)
    source = open_folder(tmp_path)
    assert source.image_shape == (8, 4, 3)
    (got,) = images_of(source)
    assert (got[:4] == 255).all()
    assert (got[4:] == 0).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_channels_are_converted(tmp_path, channels):
    save(tmp_path / "colour.png")
    save(tmp_path / "grey.png", noise(channels=1))
    source = open_folder(tmp_path, channels=channels)
    assert source.image_shape == (8, 8, channels)
    colour, grey = images_of(source)
    for got, name in ((colour, "colour.png"), (grey, "grey.png")):
        with Image.open(tmp_path / name) as image:
            expected = np.asarray(image.convert("L" if channels == 1 else "RGB"))
        np.testing.assert_array_equal(np.squeeze(got), expected)


def test_sizes_are_made_equal(tmp_path):
    save(tmp_path / "a.png", noise(20, 30))
    save(tmp_path / "b.jpg", noise(9, 5))
    assert images_of(open_folder(tmp_path, image_size=12)).shape == (2, 12, 12, 3)
    assert open_folder(tmp_path, image_size=(6, 9)).image_shape == (6, 9, 3)


def test_large_jpeg_decoded_at_a_fraction_looks_the_same(tmp_path):
    y, x = np.mgrid[:640, :640]
    pixels = np.stack([x, y, x + y], -1) / 1280 * 255
    path = save(tmp_path / "a.jpg", pixels.astype(np.uint8), quality=95)
    assert read_image(path, 3, None).shape == (640, 640, 3)
    assert read_image(path, 3, (32, 32)).shape == (80, 80, 3)
    (got,) = images_of(open_folder(tmp_path, image_size=32))
    with Image.open(path) as image:
        expected = np.asarray(image.resize((32, 32), Image.Resampling.BICUBIC))
    assert abs(got.astype(int) - expected.astype(int)).max() <= 3


def test_subfolders_are_classes_in_the_order_of_their_names(tmp_path):
    save(tmp_path / "dog" / "1.png", noise() // 2)
    save(tmp_path / "cat" / "2.png")
    save(tmp_path / "cat" / "deep" / "3.png")
    source = open_folder(tmp_path)
    assert source.num_classes == 2
    assert source.class_names == ("cat", "dog")
    labels = [int(label) for _, label in source.examples]
    assert labels == [0, 0, 1]
    ((images, labels),) = source.batches(3, labels=True)
    darker = images.numpy().max(axis=(1, 2, 3)) < 0.1
    np.testing.assert_array_equal(darker, labels)


def test_one_subfolder_is_no_class(tmp_path):
    save(tmp_path / "all" / "1.png")
    save(tmp_path / "all" / "2.png")
    assert open_folder(tmp_path).num_classes is None


def test_images_beside_subfolders_mean_no_labels(tmp_path):
    for name in ("cat/1.png", "dog/2.png", "3.png"):
        save(tmp_path / name)
    source = open_folder(tmp_path)
    assert source.size == 3
    assert source.num_classes is None
    with pytest.raises(ValueError, match=r"has no labels\. .* 1 of 3 are not: 3\.png"):
        source.batches(2, labels=True)


def test_images_beside_one_subfolder_are_no_mistake(tmp_path):
    for name in ("cat/1.png", "2.png"):
        save(tmp_path / name)
    assert open_folder(tmp_path).why_unlabelled == ""


def test_hidden_files_and_other_kinds_are_left_out(tmp_path):
    save(tmp_path / "a.png")
    (tmp_path / "._a.png").write_bytes(b"not an image")
    (tmp_path / "notes.txt").write_text("not an image")
    save(tmp_path / ".thumbnails" / "b.png")
    assert open_folder(tmp_path).size == 1


def test_links_are_followed_without_going_round(tmp_path):
    save(tmp_path / "elsewhere" / "a.png")
    data = tmp_path / "data"
    save(data / "b.png")
    os.symlink(tmp_path / "elsewhere", data / "linked")
    os.symlink(data, data / "round")
    assert open_folder(data).size == 2


def test_names_need_not_be_ascii(tmp_path):
    save(tmp_path / "Gemälde 1 ✓.png")
    assert images_of(open_folder(tmp_path)).shape == (1, 8, 8, 3)


@pytest.mark.parametrize("cache", [True, False])
def test_batches_are_the_same_in_every_run(tmp_path, cache):
    for number in range(12):
        save(tmp_path / f"{number}.png", noise() // (number + 1))
    datasets = [open_folder(tmp_path).batches(4, cache=cache) for _ in range(2)]
    first, second = (
        np.stack([list(dataset) for _ in range(2)]) for dataset in datasets
    )
    np.testing.assert_array_equal(first, second)
    assert (first[0] != first[1]).any()
    ordered = [np.sort(epoch.sum(axis=(2, 3, 4)).ravel()) for epoch in first]
    np.testing.assert_array_equal(*ordered)


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere.*no such folder"):
        open_folder(tmp_path / "nowhere")


def test_empty_folder_is_refused(tmp_path):
    message = refusal(tmp_path)
    assert "there are no images" in message
    assert "found: nothing" in message


def test_folder_without_images_is_refused_with_what_it_holds(tmp_path):
    for name in ("a.tif", "b.tif", "c"):
        (tmp_path / name).write_bytes(b"x")
    message = refusal(tmp_path)
    assert ".png, .jpg" in message
    assert "2 of .tif" in message
    assert "1 of no extension" in message


def test_file_of_no_bytes_is_named(tmp_path):
    save(tmp_path / "good.png")
    (tmp_path / "hollow.png").touch()
    message = refusal(tmp_path)
    assert "1 of 2 image files" in message
    assert "hollow.png (the file is empty)" in message


@pytest.mark.parametrize("extension", ["png", "jpg", "gif", "webp", "bmp"])
@pytest.mark.parametrize("image_size", [None, 16])
def test_truncated_file_is_named(tmp_path, extension, image_size):
    path = save(tmp_path / f"cut.{extension}", noise(64, 64))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    message = refusal(tmp_path, image_size=image_size)
    assert f"cut.{extension} (" in message


def test_link_to_nowhere_and_pipe_are_named(tmp_path):
    os.symlink(tmp_path / "nowhere", tmp_path / "link.png")
    os.mkfifo(tmp_path / "pipe.png")
    message = refusal(tmp_path)
    assert "link.png (not a regular file)" in message
    assert "pipe.png (not a regular file)" in message


def test_file_that_is_no_image_is_named(tmp_path):
    (tmp_path / "text.png").write_text("hello")
    assert "text.png (not a PNG, JPEG, BMP, GIF or WebP image)" in refusal(tmp_path)


def test_image_of_another_format_is_named(tmp_path):
    save(tmp_path / "a.png", format="TIFF")
    assert "a.png (not a PNG" in refusal(tmp_path)


def test_extension_need_not_be_that_of_the_format(tmp_path):
    save(tmp_path / "a.jpg", format="PNG")
    np.testing.assert_array_equal(images_of(open_folder(tmp_path))[0], noise())


def test_only_the_first_culprits_are_named(tmp_path):
    for number in range(6):
        (tmp_path / f"{number}.png").touch()
    message = refusal(tmp_path)
    assert "6 of 6" in message
    assert "2.png" in message
    assert "3.png" not in message
    assert "and 3 more" in message


@pytest.mark.parametrize("limit", [60, 20])  # Pillow warns, and raises from twice it
def test_decompression_bomb_is_named(tmp_path, monkeypatch, limit):
    save(tmp_path / "a.png", noise(8, 8))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    assert f"a.png (more pixels than Pillow's limit of {limit})" in refusal(tmp_path)


def test_mixed_channels_are_refused_with_the_remedy(tmp_path):
    save(tmp_path / "a.png")
    save(tmp_path / "b.png", noise(channels=1))
    save(tmp_path / "c.png")
    message = refusal(tmp_path)
    assert "1 of its images are grey (b.png)" in message
    assert "2 are in colour (a.png, c.png)" in message
    assert "channels=1 or channels=3" in message


def test_mixed_sizes_are_refused_with_the_remedy(tmp_path):
    save(tmp_path / "a.png", noise(8, 6))
    save(tmp_path / "b.png", noise(8, 6))
    save(tmp_path / "c.png", noise(6, 8))
    message = refusal(tmp_path)
    assert "2 of its 3 images are 8x6" in message
    assert "c.png (6x8)" in message
    assert "image_size=64" in message


def test_file_that_vanishes_later_is_named(tmp_path):
    save(tmp_path / "a.png")
    save(tmp_path / "b.png")
    dataset = open_folder(tmp_path).batches(2, cache=False)
    (tmp_path / "b.png").unlink()
    with pytest.raises(Exception, match=r"b\.png: can no longer be read"):
        list(dataset)
