"""Settings as KEY=VALUE."""

from collections.abc import Sequence

import click
import pytest

from keras_gan import recipes
from keras_gan_cli.settings import parse


def make(
    sample_shape,
    *,
    filters: int = 64,
    rate: float = 2e-4,
    half_life: float | None = 5000,
    loss: str = "hinge",
    residual: bool = False,
    hidden: tuple[int, ...] = (256, 512),
    sizes: Sequence[float] | None = None,
    words: str = "color",
    extra=None,
):
    """A recipe's function."""


KNOWN = {
    "filters": 64,
    "rate": 2e-4,
    "half_life": 5000,
    "loss": "hinge",
    "residual": False,
    "hidden": (256, 512),
    "sizes": None,
    "words": "color",
    "extra": None,
}


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("filters=32", {"filters": 32}),
        ("rate=1e-3", {"rate": 0.001}),
        ("rate=1", {"rate": 1}),
        ("half_life=none", {"half_life": None}),
        ("loss=wasserstein", {"loss": "wasserstein"}),
        ("loss=1", {"loss": "1"}),
        ("loss=a=b", {"loss": "a=b"}),
        ("residual=true", {"residual": True}),
        ("residual=False", {"residual": False}),
        ("hidden=(8, 16)", {"hidden": (8, 16)}),
        ("hidden=[8,16]", {"hidden": (8, 16)}),
        ("hidden=8,16", {"hidden": (8, 16)}),
        ("hidden=8,", {"hidden": (8,)}),
        ("hidden=8", {"hidden": (8,)}),
        ("hidden=()", {"hidden": ()}),
        ("sizes=1.5,2", {"sizes": (1.5, 2)}),
        ("sizes=none", {"sizes": None}),
        ("words=color,cutout", {"words": "color,cutout"}),
        ("extra=anything", {"extra": "anything"}),
    ],
)
def test_values_are_read_as_their_type(pair, expected):
    assert parse([pair], KNOWN, make) == expected


def test_several():
    assert parse(["filters=8", "rate=1"], KNOWN, make) == {"filters": 8, "rate": 1}


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ("filters", "--set filters: expected KEY=VALUE"),
        ("filter=3", "--set filter=3: .*'filters'"),
        ("filters=many", "--set filters=many: expected a whole number, such as 64"),
        ("filters=1.5", "expected a whole number"),
        ("filters=true", "expected a whole number"),
        ("rate=fast", "expected a number, such as 0.0002"),
        ("half_life=x", "expected a number or none, such as 5000"),
        ("residual=1", "expected true or false"),
        ("rate=", "expected a number"),
        ("rate=1,2", "expected a number"),
        ("hidden=8,x", "expected values separated by commas, such as '256,512'"),
        ("hidden=1.5", "expected values separated by commas"),
        ("hidden=none", "expected values separated by commas"),
        ("sizes=x", "expected values separated by commas or none"),
    ],
)
def test_bad_settings_are_named(pair, message):
    with pytest.raises(click.BadParameter, match=message):
        parse([pair], KNOWN, make)


@pytest.mark.parametrize("name", recipes.names())
def test_wrong_names_name_the_nearest_of_every_recipe(name):
    recipe = recipes.get(name)
    for key in recipe.settings():
        wrong = f"--set {key}s=1: Unknown setting '{key}s'. Did you mean .*'{key}'"
        with pytest.raises(click.BadParameter, match=wrong):
            parse([f"{key}s=1"], recipe.settings(), recipe.make)
