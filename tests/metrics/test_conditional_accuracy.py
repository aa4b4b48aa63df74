"""ConditionalAccuracy: samples of the class asked for."""

import numpy as np
import pytest

from keras_gan.metrics import ConditionalAccuracy
from tests.metrics.own_rows import OwnRows


def _updated(logits, labels):
    metric = ConditionalAccuracy(OwnRows())
    metric.update_state(generated=logits, labels=labels)
    return metric


def test_share_of_hits(rng):
    logits, labels = rng.normal(size=(40, 3)), rng.integers(3, size=40)
    hits = [max(range(3), key=row.__getitem__) == y for row, y in zip(logits, labels)]
    assert _updated(logits, labels).result() == sum(hits) / 40


def test_all_and_none():
    logits = np.eye(4)
    assert _updated(logits, [0, 1, 2, 3]).result() == 1
    assert _updated(logits, [1, 2, 3, 0]).result() == 0


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "asked to be of must be known, .* Received: labels=None"),
        ([0, 1], r"one for each of 4 samples. Received: shape \(2,\)"),
        (np.eye(4), r"labels must be class numbers, .* Received: shape \(4, 4\)"),
        ([0, 1, 2, 4], r"labels must be in 0..3, .* values from 0 to 4"),
        ([0, 1, 2, -1], r"labels must be in 0..3, .* values from -1 to 2"),
        ([0, 1, 2, 0.5], "labels must be whole class numbers. Received: dtype float64"),
    ],
)
def test_labels_that_do_not_fit(labels, message):
    with pytest.raises(ValueError, match=message):
        _updated(np.eye(4), labels)
