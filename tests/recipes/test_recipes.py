"""Every recipe: names, settings, and a GAN that is ready to fit."""

import re
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import keras_gan
from keras_gan import recipes
from keras_gan.recipes import Recipe

NAMES = [
    *("vanilla", "minimax", "dcgan", "lsgan", "wgan", "wgan-gp", "dragan", "sngan"),
    *("sagan", "ragan", "r3gan", "pacgan", "cgan", "projection", "acgan", "infogan"),
    *("dcgan-ada", "dcgan-diffaugment"),
]
OF_VECTORS = [
    name
    for name in NAMES
    if re.search("vectors|any shape", recipes.get(name).image_sizes)
]
CLASSES = 3

FADES = keras.optimizers.schedules.CosineDecay(1.0, 10)

# Settings that make a recipe's networks and steps small, where it has them.
SMALL = {
    "latent_dim": 4,
    "noise_dim": 2,
    "categories": (CLASSES,),
    "clusters": CLASSES,
    "hidden": (8, 6),
    "filters": 4,
    "vector_hidden": (8,),
    "vector_g_hidden": (8,),
    "widths": (8, 8),
    "cardinality": 2,
    "d_steps": 1,
}

# To compile a step takes longer than to play it: of images one recipe's is compiled,
# and on JAX, where nothing is fast before it is compiled, the others' are slow.
ON_JAX = keras.backend.backend() == "jax"
COMPILED = "dcgan"
IMAGES = [
    pytest.param(name, marks=pytest.mark.slow if ON_JAX and name != COMPILED else ())
    for name in NAMES
]

every_recipe = pytest.mark.parametrize("name", NAMES)


def _build(name: str, sample_shape: Any, **settings: Any) -> keras_gan.GAN:
    """Build a recipe small, with classes if it needs them."""
    recipe = recipes.get(name)
    classes = settings.pop(
        "num_classes", CLASSES if recipe.labels == "required" else None
    )
    small = {k: v for k, v in SMALL.items() if k in recipe.settings()}
    return recipe.build(sample_shape, classes, **{**small, **settings})


def _data(shape: tuple[int, ...], conditional: bool) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(0)
    samples = rng.uniform(-1, 1, (8, *shape)).astype("float32")
    return (samples, np.arange(8) % CLASSES) if conditional else (samples,)


def _train(gan: keras_gan.GAN) -> None:
    """Play one step and look at all that comes of it."""
    shape = gan.pair.sample_shape
    if isinstance(gan, keras_gan.ClusteredGAN):
        gan.adapt(*_data(shape, conditional=False))
    g_before, d_before = _moving(gan.generator), _moving(gan.discriminator)
    logs = gan.train_on_batch(*_data(shape, gan.conditional), return_dict=True)
    assert {"loss", "d_loss", "g_loss", "real_accuracy", "fake_accuracy"} <= set(logs)
    assert all(np.isfinite(value) for value in logs.values())
    assert all(np.isfinite(w).all() for w in gan.get_weights())
    for network, before in (gan.generator, g_before), (gan.discriminator, d_before):
        after = _moving(network)
        assert any((a != b).any() for a, b in zip(before, after, strict=True))
    assert gan.generate(2, seed=0).shape == (2, *shape)


def _moving(network: keras.Model) -> list[np.ndarray]:
    return [keras.ops.convert_to_numpy(w).copy() for w in network.trainable_weights]


class TestNames:
    def test_all_are_there(self) -> None:
        assert recipes.names() == NAMES

    @pytest.mark.parametrize("wrong", ["dcgam", "Vanilla", ""])
    def test_unknown_recipe(self, wrong: str) -> None:
        with pytest.raises(ValueError, match=f"Unknown recipe '{wrong}'") as error:
            recipes.get(wrong)
        assert all(name in str(error.value) for name in recipes.names())

    @pytest.mark.parametrize(
        ("wrong", "near"),
        [("dcgam", "dcgan"), ("wgan_gp", "wgan-gp"), ("SAGAN", "sagan")],
    )
    def test_the_nearest_are_named(self, wrong: str, near: str) -> None:
        with pytest.raises(ValueError, match=f"Did you mean.*{near!r}.* Known"):
            recipes.get(wrong)


