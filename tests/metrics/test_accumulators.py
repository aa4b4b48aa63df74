"""Accumulators: what is remembered of samples, batch by batch."""

import numpy as np
import pytest

from keras_gan.metrics import accumulators
from keras_gan.metrics.accumulators import ClassCounts, Moments, Rows


@pytest.mark.parametrize("cuts", [[], [1, 2, 3], [30], [7, 30, 31, 90]])
@pytest.mark.parametrize("block", [1, 40, 2048])
def test_moments_against_numpy(rng, monkeypatch, cuts, block):
    monkeypatch.setattr(accumulators, "_BLOCK", block)
    rows = rng.normal(5, [1, 2, 30], (100, 3))
    moments = Moments()
    for part in np.split(rows, cuts):
        moments.add(part)
    np.testing.assert_allclose(moments.mean, rows.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(moments.covariance, np.cov(rows.T), rtol=1e-11)


def test_moments_of_a_mean_far_from_zero(rng):
    # Sums of squares would lose all digits of the variance here.
    rows = rng.normal(size=(100, 2)) + 1e8
    moments = Moments()
    for part in np.split(rows, 10):
        moments.add(part)
        assert np.isfinite(moments.mean).all()  # reading it merges what waits
    np.testing.assert_allclose(moments.covariance, np.cov(rows.T), rtol=1e-6)


def test_moments_go_on_after_they_were_loaded(rng):
    rows = rng.normal(size=(50, 2))
    first, again = Moments(), Moments()
    first.add(rows[:20])
    again.add(rng.normal(size=(9, 2)))
    again.load(first.arrays())
    again.add(rows[20:])
    assert again.count == 50
    np.testing.assert_allclose(again.covariance, np.cov(rows.T), rtol=1e-12)


@pytest.mark.parametrize("kind", [Moments, Rows])
def test_a_batch_may_change_after_it_was_added(kind, rng):
    batch = rng.normal(size=(5, 2)).astype("float32")
    kept, expected = kind(), kind()
    kept.add(batch)
    expected.add(batch.copy())
    batch[:] = 0
    for name, array in expected.arrays().items():
        np.testing.assert_array_equal(kept.arrays()[name], array)


def test_rows_are_in_the_order_seen(rng):
    rows = rng.normal(size=(9, 2)).astype("float32")
    kept = Rows()
    for part in np.split(rows, [2, 3]):
        kept.add(part)
    np.testing.assert_array_equal(kept.rows, rows)


def test_class_counts_of_several_batches():
    seen = ClassCounts()
    seen.add(np.eye(4)[[0, 0, 3]])
    seen.add(np.eye(4)[[3, 1]])
    assert seen.counts.tolist() == [2, 1, 0, 2]
    assert seen.count == 5
