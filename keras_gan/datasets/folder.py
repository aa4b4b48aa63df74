"""Images from a folder of image files, labelled by subfolder if there are any."""

import functools
import os
import textwrap
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_gan.datasets.image_format import (
    check_channels,
    convert_images,
    parse_image_size,
)
from keras_gan.datasets.image_source import ImageSource

if TYPE_CHECKING:
    import tensorflow as tf
    from PIL import Image

EXTENSIONS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")

# Pillow's names of these formats. Its JPEG includes the MPO that some phones write.
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
_ON_ITS_SIDE = (5, 6, 7, 8)  # orientations of EXIF
_NAMED_CULPRITS = 3


def open_folder(
    path: str | os.PathLike[str], *, image_size: Any = None, channels: int | None = None
) -> ImageSource:
    """Open a folder of image files: PNG, JPEG, BMP, GIF (first frame) and WebP.

    All files below the folder are taken, in the order of their names, except hidden
    ones and other kinds. If every image is in a subfolder and there are two or more
    subfolders, these are the classes, in the order of their names; the same ones may
    be numbered otherwise in a folder that lacks some, see `ImageSource.numbered_as`.
    All files are read once in full, so that a broken one is found before training
    starts. They are decoded again as the training needs them. Photographs are turned
    upright as their EXIF data say, and transparent pixels become white.

    Args:
        path: the folder.
        image_size: a side in pixels, or (height, width): the centre of every image
            is cut out in this shape and resized. None if all have one size.
        channels: 1 for grey, 3 for colour, None for the files' own, if all agree.

    Returns:
        An `ImageSource` that reads the files lazily.

    Raises:
        FileNotFoundError: if there is no such folder.
        ValueError: if it holds no images, some that cannot be read, or images of
            different sizes or colours without an argument that says what to do
            about it; the message names the first culprits.

    Example:
        >>> source = open_folder("photos", image_size=64, channels=3)
        >>> ds = source.batches(32)
    """
    size = parse_image_size(image_size)
    check_channels(channels)
    root = Path(os.path.expanduser(path))
    if not os.fspath(path) or not os.path.isdir(root):
        raise FileNotFoundError(f"{os.fspath(path)!r}: there is no such folder.")
    files = _image_files(root)
    shapes = _verified_shapes(root, files, size)
    channels = channels or _common_channels(root, files, shapes)
    height, width = size or _common_size(root, files, shapes)
    classes = _classes(root, files)
    return ImageSource(
        name=str(root),
        image_shape=(height, width, channels),
        size=len(files),
        num_classes=len(classes) if classes else None,
        class_names=classes,
        records=_records(root, files, classes),
        decode=_decoder((height, width), channels),
        why_unlabelled=_outside_classes(root, files),
    )


def read_image(file: Path, channels: int, size: tuple[int, int] | None) -> np.ndarray:
    """Decode an image file.

    Args:
        file: the file.
        channels: 1 for grey, 3 for colour.
        size: (height, width) that the image will be resized to, which lets a large
            JPEG be decoded at a fraction of its size (at least twice `size`).

    Returns:
        uint8 array of shape (height, width, channels).

    Raises:
        OSError, ValueError, SyntaxError: from Pillow, if the file is broken.
    """
    with _open(file) as opened:
        return _pixels(opened, channels, size)


def _image_files(root: Path) -> list[Path]:
    """All image files below `root`, sorted."""
    paths = sorted(_walk(root))
    files = [path for path in paths if path.suffix.lower() in EXTENSIONS]
    if not files:
        others = Counter(path.suffix.lower() or "no extension" for path in paths)
        found = ", ".join(f"{count} of {kind}" for kind, count in others.items())
        raise ValueError(
            f"{root}: there are no images in this folder. Images are files ending in "
            f"{', '.join(EXTENSIONS)}; found: {found or 'nothing'}."
        )
    return files


