"""Two sets of samples and no GAN."""

import keras
import numpy as np
import pytest
from PIL import Image

from keras_gan import datasets
from keras_gan.metrics import FID, SlicedWasserstein, compare

BYTES = np.random.default_rng(0).integers(0, 256, (30, 6, 6, 1), np.uint8)
REAL, MADE = BYTES[:18], BYTES[18:]


def alone(real, made, metric=FID):
    scored = metric("pixels")
    scored.update_state(real, made)
    return scored.results()


@pytest.fixture
def places(tmp_path):
    """The two sets as arrays, floats, files, folders and sources."""
    forms = {"bytes": (REAL, MADE), "floats": (REAL / 127.5 - 1, MADE / 127.5 - 1)}
    for name, images in (("real", REAL), ("made", MADE)):
        np.save(tmp_path / f"{name}.npy", images)
        (tmp_path / name).mkdir()
        for i, image in enumerate(images):
            Image.fromarray(image[..., 0]).save(tmp_path / name / f"{i:02d}.png")
    forms["files"] = tmp_path / "real.npy", str(tmp_path / "made.npy")
    forms["folders"] = tmp_path / "real", tmp_path / "made"
    forms["sources"] = tuple(map(datasets.open_source, forms["folders"]))
    return forms


@pytest.mark.parametrize("form", ["bytes", "floats", "files", "folders", "sources"])
def test_any_form_gives_the_metrics_own_number(form, places):
    metrics = [FID("pixels"), SlicedWasserstein()]
    expected = alone(REAL, MADE) | alone(REAL, MADE, SlicedWasserstein)
    assert compare(*places[form], metrics) == pytest.approx(expected, rel=1e-4)


def test_vectors(rng):
    real, made = rng.standard_normal((20, 3)), 9 + rng.standard_normal((31, 3))
    assert compare(real, made, [FID("pixels")]) == pytest.approx(alone(real, made))


def test_all_generated_samples_are_used_or_as_many_as_are_asked_for():
    few = FID("pixels", num_generated=5, name="few")
    scores = compare(REAL, MADE, [FID("pixels"), few])
    drawn = MADE[np.random.default_rng(2007).permutation(12)[:5]]
    expected = {**alone(REAL, MADE), "few": alone(REAL, drawn)["fid"]}
    assert scores == pytest.approx(expected, rel=1e-6)
    assert few.num_generated == 5
    assert compare(MADE, REAL, [FID("pixels")]) == pytest.approx(alone(MADE, REAL))


@pytest.mark.parametrize("by_name", [True, False])
def test_few_of_a_folder_of_classes_are_of_all(by_name, tmp_path):
    for value in (0, 255):
        (tmp_path / str(value)).mkdir()
        for i in range(20):
            image = np.full((6, 6), value, np.uint8)
            Image.fromarray(image).save(tmp_path / str(value) / f"{i:02d}.png")
    given = tmp_path if by_name else np.repeat(np.uint8([0, 255]), 20)
    given = (
        given if by_name else np.broadcast_to(given[:, None, None, None], (40, 6, 6, 1))
    )
    means = Means("pixels", num_generated=20)
    first = compare(given, given, means)
    assert abs(first["means"]) < 0.5  # 1 if all were of the first class
    keras.utils.set_random_seed(3)
    assert compare(given, given, means) == first


class Means(FID):
    base_name = "means"

    def score(self, real, generated):
        return generated.mean.mean()


def test_metrics_by_name_alone_or_in_a_list():
    expected = alone(REAL, MADE, SlicedWasserstein)
    for given in (SlicedWasserstein(), "swd", ["swd"], (SlicedWasserstein(),)):
        assert compare(REAL, MADE, given) == pytest.approx(expected)
    with pytest.raises(TypeError, match="metric must be a name or an object"):
        compare(REAL, MADE, FID)


@pytest.mark.parametrize("swapped", [True, False])
def test_sides_that_are_scaled_differently(swapped):
    floats, shifted = REAL / 127.5 - 1, MADE / np.float32(255)
    for one in (REAL, floats):
        sides = (shifted, one) if swapped else (one, shifted)
        side = "real" if swapped else "generated"
        with pytest.warns(
            UserWarning, match=rf"The {side} samples lie in \[0.*, 1.*\]"
        ):
            compare(*sides, FID("pixels"))
    compare(shifted, shifted, FID("pixels"))  # says nothing


def test_wrong_input():
    with pytest.raises(ValueError, match=r"\(6, 6, 1\).*\(6, 6, 3\)"):
        compare(REAL, np.repeat(MADE, 3, axis=-1), [FID("pixels")])
    with pytest.raises(ValueError, match=r"num_generated=13 of fid .* Received: 12"):
        compare(REAL, MADE, [FID("pixels", num_generated=13)])
    with pytest.raises(ValueError, match=r"\(28, 28, 1\)"):
        compare(REAL, MADE, [FID("fashion")])
    with pytest.raises(ValueError, match=r"an array \(n, ...\)"):
        compare(np.zeros(5), np.zeros(5), [FID("pixels")])
    with pytest.raises(ValueError, match="at least 2 real samples"):
        compare(REAL[:1], MADE, [FID("pixels")])
    with pytest.raises(ValueError, match="at least 2 generated samples"):
        compare(REAL, MADE[:1], [FID("pixels")])
    with pytest.raises(ValueError, match="metrics must be one or more"):
        compare(REAL, MADE, [])
    with pytest.raises(ValueError, match="finite"):
        compare(REAL, np.full((3, 6, 6, 1), np.nan), [FID("pixels")])
    with pytest.raises(ValueError, match="Received: floats from"):
        compare(REAL, MADE * 1.0, [FID("pixels")])
