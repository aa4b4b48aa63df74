"""Trials: options, what is kept of a run, and the numbers about several seeds."""

import argparse
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import trials


def parse(*arguments: str) -> argparse.Namespace:
    given = ["--recipes", "vanilla,r3gan", "--out", "x", *arguments]
    defaults = {"seeds": 3, "steps": 4, "batch_size": 5}
    return trials.parse(argparse.ArgumentParser(), given, **defaults)


def test_a_setting_is_given_to_one_recipe_and_the_others_have_defaults() -> None:
    options = parse("--set", "r3gan.learning_rate=5e-4", "--steps", "9")
    assert (options.seeds, options.steps, options.batch_size) == (3, 9, 5)
    assert list(options.chosen) == ["vanilla", "r3gan"]
    assert options.chosen["r3gan"]["learning_rate"] == 5e-4
    assert options.chosen["r3gan"]["beta_1"] == 0.0
    assert options.chosen["vanilla"]["g_learning_rate"] == 2e-4


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--set", "dcgan.filters=8"], "dcgan.filters=8"),
        (["--set", "vanilla.filters=8"], "filters"),
        (["--set", "vanilla.latent_dim=many"], "whole number"),
        (["--recipes", "vanila"], "'vanilla'"),
        (["--seeds", "0"], "1 or more"),
    ],
)
def test_what_is_wrong_is_told_before_training(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit):
        parse(*arguments)
    assert told in capsys.readouterr().err


def test_finished_trials_are_not_run_again(tmp_path: Path) -> None:
    ran = []

    def run(seed: int) -> tuple[dict[str, Any], np.ndarray]:
        ran.append(seed)
        return {"modes": 8 - seed, "finite": True}, np.full(2, seed)

    file, conditions = tmp_path / "ring.json", {"settings": {"hidden": (4, 4)}}
    trials.Kept(file).complete("vanilla", 2, conditions, run)
    found, samples = trials.Kept(file).complete("vanilla", 3, conditions, run)
    assert ran == [0, 1, 2]
    assert [trial["modes"] for trial in found] == [8, 7, 6]
    np.testing.assert_array_equal(samples, [0, 0])
    trials.Kept(file).complete("r3gan", 1, conditions, run)
    assert ran == [0, 1, 2, 0]


@pytest.mark.parametrize("other", [{"steps": 2}, {}, {"steps": 1, "points": 7}])
def test_a_trial_under_other_conditions_is_not_taken_for_this_one(
    tmp_path: Path, other: dict[str, int]
) -> None:
    kept = trials.Kept(tmp_path / "ring.json")
    kept.add("vanilla", 0, {"steps": 1}, {})
    assert kept.find("vanilla", 0, {"steps": 1}) is not None
    assert kept.find("vanilla", 1, other) is None
    with pytest.raises(SystemExit, match="other conditions"):
        kept.find("vanilla", 0, other)


def after_epochs(scores: trials.Scores, losses: list[float]) -> SimpleNamespace:
    model = SimpleNamespace(stop_training=False)
    scores.set_model(model)
    for epoch, loss in enumerate(losses):
        scores.on_epoch_begin(epoch)
        scores.on_epoch_end(epoch, {"loss": loss})
    return model


def test_scores_are_taken_after_the_epochs_asked_for() -> None:
    values = iter([{"modes": 3}, {"modes": 5}])
    scores = trials.Scores([1, 3], lambda model: next(values))
    model = after_epochs(scores, [0.5, 0.4, 0.3])
    results = scores.results(per_epoch=100)
    assert results["modes"] == 5
    assert results["scores"] == [{"modes": 3}, {"modes": 5}]
    assert results["scored_at"] == [100, 300]
    assert results["finite"]
    assert not model.stop_training


def test_a_training_that_is_lost_is_scored_and_ends() -> None:
    scores = trials.Scores([3], lambda model: {"modes": 0})
    model = after_epochs(scores, [0.5, float("nan")])
    assert model.stop_training
    results = scores.results(per_epoch=10)
    assert not results["finite"]
    assert results["scored_at"] == [20]
    assert trials.lost([results, {"finite": True}]) == " (1 lost)"
    assert trials.lost([{"finite": True}]) == ""


def test_kl_to_uniform() -> None:
    assert trials.kl_to_uniform(np.array([0, 1, 2, 3]), 4) == 0.0
    assert trials.kl_to_uniform(np.array([2, 2]), 4) == pytest.approx(np.log(4))
    expected = 0.75 * np.log(0.75 * 4) + 0.25 * np.log(0.25 * 4)
    assert trials.kl_to_uniform(np.array([0, 3, 0, 0]), 4) == pytest.approx(expected)


def test_spread() -> None:
    assert trials.spread([24, 25, 26], ".1f") == "25.0 ± 1.0"
    assert trials.spread([0.5], ".0%") == "50%"