def _walk(root: Path) -> Iterator[Path]:
    """All files below `root` that are not hidden; links to folders are followed."""

    def refuse(error: OSError) -> None:  # or os.walk would pass over the folder
        raise OSError(
            f"{error.filename}: this folder cannot be read ({error.strerror})."
        ) from error

    seen = set()
    for folder, subfolders, names in os.walk(root, onerror=refuse, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:  # a link that leads back
            subfolders.clear()
            continue
        seen.add(real)
        subfolders[:] = sorted(name for name in subfolders if name[0] != ".")
        yield from (Path(folder, name) for name in names if name[0] != ".")


def _verified_shapes(
    root: Path, files: list[Path], size: tuple[int, int] | None
) -> list[tuple[int, int, int]]:
    """(height, width, channels) of every file, all of them read in full."""
    from PIL import Image

    Image.init()  # here, as threads that all import its plugins might collide
    with warnings.catch_warnings():
        # Pillow only warns of images up to twice its limit.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(functools.partial(_probe, size=size), files))
    broken = [
        f"{_shown(file, root)} ({result})"
        for file, result in zip(files, results, strict=True)
        if isinstance(result, str)
    ]
    if broken:
        raise ValueError(
            f"{root}: {len(broken)} of {len(files)} image files cannot be used: "
            f"{_first(broken)}. Repair or remove them."
        )
    return [result for result in results if not isinstance(result, str)]


def _probe(file: Path, size: tuple[int, int] | None) -> tuple[int, int, int] | str:
    """(height, width, channels) of an image file, or what is wrong with it."""
    from PIL import Image, UnidentifiedImageError

    try:
        if not file.is_file():  # a link to nowhere, or a pipe, which would block
            return "not a regular file"
        if file.stat().st_size == 0:
            return "the file is empty"
        with _open(file) as image:
            width, height = image.size
            channels = 1 if image.mode[0] in "1LIF" else 3
            _pixels(image, channels, size)  # all that will be done with it later
            if image.getexif().get(0x0112) in _ON_ITS_SIDE:
                width, height = height, width
        return height, width, channels
    except UnidentifiedImageError:
        return "not a PNG, JPEG, BMP, GIF or WebP image"
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return f"more pixels than Pillow's limit of {Image.MAX_IMAGE_PIXELS:,}"
    except Exception as error:  # a broken file raises nearly anything in Pillow
        return _reason(error)


def _reason(error: Exception) -> str:
    """What is wrong with an image file, in a line."""
    message = textwrap.shorten(str(error), 100, placeholder=" ...").rstrip(".")
    if isinstance(error, OSError | ValueError | SyntaxError) and message:
        return message
    return f"{type(error).__name__} {message}".rstrip()


def _open(file: Path) -> "Image.Image":
    """Read the header of an image file in one of the formats accepted."""
    from PIL import Image

    Image.init()  # or WebP would not be known by its name
    return Image.open(file, formats=_FORMATS)


def _pixels(
    opened: "Image.Image", channels: int, size: tuple[int, int] | None
) -> np.ndarray:
    """Decode an image that was opened; see `read_image`."""
    from PIL import Image, ImageOps

    _reduce(opened, size)
    image = ImageOps.exif_transpose(opened)
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow would clip
        grey = np.asarray(image).astype(np.float32) / 257
        image = Image.fromarray(grey.round().clip(0, 255).astype(np.uint8))
    pixels = np.asarray(_opaque(image).convert("L" if channels == 1 else "RGB"))
    return pixels.reshape(*pixels.shape[:2], channels)


def _reduce(image: "Image.Image", size: tuple[int, int] | None) -> None:
    """Have a JPEG decoded at a fraction of its size where that is plenty."""
    if size is not None:
        side = 2 * max(size)
        image.draft(image.mode, (side, side))


def _opaque(image: "Image.Image") -> "Image.Image":
    """`image` on a white ground if parts of it are transparent."""
    from PIL import Image

    if not image.has_transparency_data:
        return image
    image = image.convert("RGBA")
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


def _common_channels(
    root: Path, files: list[Path], shapes: list[tuple[int, int, int]]
) -> int:
    kinds = [channels for _, _, channels in shapes]
    if len(set(kinds)) == 1:
        return kinds[0]
    examples = {
        kind: _first(_named(root, files, [own == kind for own in kinds]))
        for kind in (1, 3)
    }
    raise ValueError(
        f"{root}: {kinds.count(1)} of its images are grey ({examples[1]}) and "
        f"{kinds.count(3)} are in colour ({examples[3]}). Pass channels=1 or "
        "channels=3 (--channels on the command line) to make them alike."
    )


def _common_size(
    root: Path, files: list[Path], shapes: list[tuple[int, int, int]]
) -> tuple[int, int]:
    sizes = [(height, width) for height, width, _ in shapes]
    (usual, count), *others = Counter(sizes).most_common()
    if not others:
        return usual
    odd = [
        f"{name} ({size[0]}x{size[1]})"
        for name, size in zip(
            _named(root, files, [True] * len(files)), sizes, strict=True
        )
        if size != usual
    ]
    raise ValueError(
        f"{root}: {count} of its {len(files)} images are {usual[0]}x{usual[1]} "
        f"(height x width) and the others are not: {_first(odd)}. Pass image_size, "
        "such as image_size=64 (--image-size 64 on the command line), to "
        "have all cut and resized to one size."
    )


def _classes(root: Path, files: list[Path]) -> tuple[str, ...] | None:
    """The names of the subfolders, if every image is in one of two or more."""
    parts = [file.relative_to(root).parts for file in files]
    names = sorted({part[0] for part in parts})
    labelled = len(names) > 1 and all(len(part) > 1 for part in parts)
    return tuple(names) if labelled else None


def _outside_classes(root: Path, files: list[Path]) -> str:
    """Which images keep subfolders from being the classes, in a sentence, if any do."""
    outside = [file for file in files if file.parent == root]
    subfolders = {file.relative_to(root).parts[0] for file in files} - {
        file.name for file in outside
    }
    if len(subfolders) < 2 or not outside:
        return ""
    names = _first([_shown(file, root) for file in outside])
    return (
        f"Its {len(subfolders)} subfolders are classes if all images are in them, and "
        f"{len(outside)} of {len(files)} are not: {names}. Move or remove these."
    )


def _records(
    root: Path, files: list[Path], classes: tuple[str, ...] | None
) -> "tf.data.Dataset":
    """The files' paths, with labels if there are classes."""
    import tensorflow as tf

    paths = [os.fsencode(file) for file in files]
    with tf.device("CPU:0"):
        if classes is None:
            return tf.data.Dataset.from_tensor_slices(paths)
        index = {name: label for label, name in enumerate(classes)}
        labels = [index[file.relative_to(root).parts[0]] for file in files]
        return tf.data.Dataset.from_tensor_slices((paths, np.array(labels, np.int64)))


def _decoder(
    size: tuple[int, int], channels: int
) -> "Callable[[tf.Tensor], tf.Tensor]":
    """The function that makes an image tensor of a file's path tensor."""
    import tensorflow as tf

    def read(path: bytes) -> np.ndarray:
        file = Path(os.fsdecode(path))
        try:
            return read_image(file, channels, size)
        except Exception as error:  # any of Pillow's; the file has changed since
            name = _shown(file)
            raise OSError(
                f"{name}: can no longer be read ({_reason(error)})."
            ) from error

    def decode(path: "tf.Tensor") -> "tf.Tensor":
        image = tf.numpy_function(read, [path], tf.uint8)
        image = convert_images(
            tf.ensure_shape(image, (None, None, channels)), size, None
        )
        return tf.ensure_shape(image, (*size, channels))

    return decode


def _named(root: Path, files: list[Path], chosen: list[bool]) -> list[str]:
    return [
        _shown(file, root)
        for file, is_chosen in zip(files, chosen, strict=True)
        if is_chosen
    ]


def _shown(file: Path, root: Path | None = None) -> str:
    """A file's name, in characters that do nothing to a terminal."""
    name = str(file.relative_to(root) if root else file)
    return name if name.isprintable() else ascii(name)


def _first(names: list[str]) -> str:
    """The first few of some names, and how many more there are."""
    shown = ", ".join(names[:_NAMED_CULPRITS])
    more = len(names) - _NAMED_CULPRITS
    return f"{shown} and {more} more" if more > 0 else shown
