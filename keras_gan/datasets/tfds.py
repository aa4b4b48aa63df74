"""Images from TensorFlow Datasets, by the names that they have there."""

import difflib
import os
import re
import socket
import textwrap
import urllib.request
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_gan.datasets.image_format import (
    check_channels,
    check_recolouring,
    convert_images,
    parse_image_size,
)
from keras_gan.datasets.image_source import ImageSource

if TYPE_CHECKING:
    import tensorflow as tf

_DOWNLOAD_HOST = "storage.googleapis.com"

# A name, its configuration and version. TFDS also takes namespaces, which run code
# from elsewhere, and arguments, which lead out of its folder.
_NAME = re.compile(r"\w+(/(?!\.+(:|$))[\w+.-]+)?(:(\d+|\*)(\.(\d+|\*)){2})?", re.ASCII)


def open_tfds(
    name: str,
    *,
    split: str = "train",
    image_size: Any = None,
    channels: int | None = None,
    data_dir: str | os.PathLike[str] | None = None,
) -> ImageSource:
    """Open an image set of TensorFlow Datasets, downloading it if need be.

    Args:
        name: its name there, with configuration and version if wanted, such as
            "mnist", "cycle_gan/horse2zebra" or "cifar10:3.0.2".
            See https://www.tensorflow.org/datasets/catalog/overview.
        split: a split as TFDS writes it, such as "train" or "train[:10%]+test".
        image_size: a side in pixels, or (height, width): the centre of every image
            is cut out in this shape and resized. None if all have one size.
        channels: 1 for grey, 3 for colour, None for the images' own.
        data_dir: where the data are or will be kept; by default the environment
            variable TFDS_DATA_DIR, or ~/tensorflow_datasets.

    Returns:
        An `ImageSource`, with labels if the set has a class label.

    Raises:
        ValueError: if there is no such set or split, if it has no images, or if an
            argument does not fit it.
        OSError: if the data can be neither found nor downloaded.

    Example:
        >>> source = open_tfds("fashion_mnist", split="test")
        >>> source.size, source.image_shape
        (10000, (28, 28, 1))
    """
    size = parse_image_size(image_size)
    check_channels(channels)
    # TFDS itself reads the variable only once, when it is imported.
    data_dir = data_dir or os.environ.get("TFDS_DATA_DIR")
    builder = _find_builder(name, data_dir)
    image_key, label_key = _find_features(name, builder.info.features)
    shape = _image_shape(name, builder.info.features[image_key], size, channels)
    dataset, info = _load(name, split, data_dir, builder)
    label = info.features[label_key] if label_key else None
    return ImageSource(
        name=name,
        image_shape=shape,
        size=info.splits[split].num_examples,
        num_classes=label.num_classes if label else None,
        class_names=tuple(label.names) if label else None,
        records=_records(dataset, image_key, label_key, shape),
    )


class UnknownDatasetError(ValueError):
    """There is no data set of that name in TensorFlow Datasets.

    Attributes:
        nearest: the names that look most like it, best first; perhaps none.
    """

    def __init__(self, name: str) -> None:
        """Look for the names nearest to `name`."""
        import tensorflow_datasets as tfds

        known = tfds.list_builders(with_community_datasets=False)
        plain = name.split("/")[0].split(":")[0].lower().replace("-", "_")
        self.nearest = difflib.get_close_matches(plain, known)
        hint = f" Did you mean {' or '.join(map(repr, self.nearest))}?"
        super().__init__(
            f"TensorFlow Datasets has no data set {_shortened(name)!r}."
            f"{hint if self.nearest else ''} Its image sets are listed at "
            "https://www.tensorflow.org/datasets/catalog/overview."
        )


def _find_builder(name: str, data_dir: Any) -> Any:
    """The builder of the data set `name`. Downloads nothing."""
    import tensorflow_datasets as tfds

    if not _NAME.fullmatch(name):
        raise UnknownDatasetError(name)
    try:
        return tfds.builder(name, data_dir=data_dir)
    except tfds.core.DatasetNotFoundError:
        raise UnknownDatasetError(name) from None
    except Exception as error:  # anything: no such configuration, no such package
        raise ValueError(
            f"TensorFlow Datasets cannot open {name!r}: {_one_line(error)}"
        ) from error


