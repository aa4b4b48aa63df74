"""Real images in the form that a GAN makes them in."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keras_gan_cli import run_config
from keras_gan_cli.run_folder import RunFolder

if TYPE_CHECKING:
    import numpy as np

    from keras_gan import GAN
    from keras_gan.datasets import ImageSource

#: What becomes of images that are resized, for --help.
HOW_RESIZED = (
    "Of each the largest square in the middle is cut out first; transparent pixels of "
    "image files become white."
)

split_option = click.option(
    "--split", default="train", show_default=True, help="Part of the data."
)
data_dir_option = click.option(
    "--data-dir", metavar="DIR", help="Where TFDS keeps its data."
)


def check_data_dir(data_dir: str | None, *names: str) -> None:
    """Refuse ``--data-dir`` where no data set would be read from it.

    Args:
        data_dir: What it says, or nothing.
        names: The data sets.

    Raises:
        click.UsageError: If it is given and none of them is of TFDS.
    """
    from keras_gan import datasets

    if data_dir and not any(map(datasets.is_of_tfds, names)):
        raise click.UsageError(
            f"--data-dir is for data sets of TFDS. Received: {' and '.join(names)}."
        )


def open_for(gan: "GAN", name: str, split: str, data_dir: str | None) -> "ImageSource":
    """Open a data set, with its images resized to the GAN's.

    Args:
        gan: A GAN of images.
        name: What ``--data`` or ``--images`` names.
        split: Part of the data.
        data_dir: Where TFDS keeps its data.

    Returns:
        The source.

    Raises:
        click.UsageError: If ``data_dir`` is given and has no meaning.
    """
    from keras_gan import datasets

    check_data_dir(data_dir, name)
    height, width, channels = gan.pair.sample_shape
    return datasets.open_source(
        run_config.absolute(name),
        split=split,
        image_size=(height, width),  # type: ignore[arg-type]
        channels=channels,
        data_dir=data_dir,
    )


def limited(source: "ImageSource", limit: int | None, drawn: bool) -> "ImageSource":
    """Return a source of so many of the images, or of all.

    Args:
        source: The images.
        limit: How many, or ``None``.
        drawn: Whether they are drawn at random, or are the first.
    """
    if limit is None or limit >= source.size:
        return source
    if drawn:
        return source.sample(limit)
    return dataclasses.replace(source, records=source.records.take(limit), size=limit)


def numbered_for(gan: "GAN", file: Path, source: "ImageSource") -> "ImageSource":
    """Number the classes of a data set as those of the GAN's training are.

    They are matched by name, where both the run and the data have names.

    Args:
        gan: A GAN.
        file: Its file, which may be that of a run.
        source: The data, with labels or without.

    Returns:
        The source with the GAN's class numbers.

    Raises:
        click.ClickException: If the GAN's names are unknown and its classes are not
            as many, or images beside the class folders leave the data unlabelled.
        ValueError: If the data has a class that the GAN's training had not.
    """
    if source.why_unlabelled:
        raise click.ClickException(
            f"{source.name} has no labels, and this GAN makes images of a class. "
            f"{source.why_unlabelled}"
        )
    if source.class_names is None or gan.num_classes is None:
        return source
    folder = RunFolder(file.parent)
    known = folder.class_names() if file == folder.model else None
    if known is not None:
        return source.numbered_as(known)
    if source.num_classes != gan.num_classes:
        raise click.ClickException(
            f"{source.name} has {source.num_classes} classes and this GAN "
            f"{gan.num_classes}, whose names are not known: it is no run, or was begun "
            "by an earlier version. Choose data of the same classes as its training's."
        )
    return source


def in_range_of(gan: "GAN", images: "np.ndarray") -> "np.ndarray":
    """Bring images of [-1, 1] into the generator's range."""
    low, high = gan.pair.generator.output_range or (-1.0, 1.0)
    return (images + 1) * ((high - low) / 2) + low


def from_range_of(gan: "GAN", images: "np.ndarray") -> "np.ndarray":
    """Bring images from the generator's range into [-1, 1]; clip what is beyond."""
    from keras_gan.scoring import as_images

    return as_images(images, gan.pair.generator.output_range)
