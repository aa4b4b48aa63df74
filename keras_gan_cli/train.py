"""keras-gan train: a recipe, a data set, a folder for all that comes of it."""

import dataclasses
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from keras_gan_cli import frameworks, history, recipe_options, run_config, settings
from keras_gan_cli.run_folder import RunFolder

if TYPE_CHECKING:
    from keras_gan import GAN
    from keras_gan.datasets import ImageSource
    from keras_gan.recipes import Recipe
    from keras_gan_cli.recorder import Recorder

_COUNT = click.IntRange(min=1)
_REAL_SHOWN = 512  # labelled images looked through for some of each class


class _EpochOrCount(click.ParamType):
    """The word ``epoch`` or a number of batches."""

    name = "epoch|N"

    def convert(self, value: Any, param: Any, context: Any) -> Any:
        return value if value == "epoch" else _COUNT.convert(value, param, context)


@click.command()
@click.argument("recipe", required=False)
@click.option(
    "--data",
    metavar="NAME",
    help="Images to learn from: builtin, a TFDS name, a folder, a .npy or .npz file; "
    "see `keras-gan datasets`.",
)
@click.option("--out", metavar="RUN", required=True, help="Folder for the results.")
@click.option(
    "--epochs", metavar="N", type=_COUNT, help="Epochs in all; by default the recipe's."
)
@click.option("--batch-size", metavar="N", type=_COUNT, help="By default the recipe's.")
@click.option(
    "--fast",
    is_flag=True,
    help="First pictures within minutes on a CPU: takes the recipe's own settings, "
    "batch size and epochs for it, see `keras-gan recipes RECIPE`, but for those "
    "given here.",
)
@click.option(
    "--minutes",
    metavar="M",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop after so many minutes, if the epochs are not over before.",
)
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Of the first weights, the latents and the order of the images.",
)
@click.option(
    "--image-size", metavar="N", type=_COUNT, help="Side to resize the images to."
)
@click.option("--channels", type=click.Choice(["1", "3"]), help="Grey or colour.")
@click.option("--split", default="train", show_default=True, help="Part of the data.")
@click.option("--data-dir", metavar="DIR", help="Where TFDS keeps its data.")
@click.option(
    "--labels/--no-labels",
    default=None,
    help="Train a conditional GAN on the data's labels; by default if the recipe "
    "needs them.",
)
@click.option(
    "--limit", metavar="N", type=_COUNT, help="Use the first so many images only."
)
@click.option(
    "--steps-per-epoch", metavar="N", type=_COUNT, help="By default all of the data."
)
@click.option(
    "--sample-every",
    type=_EpochOrCount(),
    default="epoch",
    show_default=True,
    help="Draw a grid of samples after every epoch or every N batches.",
)
@click.option(
    "--set",
    "assignments",
    metavar="KEY=VALUE",
    multiple=True,
    help="Change a setting of the recipe; see `keras-gan recipes RECIPE`. Repeatable.",
)
@frameworks.backend_option
@click.option("--resume", is_flag=True, help="Continue the run that is in RUN.")
@click.option("--quiet", is_flag=True, help="Show errors only.")
@click.pass_context
def train(context: click.Context, **options: Any) -> None:
    """Train RECIPE on a data set and put all that comes of it into a folder.

    \b
    keras-gan train dcgan --data builtin --out runs/first
    keras-gan train sagan --data builtin --out runs/sagan --fast
    keras-gan train --out runs/first --resume --epochs 60

    The folder gets the model, its history and learning curves, grids of samples
    and their animation, and the exact configuration. A run that was interrupted
    goes on with --resume; options that are not given then are the run's own.
    """  # noqa: D301  (a backspace tells click to keep the lines)
    folder = RunFolder(options.pop("out"))
    if options["data"] is not None:
        options["data"] = run_config.absolute(options["data"])
    options["channels"] = options["channels"] and int(options["channels"])
    if options["resume"]:
        folder.check_existing()
        stored = folder.read_config()
        options = run_config.continued(stored, options, _given(context))
    else:
        for name, flag in (("recipe", "RECIPE"), ("data", "--data")):
            if options[name] is None:
                raise click.UsageError(f"{flag} is missing.")
        folder.check_new()
        stored = {}
    frameworks.start(options["backend"])
    _train(folder, options, stored)


def _given(context: click.Context) -> set[str]:
    """Names of the options that were written on the command line."""
    source = click.core.ParameterSource.COMMANDLINE
    return {
        name
        for name in context.params
        if context.get_parameter_source(name) == source
        and context.params[name] is not None
    }


def _train(folder: RunFolder, options: dict[str, Any], stored: dict[str, Any]) -> None:
    import keras

    from keras_gan import recipes
    from keras_gan.callbacks import LinearDecay, TimeLimit
    from keras_gan_cli.recorder import Recorder

    recipe = recipes.get(options["recipe"])
    given = settings.parse(options["assignments"], recipe.settings(), recipe.make)
    if stored:
        run_config.check_settings(stored["settings"], given)
        given = stored["settings"]
    else:
        options, given = recipe_options.resolved(options, given, recipe)
    source = _open(options, recipe)
    keras.utils.set_random_seed(options["seed"])
    gan, rows = _start_or_continue(folder, recipe, source, options, given)
    done = int(rows[-1]["epoch"]) if rows else 0
    if done >= options["epochs"]:
        raise click.ClickException(
            f"--resume: {folder.path} has had its {done} epochs. Pass --epochs with "
            "more to go on."
        )
    folder.remove_leftovers()
    config = _config(recipe, source, options, given, stored)
    recorder = Recorder(folder, config, rows)
    sampler = _sampler(folder, source, options)
    callbacks = [keras.callbacks.TerminateOnNaN(), recorder, sampler]
    if recipe.decay:
        callbacks.append(LinearDecay(options["epochs"], options["minutes"]))
    if options["minutes"]:
        callbacks.append(TimeLimit(options["minutes"]))
    with _pictures_at_the_end(folder, recorder, sampler, config):
        gan.fit(
            _batches(source, options, done),
            epochs=options["epochs"],
            initial_epoch=done,
            steps_per_epoch=options["steps_per_epoch"],
            shuffle=False,  # the data set does it
            verbose=0 if options["quiet"] else 1 if sys.stdout.isatty() else 2,
            callbacks=callbacks,
        )
    _report(folder, recorder, quiet=options["quiet"])