def _find_features(name: str, features: Any) -> tuple[str, str | None]:
    """The names of the image and, if there is one, of the class label."""
    import tensorflow_datasets as tfds

    top = dict(features) if isinstance(features, tfds.features.FeaturesDict) else {}
    images = [key for key, it in top.items() if isinstance(it, tfds.features.Image)]
    labels = [
        key
        for key, feature in top.items()
        if isinstance(feature, tfds.features.ClassLabel) and feature.num_classes
    ]
    image = _preferred(images, "image")
    if image is None:
        has = f"several images ({', '.join(images)})" if images else "no image"
        raise ValueError(
            f"{name}: each example has {has}, where one image is needed. Its "
            f"features are: {_one_line(features)}."
        )
    return image, _preferred(labels, "label")


def _preferred(keys: list[str], usual: str) -> str | None:
    """The usual key if it is there, or else the only key, or else None."""
    if usual in keys:
        return usual
    return keys[0] if len(keys) == 1 else None


def _image_shape(
    name: str, image: Any, size: tuple[int, int] | None, channels: int | None
) -> tuple[int, int, int]:
    """The shape that images will have; raises where an argument is needed for it."""
    height, width, own_channels = image.shape
    if image.np_dtype != np.uint8:
        raise ValueError(
            f"{name}: its images have the dtype {np.dtype(image.np_dtype)}; only uint8 "
            "is supported."
        )
    if own_channels is None:
        raise ValueError(f"{name}: its images have no fixed number of channels.")
    check_recolouring(name, own_channels, channels)
    if size is None and (height is None or width is None):
        raise ValueError(
            f"{name}: its images have different sizes. Pass image_size, such as "
            "image_size=64 (--image-size 64 on the command line), to "
            "have all cut and resized to one size."
        )
    return (*(size or (height, width)), channels or own_channels)


def _load(name: str, split: str, data_dir: Any, builder: Any) -> tuple[Any, Any]:
    """The data set and its info, after downloading it if that is needed."""
    import tensorflow_datasets as tfds

    if not builder.is_prepared():
        _check_network(name, builder)
        _prepare(name, builder)
    try:
        return tfds.load(
            name,
            split=split,
            data_dir=data_dir,
            with_info=True,
            # `ImageSource.batches` caches once it has resized.
            read_config=tfds.ReadConfig(try_autocache=False),
        )
    except Exception as error:  # whatever its parser of splits may raise
        raise ValueError(
            f"{name}: split={_shortened(split)!r} cannot be read. Its splits are "
            f"{', '.join(map(repr, builder.info.splits))}, and parts of them are "
            f"written as in 'train[:10%]'. ({_one_line(error)})"
        ) from error


def _check_network(name: str, builder: Any) -> None:
    """Raise a ConnectionError if data must be downloaded and clearly cannot be.

    TFDS itself retries for some minutes before it gives up. Builders from
    elsewhere, or whose files are fetched by hand, may need no network at all.
    """
    ships_with_tfds = type(builder).__module__.startswith("tensorflow_datasets.")
    by_hand = builder.MANUAL_DOWNLOAD_INSTRUCTIONS
    if not ships_with_tfds or by_hand or urllib.request.getproxies():
        return
    try:
        socket.getaddrinfo(_DOWNLOAD_HOST, 443)
    except socket.gaierror:
        raise ConnectionError(
            _no_data(name, builder, f"{_DOWNLOAD_HOST} cannot be found from here")
        ) from None


def _prepare(name: str, builder: Any) -> None:
    """Download and prepare the data of a builder."""
    try:
        builder.download_and_prepare()
    except Exception as error:  # whatever a builder's own code may raise
        reason = f"{type(error).__name__}: {_one_line(error)}"
        raise OSError(_no_data(name, builder, reason)) from None


def _no_data(name: str, builder: Any, reason: str) -> str:
    """What to do if the data can be neither found nor downloaded."""
    return (
        f"{name}: its data are not in {builder.data_dir} and could not be downloaded "
        f"and prepared ({reason}). Connect to the network; or copy that folder from a "
        "machine that has it, and point TFDS_DATA_DIR or data_dir to where it is kept; "
        "or use 'builtin', which needs no download."
    )


def _shortened(name: str) -> str:
    return name if len(name) <= 100 else f"{name[:96]} ..."


def _one_line(message: object) -> str:
    """A message, or a feature's description, as one line of bearable length."""
    return textwrap.shorten(str(message), 500, placeholder=" ...")


def _records(
    dataset: "tf.data.Dataset",
    image_key: str,
    label_key: str | None,
    shape: tuple[int, int, int],
) -> "tf.data.Dataset":
    """Images of one shape, or (image, label) pairs."""
    import tensorflow as tf

    def select(example: dict[str, Any]) -> Any:
        image = convert_images(example[image_key], shape[:2], shape[2])
        image = tf.ensure_shape(image, shape)
        return (image, example[label_key]) if label_key else image

    return dataset.map(select, num_parallel_calls=tf.data.AUTOTUNE)