class TestCard:
    @every_recipe
    def test_card(self, name: str) -> None:
        recipe = recipes.get(name)
        assert recipe.name == name
        assert recipe.summary
        assert recipe.image_sizes
        assert re.fullmatch(
            r".+, (19|20)\d\d, .+, arXiv:\d{4}\.\d{4,5}(, .+)?", recipe.reference
        )
        assert recipe.batch_size >= 1
        assert recipe.epochs >= 1

    @every_recipe
    def test_settings_are_those_of_make(self, name: str) -> None:
        settings = recipes.get(name).settings()
        assert {"loss", "seed", "ema_half_life"} <= set(settings)
        assert {"latent_dim", "noise_dim"} & set(settings)
        assert "sample_shape" not in settings
        assert "num_classes" not in settings

    @every_recipe
    def test_fast_is_faster(self, name: str) -> None:
        recipe = recipes.get(name)
        assert set(recipe.fast) <= {"batch_size", "epochs", *recipe.settings()}
        assert set(recipe.fast_settings()) == set(recipe.fast) & set(recipe.settings())
        assert 1 <= recipe.fast["epochs"] < recipe.epochs

    def test_notes(self) -> None:
        assert recipes.get("wgan").notes().startswith("The paper's settings")
        assert _card(make=lambda shape, classes: None).notes() == ""
        assert _card(about="As it is.").notes() == "As it is."


class TestSettings:
    @every_recipe
    def test_unknown_setting(self, name: str) -> None:
        recipe = recipes.get(name)
        for setting in recipe.settings():
            with pytest.raises(ValueError, match=f"Did you mean.*'{setting}'") as error:
                recipe.build((28, 28, 1), **{f"{setting}s": 3})
            assert repr(name) in str(error.value)
            assert all(known in str(error.value) for known in recipe.settings())

    @pytest.mark.parametrize("name", OF_VECTORS)
    def test_settings_reach_the_gan(self, name: str) -> None:
        recipe = recipes.get(name)
        rates = {k: 0.5 for k in recipe.settings() if k.endswith("learning_rate")}
        assert rates
        gan = _build(name, [2], loss="hinge", ema_half_life=None, seed=8, **rates)
        assert gan.pair.sample_shape == (2,)
        assert (gan.seed, gan.ema) == (8, None)
        latents = SMALL["latent_dim"] if name != "infogan" else 2 + CLASSES + 2
        assert gan.latent_dim == latents
        assert isinstance(gan.rules.d_half.loss, keras_gan.losses.Hinge)
        assert float(gan.g_optimizer.learning_rate) == 0.5
        assert float(gan.d_optimizer.learning_rate) == 0.5

    @pytest.mark.parametrize(
        ("name", "settings"),
        [
            ("r3gan", {"penalty_weight": 0}),
            ("r3gan", {"last_penalty_weight": -1}),
            ("r3gan", {"last_penalty_weight": FADES}),
            ("wgan", {"learning_rate": -1.0}),
            ("wgan", {"rho": 2.0}),
            ("dcgan", {"beta_1": 1.0}),
        ],
    )
    def test_settings_out_of_range(self, name: str, settings: dict[str, Any]) -> None:
        ((setting, value),) = settings.items()
        with pytest.raises(ValueError, match=rf"{setting} must be") as error:
            recipes.get(name).build((2,), **settings)
        assert f"Received: {setting}={value!r}." in str(error.value)
        assert "LearningRateSchedule" not in str(error.value)

    def test_defaults_of_its_own(self) -> None:
        recipe = _card(defaults={"loss": "hinge", "latent_dim": 3})
        assert recipe.settings()["loss"] == "hinge"
        gan = recipe.build((2,), latent_dim=5, hidden=(4,))
        assert isinstance(gan.rules.d_half.loss, keras_gan.losses.Hinge)
        assert gan.latent_dim == 5

    @pytest.mark.parametrize("name", ["wgan-gp", "dragan"])
    def test_the_seed_is_the_penaltys_too(self, name: str) -> None:
        assert recipes.get(name).build((2,), seed=7).penalties[0].seed == 7

    @pytest.mark.parametrize("name", IMAGES)
    def test_defaults_fit_each_other(self, name: str) -> None:
        recipe = recipes.get(name)
        classes = CLASSES if recipe.labels == "required" else None
        gan = recipe.build((28, 28, 1), classes, **recipe.fast_settings())
        assert gan.compiled
        assert gan.pair.sample_shape == (28, 28, 1)
        assert gan.num_classes == classes
        assert gan.ema.half_life == recipe.settings()["ema_half_life"]

    @pytest.mark.parametrize("name", ["cgan", "projection", "acgan"])
    def test_labels_that_are_needed(self, name: str) -> None:
        with pytest.raises(ValueError, match=f"{name!r} is told classes: pass num_cl"):
            recipes.get(name).build((16, 16, 1))

    @pytest.mark.parametrize("name", ["pacgan", "infogan"])
    def test_labels_that_are_refused(self, name: str) -> None:
        with pytest.raises(ValueError, match=f"{name!r} takes no labels.*classes=3"):
            recipes.get(name).build((16, 16, 1), 3)

    def test_projection_says_which_networks_make_larger_images(self) -> None:
        recipe = recipes.get("projection")
        with pytest.raises(
            ValueError, match=r"16 to 128\. Received: 256\. .*out --fast"
        ):
            recipe.build((256, 256, 3), CLASSES, **recipe.fast_settings())
        with pytest.raises(ValueError, match="from 16 to 512"):
            recipe.build((516, 516, 3), CLASSES)
        assert "with --fast to 128" in recipe.image_sizes


