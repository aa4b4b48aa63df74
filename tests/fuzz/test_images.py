"""Image files: every format that is read, damaged in its header and its content."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from keras_gan.datasets.folder import open_folder, read_image
from tests.fuzz.mutations import changed_bytes, some

pytestmark = pytest.mark.slow


def seeds():
    """Image files by name, small and of all kinds."""
    rng = np.random.default_rng(0)
    one, two = (
        Image.fromarray(rng.integers(0, 256, (8, 9, 3), np.uint8)) for _ in range(2)
    )
    deep = Image.fromarray(rng.integers(0, 65536, (8, 9)).astype(np.uint16))
    turned = Image.Exif()
    turned[0x0112] = 6
    moving = {"save_all": True, "append_images": [two]}
    files = {
        "colour.png": (one, {}),
        "deep.png": (deep, {}),
        "palette.png": (one.convert("P"), {"transparency": 3}),
        "clear.png": (one.convert("RGBA"), {"exif": turned}),
        "moving.png": (one, moving),
        "colour.jpg": (one, {"exif": turned}),
        "inks.jpg": (one.convert("CMYK"), {}),
        "grey.jpg": (one.convert("L"), {"progressive": True}),
        "two.jpg": (one, {"format": "MPO", **moving}),
        "moving.gif": (one, {"transparency": 1, **moving}),
        "grey.gif": (one.convert("L"), {}),
        "colour.bmp": (one, {}),
        "palette.bmp": (one.convert("P"), {}),
        "colour.webp": (one, {"exif": turned}),
        "clear.webp": (one.convert("RGBA"), {"lossless": True}),
        "moving.webp": (one, moving),
    }
    for name, (image, options) in files.items():
        buffer = io.BytesIO()
        buffer.name = name
        image.save(buffer, **options)
        yield name, buffer.getvalue()


def with_right_checksums(content):
    """A PNG file whose chunks are read, as their checksums fit again."""
    whole, at = bytearray(content[:8]), 8
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        end = at + 8 + length
        if end + 4 > len(content):
            break
        whole += content[at:end] + struct.pack(">I", zlib.crc32(content[at + 4 : end]))
        at = end + 4
    return bytes(whole) + content[at:]


@pytest.mark.filterwarnings("ignore")  # Pillow warns of much that it reads
def test_each_is_read_or_refused(guard):
    files = dict(seeds())
    sizes = st.sampled_from([None, None, (4, 4), (3, 5)])

    @some("images")
    @given(st.sampled_from(list(files)), changed_bytes(), st.booleans(), sizes)
    def each(name, change, repaired, size):
        content = change(files[name])
        content = with_right_checksums(content) if repaired else content
        path = guard.folder / name
        path.write_bytes(content)
        source = guard.run(lambda: open_folder(guard.folder, image_size=size))
        if source is not None:
            image = read_image(path, source.image_shape[2], size)
            assert image.ndim == 3
            assert size or image.shape == source.image_shape
        path.unlink()

    each()
    guard.check("images", used=300)


@pytest.mark.filterwarnings("ignore")
def test_what_is_read_comes_through_the_pipeline(guard):
    """As above, of fewer files, decoded as a training would."""
    files = dict(seeds())
    for number in range(60):
        name = list(files)[number % len(files)]
        content = bytearray(files[name])
        content[-1 - number // 2] ^= 1 << number % 8
        path = guard.folder / name
        path.write_bytes(content)
        source = guard.run(lambda: open_folder(guard.folder, image_size=5))
        if source is not None:
            (image,) = source.examples
            assert image.shape == source.image_shape
        path.unlink()
    assert guard.used > 10
