"""Distances block by block, and the radii to nearest neighbours."""

import tracemalloc

import numpy as np
import pytest

from keras_gan.metrics import neighbours


def _whole(rows, others):
    return np.concatenate([d for _, d in neighbours.blocks(rows, others)])


@pytest.mark.parametrize(("n", "m"), [(5, 3), (256, 1024), (300, 1100), (1, 1)])
def test_against_differences(rng, n, m):
    rows = rng.normal(3, 1, (n, 6)).astype("float32")
    others = rng.normal(3, 2, (m, 6)).astype("float32")
    differences = rows[:, None].astype("float64") - others
    expected = (differences**2).sum(axis=2)
    np.testing.assert_allclose(_whole(rows, others), expected, rtol=1e-9, atol=1e-12)


def test_places_are_those_of_the_rows(rng):
    rows, others = rng.normal(size=(600, 2)), rng.normal(size=(4, 2))
    again = np.empty((600, 4))
    for place, squared in neighbours.blocks(rows, others):
        again[place] = squared
    np.testing.assert_array_equal(again, _whole(rows, others))


@pytest.mark.parametrize("width", [3, 2048, 20000])
def test_equal_rows_are_at_no_distance(rng, width):
    rows = rng.normal(5, 1, (20, width)).astype("float32")
    squared = _whole(rows, rows)
    np.testing.assert_array_equal(squared == 0, np.eye(20, dtype=bool))


def test_a_small_distance_is_not_taken_for_none():
    rows = np.ones((2, 2048), "float32")
    rows[1] += 1e-6  # eight units of the last digit
    expected = 2048 * float(rows[1, 0] - rows[0, 0]) ** 2
    np.testing.assert_allclose(_whole(rows[:1], rows[1:]), expected, rtol=0.02)


@pytest.mark.parametrize("k", [1, 3, 7])
def test_radii(rng, k):
    rows = rng.normal(size=(40, 3)).astype("float32")
    squared = ((rows[:, None].astype("float64") - rows) ** 2).sum(axis=2)
    expected = np.sort(squared, axis=1)[:, k]
    np.testing.assert_allclose(neighbours.radii(rows, k, "real"), expected, rtol=1e-9)


def test_radii_of_too_few(rng):
    rows = rng.normal(size=(3, 2))
    assert neighbours.radii(rows, 2, "real").shape == (3,)
    with pytest.raises(
        ValueError, match=r"k=3 .* at least 4 real samples. Received: 3"
    ):
        neighbours.radii(rows, 3, "real")


def test_memory(rng):
    rows = rng.normal(size=(3000, 2)).astype("float32")
    whole = 8 * 3000**2
    tracemalloc.start()
    try:
        neighbours.radii(rows, 3, "real")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < whole / 3
