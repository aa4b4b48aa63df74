"""keras-gan project: the latents whose images come nearest to given ones."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keras_gan_cli import frameworks, latent_options, models, outputs, real_images
from keras_gan_cli.number_lists import ClassNumbers

if TYPE_CHECKING:
    import numpy as np

    from keras_gan import GAN

_COUNT = click.IntRange(min=1)


@click.command()
@latent_options.model_argument
@click.option(
    "--images",
    metavar="FILE.npy|FOLDER",
    help="Images to project, in their order: an .npy or .npz file, or a folder.",
)
@click.option(
    "--data",
    metavar="NAME",
    help="Or a data set, of which random images are taken; see `keras-gan datasets`.",
)
@click.option(
    "--out",
    metavar="FILE.png|.npz",
    required=True,
    help="A picture, above the images and below their projections; or the arrays "
    "targets, images, latents and distances, in the generator's own range.",
)
@click.option(
    "-n", "n", metavar="N", type=_COUNT, default=8, show_default=True, help="Images."
)
@click.option(
    "--labels",
    type=ClassNumbers(),
    help="Classes of a conditional GAN, by number or, of a run, by name; one for all "
    "or one for each image; by default the images' own.",
)
@click.option(
    "--steps",
    metavar="N",
    type=_COUNT,
    default=300,
    show_default=True,
    help="Steps of the search.",
)
@click.option(
    "--learning-rate",
    metavar="X",
    type=click.FloatRange(min=0, min_open=True),
    default=0.1,
    show_default=True,
    help="The first step's size.",
)
@click.option(
    "--starts",
    metavar="N",
    type=_COUNT,
    default=4,
    show_default=True,
    help="Random latents to start from, of which the best is kept.",
)
@click.option(
    "--prior",
    metavar="X",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    help="Pull of normal latents to where those of the training lie.",
)
@latent_options.seed_option
@real_images.split_option
@real_images.data_dir_option
@outputs.force_option
@frameworks.backend_option
def project(model: str, out: str, **options: Any) -> None:
    """Search for the latents of images that the GAN has not made.

    \b
    keras-gan project runs/first --data fashion_mnist --split test --out found.png
    keras-gan project runs/first --images photos/ --out found.npz -n 4
    """  # noqa: D301  (a backspace tells click to keep the lines)
    target = outputs.check(out, (".png", ".npz"), options["force"])
    if (options["images"] is None) == (options["data"] is None):
        raise click.UsageError("Pass either --images or --data.")
    _check_images(options["images"])
    path = models.file(model)
    frameworks.start(options["backend"])
    from keras_gan import latents

    gan = models.load(path)
    latent_options.check_images(gan, target, "`keras_gan.latents` takes vectors.")
    images, labels = _targets(gan, path, options)
    found = latents.project(
        gan,
        images,
        options["steps"],
        options["learning_rate"],
        labels=labels,
        starts=options["starts"],
        prior=options["prior"],
        seed=options["seed"],
    )
    if target.suffix == ".npz":
        outputs.write_array(
            target,
            targets=images,
            images=found.images,
            latents=found.latents,
            distances=found.distances,
        )
    else:
        _draw(target, gan, images, found.images)
    click.echo(
        f"Mean squared differences: {found.distances.min():.3g} to "
        f"{found.distances.max():.3g}."
    )
    click.echo(f"Wrote {target}.")


def _check_images(name: str | None) -> None:
    """Refuse images that are not there: data sets by name are for ``--data``."""
    if name is None or Path(name.removeprefix("folder:")).expanduser().exists():
        return
    raise click.ClickException(
        f"--images {name}: there is no such file or folder. Data sets that have a name "
        "are for --data."
    )


def _targets(
    gan: "GAN", path: Path, options: dict[str, Any]
) -> "tuple[np.ndarray, np.ndarray | None]":
    """Read the images and the labels that they are projected with."""
    import numpy as np

    name = options["images"] or options["data"]
    source = real_images.open_for(gan, name, options["split"], options["data_dir"])
    n = min(options["n"], source.size)
    own = gan.conditional and options["labels"] is None
    if own and source.num_classes is None:
        raise click.ClickException(
            f"{name}: this GAN makes images of a class, and these have no labels. "
            f"{source.how_labelled} Or pass --labels."
        )
    if own:
        source = real_images.numbered_for(gan, path, source)
    batches = source.batches(
        n,
        labels=own,
        shuffle=options["data"] is not None,
        seed=options["seed"],
        cache=False,
    )
    batch = next(iter(batches))
    images, labels = batch if own else (batch, options["labels"])
    if not own and labels is not None and len(labels) == 1:
        labels = labels * n
    labels = None if labels is None else np.asarray(labels)
    return real_images.in_range_of(gan, np.asarray(images)), labels


def _draw(
    target: Any, gan: "GAN", images: "np.ndarray", projections: "np.ndarray"
) -> None:
    """Write a picture with the images above and the projections below."""
    import numpy as np

    from keras_gan.pictures.draw import draw
    from keras_gan.pictures.png import write_png
    from keras_gan_cli.row_names import with_row_names

    both = np.concatenate([images, projections])
    picture = draw(both, len(images), gan.pair.generator.output_range)
    write_png(target, with_row_names(picture, ["given", "found"]))
