"""keras-gan generate: samples of a trained GAN, as a grid, as files, as an array."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keras_gan_cli import frameworks, latent_options, models, outputs
from keras_gan_cli.number_lists import ClassNumbers

if TYPE_CHECKING:
    import numpy as np

    from keras_gan import GAN


@click.command()
@latent_options.model_argument
@click.option(
    "--out",
    metavar="FILE.png|FOLDER|FILE.npy",
    required=True,
    help="A picture of all samples, a folder for one PNG each, or an array of floats "
    "in the generator's own range.",
)
@click.option(
    "-n",
    "n",
    metavar="N",
    type=click.IntRange(min=1),
    default=64,
    show_default=True,
    help="How many; in a picture of classes rounded up to whole rows.",
)
@click.option(
    "--labels",
    type=ClassNumbers(),
    help="Classes of a conditional GAN, by number or, of a run, by name; each for an "
    "equal share of the samples; by default all.",
)
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(min=0),
    help="For the same samples again; by default they are new every time.",
)
@latent_options.truncation_option
@click.option(
    "--columns",
    metavar="N",
    type=click.IntRange(min=1),
    help="Columns of the picture, at most as many as -n.",
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
@frameworks.backend_option
def generate(
    model: str,
    out: str,
    n: int,
    labels: list[int] | None,
    seed: int | None,
    truncation: float | None,
    columns: int | None,
    force: bool,
    backend: str | None,
) -> None:
    """Generate samples with a trained GAN: a run's folder, or a .keras file.

    \b
    keras-gan generate runs/first --out samples.png
    keras-gan generate runs/first --out samples.npy -n 10000 --seed 0
    """  # noqa: D301  (a backspace tells click to keep the lines)
    target = Path(out).expanduser()
    is_folder = target.is_dir() or out.endswith("/") or not target.suffix
    if columns and (is_folder or target.suffix != ".png"):
        raise click.UsageError(f"--columns is for a picture. Received: --out {out}.")
    path = models.file(model)
    if is_folder:
        _check_folder(target, force)
    else:
        outputs.check(out, (".png", ".npy"), force, or_else="or a folder")
    frameworks.start(backend)
    gan = models.load(path)
    options: dict[str, Any] = {
        "n": n,
        "labels": labels,
        "seed": seed,
        "truncation": truncation,
    }
    if target.suffix == ".png" and not is_folder:
        _write_picture(target, gan, columns, options)
    else:
        options["labels"] = latent_options.classes_for(gan, n, labels)
        names = _file_names(target, n, options["labels"], gan) if is_folder else []
        samples = gan.generate(**options)
        if is_folder:
            _write_files(names, samples, gan)
        else:
            outputs.write_array(target, samples=samples)
    click.echo(f"Wrote {target}.")


def _check_folder(target: Path, force: bool) -> None:
    """Refuse what cannot be written to, or holds files already."""
    if target.exists() and not target.is_dir():
        raise click.ClickException(f"--out {target}: it is a file, not a folder.")
    if target.is_dir() and any(target.iterdir()) and not force:
        raise click.ClickException(
            f"--out {target}: it is not empty. Choose another, or add --force to "
            "replace files of the same name."
        )
    nearest = target.absolute() if target.is_dir() else target.absolute().parent
    if nearest.is_dir() and not os.access(nearest, os.W_OK | os.X_OK):
        raise click.ClickException(f"--out {target}: {nearest} cannot be written to.")


def _write_picture(
    target: Path, gan: "GAN", columns: int | None, options: dict[str, Any]
) -> None:
    """Write a grid, with one class in each row."""
    from keras_gan.pictures.draw import draw
    from keras_gan.pictures.layout import layout
    from keras_gan.pictures.png import write_png

    classes = gan.num_classes if gan.conditional else None
    wanted = layout(options["n"], columns, classes, options["labels"])
    labels = options["labels"] if wanted.labels is None else wanted.labels
    samples = gan.generate(**{**options, "n": wanted.n, "labels": labels})
    value_range = gan.pair.generator.output_range
    picture = draw(samples, wanted.columns, value_range, classes=wanted.labels)
    write_png(target, picture)


def _file_names(
    folder: Path, n: int, labels: "np.ndarray | None", gan: "GAN"
) -> list[Path]:
    """Name a PNG for each image, in a folder for each class if there are classes.

    Raises:
        click.ClickException: If the GAN makes no images, or numbered images are there
            that would stay: the folder would hold a mixture.
    """
    if len(gan.pair.sample_shape) == 1:
        raise click.ClickException(
            f"--out {folder}: this GAN makes vectors, not images. Name a file that "
            "ends in .npy for the vectors, or in .png for a picture of them."
        )
    digits = len(str((gan.num_classes or 1) - 1))
    places = [
        folder if labels is None else folder / str(labels[i]).zfill(digits)
        for i in range(n)
    ]
    names = [place / f"{i:06d}.png" for i, place in enumerate(places)]
    there = [*folder.glob("*.png"), *folder.glob("*/*.png")]
    others = sorted(
        path for path in set(there) - set(names) if _is_numbered(path, folder)
    )
    if others:
        raise click.ClickException(
            f"--out {folder}: it holds numbered images that would stay beside the new "
            f"ones, {others[0].relative_to(folder)} the first of {len(others)}. Remove "
            "them, or choose another folder."
        )
    return names


def _is_numbered(path: Path, folder: Path) -> bool:
    """Whether a file in the folder has a name such as this command writes."""
    *place, _ = path.relative_to(folder).parts
    return all(name.isdecimal() for name in (*place, path.stem))


def _write_files(names: list[Path], samples: "np.ndarray", gan: "GAN") -> None:
    """Write an image into each file."""
    from keras_gan.pictures.grid import grid
    from keras_gan.pictures.png import write_png

    value_range = gan.pair.generator.output_range or (-1.0, 1.0)
    for path, image in zip(names, samples, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_png(path, grid(image[None], value_range=value_range, margin=0))