def _open(options: dict[str, Any], recipe: "Recipe") -> "ImageSource":
    from keras_gan import datasets

    source = datasets.open_source(
        options["data"],
        split=options["split"],
        image_size=options["image_size"],
        channels=options["channels"],
        data_dir=options["data_dir"],
    )
    if options["labels"]:
        recipe_options.check_labels(source, recipe)
    limit = options["limit"]
    if limit is None or limit >= source.size:
        return source
    return dataclasses.replace(source, records=source.records.take(limit), size=limit)


def _start_or_continue(
    folder: RunFolder,
    recipe: "Recipe",
    source: "ImageSource",
    options: dict[str, Any],
    given: dict[str, Any],
) -> tuple["GAN", list[history.Row]]:
    """Build the recipe, or load what it has become in the run so far."""
    import keras

    if options["resume"] and folder.model.is_file():
        gan = keras.saving.load_model(folder.model)
        step = int(keras.ops.convert_to_numpy(gan.optimizer.iterations))
        return gan, history.read(folder, step)
    num_classes = source.num_classes if options["labels"] else None
    return recipe.build(source.image_shape, num_classes, **given), []


def _batches(source: "ImageSource", options: dict[str, Any], done: int) -> Any:
    batches = source.batches(
        options["batch_size"],
        labels=options["labels"],
        seed=options["seed"] + done,  # not the first epochs' order again
    )
    return batches.repeat() if options["steps_per_epoch"] else batches


def _sampler(folder: RunFolder, source: "ImageSource", options: dict[str, Any]) -> Any:
    from keras_gan.callbacks import SampleGrid
    from keras_gan.callbacks.picture_file import write_png

    real = None
    if options["labels"]:
        few = source.batches(
            min(_REAL_SHOWN, source.size), labels=True, seed=options["seed"]
        )
        real = tuple(part.numpy() for part in next(iter(few)))
    return SampleGrid(
        folder.grids,
        every=options["sample_every"],
        real=real,
        show=False,
        on_grid=lambda picture, step: write_png(folder.last_grid, picture),
        animation=folder.animation.absolute(),
    )


def _config(
    recipe: "Recipe",
    source: "ImageSource",
    options: dict[str, Any],
    given: dict[str, Any],
    stored: dict[str, Any],
) -> dict[str, Any]:
    """The exact configuration, as it is written to ``config.json``."""
    import keras

    used = {**options, "backend": keras.backend.backend()}
    keys = (*run_config.FIXED, *run_config.KEPT)
    return {
        **{key: used[key] for key in keys},
        "settings": {**recipe.settings(), **given},
        "images": {
            "shape": list(source.image_shape),
            "number": source.size,
            "classes": source.num_classes if options["labels"] else None,
        },
        "reference": recipe.reference,
        "versions": stored.get("versions") or run_config.versions(),
    }


class _Interrupted(click.ClickException):
    exit_code = 130  # as shells have it: 128 + SIGINT


@contextmanager
def _pictures_at_the_end(
    folder: RunFolder, recorder: "Recorder", sampler: Any, config: dict[str, Any]
) -> Iterator[None]:
    """Draw the curves, and the animation too if the training is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        if not folder.config.is_file():  # nothing has begun
            raise
        sampler.write_animation()
        _write_curves(folder, recorder, config)
        raise _Interrupted(
            f"interrupted. The last saved epoch is kept: go on with `keras-gan train "
            f"--out {folder.path} --resume`."
        ) from None
    _write_curves(folder, recorder, config)


def _write_curves(
    folder: RunFolder, recorder: "Recorder", config: dict[str, Any]
) -> None:
    from keras_gan_cli.curves import write_curves

    if recorder.rows:
        number = config["images"]["number"]
        name = os.path.basename(config["data"])
        title = f"{config['recipe']} on {number:,} images of {name}"
        write_curves(folder.curves, history.columns(recorder.rows), title)


def _report(folder: RunFolder, recorder: "Recorder", quiet: bool) -> None:
    """Say where the results are, or that there are none."""
    if recorder.diverged_in is not None:
        kept = f"{folder.model} is as it was before" if recorder.rows else "none saved"
        raise click.ClickException(
            f"the losses became NaN or infinite in epoch {recorder.diverged_in}, so "
            f"the training was stopped ({kept}). Lower the learning rates."
        )
    if not quiet:
        last = recorder.rows[-1]
        click.echo(
            f"{recorder.epochs} epochs, {last['step']:,} steps, "
            f"{last['seconds'] / 60:.1f} minutes. Look at:"
        )
        for path, what in (
            (folder.last_grid, "samples"),
            (folder.animation, "the training, as an animation"),
            (folder.curves, "learning curves"),
            (folder.model, "the GAN, for `keras-gan generate`"),
        ):
            click.echo(f"  {path}  {what}")
