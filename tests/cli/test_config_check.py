"""The configuration of a run, key by key."""

import json
import math
import subprocess
import sys
import time

import click
import keras
import pytest

from keras_gan import recipes
from keras_gan_cli import config_check, run_config
from keras_gan_cli.config_check import checked
from keras_gan_cli.run_folder import RunFolder

pytestmark = pytest.mark.once

BACKEND = keras.backend.backend()


def configuration(recipe="vanilla"):
    """A configuration as `keras-gan train` writes it, after its way through JSON."""
    config = {
        "recipe": recipe,
        "fast": False,
        "data": "builtin",
        "split": "train",
        "image_size": None,
        "channels": None,
        "labels": True,
        "limit": None,
        "batch_size": 16,
        "steps_per_epoch": None,
        "seed": 0,
        "backend": BACKEND,
        "data_dir": None,
        "epochs": 2,
        "sample_every": "epoch",
        "settings": recipes.get(recipe).settings(),
        "images": {"shape": [8, 8, 1], "number": 48, "classes": 3},
        "reference": recipes.get(recipe).reference,
        "versions": {"keras_gan": "0.1.0", "python": "3.11.9"},
    }
    return json.loads(json.dumps(config))


def refusal(config, source="runs/a/config.json"):
    with pytest.raises(click.ClickException) as caught:
        checked(config, source)
    message = caught.value.message
    assert message.startswith(source)
    assert len(message) < 1500
    assert "\n" not in message
    return message


def test_what_train_writes_is_accepted(run):
    config = RunFolder(run).read_config()
    assert checked(config, "config.json") == config


@pytest.mark.parametrize("recipe", recipes.names())
def test_every_recipe_is_accepted(recipe):
    config = configuration(recipe)
    assert checked(config, "config.json") == config


@pytest.mark.parametrize(
    "change",
    [
        {"image_size": 64, "channels": 3, "limit": 100, "steps_per_epoch": 5},
        {"sample_every": 10, "data_dir": "/data", "labels": False, "fast": True},
        {"seed": 2**31 - 1, "epochs": 2**31 - 1},
        {"metrics": None, "metric_images": 1000, "checkpoint_every": "epoch"},
        {"metrics": "fid,kid", "checkpoint_every": 100, "precision": "mixed_bfloat16"},
        {"data": "folder:/ph\u00f6tos/\udcff", "images": {**configuration()["images"]}},
        {"settings": {"latent_dim": 4, "ema_half_life": None, "hidden": []}},
        {"settings": {"g_learning_rate": 1, "seed": 3}},
        {"images": {**configuration()["images"], "class_names": None}},
        {"images": {**configuration()["images"], "class_names": ["b\udcff", ""]}},
    ],
)
def test_values_that_are_accepted(change):
    config = configuration() | change
    assert checked(config, "config.json") == config


@pytest.mark.parametrize("key", config_check.KEYS)
def test_what_is_missing_is_named(key):
    config = configuration()
    config.pop(key, None)
    if config_check.KEYS[key].required:
        assert f"{key} is missing, and must be" in refusal(config)
    else:
        assert checked(config, "config.json") == config


