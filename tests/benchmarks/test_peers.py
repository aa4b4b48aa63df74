"""The comparison with other ways to train: equal networks, counted products, tables."""

import importlib.util
import math
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import peers
import pytest
from contenders import case as cases
from contenders import keras_networks, products
from contenders.registry import CONTENDERS

BACKEND = keras.backend.backend()
CASES = [
    cases.Case(network, penalty)
    for network in cases.NETWORKS
    for penalty in ("none", "r1")
]


def _sizes(case: cases.Case) -> list[int]:
    """Trainable numbers of both networks in Keras."""
    return [
        sum(math.prod(w.shape) for w in network.trainable_weights)
        for network in keras_networks.networks(case)
    ]


@pytest.mark.skipif(BACKEND == "tensorflow", reason="Keras's own networks")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_networks_are_of_one_size(case: cases.Case) -> None:
    networks = importlib.import_module(f"contenders.{BACKEND}_networks").networks(case)
    if BACKEND == "torch":
        sizes = [sum(w.numel() for w in each.parameters()) for each in networks]
    else:
        import jax

        key = jax.random.key(0)
        trees = [jax.eval_shape(init, key)[0] for init, _ in networks]
        sizes = [sum(math.prod(w.shape) for w in tree.values()) for tree in trees]
    assert sizes == _sizes(case)


@pytest.mark.skipif(BACKEND != "tensorflow", reason="scripts in Keras run there")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_networks_of_a_script_are_of_kerass_layers(
    case: cases.Case, rng: np.random.Generator
) -> None:
    for ours, plain in zip(
        keras_networks.networks(case), keras_networks.of_keras(case), strict=True
    ):
        kinds = {type(layer) for layer in plain.layers}
        foreign = {kind for kind in kinds if kind.__module__.startswith("keras_gan")}
        assert {kind.__name__ for kind in foreign} <= {"SpectralNormalization"}
        plain.set_weights(ours.get_weights())
        x = rng.normal(size=(3, *ours.input_shape[1:])).astype("float32")
        np.testing.assert_allclose(ours(x), plain(x), rtol=1e-4, atol=1e-5)


def test_products_of_a_perceptron() -> None:
    """By hand: of matrices of 128x256, 256x512, 512x784; 784x512, 512x256, 256x1."""
    g = 128 * 256 + 256 * 512 + 512 * 784
    d = 784 * 512 + 512 * 256 + 256
    made = 3 * g - 128 * 256
    judged = 2 * (3 * d - 784 * 512) + 2 * d
    for penalty, slope in (("none", 0), ("r1", 3 * d), ("wgan-gp", 4 * d)):
        found = products.of_step(cases.Case("mlp", penalty, batch=10))
        assert found == pytest.approx(20 * (made + judged + slope) / 1e9)


def test_products_of_convolutions() -> None:
    """A map of 14x14x64 by 4x4 kernels from 1 channel, 7x7x128 from 64, and a logit."""
    _, discriminator = keras_networks.networks(cases.Case("dcgan"))
    expected = [14 * 14 * 64 * 16, 7 * 7 * 128 * 16 * 64, 7 * 7 * 128]
    assert products.of_layers(discriminator) == expected


def test_table_pairs_each_engine_with_ours() -> None:
    row = {"cpu": [0.01], "generate": [100.0], "build": 1.0, "first_step": 0.5}
    row |= {"megabytes": 700.0, "imported_megabytes": 500.0}
    rates = {
        "ours-tensorflow": [20.0, 22.0, 18.0],
        "example": [10.0, 20.0, 6.0],
        "ours-torch": [8.0, 8.0, 8.0],
        "loop-torch": [16.0, 16.0, 16.0],
    }
    result = {
        **{"network": "mlp", "penalty": "none", "rule": "alternating", "batch": 8},
        **{"gflop": 2.0, "machine_rate": 80.0},
        "contenders": {name: row | {"rates": r} for name, r in rates.items()},
        "failed": {"compiled-torch": "no compiler"},
    }
    lines = peers.table(result).splitlines()
    ours, example, _, loop, compiled = lines[6:]
    assert "| 20.0 |  | 40 | 50% | 10 | 100 | 1.5 | 700 (500) |" in ours
    assert "| 10.0 | 2.00 (1.10, 3.00), CPU 1.00 |" in example
    assert "| 16.0 | 0.50 (0.50, 0.50), CPU 1.00 |" in loop
    assert "| compiled loop | fails |" in compiled
    assert len({line.count("|") for line in lines[4:]}) == 1


def test_memory_is_that_of_the_leanest_other_way() -> None:
    row = {"imported_megabytes": 500.0}
    sizes = {"ours-jax": 700.0, "loop-jax": 650.0, "ours-tensorflow": 900.0}
    sizes |= {"bfloat16-jax": 600.0, "example": 870.4, "textbook": 890.0}
    result = {
        **{"network": "mlp", "penalty": "none", "rule": "alternating"},
        "contenders": {name: row | {"megabytes": size} for name, size in sizes.items()},
    }
    *_, line = peers.memory([result]).splitlines()
    cells = [cell.strip() for cell in line.split("|")[4:-1]]
    assert cells == ["900 (500), 870 (500)", "700 (500), 650 (500)", ""]


def test_memory_of_a_program_is_not_that_of_its_parent() -> None:
    code = "from contenders.worker import peak; print(peak())"
    held = np.ones(2**26)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(Path(peers.__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert 5 < float(done.stdout) < 300 < held.nbytes / 2**20


def test_contenders_can_be_found() -> None:
    for name, entry in CONTENDERS.items():
        assert importlib.util.find_spec(f"contenders.{entry.module}"), name
        assert set(entry.rules) <= set(cases.RULES), name
