"""The mode-coverage benchmark: its data, and scores of samples that are known."""

from pathlib import Path
from typing import Any

import matplotlib.image
import modes
import numpy as np
import pytest


def test_the_ring() -> None:
    centres = modes.MIXTURES["ring"].centres
    assert centres.shape == (8, 2)
    assert modes.MIXTURES["ring"].sigma == 0.01
    np.testing.assert_allclose(np.linalg.norm(centres, axis=1), 1.0)
    steps = np.linalg.norm(centres - np.roll(centres, 1, axis=0), axis=1)
    np.testing.assert_allclose(steps, 2 * np.sin(np.pi / 8))


def test_the_grid() -> None:
    centres = modes.MIXTURES["grid"].centres
    assert modes.MIXTURES["grid"].sigma == 0.05
    side = (-4, -2, 0, 2, 4)
    assert {tuple(c) for c in centres} == {(x, y) for x in side for y in side}
    assert len(centres) == 25


@pytest.mark.parametrize("mixture", modes.MIXTURES.values(), ids=modes.MIXTURES)
def test_points_are_drawn_from_the_mixture(mixture: modes.Mixture) -> None:
    n = 40_000
    points, numbers = mixture.draw(n, seed=3)
    assert points.dtype == np.float32
    noise = (points - mixture.centres[numbers]) / mixture.sigma
    np.testing.assert_allclose(noise.mean(axis=0), 0, atol=4 / np.sqrt(n))
    np.testing.assert_allclose(noise.std(axis=0), 1, atol=4 / np.sqrt(2 * n))
    count = len(mixture.centres)
    share = np.bincount(numbers, minlength=count) / n
    np.testing.assert_allclose(share, 1 / count, atol=5 * np.sqrt(1 / count / n))
    np.testing.assert_array_equal(points, mixture.draw(n, seed=3)[0])
    assert not np.array_equal(points, mixture.draw(n, seed=4)[0])


@pytest.mark.parametrize("mixture", modes.MIXTURES.values(), ids=modes.MIXTURES)
def test_real_points_score_as_theory_says(mixture: modes.Mixture) -> None:
    n, count = 40_000, len(mixture.centres)
    result = modes.score(mixture.draw(n, seed=5)[0], mixture)
    perfect = 1 - np.exp(-4.5)  # of a Gaussian in the plane, within 3σ
    error = 5 * np.sqrt(perfect * (1 - perfect) / n)
    assert result["high_quality"] == pytest.approx(perfect, abs=error)
    assert result["modes"] == result["modes_in_2500"] == count
    assert 0 < result["kl"] < 5 * count / (2 * n)  # its mean is (count - 1) / 2n


@pytest.mark.parametrize(("sigmas", "good"), [(2.99, 1.0), (3.01, 0.0)])
def test_high_quality_is_within_three_sigma(sigmas: float, good: float) -> None:
    ring = modes.MIXTURES["ring"]
    direction = np.array([0.6, -0.8])  # the distance counts, not each axis
    result = modes.score(ring.centres + sigmas * ring.sigma * direction, ring)
    assert result["high_quality"] == good
    assert result["modes"] == 8 * good
    assert result["kl"] == pytest.approx(0.0, abs=1e-12)  # whatever the quality


def test_a_collapsed_generator() -> None:
    grid = modes.MIXTURES["grid"]
    result = modes.score(np.repeat(grid.centres[7:8], 100, axis=0), grid)
    assert result["modes"] == 1
    assert result["high_quality"] == 1.0
    assert result["kl"] == pytest.approx(np.log(25))


def test_the_paper_counts_modes_in_the_first_2500() -> None:
    ring = modes.MIXTURES["ring"]
    points = np.repeat(ring.centres[[0, 1]], [2500, 1], axis=0)
    result = modes.score(points, ring)
    assert (result["modes"], result["modes_in_2500"]) == (2, 1)


def test_lost_samples_are_of_no_quality() -> None:
    ring = modes.MIXTURES["ring"]
    points = np.array([[np.nan, 0.0], [np.inf, -np.inf], ring.centres[0]])
    result = modes.score(points, ring)
    assert result["modes"] == 1
    assert result["high_quality"] == pytest.approx(1 / 3)
    assert np.isfinite(result["kl"])


def test_steps_become_whole_epochs() -> None:
    assert modes.epochs_for(20_000, 256, 100_000) == 52  # of 390 steps
    assert modes.epochs_for(1, 100, 100_000) == 1
    assert modes.scored_epochs(52) == [1, 8, 16, 23, 30, 37, 45, 52]
    assert modes.scored_epochs(2) == [1, 2]


