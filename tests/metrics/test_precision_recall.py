"""PrecisionRecall: against its formula and torch-fidelity."""

import numpy as np
import pytest

from keras_gan.metrics import PrecisionRecall
from tests.metrics.extractors.peers import torch_fidelity


def _result(real, generated, **arguments):
    metric = PrecisionRecall("pixels", **arguments)
    metric.update_state(real, generated)
    return metric.result()


def _distances(x, y):
    return np.sqrt(((x[:, None].astype("float64") - y) ** 2).sum(axis=2))


def _covered(points, by, k):
    """The share of points in the balls around others, as equation 1 says."""
    radii = np.sort(_distances(by, by), axis=1)[:, k]
    return np.mean([(d <= radii).any() for d in _distances(points, by)])


@pytest.fixture
def sides(rng):
    """Samples of which precision and recall are neither 0 nor 1."""
    real = rng.normal(size=(70, 3)).astype("float32")
    return real, rng.normal(0.8, 0.7, (50, 3)).astype("float32")


@pytest.mark.parametrize("k", [1, 3])
def test_against_the_formula(sides, k):
    real, generated = sides
    expected = {
        "precision": _covered(generated, real, k),
        "recall": _covered(real, generated, k),
    }
    assert all(0 < share < 1 for share in expected.values())
    assert _result(real, generated, k=k) == expected


def test_of_a_set_and_itself(rng):
    real = rng.normal(4, 1, (300, 40))
    assert _result(real, real) == {"precision": 1, "recall": 1}


def test_the_edge_of_a_ball_is_in_it():
    real, generated = np.array([[0.0], [1.0], [2.0]]), np.array([[3.0], [4.0], [5.0]])
    assert _result(real, generated, k=1) == {"precision": 1 / 3, "recall": 1 / 3}


def test_of_sets_far_apart(rng):
    real = rng.normal(size=(20, 3))
    assert _result(real, real + 100) == {"precision": 0, "recall": 0}


def test_one_real_sample_over_and_over(rng):
    real = rng.normal(4, 1, (300, 40))
    generated = np.repeat(real[7:8], 290, axis=0)
    assert _result(real, generated) == {"precision": 1, "recall": 1 / 300}


@pytest.mark.parametrize("side", ["real", "generated"])
def test_too_few_samples(rng, side):
    counts = {"real": 9, "generated": 9, side: 3}
    with pytest.raises(ValueError, match=f"at least 4 {side} samples. Received: 3."):
        _result(*(rng.normal(size=(n, 2)) for n in counts.values()))


@pytest.mark.peers
@pytest.mark.parametrize("width", [3, 64])
def test_against_torch_fidelity(rng, width):
    import torch

    peer = torch_fidelity("metric_prc")
    real = rng.normal(size=(400, width)).astype("float32")
    generated = rng.normal(0.2, 0.9, (300, width)).astype("float32")
    expected = peer.prc_features_to_metric(
        torch.tensor(generated, dtype=torch.float64),
        torch.tensor(real, dtype=torch.float64),
        verbose=False,
        save_cpu_ram=False,
    )
    result = _result(real, generated)
    for name, share in result.items():
        assert share == pytest.approx(expected[name], rel=1e-5)
        assert 0 < share < 1
