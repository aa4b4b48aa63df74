"""Images from NumPy arrays, in memory or in .npy and .npz files."""

import math
import os
import textwrap
import warnings
from pathlib import Path
from typing import IO, Any

import numpy as np

from keras_gan.datasets.image_format import (
    check_channels,
    check_recolouring,
    convert_images,
    parse_image_size,
)
from keras_gan.datasets.image_source import ImageSource

IMAGE_KEYS = ("images", "x", "x_train")
LABEL_KEYS = ("labels", "y", "y_train")

_CHUNK = 1024  # images looked at or converted at a time
_MOST_CLASSES = 2**31
_NAMED_GAPS = 3
_ROUNDING = 1e-3  # how far a scaled value may lie outside the range
# What unpacks to more than this may be at most so many times as large as it is stored.
_SMALL, _EXPANSION = 2**30, 200


def open_arrays(
    path: str | os.PathLike[str], *, image_size: Any = None, channels: int | None = None
) -> ImageSource:
    """Open a .npy file of images, or an .npz file of images and perhaps labels.

    Images have the shape (n, height, width) or (n, height, width, channels) and are
    uint8 in 0..255, or floats already scaled to [-1, 1]. Labels are whole numbers
    from 0, one for each image; a warning names those that no image has, as the classes
    are as many as the largest says. In an .npz file, images are called images, x or
    x_train, and labels are called labels, y or y_train. Nothing is unpickled.

    Args:
        path: the file.
        image_size: None for the arrays' size, a side in pixels, or (height, width).
        channels: 1 for grey, 3 for colour, None for the arrays' own.

    Returns:
        An `ImageSource`, held in memory.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it cannot be read or does not hold images as described; the
            message says what is wrong and how to put it right.

    Example:
        >>> np.save("noise.npy", np.random.randint(0, 256, (8, 16, 16), np.uint8))
        >>> open_arrays("noise.npy").image_shape
        (16, 16, 1)
    """
    path = Path(path)
    images, labels = _read(path)
    return source_from_arrays(
        str(path), images, labels, image_size=image_size, channels=channels
    )


def source_from_arrays(
    name: str,
    images: np.ndarray,
    labels: np.ndarray | None = None,
    *,
    class_names: tuple[str, ...] | None = None,
    image_size: Any = None,
    channels: int | None = None,
) -> ImageSource:
    """Make an `ImageSource` of arrays such as `open_arrays` describes.

    Args:
        name: how errors call the source.
        images: (n, height, width) or (n, height, width, channels), uint8 or float.
        labels: (n,) whole numbers, or None.
        class_names: the classes' names, or None.
        image_size: None, a side in pixels, or (height, width).
        channels: 1, 3 or None.

    Returns:
        An `ImageSource`, held in memory.

    Raises:
        ValueError: if the arrays or the arguments are not as described.

    Example:
        >>> source = source_from_arrays("black", np.zeros((5, 8, 8), np.uint8))
        >>> source.size, source.image_shape
        (5, (8, 8, 1))
    """
    import tensorflow as tf

    size = parse_image_size(image_size)
    check_channels(channels)
    images = _checked_shape(name, images)
    check_recolouring(name, images.shape[-1], channels)
    images = _checked_values(name, images)
    images = _converted(images, size, channels)
    content: Any = images
    num_classes = None
    if labels is not None:
        labels = _checked_labels(name, labels, len(images))
        num_classes = len(class_names) if class_names else int(labels.max()) + 1
        if not class_names:
            _warn_of_gaps(name, labels)
        content = (images, labels)
    with tf.device("CPU:0"):  # or the arrays would go to an accelerator's memory
        records = tf.data.Dataset.from_tensor_slices(content)
    return ImageSource(
        name=name,
        image_shape=images.shape[1:],
        size=len(images),
        num_classes=num_classes,
        class_names=class_names,
        records=records,
        in_memory=True,
    )


