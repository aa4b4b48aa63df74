"""One training at a time in a folder: a lock that ends with the process that has it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Hold a lock during the block, and say whether it could be had.

    On Windows, and on disks without locks, it always can.

    Args:
        path: The lock's file. It is there while somebody holds the lock, or where a
            process was killed that did.

    Yields:
        Whether no other process has it.

    Example:
        >>> with held(Path("run/.lock")) as alone:
        ...     assert alone, "somebody else is at work there"
    """
    if os.name == "nt":
        yield True
        return
    with path.open("a") as file:
        alone = _is_had(file) and _is_there(path, file)
        try:
            yield alone
        finally:
            if alone:
                path.unlink(missing_ok=True)


def _is_had(file: TextIO) -> bool:
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a disk without locks
        pass
    return True


def _is_there(path: Path, file: TextIO) -> bool:
    """Whether the file is the one of that name still: another may have ended."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
