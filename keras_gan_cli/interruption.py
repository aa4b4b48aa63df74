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


# The signal that came: what its handler raises is lost where Python calls it in
# somebody else's callback, such as one of the garbage collector's, as JAX has.
_came: int | None = None


@contextmanager
def on_signals() -> Iterator[None]:
    """Have SIGTERM raise `Terminated` meanwhile, and remember it and Ctrl-C."""
    global _came
    _came = None
    if threading.current_thread() is not threading.main_thread():
        yield  # Python lets the main thread alone set handlers
        return
    before = {signal.SIGTERM: signal.signal(signal.SIGTERM, _raise)}
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        before[signal.SIGINT] = signal.signal(signal.SIGINT, _raise)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def check() -> None:
    """Raise what a signal has raised before, if that was lost."""
    if _came is not None:
        _raise(_came, None)


def _raise(number: int, frame: FrameType | None) -> None:
    global _came
    _came = number
    raise Terminated if number == signal.SIGTERM else KeyboardInterrupt