def _read(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """The images and the labels of a file."""
    if not os.path.exists(path):
        raise FileNotFoundError(f"{path}: there is no such file.")
    if not os.path.isfile(path):  # a pipe would block
        raise ValueError(f"{path}: this is not a regular file.")
    try:
        with path.open("rb") as file:
            if file.peek(6).startswith(np.lib.format.MAGIC_PREFIX):
                _check_header(file, path.stat().st_size)
                file.seek(0)
            content = np.load(file, allow_pickle=False)
            if isinstance(content, np.ndarray):
                return content, None
            return _members(path, content)
    except _ContentError:
        raise
    except Exception as error:  # a broken file raises nearly anything in NumPy
        if "allow_pickle" in str(error) or "pickled" in str(error):
            error = ValueError("it holds pickled objects, or is no NumPy file")
        reason = _line(error) or type(error).__name__
        raise ValueError(
            f"{path}: cannot be read as a NumPy file of plain arrays ({reason}). Save "
            "images as np.save(path, images) or "
            "np.savez(path, images=images, labels=labels), as uint8 arrays."
        ) from None


def _members(path: Path, archive: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """The images and the labels of an opened .npz file, found by their names."""
    image_key = next((key for key in IMAGE_KEYS if key in archive), None)
    label_key = next((key for key in LABEL_KEYS if key in archive), None)
    if image_key is None:
        found = _line(", ".join(archive.files)) or "none"
        raise _ContentError(
            f"{path}: no array called {_either(IMAGE_KEYS)}; the arrays found are: "
            f"{found}. Save the images under one of these names, and labels, if any, "
            f"as {_either(LABEL_KEYS)}."
        )
    return _member(archive, image_key), _member(archive, label_key)


def _member(archive: Any, key: str | None) -> Any:
    """An array of an opened .npz file, or `None` if there is no key."""
    if key is None:
        return None
    info = archive.zip.getinfo(f"{key}.npy")
    size, stored = info.file_size, info.compress_size
    if size > _SMALL and size > _EXPANSION * stored:
        raise ValueError(f"{key} unpacks from {stored:,} to {size:,} bytes")
    with archive.zip.open(info) as file:
        _check_header(file, size)
    return archive[key]


def _check_header(file: IO[bytes], size: int) -> None:
    """Raise if an array is said to be larger than its file, before it is made."""
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    elif version == (2, 0):
        shape, _, dtype = np.lib.format.read_array_header_2_0(file)
    else:  # a later one is for records with fields of odd names
        raise ValueError(f"version {version[0]}.{version[1]} of the format")
    declared = math.prod(shape) * dtype.itemsize
    if min(shape, default=0) < 0 or (declared > size and not dtype.hasobject):
        raise ValueError(
            f"its shape is {_line(shape)} and its dtype {_line(dtype)}, and it has "
            f"{size:,} bytes"
        )


class _ContentError(ValueError):
    """A file that was read and does not hold what is needed."""


def _checked_shape(name: str, images: np.ndarray) -> np.ndarray:
    """`images` as (n, height, width, channels)."""
    shape = images.shape
    if images.ndim not in (3, 4):
        raise ValueError(
            f"{name}: images have the shape {shape}; expected (n, height, width) or "
            "(n, height, width, channels)."
        )
    if 0 in shape:
        raise ValueError(f"{name}: there are no images, the shape is {shape}.")
    if images.ndim == 4 and shape[1] in (1, 3, 4) and shape[3] > 4:
        raise ValueError(
            f"{name}: images have the shape {shape}, with the channels in front; "
            "expected (n, height, width, channels). Convert them with "
            "np.moveaxis(images, 1, -1)."
        )
    return images if images.ndim == 4 else images[..., np.newaxis]


def _checked_values(name: str, images: np.ndarray) -> np.ndarray:
    """`images` as uint8, or as float32 found to lie within [-1, 1]."""
    if images.dtype == np.uint8:
        return images
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(
            f"{name}: images have the dtype {images.dtype}; expected uint8 in 0..255, "
            "or floats in [-1, 1]. If the values are in 0..255, convert them with "
            "images.astype(np.uint8)."
        )
    chunks = [images[i : i + _CHUNK] for i in range(0, len(images), _CHUNK)]
    for number, chunk in enumerate(chunks):
        finite = np.isfinite(chunk).all(axis=(1, 2, 3))
        if not finite.all():
            index = number * _CHUNK + int(np.argmin(finite))
            raise ValueError(
                f"{name}: image {index} holds NaN or infinite values (and perhaps "
                "more images do). Remove or repair such images."
            )
    low = min(float(chunk.min()) for chunk in chunks)
    high = max(float(chunk.max()) for chunk in chunks)
    _check_range(name, low, high)
    images = images.astype(np.float32, copy=False)
    return images.clip(-1, 1) if low < -1 or high > 1 else images


def _check_range(name: str, low: float, high: float) -> None:
    """Raise a ValueError unless floats are scaled to [-1, 1]."""
    most = 1 + _ROUNDING
    if low >= -most and high <= most and (low < 0 or high == 0):
        return
    if low < 0 or high > 255:
        remedy = "Scale them to [-1, 1], or save them as uint8 in 0..255"
    elif high <= most:
        remedy = "That is the range [0, 1]: convert them with images * 2 - 1"
    else:
        remedy = "If they are in 0..255, convert them with images.astype(np.uint8)"
    raise ValueError(
        f"{name}: images are floats from {low:g} to {high:g}; floats must be scaled "
        f"to [-1, 1]. {remedy}."
    )


def _checked_labels(name: str, labels: np.ndarray, count: int) -> np.ndarray:
    """`labels` as int64 of shape (count,)."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"{name}: labels have the shape {labels.shape} and the dtype "
            f"{labels.dtype}; expected whole numbers of shape ({count},). "
            f"{_label_remedy(labels)}."
        )
    if len(labels) != count:
        raise ValueError(f"{name}: there are {count} images but {len(labels)} labels.")
    wrong = (labels < 0) | (labels >= _MOST_CLASSES)
    if wrong.any():
        index = int(np.argmax(wrong))
        raise ValueError(
            f"{name}: label {index} is {labels[index]}; labels count from 0, to less "
            f"than {_MOST_CLASSES:,}."
        )
    return labels.astype(np.int64)


def _warn_of_gaps(name: str, labels: np.ndarray) -> None:
    """Warn of class numbers that no image has: a GAN would learn nothing of them."""
    found = np.unique(labels)
    starts, ends = np.append(0, found[:-1] + 1), found - 1
    gaps = [
        str(start) if start == end else f"{start} to {end}"
        for start, end in zip(starts, ends, strict=True)
        if start <= end
    ]
    if gaps:
        more = " and more" if len(gaps) > _NAMED_GAPS else ""
        warnings.warn(
            f"{name}: no images have the labels {', '.join(gaps[:_NAMED_GAPS])}{more}, "
            f"so that {len(found)} classes count as {found[-1] + 1}. If these are no "
            "classes, number the others with np.unique(labels, return_inverse=True)[1]",
            stacklevel=3,
        )


def _label_remedy(labels: np.ndarray) -> str:
    """What makes whole numbers of labels."""
    if labels.ndim != 1:
        return "Convert one-hot labels with labels.argmax(axis=1)"
    if labels.dtype.kind in "fb":
        return "Convert them with labels.astype(int)"
    return "Number them with np.unique(labels, return_inverse=True)[1]"


def _converted(
    images: np.ndarray, size: tuple[int, int] | None, channels: int | None
) -> np.ndarray:
    """`images` in the wanted size and channels."""
    import tensorflow as tf

    if size in (None, images.shape[1:3]) and channels in (None, images.shape[3]):
        return images
    with tf.device("CPU:0"):
        chunks = [
            convert_images(tf.constant(images[i : i + _CHUNK]), size, channels).numpy()
            for i in range(0, len(images), _CHUNK)
        ]
    return np.concatenate(chunks)


def _either(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _line(message: object) -> str:
    """A message as one line of bearable length."""
    return textwrap.shorten(str(message), 200, placeholder=" ...")
