"""Checkpoints on disk: folders that are whole or absent, with checksums, two kept."""

import hashlib
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from keras_gan import backend

SUMS = "SHA256SUMS"  # as the program sha256sum writes and checks it

_NAME = re.compile(r"checkpoint_(\d{6,})")
_WRITING = ".writing_"  # what a process is at, or was killed at
# Nothing is written for so long, if not by a process that was killed: a slow disk takes
# minutes for one file, and clocks of two hosts differ by less.
_ABANDONED = 3600  # seconds
_DAMAGED = "damaged_"
_SUM = re.compile(r"([0-9a-f]{64})  ([^/\n]+)")


def write(directory: Path, fill: Callable[[Path], None], keep: int) -> Path:
    """Write a checkpoint, and remove those that are too many.

    Of several processes that train together, all may call it, and the chief writes.
    It is written under a temporary name, with the checksums of its files, synced to
    the disk and moved into place. If anything fails, those that are there stay.

    Args:
        directory: Where they lie; it is created if need be.
        fill: Writes files into the folder it gets.
        keep: How many to keep, at least 1.

    Returns:
        The checkpoint, a folder ``checkpoint_000012``.

    Raises:
        OSError: If it cannot be written.
    """
    if backend.process_index() > 0:  # to read the model is for all processes
        with tempfile.TemporaryDirectory() as folder:
            fill(Path(folder))
        return directory / f"checkpoint_{_last_number(directory) + 1:06d}"
    directory.mkdir(parents=True, exist_ok=True)
    temporary = directory / _unique()
    temporary.mkdir()
    try:
        fill(temporary)
        _seal(temporary)
        path = directory / f"checkpoint_{_last_number(directory) + 1:06d}"
        os.replace(temporary, path)
        _sync(directory)
    except BaseException:
        _remove(temporary)
        raise
    for old in found(directory)[:-keep]:
        _remove(old)
    remove_leftovers(directory)
    return path


def found(directory: Path) -> list[Path]:
    """Return the checkpoints of a directory, damaged or not, the newest last."""
    if not directory.is_dir():
        return []
    numbers = {p: _NAME.fullmatch(p.name) for p in directory.iterdir() if p.is_dir()}
    return sorted((p for p, m in numbers.items() if m), key=_number)


def damage(checkpoint: Path) -> str | None:
    """Return what is wrong with a checkpoint, or ``None`` if it is as it was written.

    All of its files are read, and nothing in them is interpreted.
    """
    try:
        lines = (checkpoint / SUMS).read_bytes().decode("ascii").split("\n")
        expected = {}
        for line in lines[:-1]:
            match = _SUM.fullmatch(line)
            if not match:
                return f"{SUMS} has a line that is no checksum"
            expected[match[2]] = match[1]
        present = {p.name for p in checkpoint.iterdir()} - {SUMS}
        if lines[-1] or not expected or present != set(expected):
            return f"{SUMS} does not name the files that are there"
        for name, digest in sorted(expected.items()):
            if _digest(checkpoint / name) != digest:
                return f"{name} is not what was written"
    except (OSError, UnicodeDecodeError) as error:
        return f"it cannot be read ({error})"
    return None


def set_aside(checkpoint: Path) -> Path:
    """Rename a damaged checkpoint, so that it is kept and never used."""
    aside = checkpoint.with_name(_DAMAGED + checkpoint.name)
    _remove(aside)
    os.replace(checkpoint, aside)
    return aside


def remove_leftovers(directory: Path) -> None:
    """Remove what killed processes were writing or removing.

    What was touched within the hour stays, as another process may be at it: process
    numbers do not tell, each container has its own.
    """
    if directory.is_dir():
        for path in directory.glob(f"{_WRITING}*"):
            if time.time() - _touched(path) > _ABANDONED:
                _remove(path)


def _number(path: Path) -> int:
    return int(path.name.rpartition("_")[2])


def _last_number(directory: Path) -> int:
    """The highest number that was given, to damaged ones as well."""
    taken = [p for p in directory.iterdir() if _NAME.fullmatch(_plain(p.name))]
    return max(map(_number, taken), default=0)


def _plain(name: str) -> str:
    return name.removeprefix(_DAMAGED)


def _unique() -> str:
    """A name that no other process uses, in another container neither."""
    return f"{_WRITING}{secrets.token_hex(4)}"


def _touched(folder: Path) -> float:
    """When anything in a folder was last written; now, if it is just vanishing."""
    try:
        return max(path.stat().st_mtime for path in [folder, *folder.iterdir()])
    except OSError:
        return time.time()


def _remove(path: Path) -> None:
    """Remove a folder under another name first, so that it is never there in part."""
    if not path.exists():
        return
    if not path.name.startswith(_WRITING):
        doomed = path.with_name(f"{_unique()}_{path.name}")
        os.replace(path, doomed)
        path = doomed
    shutil.rmtree(path, ignore_errors=True)


def _seal(folder: Path) -> None:
    """Write the checksums, and have all of it on the disk."""
    names = sorted(p.name for p in folder.iterdir())
    lines = [f"{_digest(folder / name)}  {name}\n" for name in names]
    (folder / SUMS).write_text("".join(lines), encoding="ascii")
    for path in [*folder.iterdir(), folder]:
        _sync(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot, and writes folders at once
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
