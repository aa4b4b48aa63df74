"""Signals that wait for a step to end."""

import signal
import threading

import pytest

from keras_gan.checkpointing.signals import HeldSignal


def test_the_first_waits_and_the_second_does_not():
    held = HeldSignal()
    with held.held():
        signal.raise_signal(signal.SIGINT)
        assert held.number == signal.SIGINT
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_one_that_came_at_the_very_end_is_not_lost():
    held = HeldSignal()
    with pytest.raises(KeyboardInterrupt), held.held():
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("number", "ends"),
    [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)],
)
def test_one_is_not_lost_if_the_block_raises(capsys, number, ends):
    def fails():
        with HeldSignal().held():
            signal.raise_signal(number)
            raise ValueError("no more memory")

    before = signal.signal(signal.SIGTERM, lambda number, frame: None)
    try:
        with pytest.raises(ends) as ended:
            fails()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert isinstance(ended.value.__context__, ValueError)
    assert "ValueError: no more memory" in capsys.readouterr().err


def test_what_is_raised_without_a_signal_stays_as_it_is(capsys):
    with pytest.raises(ValueError, match="no more memory"), HeldSignal().held():
        raise ValueError("no more memory")
    assert capsys.readouterr().err == ""


def test_handlers_come_back():
    before = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    held = HeldSignal()
    with held.held():
        assert signal.getsignal(signal.SIGTERM) != before[1]
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_signal_that_is_ignored_stays_so():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as `nohup` has it
    try:
        held = HeldSignal()
        with held.held():
            signal.raise_signal(signal.SIGINT)
            assert held.number is None
    finally:
        signal.signal(signal.SIGINT, before)


def test_in_another_thread_nothing_is_held():
    held = HeldSignal()
    before = signal.getsignal(signal.SIGTERM)

    def run():
        with held.held():
            assert signal.getsignal(signal.SIGTERM) is before

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert held.number is None
