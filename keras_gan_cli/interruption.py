"""SIGTERM and Ctrl-C: what ends a command, and with which status."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click


class Terminated(KeyboardInterrupt):
    """SIGTERM came, as from a scheduler; it ends what Ctrl-C ends."""


class Interrupted(click.ClickException):
    """A command ended by a signal, and what is to be said of it."""

    def __init__(self, message: str, cause: KeyboardInterrupt) -> None:
        super().__init__(message)
        self.cause = cause


def status(cause: BaseException) -> int:
    """Return the exit status, as shells have it: 128 and the signal's number."""
    terminated = isinstance(cause, Terminated)
    return 128 + (signal.SIGTERM if terminated else signal.SIGINT)


@contextmanager
def on_termination() -> Iterator[None]:
    """Have SIGTERM raise `Terminated` meanwhile."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python lets the main thread alone set handlers
        return
    before = signal.signal(signal.SIGTERM, _raise)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _raise(number: int, frame: FrameType | None) -> None:
    raise Terminated
