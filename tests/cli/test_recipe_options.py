"""What a recipe makes of the options of keras-gan train."""

import click
import pytest

from keras_gan import recipes
from keras_gan_cli.recipe_options import resolved


def recipe(labels="optional", fast=None):
    fast = {"epochs": 3, "batch_size": 16, "dropout": 0.1} if fast is None else fast
    make = recipes.get("vanilla").make
    return recipes.Recipe("mine", "", "", 64, 60, make, labels=labels, fast=fast)


def options(**given):
    nothing = {"epochs": None, "batch_size": None, "labels": None, "fast": False}
    return {**nothing, "data": "builtin", **given}


def test_what_is_not_given_is_the_recipes():
    found, settings = resolved(options(epochs=5), {"beta_1": 0.0}, recipe())
    assert found == options(epochs=5, batch_size=64, labels=False)
    assert settings == {"beta_1": 0.0}


def test_fast():
    found, settings = resolved(options(fast=True), {"beta_1": 0.0}, recipe())
    assert (found["epochs"], found["batch_size"]) == (3, 16)
    assert settings == {"dropout": 0.1, "beta_1": 0.0}


def test_what_is_given_comes_before_fast():
    given = options(fast=True, epochs=7, batch_size=8)
    found, settings = resolved(given, {"dropout": 0.5}, recipe())
    assert (found["epochs"], found["batch_size"]) == (7, 8)
    assert settings == {"dropout": 0.5}
    found, _ = resolved(options(fast=True), {}, recipe(fast={"dropout": 0.1}))
    assert (found["epochs"], found["batch_size"]) == (60, 64)


@pytest.mark.parametrize(
    ("labels", "asked", "expected"),
    [
        ("optional", None, False),
        ("optional", True, True),
        ("optional", False, False),
        ("required", None, True),
        ("required", True, True),
        ("none", None, False),
        ("none", False, False),
    ],
)
def test_labels(labels, asked, expected):
    assert resolved(options(labels=asked), {}, recipe(labels))[0]["labels"] is expected


@pytest.mark.parametrize(
    ("given", "card", "message"),
    [
        ({"fast": True}, {"fast": {}}, "--fast: the recipe mine has no fast settings"),
        ({"labels": True}, {"labels": "none"}, "--labels: the recipe mine takes no la"),
        ({"labels": False}, {"labels": "required"}, "--no-labels: .* mine needs label"),
    ],
)
def test_refused(given, card, message):
    with pytest.raises(click.ClickException, match=message):
        resolved(options(**given), {}, recipe(**card))
