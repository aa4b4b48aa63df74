"""Keras's model parallelism on JAX: a wide network, split, gives the same numbers."""

import json
from importlib.util import find_spec

import engines
import pytest

SECONDS = 200

pytestmark = [
    pytest.mark.slow,
    pytest.mark.backends,
    pytest.mark.skipif(not find_spec("jax"), reason="needs JAX"),
]


def trained(layout, folder):
    """What a training of this layout says of itself."""
    started = engines.start(
        ("tests.distributed.model_parallel", layout), "jax", 1, folder
    )
    engines.finish(started, folder, SECONDS)
    return json.loads((folder / "log.0").read_text().splitlines()[-1])


def test_a_kernel_in_two_parts(tmp_path):
    one, wide = (trained(layout, tmp_path) for layout in ("ONE", "WIDE"))
    assert (one["parts"], wide["parts"]) == ([[8, 32]], [[8, 16]])
    for name, values in one["history"].items():
        assert wide["history"][name] == pytest.approx(values, abs=1e-5), name
