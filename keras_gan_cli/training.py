"""A run of `keras-gan train`, from its options to its report."""

import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import click
import keras

from keras_gan import GAN, datasets, distribution, recipes
from keras_gan.callbacks import Checkpoint, LinearDecay, SampleGrid, TimeLimit
from keras_gan.datasets import ImageSource
from keras_gan.files.atomic_write import tolerated
from keras_gan.pictures.png import write_png
from keras_gan.recipes import Recipe
from keras_gan.version import versions
from keras_gan_cli import (
    class_names,
    history,
    interruption,
    metric_names,
    real_images,
    recipe_options,
    run_config,
    settings,
)
from keras_gan_cli.curves import write_curves
from keras_gan_cli.interruption import Interrupted, Terminated
from keras_gan_cli.recorder import Recorder
from keras_gan_cli.run_folder import RunFolder

_REAL_SHOWN = 512  # labelled images looked through for some of each class
_REASON = 300  # characters of an engine's error
_SHARE = 0.05  # of the time may go into checkpoints


def run(
    folder: RunFolder,
    options: dict[str, Any],
    stored: dict[str, Any],
    scope: AbstractContextManager[Any],
) -> None:
    """Train, and leave all that comes of it in the folder.

    Of several processes the first does so; the others keep to a folder of their own,
    and read the checkpoints of the first.

    Args:
        folder: The run's folder.
        options: Those of the command line.
        stored: The configuration of the run that is continued, or nothing.
        scope: What the GAN is created and compiled in.
    """
    with _together(folder):
        if distribution.is_chief():
            _run(folder, folder.checkpoints, options, stored, scope)
            return
        with tempfile.TemporaryDirectory() as own:
            options = {**options, "quiet": True}
            _run(RunFolder(own), folder.checkpoints, options, stored, scope)


@contextmanager
def _together(folder: RunFolder) -> Iterator[None]:
    """Say what an engine's error means where several processes train together."""
    try:
        yield
    except (click.ClickException, ValueError, TypeError):  # of this process alone
        raise
    except Exception as error:
        if distribution.part()[1] == 1:
            raise
        reason = " ".join(str(error).split())[-_REASON:]
        raise click.ClickException(
            "the processes lost each other: one has ended, or the network failed. "
            "Start all of them again: `keras-gan train` with the same options and "
            f"--out {shlex.quote(str(folder.path))} --resume goes on from the last "
            "checkpoint. "
            f"({type(error).__name__}: {reason})"
        ) from error


def _run(
    folder: RunFolder,
    checkpoints: Path,
    options: dict[str, Any],
    stored: dict[str, Any],
    scope: AbstractContextManager[Any],
) -> None:
    """Train, with all files but the checkpoints in the folder."""
    recipe = recipes.get(options["recipe"])
    given = settings.parse(options["assignments"], recipe.settings(), recipe.make)
    if stored:
        given = _continued(stored["settings"], given, options["allow_changes"])
    else:
        options, given = recipe_options.resolved(options, given, recipe)
    if options["data_dir"] != stored.get("data_dir"):  # what a run has may be of before
        real_images.check_data_dir(options["data_dir"], options["data"])
    metrics = metric_names.checked(options["metrics"]) if options["metrics"] else None
    source = _open(options, recipe, stored)
    keras.utils.set_random_seed(options["seed"])
    with scope, _precision(options["precision"]):
        gan = _build(recipe, source, options, given)
        if metrics:
            gan.compile(**{**gan.rules.given, "metrics": metrics})
        config = _config(recipe, source, options, given, stored)
    with folder.held():
        _train(gan, recipe, source, folder, checkpoints, options, config)


def _train(
    gan: GAN,
    recipe: Recipe,
    source: ImageSource,
    folder: RunFolder,
    checkpoints: Path,
    options: dict[str, Any],
    config: dict[str, Any],
) -> None:
    """Fit the GAN, with the callbacks that fill the folder."""
    folder.remove_leftovers()
    recorder = Recorder(folder, config)
    sampler = _sampler(folder, source, options)
    checkpoint = Checkpoint(
        checkpoints,
        options["checkpoint_every"],
        max_share=_SHARE,
        allow_changes=options["allow_changes"],
    )
    callbacks = [keras.callbacks.TerminateOnNaN(), recorder, sampler, checkpoint]
    if recipe.decay:
        callbacks.append(LinearDecay(options["epochs"], options["minutes"]))
    if options["minutes"]:
        callbacks.append(TimeLimit(options["minutes"]))
    form = {"labels": options["labels"], "seed": options["seed"]}
    batches = source.batches(options["batch_size"], **form)
    part = distribution.part() if options["strategy"] == "ddp" else None
    own = source.batches(options["batch_size"], part=part, **form)
    with _pictures_at_the_end(folder, recorder, sampler, config):
        interruption.check()
        gan.fit(
            own,
            epochs=options["epochs"],
            steps_per_epoch=options["steps_per_epoch"],
            validation_data=_compared_with(batches, options),
            verbose=0 if options["quiet"] else 1 if sys.stdout.isatty() else 2,
            callbacks=callbacks,
        )
    _report(folder, recorder, checkpoint, quiet=options["quiet"])


def _continued(
    stored: dict[str, Any], given: dict[str, Any], allow_changes: bool
) -> dict[str, Any]:
    """Return a run's settings, with those that are given if they may differ."""
    if allow_changes:
        return {**stored, **given}
    run_config.check_settings(stored, given)
    return stored


