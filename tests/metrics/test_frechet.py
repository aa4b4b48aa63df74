"""FID: the Fréchet distance, against closed forms and other libraries."""

import numpy as np
import pytest

from keras_gan.metrics import FID
from keras_gan.metrics.accumulators import Moments
from keras_gan.metrics.frechet import frechet_distance
from tests.metrics.extractors.peers import torch_fidelity

#: Features, real and generated samples, and powers of ten that scales span.
CASES = {
    "well-conditioned": (16, 200, 150, 0),
    "ill-conditioned": (32, 200, 300, -7),
    "fewer real samples than features": (48, 20, 200, -1),
    "fewer generated samples": (48, 200, 20, -1),
    "fewer of both": (48, 20, 30, 0),
}


@pytest.fixture(params=CASES)
def features(request, rng):
    """Correlated float64 features of both sides."""
    width, n, m, decades = CASES[request.param]
    mix = rng.normal(size=(width, width)) * np.logspace(0, decades, width)
    other = mix * rng.uniform(0.5, 1.5, (width, width))
    real, generated = rng.normal(size=(n, width)), rng.normal(size=(m, width))
    return real @ mix, generated @ other + 0.1


def _moments(rows):
    moments = Moments()
    for start in range(0, len(rows), 37):
        moments.add(rows[start : start + 37])
    return moments


def _distance(real, generated):
    return frechet_distance(_moments(real), _moments(generated))


def test_against_singular_values_of_the_samples(features):
    # For Σ = XᵀX the trace of (Σ_r Σ_g)^½ is the sum of singular values of X_r X_gᵀ.
    centred = [(x - x.mean(axis=0)) / np.sqrt(len(x) - 1) for x in features]
    offset = features[0].mean(axis=0) - features[1].mean(axis=0)
    root = np.linalg.svd(centred[0] @ centred[1].T, compute_uv=False).sum()
    expected = (offset**2).sum() + sum((x**2).sum() for x in centred) - 2 * root
    np.testing.assert_allclose(_distance(*features), expected, rtol=1e-9)


@pytest.mark.parametrize("smallest", [1e-2, 1e-9, 0.0])
def test_against_the_closed_form_of_covariances_that_commute(rng, smallest):
    # Of equal axes, the distance is Σ (√a - √b)², a and b the variances along them.
    n, width = 80, 12
    axes = np.linalg.qr(rng.normal(size=(width, width)))[0]
    noise = rng.normal(size=(n, width))
    white = np.linalg.qr(noise - noise.mean(axis=0))[0] * np.sqrt(n - 1)
    a = np.geomspace(1, max(smallest, 1e-4), width) * (np.arange(width) < 9)
    a[9:] = smallest
    b = rng.permutation(a)
    real, generated = white * np.sqrt(a) @ axes, white * np.sqrt(b) @ axes
    expected = ((np.sqrt(a) - np.sqrt(b)) ** 2).sum()
    # Where a variance is 0, rounding to ε of a covariance moves its root by √ε.
    np.testing.assert_allclose(_distance(real, generated), expected, rtol=1e-6)


def test_of_one_feature(rng):
    real, generated = rng.normal(size=(9, 1)), rng.normal(3, 2, (8, 1))
    spread = real.std(ddof=1) - generated.std(ddof=1)
    expected = (real.mean() - generated.mean()) ** 2 + spread**2
    np.testing.assert_allclose(_distance(real, generated), expected, rtol=1e-12)


def test_constant_and_repeated_features(features):
    real, generated = (np.c_[x, x[:, :1], np.zeros((len(x), 2))] for x in features)
    # A repeated feature is the feature, longer by √2.
    lengths = np.ones(features[0].shape[1])
    lengths[0] = np.sqrt(2)
    expected = _distance(*(x * lengths for x in features))
    np.testing.assert_allclose(_distance(real, generated), expected, rtol=1e-6)


def test_of_a_set_and_itself_is_zero_and_not_below(features):
    for x in features:
        distance = _distance(x, x[::-1])
        assert 0 <= distance < 1e-9 * x.var(axis=0).sum()


def test_features_of_low_rank_are_not_below_zero(rng):
    for _ in range(5):
        rows = rng.normal(size=(300, 4)) @ rng.normal(size=(4, 128))
        assert 0 <= _distance(rows, rows[::-1]) < 1e-6 * rows.var(axis=0).sum()


def test_is_symmetric(features):
    there, back = _distance(*features), _distance(*features[::-1])
    np.testing.assert_allclose(there, back, rtol=1e-9)


def test_metric_sums_up_its_batches(rng):
    real, generated = rng.normal(size=(50, 3)), rng.normal(1, 2, (40, 3))
    metric = FID("pixels")
    metric.update_state(real[:20], generated)
    metric.update_state(real[20:])
    expected = _distance(real.astype("float32"), generated.astype("float32"))
    np.testing.assert_allclose(metric.result(), expected, rtol=1e-9)


@pytest.mark.peers
def test_against_scipy(features):
    import scipy.linalg

    (m, c), (n, d) = ((x.mean(axis=0), np.cov(x.T)) for x in features)
    root = np.trace(scipy.linalg.sqrtm(c @ d)).real
    expected = ((m - n) ** 2).sum() + np.trace(c) + np.trace(d) - 2 * root
    np.testing.assert_allclose(_distance(*features), expected, rtol=1e-5)


@pytest.mark.peers
def test_against_torch_fidelity(features):
    import torch

    peer = torch_fidelity("metric_fid")
    sides = [peer.fid_features_to_statistics(torch.tensor(x)) for x in features]
    expected = peer.fid_statistics_to_metric(*sides, verbose=False)
    np.testing.assert_allclose(
        _distance(*features), expected["frechet_inception_distance"], rtol=1e-5
    )
