"""Image files of odd or broken forms: each is read as it looks, or refused by name."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from keras_gan.datasets.folder import open_folder, read_image
from tests.datasets.test_folder import images_of, noise, refusal, save

pytestmark = pytest.mark.once

RED, BLUE = (255, 0, 0), (0, 0, 255)


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG file."""
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + checksum.to_bytes(4)


def png(
    pixels: np.ndarray, kind: int, *, size=None, before=b"", after=b"", depth=None
) -> bytes:
    """A PNG file that Pillow would not write: colour type `kind`, other chunks."""
    height, width = size or pixels.shape[:2]
    depth = depth or pixels.dtype.itemsize * 8
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    big_endian = pixels.astype(pixels.dtype.newbyteorder(">"))
    rows = b"".join(b"\0" + row.tobytes() for row in big_endian)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            chunk(b"IHDR", header),
            before,
            chunk(b"IDAT", zlib.compress(rows)),
            after,
            chunk(b"IEND", b""),
        ]
    )


def orientation(value: int) -> bytes:
    """EXIF data that say how an image is to be turned."""
    exif = Image.Exif()
    exif[0x0112] = value
    return exif.tobytes()


def write(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)


class TestAnimations:
    """Of several pictures, the first is taken."""

    @pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
    @pytest.mark.parametrize("image_size", [None, 3])
    def test_the_first_frame(self, tmp_path, name, image_size):
        frames = [Image.new("RGB", (6, 6), colour) for colour in (RED, BLUE)]
        frames[0].save(
            tmp_path / name,
            save_all=True,
            append_images=frames[1:],
            **({"lossless": True} if name == "a.webp" else {}),
        )
        with Image.open(tmp_path / name) as animation:
            assert animation.n_frames == 2
        (image,) = images_of(open_folder(tmp_path, image_size=image_size))
        assert (image == RED).all()

    def test_the_picture_of_an_animated_png_that_is_not_a_frame(self, tmp_path):
        frames = [Image.new("RGB", (6, 6), colour) for colour in (RED, BLUE, BLUE)]
        frames[0].save(
            tmp_path / "a.png",
            save_all=True,
            default_image=True,
            append_images=frames[1:],
        )
        (image,) = images_of(open_folder(tmp_path))
        assert (image == RED).all()

    @pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
    def test_a_second_frame_that_is_broken_is_not_missed(self, tmp_path, name):
        """It is not needed; what is needed must be whole."""
        frames = [Image.fromarray(noise(40, 40)), Image.fromarray(noise(40, 40) // 2)]
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
        content = (tmp_path / name).read_bytes()
        write(tmp_path, name, content[: len(content) // 4])
        assert f"{name} (" in refusal(tmp_path)


class TestDepths:
    """More bits than 8 keep their contrast."""

    def test_colour_of_sixteen_bits(self, tmp_path):
        pixels = np.linspace(0, 65535, 8 * 8 * 3).reshape(8, 8, 3).astype(np.uint16)
        write(tmp_path, "a.png", png(pixels, 2))
        (got,) = images_of(open_folder(tmp_path))
        assert abs(got.astype(int) - pixels / 257).max() <= 1

    def test_grey_of_sixteen_bits_with_transparency(self, tmp_path):
        pixels = np.zeros((4, 4, 2), np.uint16)
        pixels[:2] = 0x8000, 0xFFFF
        write(tmp_path, "a.png", png(pixels, 4))
        (got,) = images_of(open_folder(tmp_path, channels=1))
        assert abs(got[:2].astype(int) - 128).max() <= 1
        assert (got[2:] == 255).all()

    def test_colour_made_grey_from_sixteen_bits(self, tmp_path):
        ramp = np.linspace(0, 65535, 64).reshape(8, 8).astype(np.uint16)
        write(tmp_path, "a.png", png(ramp, 0))
        grey, colour = (
            images_of(open_folder(tmp_path, channels=channels))[0]
            for channels in (1, 3)
        )
        np.testing.assert_array_equal(grey[..., 0], np.round(ramp / 257))
        np.testing.assert_array_equal(colour, np.repeat(grey, 3, axis=-1))

    @pytest.mark.parametrize("depth", [1, 2, 4])
    def test_grey_of_few_bits(self, tmp_path, depth):
        packed = np.full((8, depth), 0b11100100, np.uint8)
        content = png(packed, 0, size=(8, 8), depth=depth)
        write(tmp_path, "a.png", content)
        (got,) = images_of(open_folder(tmp_path))
        first = 0b11100100 >> (8 - depth)
        assert got[0, 0, 0] == first * 255 // (2**depth - 1)


class TestColours:
    """Palettes and inks become grey or red, green and blue."""

    @pytest.mark.parametrize(("channels", "expected"), [(3, RED), (1, 76)])
    def test_inks(self, tmp_path, channels, expected):
        Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "a.jpg", quality=98)
        (got,) = images_of(open_folder(tmp_path, channels=channels))
        assert got.shape == (8, 8, channels)
        assert abs(got.astype(int) - expected).max() <= 4

    def test_inks_without_channels_are_colour(self, tmp_path):
        Image.new("CMYK", (8, 8)).save(tmp_path / "a.jpg")
        assert open_folder(tmp_path).image_shape == (8, 8, 3)

    @pytest.mark.parametrize("name", ["a.png", "a.gif", "a.bmp"])
    def test_palettes(self, tmp_path, name):
        image = Image.new("P", (4, 4), 1)
        image.putpalette([0, 0, 0, *BLUE])
        image.save(tmp_path / name)
        (got,) = images_of(open_folder(tmp_path))
        assert (got == BLUE).all()
        (grey,) = images_of(open_folder(tmp_path, channels=1))
        assert (grey == 29).all()

    def test_a_palette_with_a_transparency_for_each_colour(self, tmp_path):
        image = Image.new("P", (4, 4), 1)
        image.putpixel((0, 0), 0)
        image.putpalette([*RED, *BLUE])
        image.save(tmp_path / "a.png", transparency=bytes([255, 0]))
        (got,) = images_of(open_folder(tmp_path))
        assert tuple(got[0, 0]) == RED
        assert (got[1:] == 255).all()


class TestOrientation:
    """What EXIF data say is believed where it has a meaning, and only there."""

    @pytest.mark.parametrize("value", [0, 9, 4000])
    def test_without_a_meaning(self, tmp_path, value):
        content = png(noise(4, 8), 2, before=chunk(b"eXIf", orientation(value)[6:]))
        write(tmp_path, "a.png", content)
        source = open_folder(tmp_path)
        assert source.image_shape == (4, 8, 3)
        np.testing.assert_array_equal(images_of(source)[0], noise(4, 8))

    @pytest.mark.parametrize("place", ["before", "after"])
    def test_before_the_pixels_or_after(self, tmp_path, place):
        exif = chunk(b"eXIf", orientation(6)[6:])
        write(tmp_path, "a.png", png(noise(4, 8), 2, **{place: exif}))
        source = open_folder(tmp_path)
        assert source.image_shape == (8, 4, 3)
        expected = np.rot90(noise(4, 8), -1)
        np.testing.assert_array_equal(images_of(source)[0], expected)

    @pytest.mark.parametrize("value", range(1, 9))
    @pytest.mark.parametrize("image_size", [None, 40])
    def test_shapes_are_those_that_are_read(self, tmp_path, value, image_size):
        save(tmp_path / "a.jpg", noise(300, 500), exif=orientation(value))
        height, width, _ = open_folder(tmp_path).image_shape
        assert (height, width) == ((500, 300) if value >= 5 else (300, 500))
        image = read_image(tmp_path / "a.jpg", 3, image_size and (40, 40))
        assert (image.shape[0] > image.shape[1]) == (height > width)

    @pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
    def test_exif_data_that_are_cut(self, tmp_path):
        save(tmp_path / "a.jpg", noise(4, 8), exif=orientation(6)[:-8])
        (image,) = images_of(open_folder(tmp_path))
        assert image.shape == (4, 8, 3)


class TestRefused:
    """What cannot be read is named, in one line, with the reason."""

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP"])
    @pytest.mark.parametrize("extension", ["png", "jpg", "bmp", "gif", "webp"])
    def test_the_content_decides_not_the_extension(self, tmp_path, kind, extension):
        pixels = np.full((8, 8, 3), (200, 100, 50), np.uint8)
        save(tmp_path / f"a.{extension}", pixels, format=kind)
        difference = images_of(open_folder(tmp_path))[0].astype(int) - pixels
        assert abs(difference).max() <= 4

    @pytest.mark.parametrize("kind", ["TIFF", "ICO", "PPM", "TGA", "PCX", "PDF", "EPS"])
    def test_other_formats(self, tmp_path, kind):
        save(tmp_path / "a.png", noise(16, 16), format=kind)
        assert "a.png (not a PNG, JPEG, BMP, GIF or WebP image)" in refusal(tmp_path)

    @pytest.mark.parametrize(
        "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"PK\3\4", b"\0" * 99]
    )
    def test_other_files(self, tmp_path, content):
        write(tmp_path, "a.webp", content)
        assert "a.webp (not a PNG" in refusal(tmp_path)

    @pytest.mark.parametrize("extension", ["png", "jpg", "bmp", "gif", "webp"])
    def test_files_of_no_bytes(self, tmp_path, extension):
        write(tmp_path, f"a.{extension}", b"")
        assert f"a.{extension} (the file is empty)" in refusal(tmp_path)

    @pytest.mark.parametrize("extension", ["png", "jpg", "bmp", "gif", "webp"])
    @pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
    def test_truncated(self, tmp_path, extension, share):
        path = save(tmp_path / f"a.{extension}", noise(64, 64))
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        assert f"a.{extension} (" in refusal(tmp_path)

    @pytest.mark.parametrize("extension", ["png", "jpg", "bmp", "gif", "webp"])
    def test_more_pixels_than_the_limit(self, tmp_path, monkeypatch, extension):
        save(tmp_path / f"a.{extension}")
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 63)
        assert "more pixels than Pillow's limit of 63)" in refusal(tmp_path)
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 64)
        assert open_folder(tmp_path).size == 1

    def test_a_few_bytes_that_declare_billions_of_pixels(self, tmp_path):
        write(tmp_path, "a.png", png(noise(), 2, size=(60_000, 60_000)))
        assert "more pixels than Pillow's limit of" in refusal(tmp_path)

    @pytest.mark.parametrize("size", [(0, 8), (8, 0), (0, 0)])
    def test_no_pixels(self, tmp_path, size):
        write(tmp_path, "a.png", png(noise(), 2, size=size))
        save(tmp_path / "b.bmp")
        content = bytearray((tmp_path / "b.bmp").read_bytes())
        content[18:26] = struct.pack("<2i", *size)
        write(tmp_path, "b.bmp", content)
        message = refusal(tmp_path)
        assert "a.png (" in message
        assert "b.bmp (" in message

    def test_a_checksum_that_is_wrong(self, tmp_path):
        content = bytearray(png(noise(), 2))
        content[60] ^= 1
        write(tmp_path, "a.png", content)
        assert "a.png (" in refusal(tmp_path)

    def test_a_name_that_would_speak_to_the_terminal(self, tmp_path):
        (tmp_path / "a\x1b[31m\nb.png").touch()
        assert r"'a\x1b[31m\nb.png' (the file is empty)" in refusal(tmp_path)

    def test_a_name_that_is_no_text(self, tmp_path):
        write(tmp_path, "a\udcff.png", png(noise(), 2))
        assert images_of(open_folder(tmp_path)).shape == (1, 8, 8, 3)
        write(tmp_path, "a\udcff.png", b"")
        assert r"'a\udcff.png' (the file is empty)" in refusal(tmp_path)

    @pytest.mark.parametrize("name", ["x" * 5000, "a\0b", ""])
    def test_names_that_no_folder_can_have(self, name):
        with pytest.raises(FileNotFoundError, match="there is no such folder"):
            open_folder(name)

    def test_a_folder_that_cannot_be_read_is_not_passed_over(
        self, tmp_path, monkeypatch
    ):
        save(tmp_path / "a.png")
        (tmp_path / "closed").mkdir()
        scan = os.scandir

        def closed(path):
            if str(path).endswith("closed"):
                raise PermissionError(13, "Permission denied", str(path))
            return scan(path)

        monkeypatch.setattr(os, "scandir", closed)
        with pytest.raises(OSError, match=r"closed: this folder cannot be read \(Perm"):
            open_folder(tmp_path)
