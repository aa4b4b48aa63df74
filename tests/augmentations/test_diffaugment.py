"""DiffAugment: each policy against plain NumPy, on the draws of the same seed."""

from typing import Any

import numpy as np
import pytest
from keras import ops

from keras_gan.augmentations import DiffAugment

SIDES = (28, 20)


@pytest.fixture
def pictures(rng: np.random.Generator) -> np.ndarray:
    """Without a zero, so that zeros which come in can be told."""
    return rng.uniform(0.1, 1, (64, *SIDES, 3)).astype("float32")


def _seen(policy: Any, images: np.ndarray, strength: float = 1.0) -> np.ndarray:
    augment = DiffAugment(policy, strength, seed=5)
    return ops.convert_to_numpy(augment(ops.array(images), training=True))


def test_translation(pictures: np.ndarray) -> None:
    found = set()
    for before, after in zip(pictures, _seen("translation", pictures)):
        lit = after.any(axis=-1)
        # Which rows and columns were not shifted out, and where they are now.
        rows, columns = lit.any(axis=1), lit.any(axis=0)
        down = int(rows.argmax()) or int(rows.sum()) - SIDES[0]
        right = int(columns.argmax()) or int(columns.sum()) - SIDES[1]
        expected = np.zeros_like(before)
        for r, c in np.ndindex(SIDES):
            if 0 <= r - down < SIDES[0] and 0 <= c - right < SIDES[1]:
                expected[r, c] = before[r - down, c - right]
        np.testing.assert_array_equal(after, expected)
        found.add((down, right))
    # An eighth of 28 and of 20, halves rounded up: all shifts occur, no more.
    assert {down for down, _ in found} == set(range(-4, 5))
    assert {right for _, right in found} == set(range(-3, 4))


def test_cutout(pictures: np.ndarray) -> None:
    firsts = set()
    for before, after in zip(pictures, _seen("cutout", pictures)):
        hole = (after == 0).all(axis=-1)
        np.testing.assert_array_equal(after[~hole], before[~hole])
        rows, columns = np.nonzero(hole.any(axis=1))[0], np.nonzero(hole.any(axis=0))[0]
        assert hole[np.ix_(rows, columns)].all()
        assert hole.sum() == len(rows) * len(columns)
        for places, side in ((rows, SIDES[0]), (columns, SIDES[1])):
            # Half the side, but for what lies outside; the centre is inside.
            inside = places[0] > 0 and places[-1] < side - 1
            assert side // 4 <= len(places) <= side // 2
            assert len(places) == side // 2 or not inside
        firsts.add((rows[0], columns[0]))
    assert len(firsts) > 40


def test_color(pictures: np.ndarray) -> None:
    """All three are affine in the colours: a·x + b·grey + c, of the ranges given."""
    seen = _seen("color", pictures).astype("float64")
    found = []
    for before, after in zip(pictures.astype("float64"), seen):
        grey = np.repeat(before.mean(axis=-1, keepdims=True), 3, axis=-1)
        columns = [before.ravel(), grey.ravel(), np.ones(before.size)]
        solution, residual, *_ = np.linalg.lstsq(
            np.stack(columns, axis=1), after.ravel(), rcond=None
        )
        assert residual[0] < 1e-6
        # x + s, then saturated by f, then contrasted by k about the mean m + s, is
        # kf·x + k(1 - f)·grey + s + (1 - k)·m.
        a, b, c = solution
        k = a + b
        found.append((c - (1 - k) * before.mean(), a / k, k))
    for values, low, high in zip(np.array(found).T, (-0.5, 0, 0.5), (0.5, 2, 1.5)):
        assert low - 1e-3 <= values.min() < low + 0.1 * (high - low)
        assert high - 0.1 * (high - low) < values.max() <= high + 1e-3


def test_strength_is_for_each_transform(pictures: np.ndarray) -> None:
    seen = _seen("cutout", pictures, strength=0.5)
    changed = (seen != pictures).any(axis=(1, 2, 3))
    assert 16 <= changed.sum() <= 48
    hole = (seen == 0).any(axis=(1, 2, 3))
    np.testing.assert_array_equal(hole, changed)


def test_policies() -> None:
    assert DiffAugment("colour , Translation").policy == "color,translation"
    assert DiffAugment(["cutout"]).policy == "cutout"
    assert DiffAugment().policy == "color,translation,cutout"
    assert DiffAugment("cutout", name="cut").get_config() == {
        "policy": "cutout",
        "strength": 1.0,
        "seed": None,
        "name": "cut",
    }
    with pytest.raises(ValueError, match=r"policy 'cutot'\. Did you mean 'cutout'"):
        DiffAugment("color,cutot")
    for empty in ("", [], 0.5):
        with pytest.raises(ValueError, match="policy must name at least one"):
            DiffAugment(empty)
