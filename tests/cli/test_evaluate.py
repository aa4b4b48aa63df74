"""keras-gan evaluate."""

import json

import keras
import numpy as np
import pytest
from PIL import Image

from keras_gan import metrics
from tests.cli.conftest import IMAGES, SIDE

SWD = ("--metrics", "sliced_wasserstein")


@pytest.fixture
def folder(tmp_path):
    """A function that makes a folder of random images."""

    def make(name, n, seed):
        path = tmp_path / name
        path.mkdir()
        rng = np.random.default_rng(seed)
        for i in range(n):
            image = rng.integers(0, 256, (SIDE, SIDE), np.uint8)
            Image.fromarray(image).save(path / f"{i:02d}.png")
        return path

    return make


def read(path):
    return np.stack([np.asarray(Image.open(p)) for p in sorted(path.glob("*.png"))])


def test_a_run(call, run, data_file, tmp_path):
    out = tmp_path / "scores.json"
    status, said, _ = call("evaluate", run, "--data", data_file, *SWD, "--out", out)
    assert status == 0
    assert f"{IMAGES} images against {IMAGES} real ones" in said
    results = json.loads(out.read_text())
    assert results["real"] == results["generated"] == IMAGES
    score = results["scores"]["sliced_wasserstein"]
    assert f"{score:.4f}" in said
    gan = keras.saving.load_model(run / "model.keras")
    archive = np.load(data_file)
    images = archive["images"][..., None].astype("float32") / 127.5 - 1
    gan.compile("adam", "adam", metrics=["sliced_wasserstein"])
    report = gan.evaluate(images, archive["labels"], verbose=0, return_dict=True)
    assert score == pytest.approx(report["sliced_wasserstein"], rel=1e-5)


def test_again_is_the_same_and_fewer_is_another(call, run, data_file):
    said = [
        call("evaluate", run / "model.keras", "--data", data_file, *SWD, *more)[1]
        for more in ((), (), ("--samples", 7), ("--limit", 9))
    ]
    assert said[0] == said[1]
    assert "7 images against 48 real ones" in said[2]
    assert "9 images against 9 real ones" in said[3]


def test_two_folders(call, folder, tmp_path):
    real, made, out = folder("real", 12, 0), folder("made", 9, 1), tmp_path / "s.json"
    status, _, _ = call("evaluate", made, "--data", real, *SWD, "--out", out)
    assert status == 0
    results = json.loads(out.read_text())
    assert (results["real"], results["generated"]) == (12, 9)
    alone = metrics.get("sliced_wasserstein")
    alone.update_state(read(real)[..., None], read(made)[..., None])
    score = results["scores"]["sliced_wasserstein"]
    assert score == pytest.approx(alone.result(), rel=1e-5)


def test_equal_folders_are_no_distance_apart(call, folder, tmp_path):
    real, out = folder("real", 12, 0), tmp_path / "s.json"
    call("evaluate", real, "--data", real, *SWD, "--out", out, "--quiet")
    scores = json.loads(out.read_text())["scores"]
    assert scores["sliced_wasserstein"] == pytest.approx(0, abs=1e-6)


def test_folders_of_several_sizes_and_colours(call, refused, tmp_path):
    rng, out = np.random.default_rng(0), tmp_path / "s.json"
    for name in ("real", "made"):
        (tmp_path / name).mkdir()
        for i, shape in enumerate([(8, 8), (8, 8, 3), (9, 9), (9, 12, 3)]):
            image = Image.fromarray(rng.integers(0, 256, shape, np.uint8))
            image.save(tmp_path / name / f"{i}.png")
    sides = (tmp_path / "made", "--data", tmp_path / "real", *SWD, "--out", out)
    assert "--channels" in refused("evaluate", *sides)
    assert "--image-size" in refused("evaluate", *sides, "--channels", 3)
    status, _, _ = call("evaluate", *sides, "--channels", 3, "--image-size", 6)
    assert status == 0
    assert json.loads(out.read_text())["generated"] == 4


@pytest.mark.parametrize("option", ["--samples", "--limit"])
def test_few_of_a_folder_of_classes_are_of_all(option, call, tmp_path):
    made, real, out = tmp_path / "made", tmp_path / "real", tmp_path / "s.json"
    real.mkdir()
    for value in (0, 255):
        (made / str(value)).mkdir(parents=True)
        image = Image.fromarray(np.full((SIDE, SIDE), value, np.uint8))
        for i in range(20):
            image.save(made / str(value) / f"{i:02d}.png")
            image.save(real / f"{i:02d}-{value}.png")  # the classes by turns
    status, _, _ = call(
        "evaluate", made, "--data", real, *SWD, option, 20, "--out", out, "--quiet"
    )
    assert status == 0
    score = json.loads(out.read_text())["scores"]["sliced_wasserstein"]
    assert score < 0.3  # of one class against two it is


def test_wrong_input(refused, run, data_file, folder, tmp_path):
    data = ("--data", data_file)
    real = folder("real", 3, 0)
    taken = tmp_path / "taken.json"
    taken.write_text("{}")
    assert "it exists" in refused("evaluate", run, *data, "--out", taken)
    assert "ending in .json" in refused(
        "evaluate", run, *data, "--out", "x.txt", status=2
    )
    assert "Unknown metric 'fidd'" in refused(
        "evaluate", run, *data, "--metrics", "fidd"
    )
    assert "(28, 28, 1)" in refused("evaluate", run, *data, "--metrics", "fashion_fid")
    assert "holds 3 images" in refused("evaluate", real, *data, *SWD, "--samples", "4")
    assert "are for IMAGES" in refused(
        "evaluate", run, *data, "--channels", "1", status=2
    )
    assert "none of these metrics looks through Inception: sliced" in refused(
        "evaluate", run, *data, *SWD, "--inception", taken, status=2
    )
    assert "--data" in refused("evaluate", run, status=2)
    for typo in ("no-such", "runs/typo"):
        err = refused("evaluate", typo, *data, *SWD)
        assert f"{typo}: there is no run, model or folder of that name" in err
    assert taken.read_text() == "{}"


def test_other_sizes_are_resized_to_the_generators(call, run, tmp_path):
    path = tmp_path / "large.npz"
    images = np.random.default_rng(0).integers(0, 256, (6, 32, 20, 3), np.uint8)
    np.savez(path, images=images, labels=np.arange(6) % 3)
    status, said, _ = call("evaluate", run, "--data", path, *SWD)
    assert status == 0
    assert "6 images against 6 real ones" in said


def test_a_conditional_gan_needs_classes(refused, run, tmp_path):
    path = tmp_path / "plain.npy"
    np.save(path, np.zeros((5, SIDE, SIDE), np.uint8))
    assert "labels" in refused("evaluate", run, "--data", path, *SWD)
