"""Two sets of samples and no GAN."""

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
    expected = {**alone(REAL, MADE), "few": alone(REAL, MADE[:5])["fid"]}
    assert scores == pytest.approx(expected, rel=1e-6)
    assert few.num_generated == 5
    assert compare(MADE, REAL, [FID("pixels")]) == pytest.approx(alone(MADE, REAL))


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