def trial(count: int, good: float, times: int) -> dict[str, Any]:
    scores = {"modes": count, "modes_in_2500": count - 1, "high_quality": good}
    scores["kl"] = 0.25
    seen = [1000 * (i + 1) for i in range(times)]
    results = {"finite": True, "seconds": 60.0, "scored_at": seen}
    return {**scores, **results, "scores": [scores] * times}


def test_the_table() -> None:
    found = {"vanilla": [trial(6, 0.5, 2), trial(8, 0.7, 2)]}
    *_, real, row = modes.table(found, modes.MIXTURES["ring"]).splitlines()
    assert real.startswith("| real points | 1 | 8 |")
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[:5] == ["vanilla", "2", "7.0 ± 1.4", "6", "6.0 ± 1.4"]
    assert cells[5:8] == ["60.0% ± 14.1%", "50.0%", "0.250 ± 0.000"]
    assert cells[8:] == ["2,000", "60 ± 0"]


def test_the_picture_has_a_row_for_each_recipe(tmp_path: Path) -> None:
    mixture, path = modes.MIXTURES["ring"], tmp_path / "ring.png"
    heights = []
    for names in (["a"], ["a", "b"]):
        samples = np.zeros((2, 5, 2))
        modes.picture({n: (trial(1, 0.1, 2), samples) for n in names}, mixture, path)
        heights.append(matplotlib.image.imread(path).shape[0])
    assert heights[1] - heights[0] == 220


class Perfect:
    """A GAN that makes real points."""

    def generate(self, n: int, **_: Any) -> np.ndarray:
        return modes.MIXTURES["ring"].draw(n, seed=1)[0]


def test_a_recipe_of_images_alone_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    arguments = ["--data", "ring", "--recipes", "dcgan-diffaugment"]
    with pytest.raises(SystemExit):
        modes.main([*arguments, "--out", str(tmp_path)])
    assert "dcgan-diffaugment: DiffAugment takes images" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "told"), [("vanilla", False), ("cgan", True)])
def test_a_run_from_options_to_results(
    name: str,
    told: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    given = {}

    def train(recipe, settings, seed, data, shape, num_classes, scores) -> None:
        given.update(data, recipe=recipe.name, shape=shape, num_classes=num_classes)
        scores.set_model(Perfect())
        for epoch in range(data["epochs"]):
            scores.on_epoch_begin(epoch)
            scores.on_epoch_end(epoch, {"loss": 0.0})

    monkeypatch.setattr(modes.trials, "train", train)
    monkeypatch.setattr(modes.recipes.Recipe, "build", lambda *_, **__: None)
    arguments = f"--data ring --recipes {name} --seeds 2 --steps 9 --batch-size 20"
    modes.main([*arguments.split(), "--points", "90", "--out", str(tmp_path)])
    assert given["x"].shape == (80, 2)  # whole batches
    assert (given["epochs"], given["batch_size"]) == (3, 20)
    assert ("y" in given, given["num_classes"]) == (told, 8 if told else None)
    assert (given["recipe"], given["shape"]) == (name, (2,))
    row = (tmp_path / "ring.md").read_text().splitlines()[-1]
    assert row.startswith(f"| {name} | 2 | 8.0 ± 0.0 | 8 | 8.0 ± 0.0 | 99.0% ± 0.0%")
    assert row in capsys.readouterr().out
    assert (tmp_path / "ring.png").exists()
    assert np.load(tmp_path / f"ring_{name}.npy").shape == (3, modes.SHOWN, 2)


@pytest.mark.slow
def test_a_trial_depends_on_its_seed_alone(tmp_path: Path) -> None:
    made = []
    for folder, recipes in (("a", "r3gan"), ("b", "minimax,r3gan")):
        sizes = "--steps 2 --batch-size 32 --points 32 --set r3gan.vector_hidden=4"
        arguments = f"--data grid --recipes {recipes} --seeds 1 {sizes}"
        modes.main([*arguments.split(), "--out", str(tmp_path / folder)])
        made.append(np.load(tmp_path / folder / "grid_r3gan.npy"))
    assert made[0].shape == (2, modes.SHOWN, 2)
    assert not np.array_equal(made[0][0], made[0][1])  # it learns
    np.testing.assert_allclose(made[0], made[1], atol=1e-5)