class TestTraining:
    @pytest.mark.parametrize("name", OF_VECTORS)
    def test_vectors(self, name: str) -> None:
        _train(_build(name, (2,)))

    @pytest.mark.parametrize("name", IMAGES)
    def test_images(self, name: str) -> None:
        gan = _build(name, (16, 16, 1))
        gan.run_eagerly = not ON_JAX and name != COMPILED
        _train(gan)

    def test_classes_where_they_are_optional(self) -> None:
        gan = _build("lsgan", (2,), num_classes=CLASSES)
        assert gan.num_classes == CLASSES


def _card(**changes: Any) -> Recipe:
    given = {
        "name": "mine",
        "summary": "A recipe of my own",
        "reference": "Me, 2024, Mine, arXiv:2401.00001",
        "batch_size": 8,
        "epochs": 2,
        "make": recipes.get("vanilla").make,
    }
    return Recipe(**{**given, **changes})


class TestFromOutside:
    @pytest.fixture(autouse=True)
    def _as_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recipes, "_RECIPES", dict(recipes._RECIPES))

    def test_it_trains_by_name_is_saved_and_loaded(self, tmp_path: Path) -> None:
        recipes.register(_card(fast={"hidden": (8,), "epochs": 1}))
        assert recipes.names() == [*NAMES, "mine"]
        recipe = recipes.get("mine")
        gan = recipe.build((2,), CLASSES, **recipe.fast_settings())
        _train(gan)
        gan.save(tmp_path / "mine.keras")
        loaded = keras.saving.load_model(tmp_path / "mine.keras")
        expected = gan.generate(3, labels=1, seed=0)
        np.testing.assert_array_equal(loaded.generate(3, labels=1, seed=0), expected)
        assert int(loaded.optimizer.iterations) == 1

    def test_names_that_are_taken(self) -> None:
        with pytest.raises(ValueError, match="'dcgan' is taken"):
            recipes.register(_card(name="dcgan"))

    def test_only_recipes_are_registered(self) -> None:
        with pytest.raises(TypeError, match=r"must be a Recipe. Received: <function"):
            recipes.register(recipes.get("dcgan").make)  # type: ignore[arg-type]

    def test_cards_that_contradict_themselves(self) -> None:
        with pytest.raises(ValueError, match=r"labels must be one of.*labels='some'"):
            _card(labels="some")
        with pytest.raises(ValueError, match=r"of 'mine' in fast 'epoch'.*'epochs'"):
            _card(fast={"epoch": 3})
        with pytest.raises(ValueError, match=r"of 'mine' in defaults 'los'.*'loss'"):
            _card(defaults={"los": "hinge"})
