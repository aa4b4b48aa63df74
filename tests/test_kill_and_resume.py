"""A real run that is killed, at each kind of moment, and goes on."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest

_SCRIPT = Path(__file__).resolve().parent.parent / "tools" / "kill_and_resume.py"


@pytest.mark.slow
def test_no_bit_is_lost(tmp_path):
    done = subprocess.run(
        [
            *(sys.executable, _SCRIPT, "--out", tmp_path / "out"),
            *("--kills", "4", "--epochs", "6"),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_BACKEND": keras.backend.backend()},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 kills" in done.stdout
    assert "0 differences" in done.stdout
