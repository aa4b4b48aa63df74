"""DensityCoverage: against its formula and its authors' package."""

import numpy as np
import pytest

from keras_gan.metrics import DensityCoverage


def _result(real, generated, **arguments):
    metric = DensityCoverage("pixels", **arguments)
    metric.update_state(real, generated)
    return metric.result()


@pytest.fixture
def sides(rng):
    """Samples of which some real neighbourhoods are hit and some are not."""
    real = rng.normal(size=(80, 3)).astype("float32")
    return real, rng.normal(0.8, 0.7, (50, 3)).astype("float32")


@pytest.mark.parametrize("k", [1, 5])
def test_against_the_formula(sides, k):
    real, generated = (x.astype("float64") for x in sides)
    hits, covered = 0, set()
    for i, centre in enumerate(real):
        radius = sorted(np.linalg.norm(real - centre, axis=1))[k]
        inside = int((np.linalg.norm(generated - centre, axis=1) < radius).sum())
        hits += inside
        covered |= {i} if inside else set()
    result = _result(*sides, k=k)
    assert 0 < len(covered) < len(real)
    expected = {
        "density": hits / (k * len(generated)),
        "coverage": len(covered) / len(real),
    }
    assert result == pytest.approx(expected, rel=1e-12)


def test_the_edge_of_a_ball_is_not_in_it():
    real, generated = np.array([[0.0], [1.0], [2.0]]), np.array([[3.0], [1.5]])
    # Of radius 1: 3 is at the edge of 2's, and 1.5 in those of 1 and 2.
    result = _result(real, generated, k=1)
    assert result == pytest.approx({"density": 2 / 2, "coverage": 2 / 3})


def test_of_sets_far_apart(rng):
    real = rng.normal(size=(20, 3))
    assert _result(real, real + 100) == {"density": 0, "coverage": 0}


def test_real_outliers_count_for_little(rng):
    # The example of the paper, section 3.1: one outlier far off, samples near it.
    real = np.concatenate([rng.normal(size=(99, 2)), [[50.0, 0.0]]])
    result = _result(real, rng.normal([25, 0], 1, (100, 2)))
    assert result == pytest.approx({"density": 1 / 5, "coverage": 1 / 100})


def test_too_few_real_samples(rng):
    with pytest.raises(ValueError, match=r"at least 6 real samples. Received: 5."):
        _result(rng.normal(size=(5, 2)), rng.normal(size=(9, 2)))


def test_few_generated_samples_are_enough(rng):
    real = rng.normal(size=(30, 2))
    assert _result(real, np.zeros((2, 2)))["density"] > 0


@pytest.mark.peers
@pytest.mark.parametrize("width", [3, 64])
def test_against_the_authors(rng, width, capsys):
    from prdc import compute_prdc

    real = rng.normal(size=(400, width)).astype("float32")
    generated = rng.normal(0.2, 0.9, (300, width)).astype("float32")
    expected = compute_prdc(real, generated, nearest_k=5)
    result = _result(real, generated)
    assert result == pytest.approx({key: expected[key] for key in result}, rel=1e-12)
    assert 0 < result["coverage"] < 1
