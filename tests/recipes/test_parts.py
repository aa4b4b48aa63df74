"""Settings that all recipes have: out of range, they are named as the recipe does."""

from typing import Any

import pytest

from keras_gan import recipes


@pytest.mark.parametrize("name", ["dcgan", "sngan", "r3gan"])
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("learning_rate", -1.0),
        ("learning_rate", 0.0),
        ("beta_1", 1.5),
        ("beta_2", 1.0),
        ("ema_half_life", -1.0),
        ("latent_dim", -5),
    ],
)
def test_a_setting_out_of_range(name: str, setting: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"Received: {setting}={value}"):
        recipes.get(name).build((28, 28, 1), **{setting: value})


@pytest.mark.parametrize("name", ["sagan", "projection"])
@pytest.mark.parametrize("player", ["g", "d"])
def test_a_rate_of_one_player(name: str, player: str) -> None:
    recipe, setting = recipes.get(name), f"{player}_learning_rate"
    classes = 10 if recipe.labels == "required" else None
    with pytest.raises(ValueError, match=f"{setting} must be.*Received: {setting}=-1"):
        recipe.build((28, 28, 1), classes, **{setting: -1.0})
