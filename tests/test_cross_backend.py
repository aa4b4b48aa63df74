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

pytestmark = [
    pytest.mark.backends,
    pytest.mark.skipif(
        not all(find_spec(name) for name in BACKENDS),
        reason="needs TensorFlow, JAX and PyTorch",
    ),
]


def play(case, backend):
    """Ten steps of a case in a process of its own; returns the logs of each."""
    environment = os.environ | {
        "KERAS_BACKEND": backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "tests.ten_steps", case],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "case", ["vanilla", "dcgan", "dcgan-simultaneous", "vanilla-penalties"]
)
def test_losses_of_ten_steps_agree(case):
    one, *others = [play(case, backend) for backend in BACKENDS]
    assert len(one) == 10
    assert np.isfinite([logs["loss"] for logs in one]).all()
    for backend, other in zip(BACKENDS[1:], others, strict=True):
        for step, (expected, logs) in enumerate(zip(one, other, strict=True)):
            for name in ("loss", "d_loss", "g_loss"):
                assert logs[name] == pytest.approx(expected[name], abs=1e-4), (
                    f"{name} of step {step} on {backend}"
                )
