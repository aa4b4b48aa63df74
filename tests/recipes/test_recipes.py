"""Every recipe: names, settings, and a GAN that is ready to fit."""

import re
from typing import Any

import numpy as np
import pytest

import keras_gan
from keras_gan import recipes

every_recipe = pytest.mark.parametrize("name", recipes.names())

# Settings that make a recipe's networks small, where it has them.
SMALL = {"latent_dim": 4, "filters": 4}


def _build(name: str, *args: Any, **settings: Any) -> keras_gan.GAN:
    recipe = recipes.get(name)
    small = {k: v for k, v in SMALL.items() if k in recipe.settings()}
    return recipe.build(*args, **{**small, **settings})


def test_names_lists_those_of_the_first_release() -> None:
    assert {"vanilla", "dcgan"} <= set(recipes.names())


@every_recipe
def test_card(name: str) -> None:
    recipe = recipes.get(name)
    assert recipe.name == name
    assert recipe.summary
    assert re.search(r"(19|20)\d\d", recipe.reference)
    assert "arXiv:" in recipe.reference
    assert recipe.batch_size >= 1
    assert recipe.epochs >= 1


@every_recipe
def test_settings_are_those_of_make(name: str) -> None:
    settings = recipes.get(name).settings()
    assert {"latent_dim", "loss", "seed"} <= set(settings)
    assert "sample_shape" not in settings
    assert "num_classes" not in settings


@pytest.mark.parametrize("wrong", ["dcgam", "Vanilla", ""])
def test_unknown_recipe(wrong: str) -> None:
    with pytest.raises(ValueError, match=f"Unknown recipe '{wrong}'") as error:
        recipes.get(wrong)
    assert all(name in str(error.value) for name in recipes.names())


def test_unknown_recipe_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="Did you mean 'dcgan'"):
        recipes.get("dcgam")


@every_recipe
def test_unknown_setting(name: str) -> None:
    recipe = recipes.get(name)
    with pytest.raises(ValueError, match="Did you mean 'latent_dim'") as error:
        recipe.build((28, 28, 1), latent_dims=3)
    assert repr(name) in str(error.value)
    assert all(setting in str(error.value) for setting in recipe.settings())


@every_recipe
@pytest.mark.parametrize("num_classes", [None, 3])
def test_build_and_train(
    name: str, num_classes: int | None, images: np.ndarray, labels: np.ndarray
) -> None:
    gan = _build(name, (28, 28, 1), num_classes, seed=1)
    assert gan.compiled
    assert gan.latent_dim == 4
    assert (gan.conditional, gan.num_classes) == (num_classes is not None, num_classes)
    before = [w.copy() for w in gan.get_weights()]
    batch = (images,) if num_classes is None else (images, labels)
    logs = gan.train_on_batch(*batch, return_dict=True)
    assert {"loss", "d_loss", "g_loss", "real_accuracy", "fake_accuracy"} <= set(logs)
    assert all(np.isfinite(value) for value in logs.values())
    assert all(np.isfinite(w).all() for w in gan.get_weights())
    assert any((a != b).any() for a, b in zip(before, gan.get_weights(), strict=True))
    assert gan.generate(2, seed=0).shape == (2, 28, 28, 1)


@every_recipe
def test_settings_reach_the_gan(name: str) -> None:
    recipe = recipes.get(name)
    rates = {k: 0.5 for k in recipe.settings() if k.endswith("learning_rate")}
    assert rates
    gan = _build(
        name,
        [28, 28, 1],
        latent_dim=5,
        loss="hinge",
        ema_half_life=None,
        seed=8,
        **rates,
    )
    assert gan.pair.sample_shape == (28, 28, 1)
    assert (gan.latent_dim, gan.seed, gan.ema) == (5, 8, None)
    assert isinstance(gan.rules.d_half.loss, keras_gan.losses.Hinge)
    assert float(gan.g_optimizer.learning_rate) == 0.5
    assert float(gan.d_optimizer.learning_rate) == 0.5
    half_life = recipe.settings()["ema_half_life"]
    default = _build(name, (28, 28, 1))
    assert (default.ema.half_life if default.ema else None) == half_life


def test_vanilla_takes_vectors() -> None:
    gan = _build("vanilla", (2,))
    assert gan.pair.sample_shape == (2,)
    assert gan.compiled
