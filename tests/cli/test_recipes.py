"""keras-gan recipes."""

import pytest

from keras_gan import recipes
from keras_gan_cli.recipes import _short
from keras_gan_cli.settings import parse

pytestmark = pytest.mark.once


@pytest.mark.parametrize("columns", [80, 120])
def test_all_recipes_are_listed(call, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    status, out, _ = call("recipes")
    assert status == 0
    assert max(map(len, out.splitlines())) <= columns
    words = " ".join(out.split())
    for name in recipes.names():
        recipe = recipes.get(name)
        card = f"{name} {recipe.labels} {recipe.batch_size} {recipe.epochs} "
        assert card + recipe.summary.split()[0] in words
        assert recipe.reference.split("arXiv:")[1].split(",")[0] in words
        assert recipe.image_sizes.split()[0] in words


def test_references_are_shortened():
    assert [_short(recipes.get(name).reference) for name in ("wgan", "vanilla")] == [
        "Arjovsky et al., 2017, arXiv:1701.07875",
        "Goodfellow et al., 2014, arXiv:1406.2661",
    ]
    assert _short("Found in a notebook") == "Found in a notebook"


def test_one_recipe_tells_all_that_it_sets(call):
    status, out, _ = call("recipes", "wgan")
    recipe = recipes.get("wgan")
    assert status == 0
    for text in (recipe.reference, recipe.image_sizes, recipe.notes()):
        assert text in out
    assert "Labels: if --labels is given." in out
    assert "Learning rate: stays the same." in out
    found = {tuple(line.split()) for line in out.splitlines()}
    fast = recipe.fast
    assert ("--batch-size", str(recipe.batch_size)) in found
    assert ("--epochs", str(recipe.epochs), str(fast["epochs"])) in found
    assert ("--set", "seed=", "none") in found
    assert ("--set", "clip=", "0.01") in found
    assert ("--set", "vector_hidden=", "128,128,128") in found
    assert ("--set", "learning_rate=", "5e-05", str(fast["learning_rate"])) in found


@pytest.mark.parametrize("name", recipes.names())
def test_every_setting_is_shown_as_it_can_be_given(call, name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    _, out, _ = call("recipes", name)
    recipe = recipes.get(name)
    rows = [line.split() for line in out.splitlines() if "--set " in line]
    shown = parse(
        [key + value for _, key, value, *_ in rows], recipe.settings(), recipe.make
    )
    assert shown == recipe.settings()
    fast = parse(
        [row[1] + row[3] for row in rows if len(row) == 4],
        recipe.settings(),
        recipe.make,
    )
    assert fast == recipe.fast_settings()


def test_a_recipe_without_fast_settings(call, monkeypatch):
    plain = recipes.Recipe("plain", "Mine", "Me", 8, 2, recipes.get("vanilla").make)
    monkeypatch.setattr(recipes, "_RECIPES", {"plain": plain})
    assert "--fast" not in call("recipes", "plain")[1]


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("vanila", "vanilla"), ("wgangp", "wgan-gp"), ("ACGAN", "acgan")],
)
def test_unknown_recipes(refused, wrong, near):
    err = refused("recipes", wrong)
    assert f"Unknown recipe '{wrong}'" in err
    assert f"{near!r}" in err[: err.index("Known:")]
