"""Locks that end with the process that has them."""

import subprocess
import sys

import pytest

from keras_gan_cli import run_lock

pytestmark = pytest.mark.once

_HOLD = """
import sys, time
from pathlib import Path
from keras_gan_cli import run_lock
with run_lock.held(Path(sys.argv[1])) as alone:
    print(alone, flush=True)
    time.sleep(60)
"""


def test_a_killed_process_holds_nothing(tmp_path):
    lock = tmp_path / ".lock"
    other = subprocess.Popen(
        [sys.executable, "-c", _HOLD, lock], stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout.readline() == "True\n"
        with run_lock.held(lock) as alone:
            assert not alone
        assert lock.exists()
        other.kill()
    with run_lock.held(lock) as alone:
        assert alone
    assert not lock.exists()


def test_one_that_was_given_up_meanwhile_is_not_had(tmp_path, monkeypatch):
    """It was opened, and whoever had it has ended and removed it."""
    lock = tmp_path / ".lock"
    monkeypatch.setattr(run_lock, "_is_had", lambda file: lock.unlink() is None)
    with run_lock.held(lock) as alone:
        assert not alone


def test_a_disk_without_locks_has_none(tmp_path, monkeypatch):
    def refuse(*arguments):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", refuse)
    with (
        run_lock.held(tmp_path / ".lock") as first,
        run_lock.held(tmp_path / ".lock") as second,
    ):
        assert first
        assert second
