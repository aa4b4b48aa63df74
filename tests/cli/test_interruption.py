"""Signals that end a command, also where what they raise is lost on the way."""

import signal

import pytest

from keras_gan_cli import interruption


@pytest.mark.parametrize(
    ("number", "cause", "status"),
    [
        (signal.SIGINT, KeyboardInterrupt, 130),
        (signal.SIGTERM, interruption.Terminated, 143),
    ],
)
def test_a_signal_that_was_lost_is_obeyed_later(monkeypatch, number, cause, status):
    before = signal.getsignal(number)
    monkeypatch.setattr(signal, "default_int_handler", signal.getsignal(signal.SIGINT))
    with interruption.on_signals():
        interruption.check()  # nothing came
        with pytest.raises(cause):  # as a callback of the garbage collector loses it
            signal.raise_signal(number)
        with pytest.raises(cause) as raised:
            interruption.check()
        assert interruption.status(raised.value) == status
    assert signal.getsignal(number) is before
    with interruption.on_signals():
        interruption.check()  # of another command's


def test_an_ignored_signal_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruption.on_signals():
            signal.raise_signal(signal.SIGINT)
            interruption.check()
    finally:
        signal.signal(signal.SIGINT, before)
