"""Signals that ask a process to end, held back until a step is done."""

import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

ASKING_TO_END = (signal.SIGINT, signal.SIGTERM)


class HeldSignal:
    """Remember that a signal came, so that it can be obeyed at a good moment.

    A second one is obeyed at once, as whoever sent it did not want to wait.

    Attributes:
        number: The signal that came, or ``None``.

    Example:
        >>> held = HeldSignal()
        >>> with held.held():
        ...     if held.number is not None:
        ...         held.obey()
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._handlers: dict[int, Any] = {}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold SIGINT and SIGTERM back; Python allows it in the main thread only.

        One that was not obeyed meanwhile, as it came at the very end or the block
        raised, is obeyed then. What was raised is printed first, as a process that a
        signal ends says nothing of it.
        """
        self.number = None
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        for number in ASKING_TO_END:
            before = signal.getsignal(number)
            if before not in (signal.SIG_IGN, None):  # ignored, or not Python's own
                self._handlers[number] = before
                signal.signal(number, self._hold)
        try:
            yield
        except BaseException:
            if self.number is not None:
                traceback.print_exc()
            raise
        finally:
            self._give_back()
            if self.number is not None:
                self.obey()

    def obey(self) -> None:
        """Let the signal do now what it would have done.

        Raises:
            KeyboardInterrupt: After SIGINT, unless its handler does other things.
            SystemExit: With status 128 + the signal's number, if its handler returns.
        """
        number, self.number = self.number, None  # it is obeyed once
        assert number is not None
        self._give_back()
        signal.raise_signal(number)
        raise SystemExit(128 + number)

    def _hold(self, number: int, frame: FrameType | None) -> None:
        if self.number is not None:
            self.number = number
            self.obey()
        self.number = number

    def _give_back(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers = {}
