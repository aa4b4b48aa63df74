"""ADA: the path of its strength, step by step, and each group of its transforms."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan.augmentations import ADA

INTERVAL, BATCH, RAMP = 3, 8, 100


def _path(augment: ADA, batches: list[np.ndarray]) -> list[float]:
    found = []
    for step, logits in enumerate(batches, start=1):
        augment.advance(ops.array(step), ops.array(logits), ops.array(len(logits)))
        found.append(float(augment.strength.value))
    return found


def _formula(batches: list[np.ndarray], p: float, target: float) -> list[float]:
    """p += sign(mean(sign(r)) - target) · interval · batch / ramp, in [0, 1]."""
    found, seen = [], []
    for step, logits in enumerate(batches, start=1):
        seen += [np.sign(r) for r in logits.astype("float64").ravel()]
        if step % INTERVAL == 0:
            sign = np.sign(np.mean(seen) - target)
            p = min(max(p + sign * INTERVAL * BATCH / RAMP, 0.0), 1.0)
            seen = []
        found.append(p)
    return found


def test_strength_follows_the_formula(rng: np.random.Generator) -> None:
    """Up to the ceiling, down to the floor, and up again, between and at the ends."""
    shifts = [1.5] * 15 + [-0.5] * 18 + [1.5, 0.2] * 6
    batches = [rng.normal(shift, 1, (BATCH, 1)).astype("float32") for shift in shifts]
    augment = ADA("c", target=0.4, interval=INTERVAL, ramp_images=RAMP, initial=0.2)
    expected = _formula(batches, 0.2, 0.4)
    np.testing.assert_allclose(_path(augment, batches), expected, atol=1e-6)
    assert expected[14] == 1
    assert expected[32] == 0
    assert len(set(np.round(expected, 6))) > 6


def test_the_paper_s_numbers() -> None:
    """From 0 to 1 in 500 000 images, 4 batches at a time, where D is always sure."""
    augment = ADA()
    path = _path(augment, [np.ones((64, 1), "float32")] * 8)
    step = 4 * 64 / 500_000
    np.testing.assert_allclose(path, [0] * 3 + [step] * 4 + [2 * step], rtol=1e-5)


def test_at_its_target_it_rests() -> None:
    sure = np.float32([1] * 8 + [-1] * 2)  # mean sign 0.6
    path = _path(ADA(initial=0.5, interval=1, ramp_images=100), [sure] * 2)
    np.testing.assert_allclose(path, [0.5, 0.5])


def test_patches_and_halves_count_alike(rng: np.random.Generator) -> None:
    logits = rng.normal(1, 1, (BATCH, 3, 3, 1)).astype("float32")
    augment = ADA(interval=1, ramp_images=RAMP, target=0.5)
    augment.advance(ops.array(1), ops.cast(logits, "bfloat16"), BATCH)
    sign = np.sign(np.sign(logits).mean() - 0.5)
    assert sign == 1
    assert float(augment.strength.value) == pytest.approx(BATCH / RAMP)


def test_it_says_that_it_changes() -> None:
    assert ADA().changes


# The transforms, told from what becomes of well-chosen images.

COPIES, CALLS, SIDE, MIDDLE = 40, 6, 17, 8
N = COPIES * CALLS


def _seen(groups: str, image: np.ndarray, strength: float = 1.0) -> np.ndarray:
    """What becomes of as many copies of an image, ``(SIDE, SIDE, 3)``."""
    images = np.repeat(image[None].astype("float32"), COPIES, axis=0)
    augment = ADA(groups, initial=strength, seed=11)
    seen = [augment(ops.array(images), training=True) for _ in range(CALLS)]
    return np.concatenate([ops.convert_to_numpy(x) for x in seen])


def test_blitting(rng: np.random.Generator) -> None:
    """Each result is one of 2·4·5·5 images, exact to the bit, and they vary."""
    image = rng.uniform(-1, 1, (SIDE, SIDE, 3)).astype("float32")
    known = {}
    for mirror in (False, True):
        for turns in range(4):
            moved = np.rot90(image[:, ::-1] if mirror else image, turns)
            padded = np.pad(moved, [(2, 2), (2, 2), (0, 0)], mode="reflect")
            for r, c in np.ndindex(5, 5):
                window = padded[r : r + SIDE, c : c + SIDE]
                known[window.tobytes()] = (mirror, turns, r, c)
    found = np.array([known[x.tobytes()] for x in _seen("b", image)])
    for values, count in zip(found.T, (2, 4, 5, 5)):
        assert set(values) == set(range(count))


def test_geometry() -> None:
    """Two ramps tell the affine map: its size, stretching, angle and shift."""
    row, column = np.mgrid[:SIDE, :SIDE] - MIDDLE
    seen = _seen("g", np.stack([row, column, 0 * row], axis=-1))[..., :2]
    near = seen[:, MIDDLE - 1 : MIDDLE + 2, MIDDLE - 1 : MIDDLE + 2].astype("float64")
    # Some look beyond the border, where the ramps turn round.
    near = near[np.abs(near).max(axis=(1, 2, 3)) < MIDDLE - 1]
    assert len(near) > 0.9 * N
    slopes = np.stack(
        [(near[:, 2, 1] - near[:, 0, 1]) / 2, (near[:, 1, 2] - near[:, 1, 0]) / 2],
        axis=-1,
    )
    size = np.log2(1 / np.linalg.det(slopes)) / 2
    assert size.std() == pytest.approx(0.2, rel=0.2)
    long, short = np.linalg.svd(slopes)[1].T
    stretch = np.log2(long / short) / 2
    assert np.sqrt((stretch**2).mean()) == pytest.approx(0.2, rel=0.2)
    angle = np.arctan2(slopes[:, 0, 1] - slopes[:, 1, 0], np.trace(slopes.T))
    assert np.abs(np.exp(1j * angle).mean()) < 0.2  # all directions alike
    shift = -np.linalg.solve(slopes, near[:, 1, 1][..., None]) / SIDE
    assert shift.std() == pytest.approx(0.125, rel=0.15)


def test_colour() -> None:
    """Grey pixels tell brightness and contrast, a red one hue and saturation."""
    image = np.zeros((SIDE, SIDE, 3))
    image[0, 1], image[0, 2] = 1, [1, -0.5, -0.5]
    seen = _seen("c", image).astype("float64")
    black, white, red = seen[:, 0, 0], seen[:, 0, 1], seen[:, 0, 2]
    np.testing.assert_allclose(black, black[:, :1].repeat(3, axis=1), atol=1e-5)
    gain = (white - black)[:, 0]
    assert np.log2(np.abs(gain)).std() == pytest.approx(0.5, rel=0.15)
    assert np.mean(gain < 0) == pytest.approx(0.5, abs=0.1)  # luma flips
    assert (black[:, 0] / gain).std() == pytest.approx(0.2, rel=0.15)
    pure = red - black  # no luma, and so no flip
    np.testing.assert_allclose(pure.sum(axis=1), 0, atol=1e-4)
    length = np.linalg.norm(pure, axis=1) / np.linalg.norm([1, 0.5, 0.5])
    assert np.log2(length / np.abs(gain)).std() == pytest.approx(1.0, rel=0.15)
    angle = np.arctan2((pure[:, 1] - pure[:, 2]) * np.sqrt(3) / 2, pure[:, 0] * 1.5)
    assert np.abs(np.exp(1j * angle).mean()) < 0.2  # all hues alike


def test_rotation_is_one_transform_of_two_halves() -> None:
    """At least one of its two angles is not 0 with the probability p."""
    augment = ADA("g", initial=0.36, seed=2)
    images = ops.zeros((COPIES, SIDE, SIDE, 3))
    draws = [ops.stack(augment._rotations(images)) for _ in range(50)]
    before, after = np.concatenate(list(map(ops.convert_to_numpy, draws)), axis=1)
    assert np.mean((before != 0) | (after != 0)) == pytest.approx(0.36, abs=0.04)
    assert np.mean(before != 0) == pytest.approx(0.2, abs=0.04)
    assert max(np.abs(before).max(), np.abs(after).max()) <= np.float32(np.pi)


def test_no_group_does_another_s_work() -> None:
    flat = np.broadcast_to([0.3, -0.2, 0.9], (SIDE, SIDE, 3))
    recoloured = _seen("c", flat)
    assert np.ptp(recoloured, axis=(1, 2)).max() < 1e-5
    assert (np.abs(recoloured - flat).max(axis=(1, 2, 3)) > 1e-3).all()
    np.testing.assert_allclose(_seen("bg", flat), [flat] * N, atol=1e-5)


@pytest.mark.parametrize(
    ("argument", "value", "accepted"),
    [
        ("transforms", "bx", "letters 'b'"),
        ("transforms", "", "letters 'b'"),
        ("transforms", "bb", "letters 'b'"),
        ("transforms", None, "letters 'b'"),
        ("target", 1.5, r"in \[-1, 1\]"),
        ("target", "high", r"in \[-1, 1\]"),
        ("interval", 0, "whole number, at least 1"),
        ("interval", 2.0, "whole number, at least 1"),
        ("ramp_images", 0, "above 0"),
        ("ramp_images", "many", "above 0"),
        ("seed", 2**32, "whole number from 0"),
        ("initial", 1.5, r"in \[0, 1\]"),
        (
            "initial",
            keras.optimizers.schedules.CosineDecay(1.0, 10),
            r"number in \[0, 1\]",
        ),
    ],
)
def test_bad_arguments(argument: str, value: Any, accepted: str) -> None:
    with pytest.raises(ValueError, match=f"{argument} must be .*{accepted}") as error:
        ADA(**{argument: value})
    assert f"Received: {argument}={value!r}" in str(error.value)
