"""Files that are whole or absent: written beside their place, then moved into it."""

import os
import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keras_gan import backend


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary name beside ``path`` and move it there in the end.

    Whoever looks at ``path`` meanwhile sees the old file, or none. If the block
    raises, the temporary file is removed and the old one stays. A full disk's error,
    which names no file, gets ``path``. Of several processes that train together, all
    may call it, and what the chief wrote is kept.

    Args:
        path: The file to write or replace, in a folder that exists.

    Yields:
        The name to write to. It has the same extension.

    Example:
        >>> with replacing("notes.txt") as temporary:
        ...     _ = temporary.write_text("whole or absent")
    """
    path = Path(path)
    if backend.process_index() > 0:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder) / path.name
        return
    temporary = path.with_name(f".{path.stem}.{_unique()}{path.suffix}")
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def tolerated(path: str | os.PathLike[str]) -> Iterator[None]:
    """Warn, rather than raise, if the block cannot write a file.

    For what a training can do without: a full disk at night is no reason to end it.

    Args:
        path: What is written, for the warning.

    Example:
        >>> with tolerated("picture.png"):
        ...     raise OSError(28, "No space left on device")
    """
    try:
        yield
    except OSError as error:
        warnings.warn(
            f"{path} could not be written: {error.strerror or error}. The training "
            "goes on without it.",
            RuntimeWarning,
            stacklevel=3,
        )


def writable_folder(path: str | os.PathLike[str], argument: str) -> Path:
    """Create a folder if need be, and make sure that files can be written there.

    Args:
        path: The folder.
        argument: What the user calls it, for the error.

    Returns:
        The folder.

    Raises:
        OSError: If it cannot be created or written to.
    """
    folder = Path(path).expanduser()
    probe = folder / f".probe.{_unique()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OSError(
            f"{argument} must be a folder that can be written to. Received: "
            f"{str(path)!r}: {error.strerror or error}."
        ) from error
    return folder


def _unique() -> str:
    """A part of a name that no other process uses, in another container neither."""
    return secrets.token_hex(4)
