"""KID: the kernel distance, against its formula and torch-fidelity."""

import numpy as np
import pytest

from keras_gan.metrics import KID
from keras_gan.metrics.kernel import squared_mmd
from tests.metrics.extractors.peers import torch_fidelity


def _naive(x, y):
    def k(a, b):
        return (sum(p * q for p, q in zip(a, b)) / len(a) + 1) ** 3

    m = len(x)
    pairs = [(i, j) for i in range(m) for j in range(m)]
    within = sum(k(x[i], x[j]) + k(y[i], y[j]) for i, j in pairs if i != j)
    return within / (m * (m - 1)) - 2 * sum(k(x[i], y[j]) for i, j in pairs) / m**2


def _metric(real, generated, **arguments):
    metric = KID("pixels", **arguments)
    metric.update_state(real, generated)
    return metric


def test_against_the_formula(rng):
    x, y = rng.normal(size=(6, 5)), rng.normal(0.5, 2, (6, 5))
    np.testing.assert_allclose(squared_mmd(x, y), _naive(x, y), rtol=1e-12)


def test_subsets_are_drawn_generated_first(rng):
    real = rng.normal(size=(9, 3)).astype("float32")
    generated = rng.normal(1, 1, (8, 3)).astype("float32")
    draws = np.random.RandomState(5)
    found = []
    for _ in range(4):
        y = generated[draws.choice(8, 6, replace=False)]
        x = real[draws.choice(9, 6, replace=False)]
        found.append(_naive(x.astype("float64"), y.astype("float64")))
    result = _metric(real, generated, subsets=4, subset_size=6, seed=5).result()
    expected = {"kid": np.mean(found), "kid_std": np.std(found)}
    assert result == pytest.approx(expected, rel=1e-9)


def test_is_unbiased(rng):
    # Over many pairs of small sets of one distribution the mean is 0, ± its error.
    found = [squared_mmd(*rng.normal(size=(2, 5, 3))) for _ in range(4000)]
    assert abs(np.mean(found)) < 4 * np.std(found) / np.sqrt(len(found))
    assert min(found) < 0


def test_by_default_a_subset_is_half_of_the_smaller_side(rng):
    real, generated = rng.normal(size=(30, 3)), rng.normal(size=(20, 3))
    given = _metric(real, generated, subset_size=10).result()
    assert _metric(real, generated).result() == given
    assert _metric(real[:20], generated).result()["kid_std"] > 1e-3
    assert np.isfinite(_metric(real[:2], generated[:3]).result()["kid"])


def test_by_default_a_subset_has_at_most_1000(rng):
    real, generated = rng.normal(size=(1100, 2)), rng.normal(size=(1050, 2))
    given = _metric(real, generated, subset_size=1000, subsets=2).result()
    assert _metric(real, generated, subsets=2).result() == given


def test_a_subset_larger_than_a_side(rng):
    metric = _metric(rng.normal(size=(30, 3)), rng.normal(size=(20, 3)), subset_size=25)
    with pytest.raises(ValueError, match="subset_size=25, 30 real and 20 generated"):
        metric.result()


@pytest.mark.peers
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_against_torch_fidelity(rng, dtype):
    import torch

    peer = torch_fidelity("metric_kid")
    real = rng.gamma(0.5, size=(90, 64)).astype("float32")
    generated = rng.gamma(0.6, size=(80, 64)).astype("float32")
    expected = peer.kid_features_to_metric(
        torch.tensor(generated.astype(dtype)),
        torch.tensor(real.astype(dtype)),
        kid_subset_size=50,
        verbose=False,
    )
    result = _metric(real, generated, subset_size=50).result()
    tolerance = {"rtol": 1e-5, "atol": 1e-5 if dtype == "float32" else 0}
    np.testing.assert_allclose(
        [result["kid"], result["kid_std"]],
        [expected[f"kernel_inception_distance_{part}"] for part in ("mean", "std")],
        **tolerance,
    )