def test_all_that_a_run_needs_to_go_on_is_required():
    required = {name for name, key in config_check.KEYS.items() if key.required}
    assert {*run_config.FIXED, *run_config.KEPT} <= set(config_check.KEYS)
    assert required <= {*run_config.FIXED, *run_config.KEPT, "settings"}


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("recipe", 3, "recipe must be a text that is not empty, and is 3"),
        ("recipe", "dcgn", 'recipe must be one of vanilla, .* and is "dcgn"'),
        ("fast", 1, "fast must be true or false, and is 1"),
        ("fast", None, "fast must be true or false, and is null"),
        ("data", "", 'data must be a text that is not empty, and is ""'),
        ("data", "a\0b", r'data must be a text .* and is "a\\u0000b"'),
        ("data", "\ud800", r'data must be a text .* and is "\\ud800"'),
        ("data", "x" * 5000, "data"),
        ("split", [], r"split must be a text .* and is \[\]"),
        ("image_size", 0, "image_size must be a whole number from 1 to 16384 or null"),
        ("image_size", 10**12, "and is 1000000000000"),
        ("image_size", "64", 'and is "64"'),
        ("channels", 2, "channels must be 1, 3 or null, and is 2"),
        ("channels", True, "channels must be 1, 3 or null, and is true"),
        ("labels", "yes", 'labels must be true or false, and is "yes"'),
        ("limit", -1, "limit must be a whole number from 1 to 2147483647 or null"),
        ("batch_size", 1.0, "batch_size must be a whole number .* and is 1.0"),
        ("batch_size", None, "batch_size must be a whole number .* and is null"),
        ("batch_size", math.nan, "batch_size must be a whole number .* and is NaN"),
        ("seed", -1, "seed must be a whole number from 0 .* and is -1"),
        ("seed", 2**31, "and is 2147483648"),
        ("seed", 10**300, "and is 1000000000.* [.]{3}"),
        ("backend", "theano", 'backend must be "tensorflow", "jax" or "torch", and is'),
        ("backend", ["jax"], r'and is \["jax"\]'),
        ("epochs", 0, "epochs must be a whole number from 1"),
        ("epochs", True, "epochs must be a whole number .* and is true"),
        ("sample_every", "day", 'sample_every must be "epoch" or a whole number'),
        ("checkpoint_every", 0, 'checkpoint_every must be "epoch" or a whole number'),
        ("data_dir", 5, "data_dir must be a text that is not empty or null, and is 5"),
        ("settings", [1], r"settings must be an object, and is \[1\]"),
        ("images", None, "images must be an object, and is null"),
        ("versions", {"a": 1}, "versions must be an object of texts, and is an object"),
        ("reference", {}, "reference must be a text, and is an object of 0 keys"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_what_can(key, value, message):
    config = configuration() | {key: value}
    if message == key:  # a long text is no fault, but no data set
        assert checked(config, "config.json") == config
        return
    with pytest.raises(click.ClickException, match=message):
        checked(config, "config.json")
    assert refusal(config).startswith("runs/a/config.json is no configuration of a run")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("shape", [8, 8], "images.shape must be a list of height, width and channels"),
        ("shape", [8, 8, 0], r"and is \[8, 8, 0\]"),
        ("shape", [[8], 8, 1], "and is a list of 3 values"),
        ("number", 0, "images.number must be a whole number from 1"),
        (
            "classes",
            2.5,
            "images.classes must be a whole number .* or null, and is 2.5",
        ),
        ("class_names", "ant", "class_names must be a list of texts or null, and is"),
        ("drawn", 1, "images.drawn must be true or false, and is 1"),
        ("class_names", [1], r"class_names must be a list of texts or null, and is"),
        ("sizes", 1, "images.sizes is unknown"),
    ],
)
def test_the_facts_of_the_images(key, value, message):
    config = configuration()
    config["images"][key] = value
    with pytest.raises(click.ClickException, match=message):
        checked(config, "config.json")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("latent_dim", "4", 'latent_dim must be a whole number, and is "4"'),
        ("latent_dim", 4.5, "latent_dim must be a whole number, and is 4.5"),
        ("latent_dim", True, "latent_dim must be a whole number, and is true"),
        ("latent_dim", 10**40, "latent_dim must be a whole number, and is 1000"),
        ("g_learning_rate", math.nan, "g_learning_rate must be a number, and is NaN"),
        ("g_learning_rate", -math.inf, "must be a number, and is -Infinity"),
        ("g_learning_rate", [0.1], r"must be a number, and is \[0.1\]"),
        ("hidden", 8, "hidden must be a list, and is 8"),
        ("hidden", [8, "x"], r'hidden must be a list, and is \[8, "x"\]'),
        ("hidden", [[[[8]]]], "hidden must be a list, and is a list of 1 values"),
        ("ema_half_life", "no", 'ema_half_life must be a number or none, and is "no"'),
        ("loss", None, "loss must be a word, and is null"),
        ("hiden", [8], "settings.hiden is unknown, did you mean hidden"),
        ("?", [8], r"settings.\? is unknown; known are latent_dim, hidden"),
    ],
)
def test_settings_are_those_of_the_recipe(key, value, message):
    config = configuration()
    config["settings"][key] = value
    with pytest.raises(click.ClickException, match=message):
        checked(config, "config.json")


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("batchsize", "batchsize is unknown, did you mean batch_size?"),
        ("\ud800\n", r"\ud800\n is unknown; known are recipe, fast"),
        ("x" * 10_000, "xxx ..."),
    ],
)
def test_what_is_unknown_is_named_with_the_nearest(key, message):
    assert message in refusal(configuration() | {key: 1})


def test_only_the_first_problems_are_told():
    message = refusal(dict.fromkeys(configuration(), -1))
    assert message.count("must be") == 3
    assert message.endswith("; and more.")


def test_a_million_problems_are_no_more_work():
    start = time.monotonic()
    refusal({f"key {number}": 1 for number in range(10**6)})
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("config", [None, 3, "x", [], [[]], True, math.nan])
def test_no_object(config):
    assert "must be an object. Received: " in refusal(config)


def test_another_backend_than_the_one_that_runs():
    other = "jax" if BACKEND != "jax" else "torch"
    config = configuration() | {"backend": other}
    with pytest.raises(click.ClickException, match=f"{other}"):
        checked(config, "config.json")
    assert checked(config, "config.json", BACKEND) == config


def test_keras_is_not_needed_to_refuse():
    code = (
        "import sys, click; from keras_gan_cli.config_check import checked\n"
        "try: checked({'seed': -1}, 'x')\n"
        "except click.ClickException: print('keras' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
