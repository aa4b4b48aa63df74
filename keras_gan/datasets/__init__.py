"""Image data sets by name, as `tf.data` pipelines that are ready for `fit`."""

import difflib
import os
from typing import TYPE_CHECKING, Any

from keras_gan.datasets.image_source import ImageSource
from keras_gan.datasets.per_epoch import PerEpoch

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = [
    "ImageSource",
    "PerEpoch",
    "descriptions",
    "is_of_tfds",
    "load",
    "names",
    "open_source",
]

_DESCRIPTIONS = {
    "builtin": "10,000 images of Fashion-MNIST, 28x28, grey, 10 classes; no download",
    "tfds:NAME": "an image set of TensorFlow Datasets, such as fashion_mnist, mnist, "
    "cifar10 or celeb_a; NAME alone will do",
    "folder:PATH": "a folder of image files, labelled by subfolder; PATH alone will do",
    "FILE.npy": "an array of images (n, height, width) or (n, height, width, channels)",
    "FILE.npz": "such an array called images, and labels if it has them",
}


def names() -> list[str]:
    """The names of data sets: the built-in one, then how others are written.

    Returns:
        Names as `load` takes them; capital letters stand for what differs.

    Example:
        >>> names()
        ['builtin', 'tfds:NAME', 'folder:PATH', 'FILE.npy', 'FILE.npz']
    """
    return list(_DESCRIPTIONS)


def descriptions() -> dict[str, str]:
    """What each of `names` stands for, in a line.

    Example:
        >>> descriptions()["builtin"]
        '10,000 images of Fashion-MNIST, 28x28, grey, 10 classes; no download'
    """
    return dict(_DESCRIPTIONS)


def open_source(
    name: str | os.PathLike[str],
    *,
    split: str = "train",
    image_size: int | tuple[int, int] | None = None,
    channels: int | None = None,
    data_dir: str | os.PathLike[str] | None = None,
) -> ImageSource:
    """Open a data set by its name.

    A name is "builtin", "folder:PATH", "tfds:NAME", or a path ending in .npy or
    .npz. Without a prefix, a folder that exists is opened as one, and any other
    name is looked for in TensorFlow Datasets.

    Args:
        name: the name.
        split: which part of the data. "builtin", folders and array files have
            "train" only; TFDS has its own, see `keras_gan.datasets.tfds.open_tfds`.
        image_size: a side in pixels, or (height, width): the centre of every image
            is cut out in this shape and resized, antialiased. None for the images'
            own size, if all have the same.
        channels: 1 for grey, 3 for colour, None for the images' own.
        data_dir: where TFDS keeps its data; by default the environment variable
            TFDS_DATA_DIR, or ~/tensorflow_datasets.

    Returns:
        An `ImageSource`: the facts about the data, and its `batches`.

    Raises:
        ValueError: if the name is unknown, or if the data or an argument are not
            usable; the message names the culprit and the remedy.
        OSError: if the data cannot be found or downloaded.

    Example:
        >>> open_source("builtin", image_size=32).image_shape
        (32, 32, 1)
    """
    name = os.fsdecode(name)
    if "\0" in name:  # which the system refuses in many ways
        raise ValueError(f"{name!r}: no data set has a null character in its name.")
    form: dict[str, Any] = {"image_size": image_size, "channels": channels}
    if name == "builtin":
        from keras_gan.datasets.builtin import open_builtin

        return open_builtin(split=split, **form)
    if name.lower().endswith((".npy", ".npz")):
        from keras_gan.datasets.arrays import open_arrays

        _check_only_split(name, split)
        return open_arrays(os.path.expanduser(name), **form)
    if _names_a_folder(name):
        from keras_gan.datasets.folder import open_folder

        _check_only_split(name, split)
        return open_folder(name.removeprefix("folder:"), **form)
    _check_is_no_file(name)
    return _open_tfds(name, split, data_dir, form)


