"""Guard: what every input of a fuzz test is held to. Errors, time, files."""

import faulthandler
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest

import keras_gan

#: How many inputs each of the tests takes; more than 10,000 together.
INPUTS = {
    "configurations": 4500,
    "names": 2000,
    "images": 2600,
    "arrays": 1000,
    "models": 500,
}

_PACKAGE = str(Path(keras_gan.__file__).parents[1] / "keras_gan")  # and keras_gan_cli
_NAMED = (ValueError, OSError, click.ClickException)
_SECONDS = 10
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGING = (
    *("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink"),
    *("os.truncate", "os.chmod", "shutil.move", "shutil.rmtree"),
)
_active: list["Guard"] = []


class Guard:
    """Run inputs one by one and count what comes of them.

    Args:
        root: A folder that nothing may change in ...
        folder: ... but here.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.folder = root, folder
        self.used = self.refused = 0
        self.outside: list[str] = []
        self.before: dict[Path, tuple] | None = None

    def run(self, function: Callable[[], Any], name: str = "") -> Any:
        """Return what a function makes of an input, or `None` if it is refused.

        Fails if it takes more than ten seconds, writes outside the folder, or raises
        anything but an error that our code raises in words of its own.

        Args:
            function: What takes the input.
            name: The name in it, which an error tells as it is.
        """
        if self.before is None:
            self.before = self._files()
        start = time.monotonic()
        try:
            with _in_time(), self._watched():
                result = function()
        except _NAMED as error:
            self.refused += 1
            _check_is_ours(error, name)
            result = None
        else:
            self.used += 1
        assert time.monotonic() - start < _SECONDS
        assert not self.outside, self.outside
        return result

    def check(self, subject: str, used: int) -> None:
        """Make sure that the inputs were as many as they should be, and of both kinds.

        Args:
            subject: A key of `INPUTS`.
            used: At least so many were no fault.
        """
        print(f"{subject}: {self.used} used, {self.refused} refused")
        assert self.used + self.refused >= INPUTS[subject]
        assert self.used >= used
        assert self.refused >= INPUTS[subject] // 4

    def check_files(self) -> None:
        """Make sure that all files are as they were but those in the folder."""
        assert self.before in (None, self._files())

    def _files(self) -> dict[Path, tuple]:
        """All files that must not change, with their sizes and times."""
        apart = {self.folder, *self.root.glob("hypothesis*")}
        found: dict[Path, tuple] = {}
        for path in self.root.rglob("*"):
            if not apart & {path, *path.parents} and not path.is_symlink():
                status = path.stat()
                is_file = path.is_file()
                found[path] = (status.st_size, status.st_mtime_ns) if is_file else ()
        return found

    @contextmanager
    def _watched(self) -> Iterator[None]:
        _active.append(self)
        try:
            yield
        finally:
            _active.pop()

    def saw(self, event: str, arguments: tuple) -> None:
        """Note what is written outside the folder."""
        if event == "open":
            path, _, flags = arguments
            if not isinstance(flags, int) or not flags & _WRITING:
                return
        elif event in _CHANGING:
            path = arguments[0]
        else:
            return
        if isinstance(path, str | bytes | os.PathLike):
            place = os.path.abspath(os.fsdecode(path))
            if place != os.devnull and not place.startswith(f"{self.folder}{os.sep}"):
                self.outside.append(f"{event} {place}")


def _hook(event: str, arguments: tuple) -> None:
    if _active:
        _active[-1].saw(event, arguments)


sys.addaudithook(_hook)
sys.dont_write_bytecode = True  # or modules that are imported late would be written


def _check_is_ours(error: BaseException, name: str) -> None:
    """Fail unless an error was raised by the package, in a few lines of its own."""
    raised_in = traceback.extract_tb(error.__traceback__)[-1].filename
    message = error.message if isinstance(error, click.ClickException) else str(error)
    told = f"{type(error).__name__} of {raised_in}: {message}"
    assert raised_in.startswith(_PACKAGE), told
    assert 10 < len(message) < 2500, told
    assert message.count("\n") <= name.count("\n"), told
    message.encode(errors="surrogateescape")


@contextmanager
def _in_time() -> Iterator[None]:
    """Fail after ten seconds, and end the process if even that is impossible."""

    def late(number: int, frame: Any) -> None:
        pytest.fail(f"took more than {_SECONDS} s")  # no Exception that is caught

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    faulthandler.dump_traceback_later(6 * _SECONDS, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
