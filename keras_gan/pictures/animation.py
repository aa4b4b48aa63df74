"""Moving pictures: frames in one file, and a training's grids one after another."""

import itertools
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from keras_gan.files.atomic_write import replacing

if TYPE_CHECKING:
    from PIL import Image

FORMATS = (".gif", ".webp")
MAX_FRAMES = 120

_MAX_SIDE = 720  # pixels; larger grids are shrunk, so that memory stays bounded
_TOTAL = 12_000  # milliseconds, for all frames but the last
_SHORTEST, _LONGEST, _LAST = 80, 500, 2_500  # milliseconds a frame
_SHADES = 32  # of grey in a GIF: half the size of one with 256, hardly to be seen
_CAPTION, _LETTERS = 24, 13  # pixels


def check_format(path: str | os.PathLike[str]) -> Path:
    """Return the path if an animation can be written there under that name.

    Raises:
        ValueError: If the extension is not one of `FORMATS`, or Pillow cannot
            write it.
    """
    from PIL import features

    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise ValueError(
            f"animation must end in {' or '.join(FORMATS)}. Received: {str(path)!r}."
        )
    if path.suffix.lower() == ".webp" and not features.check("webp"):
        raise ValueError(
            f"animation={str(path)!r}: this Pillow was built without WebP. Use a name "
            "that ends in .gif."
        )
    return path


def write_animation(path: str | os.PathLike[str], frames: Mapping[int, Path]) -> bool:
    """Make an animation of pictures that lie on disk.

    At most `MAX_FRAMES` are used, evenly spread, the first and the last among them.
    Pictures that cannot be read, or of another size than the last, are left out.

    Args:
        path: The file to write, ending in .gif or .webp.
        frames: The picture of each training step.

    Returns:
        Whether there was anything to write.

    Example:
        >>> write_animation("a.gif", {0: Path("first.png"), 100: Path("last.png")})
    """
    steps = _alike(frames, _thinned(sorted(frames), MAX_FRAMES))
    if not steps:
        return False
    duration = min(_LONGEST, max(_SHORTEST, _TOTAL // len(steps)))
    pictures = _captioned({step: frames[step] for step in steps}, steps[-1])
    write_frames(path, pictures, [duration] * (len(steps) - 1) + [_LAST])
    return True


def durations(frames: int, seconds: float) -> list[int]:
    """Return milliseconds for each of the frames, which are ``seconds`` together.

    They are multiples of 10, as a GIF counts in hundredths of a second.

    Args:
        frames: How many, 1 or more.
        seconds: Of all of them.

    Example:
        >>> durations(3, 0.1)
        [30, 40, 30]
    """
    ends = [round(100 * seconds * i / frames) for i in range(frames + 1)]
    return [10 * (end - start) for start, end in itertools.pairwise(ends)]


def write_frames(
    path: str | os.PathLike[str],
    frames: "Iterable[Image.Image]",
    duration: int | list[int],
) -> None:
    """Write pictures of one size and mode as an animation that is played for ever.

    Args:
        path: The file to write, ending in .gif or .webp.
        frames: The pictures, one or more; they are taken one by one.
        duration: Milliseconds of each frame, or of every one.

    Raises:
        ValueError: As in `check_format`.

    Example:
        >>> shades = [Image.new("L", (8, 8), shade) for shade in (0, 128, 255)]
        >>> write_frames("shades.gif", shades, duration=100)
    """
    pictures = iter(frames)
    if check_format(path).suffix.lower() == ".gif":
        pictures = map(_with_fewer_shades, pictures)
    with replacing(path) as temporary:
        next(pictures).save(
            temporary,
            save_all=True,
            append_images=pictures,  # read one by one, as they are encoded
            duration=duration,
            loop=0,
        )


def _alike(frames: Mapping[int, Path], steps: list[int]) -> list[int]:
    """Those of the steps whose pictures can be read and look like the last one."""
    from PIL import Image

    kinds = {}
    for step in steps:
        try:
            with Image.open(frames[step]) as picture:
                picture.load()
                kinds[step] = (picture.size, picture.mode)
        except (OSError, SyntaxError):  # Pillow's own for a file that is broken
            continue
    return [step for step, kind in kinds.items() if kind == list(kinds.values())[-1]]


def _thinned(steps: list[int], most: int) -> list[int]:
    if len(steps) <= most:
        return steps
    return [steps[i * (len(steps) - 1) // (most - 1)] for i in range(most)]


def _captioned(frames: Mapping[int, Path], last: int) -> "Iterator[Image.Image]":
    """The pictures, not too large, each with its step written below."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(_LETTERS)
    for step, file in frames.items():
        with Image.open(file) as picture:
            picture.thumbnail((_MAX_SIDE, _MAX_SIDE))
            frame = Image.new(
                picture.mode, (picture.width, picture.height + _CAPTION), "white"
            )
            frame.paste(picture)
        place = (frame.width // 2, frame.height - _CAPTION // 2)
        text = f"step {step:,} of {last:,}"
        ImageDraw.Draw(frame).text(place, text, fill="black", font=font, anchor="mm")
        yield frame


def _with_fewer_shades(picture: "Image.Image") -> "Image.Image":
    if picture.mode != "L":
        return picture
    return picture.point(
        [round(i * (_SHADES - 1) / 255) * 255 // (_SHADES - 1) for i in range(256)]
    )