def _open(
    options: dict[str, Any], recipe: Recipe, stored: dict[str, Any]
) -> ImageSource:
    source = datasets.open_source(
        options["data"],
        split=options["split"],
        image_size=options["image_size"],
        channels=options["channels"],
        data_dir=options["data_dir"],
    )
    if options["labels"]:
        recipe_options.check_labels(source, recipe)
        known = stored.get("images", {}).get("class_names")
        if known is not None and source.class_names is not None:
            source = source.numbered_as(known)  # a class may be gone, or be a new one
    return real_images.limited(source, options["limit"], _draws(stored))


def _draws(stored: dict[str, Any]) -> bool:
    """Whether a limit draws: a run of an earlier version goes on with the first."""
    return bool(stored.get("images", {}).get("drawn", not stored))


@contextmanager
def _precision(policy: str | None) -> Iterator[None]:
    """Build networks under a policy of Keras, or under the one that there is."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy or before)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _build(
    recipe: Recipe,
    source: ImageSource,
    options: dict[str, Any],
    given: dict[str, Any],
) -> GAN:
    num_classes = source.num_classes if options["labels"] else None
    return recipe.build(source.image_shape, num_classes, **given)


def _compared_with(batches: Any, options: dict[str, Any]) -> Any:
    """The same batches after every epoch, or ``None`` if there are no metrics."""
    if not options["metrics"]:
        return None
    count = max(1, options["metric_images"] // options["batch_size"])
    return batches.per_epoch.epoch(0).take(count)


def _sampler(folder: RunFolder, source: ImageSource, options: dict[str, Any]) -> Any:
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
    recipe: Recipe,
    source: ImageSource,
    options: dict[str, Any],
    given: dict[str, Any],
    stored: dict[str, Any],
) -> dict[str, Any]:
    """The exact configuration, as it is written to ``config.json``."""
    used = {
        **options,
        "backend": keras.backend.backend(),
        "precision": keras.config.dtype_policy().name,
    }
    keys = (*run_config.FIXED, *run_config.KEPT)
    return {
        **{key: used[key] for key in keys},
        "settings": {**recipe.settings(), **given},
        "images": {
            "shape": list(source.image_shape),
            "number": source.size,
            "classes": source.num_classes if options["labels"] else None,
            "class_names": source.class_names if options["labels"] else None,
            "drawn": _draws(stored),
        },
        "reference": recipe.reference,
        "versions": stored.get("versions") or versions(),
    }


@contextmanager
def _pictures_at_the_end(
    folder: RunFolder, recorder: Recorder, sampler: Any, config: dict[str, Any]
) -> Iterator[None]:
    """Draw the curves, and the animation too if the training is interrupted."""
    try:
        yield
    except KeyboardInterrupt as cause:
        if not folder.config.is_file():  # nothing has begun
            raise
        if not isinstance(cause, Terminated):  # who sends that does not wait long
            sampler.write_animation()
            _write_curves(folder, recorder, config)
        raise Interrupted(
            f"interrupted. Go on with `{folder.resuming}`.",
            cause,
        ) from None
    _write_curves(folder, recorder, config)


def _write_curves(
    folder: RunFolder, recorder: Recorder, config: dict[str, Any]
) -> None:
    if recorder.rows:
        number = config["images"]["number"]
        name = os.path.basename(config["data"])
        title = f"{config['recipe']} on {number:,} images of {name}"
        with tolerated(folder.curves):
            write_curves(folder.curves, history.columns(recorder.rows), title)


def _report(
    folder: RunFolder, recorder: Recorder, checkpoint: Checkpoint, quiet: bool
) -> None:
    """Say where the results are, or that there are none."""
    if recorder.diverged_in is not None:
        kept = f"{folder.model} is as it was before" if recorder.rows else "none saved"
        raise click.ClickException(
            f"the losses became NaN or infinite in epoch {recorder.diverged_in}, so "
            f"the training was stopped ({kept}). Lower the learning rates."
        )
    failure = recorder.failure or checkpoint.failure
    if failure is not None:
        raise click.ClickException(
            f"the training is over, but its end could not be written: {failure}. The "
            f"last good checkpoint is {checkpoint.last or 'none'}. Make room and go on "
            f"from it with `{folder.resuming}`."
        )
    if not quiet:
        names = recorder.config["images"]["class_names"]
        if names:
            click.echo(f"Classes: {class_names.listed(names)}.")
        click.echo(f"{_done(recorder)} Look at:")
        for path, what in (
            (folder.last_grid, "samples"),
            (folder.animation, "the training, as an animation"),
            (folder.curves, "learning curves"),
            (folder.model, "the GAN, for `keras-gan generate`"),
        ):
            click.echo(f"  {path}  {what}")


def _done(recorder: Recorder) -> str:
    """Say how much was trained, or that there was nothing left to train."""
    epochs, last = recorder.epochs, recorder.rows[-1]
    if not recorder.has_trained:
        done = "The one epoch is" if epochs == 1 else f"All {epochs:,} epochs are"
        more = f"Give --epochs N above {epochs} to go on."
        return f"{done} done; nothing was trained. {more}"
    return (
        f"{_count(epochs, 'epoch')}, {_count(int(last['step']), 'step')}, "
        f"{last['seconds'] / 60:.1f} minutes."
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