def is_of_tfds(name: str) -> bool:
    """Whether `open_source` looks for a name in TensorFlow Datasets.

    Example:
        >>> is_of_tfds("mnist"), is_of_tfds("builtin")
        (True, False)
    """
    is_array = name.lower().endswith((".npy", ".npz"))
    return not (name == "builtin" or is_array or _names_a_folder(name))


def load(
    name: str | os.PathLike[str],
    batch_size: int = 64,
    *,
    split: str = "train",
    labels: bool = False,
    image_size: int | tuple[int, int] | None = None,
    channels: int | None = None,
    shuffle: bool = True,
    seed: int | None = 0,
    drop_remainder: bool = True,
    cache: bool = True,
    part: tuple[int, int] | None = None,
    data_dir: str | os.PathLike[str] | None = None,
) -> "tf.data.Dataset":
    """Load a data set by its name, as batches that are ready for `fit`.

    The same as `open_source(name, ...).batches(batch_size, ...)`.

    Args:
        name: "builtin", the name of a TFDS image set, a folder, or a path ending in
            .npy or .npz; see `open_source`.
        batch_size: images in a batch.
        split: which part of the data, see `open_source`.
        labels: yield (images, labels) pairs rather than images alone.
        image_size: a side in pixels, or (height, width), see `open_source`.
        channels: 1 for grey, 3 for colour, None for the images' own.
        shuffle: go through the images in a new random order every epoch.
        seed: fixes those orders; None for other orders in every run.
        drop_remainder: leave out the last batch of an epoch if it is smaller.
        cache: keep the images in memory, see `ImageSource.batches`.
        part: (index, count), the part of each batch that one process of several
            reads, see `ImageSource.batches`.
        data_dir: where TFDS keeps its data.

    Returns:
        A `tf.data.Dataset` of float32 images of shape (batch_size, height, width,
        channels) in [-1, 1], or of pairs of these and int64 labels (batch_size,).

    Raises:
        ValueError, OSError: as `open_source` and `ImageSource.batches`.

    Example:
        >>> ds = load("builtin", batch_size=128)
        >>> next(iter(ds)).shape
        TensorShape([128, 28, 28, 1])
    """
    source = open_source(
        name, split=split, image_size=image_size, channels=channels, data_dir=data_dir
    )
    return source.batches(
        batch_size,
        labels=labels,
        shuffle=shuffle,
        seed=seed,
        drop_remainder=drop_remainder,
        cache=cache,
        part=part,
    )


def _names_a_folder(name: str) -> bool:
    """Whether a name has the form of a folder's, or is that of an existing one."""
    path = os.path.expanduser(name)
    looks_like_one = name.startswith(("folder:", "~", ".")) or os.path.isabs(path)
    return (looks_like_one and not os.path.isfile(path)) or os.path.isdir(path)


def _check_is_no_file(name: str) -> None:
    if os.path.isfile(os.path.expanduser(name)):
        raise ValueError(
            f"{name}: this is a file, and neither .npy nor .npz. Images are read from "
            "such files or from a folder of image files."
        )


def _check_only_split(name: str, split: str) -> None:
    if split != "train":
        raise ValueError(
            f"split={split!r}: folders and array files have no splits, so {name} can "
            "be opened as 'train' only. Keep other images in a folder or file of "
            "their own and open that."
        )


def _open_tfds(
    name: str, split: str, data_dir: str | os.PathLike[str] | None, form: dict[str, Any]
) -> ImageSource:
    """Open a TFDS set; a name without a prefix may have meant something else."""
    from keras_gan.datasets.tfds import UnknownDatasetError, open_tfds

    plain = name.removeprefix("tfds:")
    try:
        return open_tfds(plain, split=split, data_dir=data_dir, **form)
    except UnknownDatasetError as error:
        if name.startswith("tfds:"):
            raise
        near = difflib.get_close_matches(name, ["builtin"]) + error.nearest
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        forms = "; ".join(f"{key} ({what})" for key, what in _DESCRIPTIONS.items())
        error.args = (f"Unknown data set {name!r}.{hint} Data sets are: {forms}.",)
        raise
