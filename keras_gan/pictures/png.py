"""Pictures as PNG: encoded, and written so that no half of one is ever seen."""

import io
import os
from typing import TYPE_CHECKING

import numpy as np

from keras_gan.files.atomic_write import replacing

if TYPE_CHECKING:
    from PIL import Image


def as_pillow(picture: np.ndarray) -> "Image.Image":
    """Turn a uint8 array ``(height, width, 1 or 3)`` into a Pillow image."""
    from PIL import Image

    return Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture)


def encode_png(picture: np.ndarray) -> bytes:
    """Encode a uint8 array ``(height, width, 1 or 3)`` as a PNG file."""
    buffer = io.BytesIO()
    as_pillow(picture).save(buffer, "PNG")
    return buffer.getvalue()


def write_png(path: str | os.PathLike[str], picture: np.ndarray) -> None:
    """Write a uint8 array ``(height, width, 1 or 3)`` to a PNG file."""
    with replacing(path) as temporary:
        temporary.write_bytes(encode_png(picture))
