"""N devices, or N processes, compute what one would: losses and weights agree."""

import os
from importlib.util import find_spec

import engines
import numpy as np
import pytest

# All that is claimed, in some minutes. Where XLA polishes little, as in the Makefile,
# it rounds so that `dcgan+all` may be 2e-4 apart on JAX, which is 1e-6 otherwise.
EVERY = "EVERY_LAYOUT" in os.environ
RECIPES = "dcgan,wgan-gp,r3gan" + (
    ",dcgan+all,sngan,dcgan-ada,dcgan+bfloat16" if EVERY else ""
)
# (devices, processes): PyTorch has a process for each device.
LAYOUTS = {
    "tensorflow": [(4, 1), (1, 2), *([(2, 1)] if EVERY else [])],
    "jax": [(4, 1), (1, 2), *([(2, 1)] if EVERY else [])],
    "torch": [(1, 2), *([(1, 4)] if EVERY else [])],
}
# Most of the time on JAX goes into compiling.
SECONDS = 600
LOSSES = ("log/loss", "log/d_loss", "log/g_loss")

pytestmark = [pytest.mark.slow, pytest.mark.backends]


def play(folder, backend, cases, devices=1, processes=1):
    """Twenty steps of each case; returns the arrays of each by name."""
    folder = folder / f"{backend}-{devices}-{processes}"
    folder.mkdir()
    module = ("tests.distributed.play", cases, str(devices), str(folder))
    started = engines.start(module, backend, processes, folder)
    engines.finish(started, folder, SECONDS)
    return {case: np.load(folder / f"{case}.npz") for case in cases.split(",")}


@pytest.mark.parametrize("backend", LAYOUTS)
def test_devices_and_processes_agree_with_one(backend, tmp_path):
    if find_spec(backend) is None:
        pytest.skip(f"needs {backend}")
    alone = play(tmp_path, backend, RECIPES)
    for devices, processes in LAYOUTS[backend]:
        together = play(tmp_path, backend, RECIPES, devices, processes)
        for case, expected in alone.items():
            check(expected, together[case], f"{case} on {devices}, {processes}")


def check(expected, found, what):
    """Losses to 1e-4 and penalties to 1e-3, in proportion if large; weights to 1e-3.

    Losses of a game in bfloat16, which has three digits, to 1e-2.
    """
    exact = 1e-2 if "bfloat16" in what else 1e-4
    assert set(expected) == set(found)
    for name in expected:
        one, many = (np.asarray(x[name], "float64") for x in (expected, found))
        assert np.isfinite(one).all()
        if name.startswith("weight/"):
            np.testing.assert_allclose(many, one, 0, 1e-3, err_msg=f"{name}: {what}")
        elif "accuracy" not in name:  # which is a count
            many, one = (x / np.maximum(1, np.abs(one)) for x in (many, one))
            most = exact if name in LOSSES else 1e-3
            np.testing.assert_allclose(many, one, 0, most, err_msg=f"{name}: {what}")
    assert np.ptp(expected["log/loss"]) > 1e-6  # it has moved
