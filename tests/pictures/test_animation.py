"""Animations of grids that lie on disk."""

import numpy as np
import pytest
from PIL import Image, ImageSequence

from keras_gan.pictures.animation import (
    MAX_FRAMES,
    check_format,
    durations,
    write_animation,
)
from keras_gan.pictures.png import write_png

pytestmark = pytest.mark.once


def frames_on_disk(folder, steps, channels=1, side=16):
    frames = {}
    for step in steps:
        frames[step] = folder / f"samples_{step:06d}.png"
        write_png(frames[step], np.full((side, side, channels), step % 256, "uint8"))
    return frames


def shades(path):
    """The shade of each frame's upper left corner."""
    with Image.open(path) as animation:
        return [
            f.convert("L").getpixel((2, 2)) for f in ImageSequence.Iterator(animation)
        ]


@pytest.mark.parametrize("suffix", ["gif", "webp"])
@pytest.mark.parametrize("channels", [1, 3])
def test_frames_come_in_the_order_of_their_steps(tmp_path, suffix, channels):
    frames = frames_on_disk(tmp_path, [200, 0, 100], channels)
    path = tmp_path / f"training.{suffix}"
    assert write_animation(path, frames)
    assert shades(path) == pytest.approx([0, 100, 200], abs=5)
    with Image.open(path) as animation:
        assert animation.info["loop"] == 0


def test_the_number_of_frames_is_bounded(tmp_path):
    frames = frames_on_disk(tmp_path, range(2 * MAX_FRAMES), side=4)
    write_animation(tmp_path / "a.gif", frames)
    seen = shades(tmp_path / "a.gif")
    assert MAX_FRAMES - 10 < len(seen) <= MAX_FRAMES  # Pillow joins those alike
    assert seen[0] == 0
    assert seen[-1] == pytest.approx(2 * MAX_FRAMES - 1, abs=5)


def test_black_and_white_stay_so(tmp_path):
    write_animation(tmp_path / "a.gif", frames_on_disk(tmp_path, [0, 255]))
    assert shades(tmp_path / "a.gif") == [0, 255]


def test_large_grids_are_shrunk(tmp_path):
    write_animation(tmp_path / "a.gif", frames_on_disk(tmp_path, [0, 1], side=1500))
    with Image.open(tmp_path / "a.gif") as animation:
        assert max(animation.size) < 800


def test_frames_that_are_broken_or_of_another_size_are_left_out(tmp_path):
    frames = frames_on_disk(tmp_path, [0, 10, 20, 30])
    frames[0].write_bytes(b"no picture")
    frames[10].write_bytes(frames[20].read_bytes()[:40])
    frames |= frames_on_disk(tmp_path, [20], side=8)
    write_animation(tmp_path / "a.gif", frames)
    assert shades(tmp_path / "a.gif") == pytest.approx([30], abs=5)


def test_nothing_is_written_of_nothing(tmp_path):
    assert not write_animation(tmp_path / "a.gif", {})
    assert not (tmp_path / "a.gif").exists()


def test_other_formats_are_refused():
    with pytest.raises(ValueError, match=r"\.gif or \.webp. Received: 'a.mp4'"):
        check_format("a.mp4")


@pytest.mark.parametrize(("frames", "seconds"), [(100, 2.5), (40, 1.0), (3, 0.1)])
def test_frames_last_as_long_as_they_are_told_to(frames, seconds):
    lengths = durations(frames, seconds)
    assert len(lengths) == frames
    assert sum(lengths) == 1000 * seconds
    assert {length % 10 for length in lengths} == {0}  # as a GIF counts
    assert max(lengths) - min(lengths) <= 10
