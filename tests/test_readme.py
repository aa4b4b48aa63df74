"""The README's Python runs as it stands, but for the length of the training.

So does the recipe of one's own in docs/recipes.md.
"""

import re
import shlex
import sys
from pathlib import Path

import pytest

from keras_gan import recipes
from keras_gan_cli.main import main

README = Path(__file__).parents[1] / "README.md"
RECIPES = README.parent / "docs" / "recipes.md"


@pytest.mark.slow
def test_the_examples_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 4
    first = blocks[0].replace("epochs=10", "epochs=1, steps_per_epoch=3")
    assert first != blocks[0]
    names: dict = {}
    for block in (first, *blocks[1:]):
        exec(compile(block, str(README), "exec"), names)
    assert (tmp_path / "gan.keras").is_file()
    assert list((tmp_path / "samples").glob("*.png"))
    brighter = names["Brighter"](names["gan"].generator, names["gan"].discriminator)
    brighter.compile("adam", "adam", loss=names["Exponential"]())
    history = brighter.fit(names["images"], steps_per_epoch=2, verbose=0).history
    assert {"brightness", "g_loss"} <= set(history)


def test_the_recipe_of_ones_own_trains(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(recipes, "_RECIPES", dict(recipes._RECIPES))
    monkeypatch.setitem(sys.modules, "my_gans", None)  # so that it is forgotten again
    del sys.modules["my_gans"]
    section = RECIPES.read_text("utf-8").partition("## A recipe of your own")[2]
    (block,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    (tmp_path / "my_gans.py").write_text(block)
    commands = [shlex.split(c) for c in re.findall(r"    keras-gan (.*)", section)]
    assert len(commands) == 3
    quick = ["--limit", "64", "--epochs", "1"]
    assert main([*commands[0], *quick]) == 0
    assert main(commands[1]) == 0
    assert "mine: A small GAN of one hidden layer" in capsys.readouterr().out
    assert main([*commands[2], "--epochs", "2"]) == 0
    assert (tmp_path / "runs" / "mine" / "model.keras").is_file()
