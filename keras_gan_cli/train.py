"""keras-gan train: a recipe, a data set, a folder for all that comes of it."""

from typing import Any

import click

from keras_gan_cli import (
    config_check,
    frameworks,
    interruption,
    real_images,
    run_config,
    strategies,
)
from keras_gan_cli.run_folder import RunFolder

_COUNT = click.IntRange(min=1)


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
    "--image-size",
    metavar="N",
    type=_COUNT,
    help=f"Side to resize the images to. {real_images.HOW_RESIZED}",
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
    "--limit",
    metavar="N",
    type=_COUNT,
    help="Use so many images only, drawn at random, always the same ones; of a TFDS "
    "set the first.",
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
@click.option(
    "--metrics",
    metavar="NAMES",
    help="Compare samples with images of the data after every epoch, as `keras-gan "
    "evaluate` does: fid, or several as in fid,kid; fashion_fid for the built-in "
    "images, as Inception's weights are a download.",
)
@click.option(
    "--metric-images",
    metavar="N",
    type=_COUNT,
    default=1000,
    show_default=True,
    help="Images to compare with, in whole batches.",
)
@click.option(
    "--checkpoint-every",
    type=_EpochOrCount(),
    default="epoch",
    show_default=True,
    help="Write a checkpoint after every epoch or every N batches, but not so often "
    "that it takes more than a twentieth of the time.",
)
@click.option(
    "--precision",
    type=click.Choice(run_config.PRECISIONS),
    help="Keras's policy of mixed precision; by default Keras's own, float32. "
    "mixed_bfloat16 is faster on CPUs with AMX, for networks of large convolutions.",
)
@frameworks.backend_option
@strategies.strategy_option
@strategies.devices_option
@click.option(
    "--resume",
    is_flag=True,
    help="Continue the run that is in RUN, or begin it if there is none.",
)
@click.option(
    "--allow-changes",
    is_flag=True,
    help="With --resume: continue with the options and settings that are given, even "
    "where the run had others, but for RECIPE and --fast.",
)
@click.option("--quiet", is_flag=True, help="Show errors only.")
@click.pass_context
def train(context: click.Context, **options: Any) -> None:
    """Train RECIPE on a data set and put all that comes of it into a folder.

    \b
    keras-gan train dcgan --data builtin --out runs/first
    keras-gan train sagan --data builtin --out runs/sagan --fast
    keras-gan train --out runs/first --resume --epochs 60

    The folder gets the model, its history and learning curves, grids of samples
    and their animation, the exact configuration, and checkpoints. A run that was
    killed at any moment goes on with --resume, and ends with the same GAN as if it
    had not been; options that are not given then are the run's own, but for --minutes,
    --strategy and --devices.
    """  # noqa: D301  (a backspace tells click to keep the lines)
    folder = RunFolder(options.pop("out"))
    if options["data"] is not None:
        options["data"] = run_config.absolute(options["data"])
    for name in ("metrics", "data_dir"):  # empty is what a shell makes of no variable
        options[name] = options[name] or None
    options["channels"] = options["channels"] and int(options["channels"])
    if options["allow_changes"] and not options["resume"]:
        raise click.UsageError("--allow-changes is for --resume.")
    strategy, devices = options["strategy"], options["devices"]
    options["backend"] = strategies.check(strategy, devices, options["backend"])
    with interruption.on_signals():
        options, stored = _begun(context, folder, options)
        if options["metrics"] is None and "metric_images" in _given(context):
            raise click.UsageError("--metric-images is for --metrics.")
        strategies.launch(strategy, devices)
        frameworks.start(options["backend"])
        scope = strategies.begin(strategy, devices)
        interruption.check()
        from keras_gan_cli.training import run

        run(folder, options, stored, scope)


def _begun(
    context: click.Context, folder: RunFolder, options: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the options, and the configuration of the run that is continued."""
    if options["resume"] and folder.config.is_file():
        folder.check_existing()
        stored = config_check.checked(
            folder.read_config(), str(folder.config), options["backend"]
        )
        allowed = options["allow_changes"]
        return run_config.continued(stored, options, _given(context), allowed), stored
    if options["resume"] and options["recipe"] is None:
        folder.check_existing()  # which says that there is none
    for name, flag in (("recipe", "RECIPE"), ("data", "--data")):
        if options[name] is None:
            raise click.UsageError(f"{flag} is missing.")
    folder.check_new()
    run_config.check_apart(options["data"], folder.path)
    return options, {}


def _given(context: click.Context) -> set[str]:
    """Names of the options that were written on the command line."""
    source = click.core.ParameterSource.COMMANDLINE
    return {
        name
        for name in context.params
        if context.get_parameter_source(name) == source
        and context.params[name] is not None
    }
