"""Whether a continued run is the same run."""

from pathlib import Path

import click
import pytest

from keras_gan_cli.run_config import (
    FIXED,
    KEPT,
    absolute,
    check_apart,
    check_settings,
    continued,
)


@pytest.fixture
def stored():
    config = dict.fromkeys((*FIXED, *KEPT))
    return config | {
        "recipe": "dcgan",
        "data": "builtin",
        "batch_size": 64,
        "epochs": 5,
        "settings": {},
    }


def options(**given):
    return dict.fromkeys((*FIXED, *KEPT, "minutes")) | given


def test_options_that_are_not_given_are_those_of_the_run(stored):
    merged = continued(stored, options(minutes=3), {"minutes", "resume"})
    assert merged["recipe"] == "dcgan"
    assert merged["batch_size"] == 64
    assert merged["epochs"] == 5
    assert merged["minutes"] == 3


def test_some_may_change(stored):
    assert continued(stored, options(epochs=9), {"epochs"})["epochs"] == 9


def test_the_same_options_may_be_given_again(stored):
    given = options(recipe="dcgan", batch_size=64)
    assert continued(stored, given, {"recipe", "batch_size"})["batch_size"] == 64


def test_all_that_differ_are_named_with_both_values(stored):
    given = options(recipe="vanilla", batch_size=32, seed=1)
    with pytest.raises(click.ClickException) as error:
        continued(stored, given, {"recipe", "batch_size", "seed"})
    message = error.value.message
    assert "RECIPE is dcgan there and vanilla here" in message
    assert "--batch-size is 64 there and 32 here" in message
    assert "--seed is not set there and 1 here" in message


@pytest.mark.parametrize(("key", "value"), [("recipe", "vanilla"), ("fast", True)])
def test_what_the_settings_come_from_cannot_change(stored, key, value):
    stored["fast"] = False
    given = options(**{key: value}, batch_size=32)
    with pytest.raises(click.ClickException, match="Leave such") as error:
        continued(stored, given, {key, "batch_size"})
    assert "--allow-changes" not in error.value.message  # which would not help
    with pytest.raises(click.ClickException, match="change it by --set KEY=VALUE"):
        continued(stored, given, {key, "batch_size"}, allow_changes=True)


def test_a_run_that_was_begun_before_there_was_fast_goes_on(stored):
    del stored["fast"]
    assert continued(stored, options(), set())["fast"] is False
    with pytest.raises(click.ClickException, match="--fast is False there and True"):
        continued(stored, options(fast=True), {"fast"})


def test_settings_must_be_those_of_the_run():
    stored = {"filters": 64, "hidden": [8, 16]}
    check_settings(stored, {"hidden": (8, 16)})
    with pytest.raises(click.ClickException, match="filters is 64 there and 32 here"):
        check_settings(stored, {"filters": 32})


def test_paths_are_made_absolute_and_names_are_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    assert absolute("photos") == str(tmp_path / "photos")
    assert absolute("folder:photos") == f"folder:{tmp_path / 'photos'}"
    assert absolute("x.npy") == str(tmp_path / "x.npy")
    assert absolute("fashion_mnist") == "fashion_mnist"
    assert absolute("tfds:mnist") == "tfds:mnist"
    assert absolute("builtin") == "builtin"


@pytest.mark.parametrize("out", ["mnist", "./mnist", "mnist/first"])
def test_a_run_is_not_put_where_its_data_would_be_looked_for(
    tmp_path, monkeypatch, out
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(click.ClickException, match=r"--data mnist: .* write tfds: "):
        check_apart("mnist", Path(out))


def test_runs_that_are_not_taken_for_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_apart("mnist", Path("runs/mnist"))
    check_apart("tfds:mnist", Path("mnist"))
    check_apart("builtin", Path("builtin"))
    check_apart(str(tmp_path), Path("run"))  # a folder of images, as it is
