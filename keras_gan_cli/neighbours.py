"""keras-gan neighbours: samples beside the training images nearest to them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keras_gan_cli import (
    frameworks,
    latent_options,
    models,
    outputs,
    real_images,
    run_config,
)
from keras_gan_cli.run_folder import RunFolder

if TYPE_CHECKING:
    import numpy as np

    from keras_gan import GAN
    from keras_gan.datasets import ImageSource

_BATCH_SIZE = 256
_GAP = 12  # pixels between the samples and their neighbours


@click.command()
@latent_options.model_argument
@click.option(
    "--data",
    metavar="NAME",
    required=True,
    help="The images that it was trained on; see `keras-gan datasets`. Of a run's own "
    "data those of its --limit are looked at.",
)
@click.option(
    "--out",
    metavar="FILE.png",
    required=True,
    help="A picture with one sample a row: at its left, and then its neighbours, the "
    "nearest first.",
)
@click.option(
    "-n",
    "n",
    metavar="N",
    type=click.IntRange(1, 1000),
    help="Samples; by default one for each class, without classes 8.",
)
@click.option(
    "-k",
    "k",
    metavar="K",
    type=click.IntRange(1, 100),
    default=7,
    show_default=True,
    help="Neighbours of each.",
)
@click.option(
    "--extractor",
    metavar="NAME",
    help="What the images are seen through: pixels, fashion or inception; by default "
    "fashion for 28x28 grey images, pixels for others.",
)
@latent_options.labels_option
@latent_options.seed_option
@latent_options.truncation_option
@real_images.split_option
@real_images.data_dir_option
@outputs.force_option
@frameworks.backend_option
def neighbours(model: str, data: str, out: str, **options: Any) -> None:
    """Look for samples that are copies of training images.

    \b
    keras-gan neighbours runs/first --data builtin --out neighbours.png

    A GAN that has memorised its data makes samples that are their first neighbours.
    """  # noqa: D301  (a backspace tells click to keep the lines)
    target = outputs.check(out, (".png",), options["force"])
    path = models.file(model)
    frameworks.start(options["backend"])
    from keras_gan.latents import nearest_neighbours
    from keras_gan.metrics import extractors
    from keras_gan.pictures.png import write_png

    gan = models.load(path)
    latent_options.check_images(gan, target, "`keras_gan.latents` takes vectors.")
    shape = gan.pair.sample_shape
    name = options["extractor"] or ("fashion" if shape == (28, 28, 1) else "pixels")
    extractor = extractors.get(name)
    extractor.check_shape(shape)
    extractor.prepare()
    n = options["n"] or latent_options.rows_for(gan, options["labels"], 8)
    classes = latent_options.classes_for(gan, n, options["labels"])
    source = _trained_on(gan, path, data, options)
    batches = source.batches(
        min(_BATCH_SIZE, source.size), shuffle=False, drop_remainder=False, cache=False
    )
    made = gan.generate(n, classes, options["seed"], options["truncation"])
    samples = real_images.from_range_of(gan, made)
    indices, distances = nearest_neighbours(samples, batches, options["k"], extractor)
    write_png(target, _picture(samples, _chosen(batches, indices)))
    click.echo(
        f"Distances from the nearest of {source.size:,} images, by {extractor.title}: "
        f"{distances[:, 0].min():.3g} to {distances[:, 0].max():.3g}."
    )
    click.echo(f"Wrote {target}.")


def _trained_on(
    gan: "GAN", file: Path, data: str, options: dict[str, Any]
) -> "ImageSource":
    """Open the data, and of that of a run no more than what it was trained on."""
    split = options["split"]
    source = real_images.open_for(gan, data, split, options["data_dir"])
    folder = RunFolder(file.parent)
    if file != folder.model:
        return source
    return real_images.limited(
        source, *folder.limit_of(run_config.absolute(data), split)
    )


def _chosen(batches: Any, indices: "np.ndarray") -> "np.ndarray":
    """Go through the images again for those of the indices, in their order."""
    import numpy as np

    wanted, place = np.unique(indices, return_inverse=True)
    found, start = [], 0
    for batch in batches:
        here = wanted[(wanted >= start) & (wanted < start + len(batch))] - start
        found.append(np.asarray(batch)[here])
        start += len(batch)
    return np.concatenate(found)[place.reshape(-1)]


def _picture(samples: "np.ndarray", nearest: "np.ndarray") -> "np.ndarray":
    """Draw a column of samples, a gap, and the rows of their neighbours."""
    import numpy as np

    from keras_gan.pictures.draw import draw

    left, right = draw(samples, 1), draw(nearest, len(nearest) // len(samples))
    gap = np.full((len(left), _GAP, left.shape[-1]), 255, np.uint8)
    return np.concatenate([left, gap, right], axis=1)
