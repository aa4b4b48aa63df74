"""The guard itself: it must see what it is there to see."""

import time

import pytest

from keras_gan.datasets.image_format import check_channels
from tests.fuzz import guard as module
from tests.fuzz.guard import INPUTS

pytestmark = pytest.mark.once


def test_there_are_more_than_ten_thousand_inputs():
    assert sum(INPUTS.values()) >= 10_000


def test_what_is_used_and_what_is_refused_is_counted(guard):
    assert guard.run(lambda: check_channels(3) or "used") == "used"
    assert guard.run(lambda: check_channels(7)) is None
    assert (guard.used, guard.refused) == (1, 1)


@pytest.mark.parametrize("error", [TypeError, KeyError, RecursionError, MemoryError])
def test_other_errors_come_through(guard, error):
    def fail():
        raise error("from inside")

    with pytest.raises(error):
        guard.run(fail)


def test_errors_of_others_are_no_errors_of_ours(guard):
    with pytest.raises(AssertionError, match="invalid literal"):
        guard.run(lambda: int("a number that is none"))


def test_what_is_written_elsewhere_is_seen(guard, tmp_path):
    guard.run(lambda: (guard.folder / "inside").write_text("x"))
    outside = tmp_path / "cwd" / "outside"
    with pytest.raises(AssertionError, match="outside"):
        guard.run(lambda: outside.write_text("x"))
    with pytest.raises(AssertionError):
        guard.check_files()
    outside.unlink()


def test_what_takes_too_long_is_ended(guard, monkeypatch):
    monkeypatch.setattr(module, "_SECONDS", 0.1)

    def swallow():
        try:
            time.sleep(60)
        except Exception:
            raise ValueError("slept") from None

    with pytest.raises(pytest.fail.Exception, match=r"more than 0\.1 s"):
        guard.run(swallow)
