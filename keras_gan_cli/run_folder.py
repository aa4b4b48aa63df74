"""RunFolder: where a training keeps what it makes, and whose folder it is."""

import json
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from keras_gan_cli import run_lock
from keras_gan_cli.config_check import CLASS_NAMES, KEYS

_MOST_CONFIG = 2**24  # bytes of a configuration; all but classes' names are few
_LOCK = ".lock"


def _half(path: Path) -> bool:
    """Whether it is what a killed process left before there was a configuration."""
    return path.name.startswith(".config.") or path.name == _LOCK


class RunFolder:
    """The files of one training.

    ==================  ======================================================
    ``config.json``     the exact configuration
    ``model.keras``     the GAN: networks, average, optimizers, random state
    ``history.csv``     what was logged, a row for each epoch
    ``history.json``    the same, a list for each column
    ``curves.png``      the same, as a picture
    ``samples.png``     the last grid of samples
    ``samples/``        all grids, and ``real.png``
    ``training.gif``    their animation
    ``checkpoints/``    the last two, to go on from
    ==================  ======================================================

    Args:
        path: The folder.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).expanduser()
        self.config = self.path / "config.json"
        self.model = self.path / "model.keras"
        self.history_csv = self.path / "history.csv"
        self.history_json = self.path / "history.json"
        self.curves = self.path / "curves.png"
        self.last_grid = self.path / "samples.png"
        self.grids = self.path / "samples"
        self.animation = self.path / "training.gif"
        self.checkpoints = self.path / "checkpoints"

    @property
    def resuming(self) -> str:
        """The command that continues the run."""
        return f"keras-gan train --out {shlex.quote(str(self.path))} --resume"

    def check_new(self) -> None:
        """Make sure that a new run can be put there; nothing is written.

        Raises:
            click.ClickException: If something is there, or nothing can be written.
        """
        if self.config.is_file():
            raise click.ClickException(
                f"--out {self.path}: this folder holds another run. Choose another, or "
                "add --resume to continue that run."
            )
        if self.path.is_dir() and any(p for p in self.path.iterdir() if not _half(p)):
            raise click.ClickException(
                f"--out {self.path}: this folder is not empty and holds no run. Choose "
                "another."
            )
        self._check_writable()

    def check_existing(self) -> None:
        """Make sure that a run is there and can be continued; nothing is written.

        Raises:
            click.ClickException: If there is none, or nothing can be written.
        """
        if not self.config.is_file():
            raise click.ClickException(
                f"--resume: {self.path} holds no run, as there is no config.json in "
                "it. Name RECIPE and --data to begin one there."
            )
        if self.model.is_file() and not self.checkpoints.is_dir():
            raise click.ClickException(
                f"--resume: {self.path} holds a model and no checkpoints, so it cannot "
                "be continued. Choose another --out."
            )
        self._check_writable()

    def read_config(self) -> dict[str, Any]:
        """Read the configuration of the run that is there.

        Raises:
            click.ClickException: If the file is damaged.
        """
        try:
            with self.config.open("rb") as file:
                content = file.read(_MOST_CONFIG + 1)
            if len(content) > _MOST_CONFIG:
                raise ValueError(f"more than {_MOST_CONFIG:,} bytes")
            config = json.loads(content.decode())
        except (OSError, ValueError, RecursionError) as error:
            reason = "nested too deeply" if isinstance(error, RecursionError) else error
            raise click.ClickException(
                f"{self.config} is damaged: {reason}."
            ) from error
        if not isinstance(config, dict):
            raise click.ClickException(f"{self.config} is damaged: no JSON object.")
        return config

    def class_names(self) -> tuple[str, ...] | None:
        """Return the names of the classes that the run was trained on, if it has any.

        Runs that were begun before these were kept have none.

        Raises:
            click.ClickException: If the configuration is damaged.
        """
        if not self.config.is_file():
            return None
        images = self.read_config().get("images")
        names: Any = images.get("class_names") if isinstance(images, dict) else None
        return tuple(names) if CLASS_NAMES.fits(names) else None

    def limit_of(self, data: str, split: str) -> tuple[int | None, bool]:
        """Return how many images of some data the run was trained on, if not all.

        Args:
            data: The data's name, as `run_config.absolute` returns it.
            split: Part of it.

        Returns:
            The run's limit, or ``None`` if it has none or was trained on other data;
            and whether it is of images drawn at random, or of the first.

        Raises:
            click.ClickException: If the configuration is damaged.
        """
        config = self.read_config() if self.config.is_file() else {}
        limit, images = config.get("limit"), config.get("images")
        own = (config.get("data"), config.get("split")) == (data, split)
        if not own or not KEYS["limit"].fits(limit):
            return None, False
        return limit, isinstance(images, dict) and images.get("drawn") is True

    def write_config(self, config: dict[str, Any]) -> None:
        """Write the configuration, creating the folder if need be."""
        text = json.dumps(config, indent=2, ensure_ascii=False)
        self.write(self.config, text + "\n")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other trainings out of the folder until the block ends.

        Raises:
            click.ClickException: If another training is at work there.
        """
        new = not self.path.exists()
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with run_lock.held(self.path / _LOCK) as alone:
                if not alone:
                    raise click.ClickException(
                        f"--out {self.path}: another training is at work in this "
                        "folder. Wait for its end, or choose another folder."
                    )
                yield
        finally:
            if new:
                with suppress(OSError):  # something came of it
                    self.path.rmdir()

    def remove_leftovers(self) -> None:
        """Remove halves of files that a killed process was writing."""
        for file in (self.model, self.config, self.history_csv, self.history_json):
            for path in self.path.glob(f".{file.stem}.*{file.suffix}"):
                path.unlink()

    def write(self, path: Path, text: str) -> None:
        """Write a text file so that it is whole or absent."""
        from keras_gan.files.atomic_write import replacing

        self.path.mkdir(parents=True, exist_ok=True)  # somebody may have removed it
        with replacing(path) as temporary:
            # What is no UTF-8 in a file's name is escaped, as JSON does.
            temporary.write_text(text, "utf-8", "backslashreplace")

    def _check_writable(self) -> None:
        """Look at the folder, or at the nearest above it that exists."""
        nearest = self.path.absolute()
        while not nearest.exists() and nearest != nearest.parent:
            nearest = nearest.parent
        if not nearest.is_dir():
            raise click.ClickException(f"--out {self.path}: {nearest} is no folder.")
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise click.ClickException(
                f"--out {self.path}: {nearest} cannot be written to."
            )
