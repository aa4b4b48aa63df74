"""InceptionScore: against its formula and torch-fidelity."""

import numpy as np
import pytest

from keras_gan.metrics import InceptionScore
from keras_gan.metrics.inception_score import exp_information
from tests.metrics.extractors.peers import torch_fidelity
from tests.metrics.own_rows import OwnRows


def _entropy(p):
    return -(p * np.log(p)).sum(axis=-1)


def _naive(logits):
    """Exp of the entropy of the mean, less the mean entropy."""
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return np.exp(_entropy(p.mean(axis=0)) - _entropy(p).mean())


def _metric(logits, **arguments):
    metric = InceptionScore(OwnRows(), **arguments)
    metric.update_state(generated=logits)
    return metric


def test_against_entropies(rng):
    logits = 3 * rng.normal(size=(50, 7))
    np.testing.assert_allclose(exp_information(logits), _naive(logits), rtol=1e-12)


def test_mean_and_deviation_over_the_splits(rng):
    logits = (3 * rng.normal(size=(25, 7))).astype("float32")
    order = np.random.RandomState(4).permutation(25)
    parts = [order[:8], order[8:16], order[16:]]  # i * 25 // 3
    scores = [_naive(logits[part].astype("float64")) for part in parts]
    expected = {
        "inception_score": np.mean(scores),
        "inception_score_std": np.std(scores),
    }
    result = _metric(logits, splits=3, seed=4).result()
    assert result == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("scale", [50.0, 5000.0])
def test_sure_and_even_scores_the_number_of_classes(scale):
    logits = scale * np.repeat(np.eye(6), 5, axis=0)
    result = _metric(logits, splits=1).result()
    assert result == pytest.approx({"inception_score": 6, "inception_score_std": 0})


def test_the_same_everywhere_scores_one(rng):
    logits = np.repeat(rng.normal(size=(1, 6)), 20, axis=0)
    assert _metric(logits).result()["inception_score"] == pytest.approx(1, rel=1e-9)


def test_does_not_look_at_real_samples(rng):
    logits = rng.normal(size=(20, 6))
    metric = _metric(logits)
    metric.update_state(real=rng.normal(size=(3, 99)))
    assert metric.result() == _metric(logits).result()


def test_probabilities_are_refused(rng):
    odds = np.exp(rng.normal(size=(20, 6)))
    with pytest.raises(ValueError, match=r"applies softmax itself.*activation=None"):
        _metric(odds / odds.sum(axis=1, keepdims=True)).result()
    assert _metric(odds).result()


def test_fewer_samples_than_splits(rng):
    metric = _metric(rng.normal(size=(9, 3)))
    with pytest.raises(ValueError, match=r"its 10 splits. Received: 9 generated"):
        metric.result()


@pytest.mark.peers
@pytest.mark.parametrize("n", [100, 97])
def test_against_torch_fidelity(rng, n):
    import torch

    logits = (4 * rng.normal(size=(n, 1008))).astype("float32")
    peer = torch_fidelity("metric_isc")
    expected = peer.isc_features_to_metric(torch.tensor(logits))
    result = _metric(logits).result()
    for part in ("mean", "std"):
        ours = result[f"inception_score{'_std' if part == 'std' else ''}"]
        assert ours == pytest.approx(expected[f"inception_score_{part}"], rel=1e-5)
