"""The gallery's text: that its commands are those that the runs were made by."""

import importlib.util
import shlex
from pathlib import Path

import pytest

from keras_gan import recipes
from keras_gan_cli import run_config, settings

_FILE = Path(__file__).resolve().parent.parent / "tools" / "make_gallery.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("make_gallery", _FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=recipes.names())
def recipe(request):
    return recipes.get(request.param)


def config(recipe, fast=True, changed=(), **options):
    """The configuration of a run, as JSON gives it back."""
    used = {**recipe.settings(), **(recipe.fast_settings() if fast else {})}
    used = {**used, **dict(changed)}
    source = recipe.fast if fast else {}
    return {
        **dict.fromkeys((*run_config.FIXED, *run_config.KEPT)),
        "recipe": recipe.name,
        "fast": fast,
        "data": "builtin",
        "split": "train",
        "seed": 0,
        "backend": "tensorflow",
        "labels": recipe.labels == "required",
        "epochs": source.get("epochs", recipe.epochs),
        "batch_size": source.get("batch_size", recipe.batch_size),
        "settings": {k: list(v) if type(v) is tuple else v for k, v in used.items()},
        **options,
    }


def test_a_run_as_the_recipe_has_it_needs_no_options(tool, recipe):
    start = f"keras-gan train {recipe.name} --data builtin"
    end = f"--out runs/{recipe.name}"
    assert tool.command(recipe, config(recipe)) == f"{start} --fast {end}"
    assert tool.command(recipe, config(recipe, fast=False)) == f"{start} {end}"


def test_names_what_differs_from_the_recipe(tool):
    recipe = recipes.get("dcgan")
    changed = {"latent_dim": 7, "ema_half_life": None}
    run = config(recipe, changed=changed, labels=True, epochs=3, seed=5, limit=100)
    words = shlex.split(tool.command(recipe, run))
    assert words[:6] == ["keras-gan", "train", "dcgan", "--data", "builtin", "--fast"]
    options = {"--epochs": "3", "--seed": "5", "--limit": "100"}
    for option, value in options.items():
        assert words[words.index(option) + 1] == value
    assert "--labels" in words
    pairs = [words[i + 1] for i, word in enumerate(words) if word == "--set"]
    assert settings.parse(pairs, recipe.settings(), recipe.make) == changed


def test_tuples_come_back_from_the_command_line(tool):
    recipe = recipes.get("infogan")
    run = config(recipe, changed={"categories": [4, 5]})
    words = shlex.split(tool.command(recipe, run))
    pairs = [words[i + 1] for i, word in enumerate(words) if word == "--set"]
    parsed = settings.parse(pairs, recipe.settings(), recipe.make)
    assert parsed == {"categories": (4, 5)}


def test_entry_counts_minutes_epochs_and_images(tool):
    recipe = recipes.get("dcgan")
    history = {"epoch": [1, 2], "step": [10, 20], "seconds": [60.0, 150.0]}
    run = config(recipe, batch_size=64, epochs=5)
    text = tool.entry(recipe, run, history)
    assert "2.5 minutes; epochs: 2 of 5; real images seen: 1,280." in text
    assert "(gallery/dcgan.png)" in text
    assert recipe.reference in text
