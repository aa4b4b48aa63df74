"""Three backends, one game: equal weights and latents give equal losses."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

BACKENDS = ("tensorflow", "jax", "torch")
CASES = ("vanilla", "dcgan", "dcgan-simultaneous", "vanilla-penalties")

pytestmark = [
    pytest.mark.backends,
    pytest.mark.skipif(
        not all(find_spec(name) for name in BACKENDS),
        reason="needs TensorFlow, JAX and PyTorch",
    ),
]


def play(backend):
    """Ten steps of each case, in a process of its own; returns the logs of each."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.ten_steps", *CASES],
        env={**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_losses_of_ten_steps_agree():
    one, *others = [play(backend) for backend in BACKENDS]
    assert set(one) == set(CASES)
    for backend, other in zip(BACKENDS[1:], others, strict=True):
        for case, expected in one.items():
            check(expected, other[case], f"{case} on {backend}")


def check(expected, found, what):
    """Losses to 1e-4 in each of ten steps."""
    assert len(expected) == 10
    assert np.isfinite([logs["loss"] for logs in expected]).all()
    for step, (one, logs) in enumerate(zip(expected, found, strict=True)):
        for name in ("loss", "d_loss", "g_loss"):
            assert logs[name] == pytest.approx(one[name], abs=1e-4), (
                f"{name} of step {step}, {what}"
            )
