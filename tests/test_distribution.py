"""What a script asks of the engine it runs on."""

import pytest

from keras_gan import backend, distribution
from keras_gan.callbacks import LinearDecay, TimeLimit


@pytest.fixture
def second_of_two(monkeypatch):
    """Be the second of two processes, as far as the seam says."""
    monkeypatch.setattr(backend, "processes", lambda: 2)
    monkeypatch.setattr(backend, "process_index", lambda: 1)


def test_alone_a_process_is_the_chief():
    assert distribution.is_chief()
    assert distribution.part() == (0, 1)
    distribution.check_one_clock(1.0)


@pytest.mark.usefixtures("second_of_two")
def test_one_of_several():
    assert not distribution.is_chief()
    assert distribution.part() == (1, 2)


@pytest.mark.usefixtures("second_of_two")
@pytest.mark.parametrize("callback", [TimeLimit(5.0), LinearDecay(3, minutes=5.0)])
def test_clocks_are_refused(callback):
    with pytest.raises(ValueError, match=r"2 processes .* minutes=5.0"):
        callback.on_train_begin()
