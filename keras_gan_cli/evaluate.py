"""keras-gan evaluate: scores of a GAN, or of any images, against real ones."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keras_gan_cli import (
    frameworks,
    metric_names,
    models,
    outputs,
    real_images,
    run_config,
)
from keras_gan_cli.tables import show

if TYPE_CHECKING:
    from keras_gan.datasets import ImageSource
    from keras_gan.host_batches import Batch
    from keras_gan.metrics import SampleMetric

_COUNT = click.IntRange(min=2)

#: What is computed where no metrics are named.
_FOR_FASHION = (
    "fashion_fid",
    "fashion_kid",
    "fashion_precision_recall",
    "fashion_density_coverage",
)
_FOR_OTHERS = ("fid", "kid", "precision_recall", "density_coverage")


#: Data whose classes are those that the built-in classifier knows.
_CLOTHES = ("builtin", "fashion_mnist")


@click.command()
@click.argument("model", metavar="RUN|MODEL.keras|IMAGES")
@click.option(
    "--data",
    metavar="NAME",
    required=True,
    help="Real images: builtin, a TFDS name, a folder, a .npy or .npz file.",
)
@click.option(
    "--metrics",
    metavar="NAME,...",
    help="What to compute, see `keras_gan.metrics.names()`; with the prefix fashion_ "
    "or legacy_ for another extractor. By default four: of 28x28 grey images in the "
    "built-in classifier's features, of others in Inception's.",
)
@click.option(
    "--samples",
    metavar="N",
    type=_COUNT,
    help="Images to generate, by default as many as there are real ones; of IMAGES so "
    "many are scored, drawn at random, always the same ones.",
)
@click.option(
    "--limit",
    metavar="N",
    type=_COUNT,
    help="Use so many images only, drawn at random, always the same ones; of a TFDS "
    "set the first.",
)
@click.option(
    "--image-size",
    metavar="N",
    type=click.IntRange(min=1),
    help="Side to resize all images to, where IMAGES are scored. "
    f"{real_images.HOW_RESIZED}",
)
@click.option(
    "--channels",
    type=click.Choice(["1", "3"]),
    help="Grey or colour, where IMAGES are scored.",
)
@real_images.split_option
@real_images.data_dir_option
@click.option(
    "--inception",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="The Inception graph of 2015, .tgz or .pb, if it is not to be downloaded.",
)
@click.option("--out", metavar="FILE.json", help="Write the results there as well.")
@outputs.force_option
@click.option("--quiet", is_flag=True, help="Show no table and no progress.")
@frameworks.backend_option
def evaluate(
    model: str,
    data: str,
    metrics: str | None,
    samples: int | None,
    limit: int | None,
    image_size: int | None,
    channels: str | None,
    split: str,
    data_dir: str | None,
    inception: str | None,
    out: str | None,
    force: bool,
    quiet: bool,
    backend: str | None,
) -> None:
    """Score what a GAN makes against real images.

    \b
    keras-gan evaluate runs/first --data fashion_mnist --split test
    keras-gan evaluate runs/first --data builtin --metrics fashion_fid,fashion_kid
    keras-gan evaluate folder/of/generated --data folder/of/real --metrics fid

    The GAN is a run's folder or a .keras file. In its place there can be images: a
    folder, or a .npy or .npz file. A GAN's images are those of fixed latents, so
    that the same GAN gets the same scores.
    """  # noqa: D301  (a backspace tells click to keep the lines)
    target = None if out is None else outputs.check(out, (".json",), force)
    file = models.find(model)
    if file is not None and (image_size or channels):
        raise click.UsageError(
            "--image-size and --channels are for IMAGES: a GAN's own say how large "
            "real ones must be."
        )
    frameworks.start(backend)
    real_images.check_data_dir(data_dir, data, *([] if file else [model]))
    names = None if metrics is None else metric_names.checked(metrics)
    read: dict[str, Any] = {"split": split, "data_dir": data_dir, "limit": limit}
    read["form"] = {"image_size": image_size, "channels": channels and int(channels)}
    if file is not None:
        results = _of_gan(file, data, names, samples, inception, quiet, read)
    else:
        results = _of_images(model, data, names, samples, inception, quiet, read)
    results = {"model": model, "data": data, "split": split, **results}
    if not quiet:
        _show(results)
    if target is not None:
        _write(target, results)


def _of_gan(
    file: Path,
    data: str,
    names: list[str] | None,
    samples: int | None,
    inception: str | None,
    quiet: bool,
    read: dict[str, Any],
) -> dict[str, Any]:
    """Score a GAN's samples against images of the generator's own form."""
    from keras_gan import data_checks, scoring
    from keras_gan.metrics.comparison import source_batches

    gan = models.load(file)
    shape = gan.pair.sample_shape
    if len(shape) != 3:
        raise click.ClickException(
            f"{file}: this GAN makes vectors, and data sets are of images. Use "
            "`gan.evaluate` with an array of vectors."
        )
    sized = {} if None in shape else {"image_size": shape[:2], "channels": shape[2]}
    source = _open(data, {**read, "form": sized})
    clothes = gan.conditional and data.removeprefix("tfds:") in _CLOTHES
    chosen = _metrics(names, shape, samples, inception, clothes)

    def batches() -> "Iterator[Batch]":
        for images, classes in source_batches(source):
            yield real_images.in_range_of(gan, images), classes

    if gan.conditional:
        source = real_images.numbered_for(gan, file, source)
        data_checks.check(*next(batches()), gan.pair)
    with _progress(quiet) as progress:
        scores = scoring.score(gan, chosen, batches, progress)
    return _results(chosen, scores, source.size, samples or source.size)


def _of_images(
    made: str,
    data: str,
    names: list[str] | None,
    samples: int | None,
    inception: str | None,
    quiet: bool,
    read: dict[str, Any],
) -> dict[str, Any]:
    """Score images against images."""
    from keras_gan.metrics import compare

    fake = _open_made(made, read)
    real = _open(data, read)
    if samples is not None and samples > fake.size:
        raise click.ClickException(
            f"--samples {samples}: {made} holds {fake.size} images."
        )
    chosen = _metrics(names, real.image_shape, samples, inception, False)
    with _progress(quiet) as progress:
        scores = compare(real, fake, chosen, progress)
    return _results(chosen, scores, real.size, samples or fake.size)


def _open(name: str, read: dict[str, Any]) -> "ImageSource":
    from keras_gan import datasets

    options = {key: read[key] for key in ("split", "data_dir")}
    source = datasets.open_source(run_config.absolute(name), **options, **read["form"])
    return real_images.limited(source, read["limit"], drawn=True)


def _open_made(name: str, read: dict[str, Any]) -> "ImageSource":
    from keras_gan.datasets.tfds import UnknownDatasetError

    try:
        return _open(name, {**read, "split": "train"})
    except UnknownDatasetError:
        raise click.ClickException(
            f"{name}: there is no run, model or folder of that name, and no data set "
            "is called so. Name a run's folder, a .keras file, a folder of images, or "
            "a .npy or .npz file."
        ) from None


def _metrics(
    names: list[str] | None,
    shape: Sequence[int | None],
    samples: int | None,
    inception: str | None,
    clothes: bool,
) -> "list[SampleMetric]":
    """The metrics that are named, or those that fit the images."""
    from keras_gan import metrics
    from keras_gan.metrics.extractors import Inception

    fashion = tuple(shape) == (28, 28, 1)
    wanted: Sequence[str] = _FOR_FASHION if fashion else _FOR_OTHERS
    if names is not None:
        wanted = names
    elif fashion and clothes:
        wanted = [*wanted, "conditional_accuracy"]
    found = [metrics.get(name) for name in wanted]
    for metric in found:
        metric.num_generated = samples
        if inception is not None and isinstance(metric.extractor, Inception):
            metric.extractor = metric.extractor.with_weights(inception)
        metric.extractor.check_shape(shape)
    if inception is not None and not any(
        isinstance(metric.extractor, Inception) for metric in found
    ):
        raise click.UsageError(
            f"--inception {inception}: none of these metrics looks through Inception: "
            f"{', '.join(wanted)}."
        )
    return found


def _results(
    metrics: "Sequence[SampleMetric]", scores: dict[str, float], real: int, made: int
) -> dict[str, Any]:
    from keras_gan.version import versions

    return {
        "real": real,
        "generated": made,
        "scores": scores,
        "seen_through": {metric.name: metric.extractor.title for metric in metrics},
        "versions": versions(),
    }


@contextmanager
def _progress(quiet: bool) -> "Iterator[Callable[[str, int, int], None]]":
    """Give a function that moves a progress bar for each side."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as bars:
        tasks: dict[str, Any] = {}

        def move(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(f"{what} images", total=total)
            bars.update(tasks[what], completed=done)

        yield move


def _show(results: dict[str, Any]) -> None:
    click.echo(f"{results['generated']:,} images against {results['real']:,} real ones")
    rows = [(name, f"{value:.4f}") for name, value in results["scores"].items()]
    show(("metric", "value"), rows)
    for title in dict.fromkeys(results["seen_through"].values()):
        click.echo(f"Seen through {title}.")


def _as_json(results: dict[str, Any]) -> dict[str, Any]:
    """JSON has no NaN: a score that is none becomes null."""
    scores = results["scores"].items()
    known = {name: value if math.isfinite(value) else None for name, value in scores}
    return {**results, "scores": known}


def _write(target: Path, results: dict[str, Any]) -> None:
    from keras_gan.files.atomic_write import replacing

    with replacing(target) as temporary:
        temporary.write_text(json.dumps(_as_json(results), indent=2) + "\n")
    click.echo(f"Wrote {target}.")
