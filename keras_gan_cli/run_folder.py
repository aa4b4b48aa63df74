"""RunFolder: where a training keeps what it makes, and whose folder it is."""

import json
import os
from pathlib import Path
from typing import Any

import click


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
        if self.path.is_dir() and any(self.path.iterdir()):
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
                "it. Leave --resume out to start one there."
            )
        self._check_writable()

    def read_config(self) -> dict[str, Any]:
        """Read the configuration of the run that is there.

        Raises:
            click.ClickException: If the file is damaged.
        """
        try:
            config = json.loads(self.config.read_text())
        except ValueError as error:
            raise click.ClickException(f"{self.config} is damaged: {error}.") from error
        if not isinstance(config, dict):
            raise click.ClickException(f"{self.config} is damaged: no JSON object.")
        return config

    def write_config(self, config: dict[str, Any]) -> None:
        """Write the configuration, creating the folder if need be."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.write(self.config, json.dumps(config, indent=2) + "\n")

    def remove_leftovers(self) -> None:
        """Remove half a model that a killed process was writing."""
        for path in self.path.glob(f".{self.model.stem}.*{self.model.suffix}"):
            path.unlink()

    def write(self, path: Path, text: str) -> None:
        """Write a text file so that it is whole or absent."""
        from keras_gan.atomic_write import replacing

        with replacing(path) as temporary:
            temporary.write_text(text)

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
