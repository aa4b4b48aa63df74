"""Trained GANs as they are named on a command line: a run's folder, a .keras file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from keras_gan_cli.run_folder import RunFolder

if TYPE_CHECKING:
    from keras_gan import GAN


def find(model: str) -> Path | None:
    """Return the model's file, or ``None`` if the name is that of no GAN.

    Raises:
        click.ClickException: If it is a GAN's name, and there is no file.
    """
    path = Path(model).expanduser()
    folder = RunFolder(path)
    is_run = folder.config.is_file() or folder.model.is_file()
    return file(model) if is_run or path.suffix == ".keras" else None


def file(model: str) -> Path:
    """Return the model's file.

    Raises:
        click.ClickException: If there is none.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        run = RunFolder(path)
        if run.config.is_file() and not run.model.is_file():
            raise click.ClickException(
                f"{path}: this run has no model yet, as that is saved after its first "
                f"epoch. Go on with `{run.resuming}`."
            )
        path = run.model
    if not path.is_file():
        raise click.ClickException(f"{path}: there is no such file.")
    return path


def load(path: Path) -> "GAN":
    """Load a GAN.

    Raises:
        click.ClickException: If the file holds another model.
        ValueError: If it is broken, or holds anything unsafe.
    """
    from keras_gan import GAN
    from keras_gan.files import loading

    gan = loading.load(path)
    if not isinstance(gan, GAN):
        raise click.ClickException(
            f"{path}: it holds a {type(gan).__name__}, not a GAN. Save the whole GAN, "
            "not its generator."
        )
    return gan
