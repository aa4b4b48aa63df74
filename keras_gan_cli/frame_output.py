"""Images that change step by step: as rows of a picture, an animation, an array."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keras_gan_cli import outputs

if TYPE_CHECKING:
    import numpy as np

SUFFIXES = (".gif", ".webp", ".png", ".npy")

frames_option = click.option(
    "--frames",
    metavar="N",
    type=click.IntRange(2, 1000),
    help="Steps on the way; by default 60, in a picture 10.",
)

rate_option = click.option(
    "--fps",
    metavar="N",
    type=click.IntRange(1, 50),
    help="Frames of an animation in a second; by default 15.",
)


def rate(target: Path, frames_per_second: int | None) -> int:
    """Return how many frames are shown in a second.

    Raises:
        click.UsageError: If it is said of what does not move.
    """
    if frames_per_second is not None and target.suffix in (".png", ".npy"):
        raise click.UsageError(f"--fps is for animations. Received: --out {target}.")
    return frames_per_second or 15


def number(target: Path, frames: int | None) -> int:
    """Return how many frames there are, if it is not said."""
    return frames or (10 if is_picture(target) else 60)


def is_picture(target: Path) -> bool:
    """Whether it does not move: then it need not come back to where it began."""
    return target.suffix == ".png"


def write(
    target: Path, images: "np.ndarray", value_range: Any, frames_per_second: int
) -> None:
    """Write images ``(frames, n, ...)`` in the form that the file's name says.

    A picture has a row for each of the n, an animation shows them side by side, and
    an array has them as they are, floats in the generator's own range.

    Args:
        target: The file, with one of `SUFFIXES`.
        images: The images.
        value_range: Their values of black and white.
        frames_per_second: Of an animation.
    """
    from keras_gan.pictures.draw import draw
    from keras_gan.pictures.png import as_pillow, write_png

    if target.suffix == ".npy":
        outputs.write_array(target, images=images)
    elif is_picture(target):
        rows = images.swapaxes(0, 1).reshape(-1, *images.shape[2:])
        write_png(target, draw(rows, len(images), value_range))
    else:
        from keras_gan.pictures.animation import durations, write_frames

        columns = _columns(images.shape[1])
        pictures = (as_pillow(draw(side, columns, value_range)) for side in images)
        seconds = len(images) / frames_per_second
        write_frames(target, pictures, durations(len(images), seconds))


def _columns(n: int) -> int:
    """Near a square, and whole rows where n allows it: 10 images in 2 rows of 5."""
    square = math.ceil(math.sqrt(n))
    return next((c for c in range(square, 2 * square) if n % c == 0), square)
