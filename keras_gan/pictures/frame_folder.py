"""The folder of a training's grids: a PNG for each step, and their animation."""

import os
import re
from pathlib import Path

import numpy as np

from keras_gan.files.atomic_write import writable_folder
from keras_gan.pictures.animation import write_animation
from keras_gan.pictures.png import write_png

_FRAME = re.compile(r"samples_(\d+)\.png")


class FrameFolder:
    """Write grids as ``samples_000938.png``, ``real.png`` and an animation.

    Files of the same name are replaced, others are left alone.

    Args:
        directory: The folder; it is created if need be.

    Raises:
        OSError: If the folder cannot be created or written to.
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self.directory = writable_folder(directory, "directory")
        self.frames: dict[int, Path] = {}

    def adopt(self, start: int) -> None:
        """Take in the frames of the training that is continued at step ``start``.

        Those of later steps lie in the folder from another one.
        """
        for path in self.directory.iterdir():
            match = _FRAME.fullmatch(path.name)
            if match and int(match[1]) < start:
                self.frames[int(match[1])] = path

    def show(self, picture: np.ndarray, step: int, name: str) -> None:
        """Write a picture, the samples' with the step in its name."""
        self.directory.mkdir(parents=True, exist_ok=True)  # it may have been removed
        if name != "samples":
            write_png(self.directory / f"{name}.png", picture)
            return
        path = self.directory / f"samples_{step:06d}.png"
        write_png(path, picture)
        self.frames[step] = path

    def animate(self, name: str | os.PathLike[str]) -> None:
        """Write the animation of all frames so far, under a name in the folder."""
        write_animation(self.directory / name, self.frames)
