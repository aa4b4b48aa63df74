"""keras-gan: the commands, and what becomes of their errors."""

import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from keras_gan_cli import frameworks, interruption
from keras_gan_cli.datasets import datasets
from keras_gan_cli.evaluate import evaluate
from keras_gan_cli.generate import generate
from keras_gan_cli.interpolate import interpolate
from keras_gan_cli.morph import morph
from keras_gan_cli.neighbours import neighbours
from keras_gan_cli.project import project
from keras_gan_cli.recipes import recipes
from keras_gan_cli.train import train
from keras_gan_cli.truncate import truncate

_INTERRUPTED = (130, 143)  # statuses after Ctrl-C and SIGTERM
_LONGEST = 800  # characters of an error; some frameworks write pages


def _print_version(context: click.Context, option: Any, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"keras-gan {version('keras-gan')}")
        context.exit()


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="An error is one line; KERAS_GAN_DEBUG=1 shows where it comes from.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
@frameworks.modules_option
def cli(modules: Sequence[str]) -> None:
    """Train generative adversarial networks and generate with them."""


_COMMANDS = (
    *(train, generate, evaluate),
    *(interpolate, truncate, morph, neighbours, project),
    *(recipes, datasets),
)
for _command in _COMMANDS:
    cli.add_command(_command)


def run() -> NoReturn:
    """Run ``keras-gan`` as a program, and end it."""
    status = main()
    if status in _INTERRUPTED:
        # JAX crashes as it is taken down after an interrupted compilation.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``keras-gan``.

    An error is one line on stderr; with ``KERAS_GAN_DEBUG=1`` the traceback comes
    before it.

    Args:
        arguments: What follows ``keras-gan`` on the command line; by default that
            of this process.

    Returns:
        The exit status: 0, 1 for an error, 2 for a wrong command line, 130 after
        Ctrl-C, 143 after SIGTERM.

    Example:
        >>> main(["recipes"])
        0
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    warnings.showwarning = _show_warning
    try:
        status = cli.main(arguments, prog_name="keras-gan", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "keras-gan"
        return _fail(error, f"{error.format_message()} See `{command} --help`.", 2)
    except interruption.Interrupted as error:
        return _fail(error, error.message, interruption.status(error.cause))
    except click.ClickException as error:
        return _fail(error, error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt) as error:
        return _fail(error, "interrupted", interruption.status(error))
    except BrokenPipeError:  # what reads our output has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ValueError, OSError, ImportError) as error:
        return _fail(error, (str(error) or type(error).__name__) + _hint(error), 1)
    except Exception as error:
        return _fail(error, f"{type(error).__name__}: {error}", 1)


def _hint(error: BaseException | None) -> str:
    """What to add where a name is unknown, as it may be one of the user's own."""
    registry = sys.modules.get("keras_gan.registry")  # else it is no such error
    while registry is not None and error is not None:
        if isinstance(error, registry.UnknownNameError):
            return (
                " If it is one of yours, name the module that registers it: "
                "`keras-gan --import MODULE ...`."
            )
        error = error.__cause__ or error.__context__
    return ""


def _fail(error: BaseException, message: str, status: int) -> int:
    if os.environ.get("KERAS_GAN_DEBUG", "0") not in ("", "0"):
        traceback.print_exception(error)
    message = " ".join(message.split())
    if len(message) > _LONGEST:
        message = f"{message[:_LONGEST]} ... (KERAS_GAN_DEBUG=1 shows all of it)"
    click.echo(f"keras-gan: error: {message}", err=True)
    return status


def _show_warning(message: Any, *args: Any, **kwargs: Any) -> None:
    """Show a warning in one line, without the place in the code."""
    click.echo(f"keras-gan: warning: {' '.join(str(message).split())}", err=True)
