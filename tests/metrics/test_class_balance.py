"""ClassBalance: shares of classes on the two sides."""

from collections import Counter

import numpy as np
import pytest

from keras_gan.metrics import ClassBalance
from tests.metrics.own_rows import OwnRows


def _result(real, generated):
    """The result for samples that a classifier sees as these classes, of 5."""
    metric = ClassBalance(OwnRows())
    metric.update_state(*(np.eye(5)[list(side)] for side in (real, generated)))
    return metric.result()


def test_against_counts(rng):
    real, generated = rng.integers(5, size=40).tolist(), [0, 0, 3, 1, 3, 3, 0]
    shares = [
        {c: n / len(side) for c, n in Counter(side).items()}
        for side in (real, generated)
    ]
    distances = [abs(shares[0].get(c, 0) - shares[1].get(c, 0)) for c in range(5)]
    expected = {"class_balance": sum(distances) / 2, "classes": 3}
    assert _result(real, generated) == pytest.approx(expected, rel=1e-12)


def test_equal_shares_of_unequal_numbers():
    result = _result([0, 1, 1, 2] * 3, [1, 0, 2, 1])
    assert result == {"class_balance": 0, "classes": 3}


def test_no_class_on_both_sides():
    expected = {"class_balance": 1, "classes": 3}
    assert _result([0, 1], [2, 3, 4]) == pytest.approx(expected)
