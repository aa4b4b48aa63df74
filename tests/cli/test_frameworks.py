"""What is imported before a command works: a user's own modules, too."""

import sys

import keras
import pytest

from keras_gan import losses, recipes

MINE = """
import keras
from keras import ops
from keras_gan import GAN
from keras_gan.losses import AdversarialLoss, per_sample
from keras_gan.networks import mlp
from keras_gan.recipes import Recipe, register


@keras.saving.register_keras_serializable(package="mine")
class Exponential(AdversarialLoss):
    def discriminator(self, real_logits, fake_logits):
        return per_sample(ops.exp(-real_logits) + ops.exp(fake_logits))

    def generator(self, real_logits, fake_logits):
        return per_sample(ops.exp(-fake_logits))


@keras.saving.register_keras_serializable(package="mine")
class Mine(GAN):
    pass


def make(sample_shape, num_classes=None, *, width: int = 8):
    gan = Mine(
        mlp.generator(sample_shape, 4, hidden=(width,)),
        mlp.discriminator(sample_shape, hidden=(width,)),
    )
    gan.compile("adam", "adam", loss=Exponential())
    return gan


register(Recipe("mine", "My own", "Me, 2026", 16, 1, make, labels="none"))
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A folder with a module of the user's; what it registers is forgotten again."""
    (tmp_path / "my_gans.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(recipes, "_RECIPES", dict(recipes._RECIPES))
    registered = keras.saving.get_custom_objects()
    before = dict(registered)
    yield tmp_path
    sys.modules.pop("my_gans", None)
    for name in set(registered) - set(before):
        del registered[name]


def test_own_modules_bring_recipes_and_classes(mine, call, data_file):
    own = ("--import", "my_gans")
    status, out, _ = call(*own, "recipes", "mine")
    assert status == 0
    assert "--set width=" in out
    small = ("--epochs", 1, "--set", "width=6", "--quiet")
    trained = ("train", "mine", "--data", data_file, "--out", mine / "run", *small)
    assert call(*own, *trained) == (0, "", "")
    samples = ("generate", mine / "run", "-n", 2, "--out")
    assert call(*own, *samples, mine / "samples.npy")[0] == 0
    # Without it the classes are unknown, and the recipe of the run, too.
    recipes._RECIPES.pop("mine")
    keras.saving.get_custom_objects().pop("mine>Mine")
    error = call(*samples, mine / "no.npy")[2]
    assert "'Mine' of 'my_gans', which is neither Keras's nor registered" in error
    status, _, error = call("train", "--out", mine / "run", "--resume")
    assert status == 1
    assert "or one of a module that --import names" in " ".join(error.split())


def test_names_of_ones_own_are_hinted_at(mine, call, refused, data_file, monkeypatch):
    known = losses._LOSSES.members
    monkeypatch.setattr(losses._LOSSES, "members", dict(known))
    own = MINE.replace("loss=Exponential()", 'loss="exponential"')
    more = "\nfrom keras_gan import losses\nlosses.register('exponential', Exponential)"
    (mine / "my_gans.py").write_text(own.replace("Mine(\n", "GAN(\n") + more)
    small = ("--epochs", 1, "--quiet")
    trained = ("train", "mine", "--data", data_file, "--out", mine / "run", *small)
    assert call("--import", "my_gans", *trained)[0] == 0
    monkeypatch.setattr(losses._LOSSES, "members", known)
    hint = "If it is one of yours, name the module that registers it: `keras-gan --im"
    error = refused("generate", mine / "run", "-n", 2, "--out", mine / "no.npy")
    assert "Unknown loss 'exponential'" in error
    assert hint in error
    error = refused("train", "--out", mine / "run", "--resume", "--epochs", 2)
    assert "Unknown loss 'exponential'" in error
    assert hint in error
    recipes._RECIPES.pop("mine")
    assert hint in refused("recipes", "mine")
    assert hint not in refused("generate", mine / "other", "--out", mine / "no.npy")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (None, "ModuleNotFoundError: No module named 'my_gans'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_modules_that_cannot_be_imported(mine, refused, text, wrong):
    (mine / "my_gans.py").unlink()
    if text:
        (mine / "my_gans.py").write_text(text)
    error = refused("--import", "my_gans", "recipes")
    assert f"--import my_gans: {wrong}" in error
