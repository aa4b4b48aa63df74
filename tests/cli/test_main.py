"""The command line as a whole: help at once, and errors in one line."""

import subprocess
import sys

import click
import pytest

from keras_gan_cli import main as main_module
from keras_gan_cli.main import main

HELP_LOADS_NO_FRAMEWORK = """
import sys
from keras_gan_cli.main import main
for command in ([], ["train"], ["generate"], ["recipes"], ["datasets"]):
    assert main([*command, "--help"]) == 0
heavy = {"keras", "tensorflow", "jax", "torch", "numpy", "matplotlib", "keras_gan"}
print(sorted(heavy & set(sys.modules)))
"""


def test_help_loads_no_framework():
    result = subprocess.run(
        [sys.executable, "-c", HELP_LOADS_NO_FRAMEWORK],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.endswith("[]\n")
    assert "--resume" in result.stdout


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_help_says_what_is_cut_off(call, command):
    words = " ".join(call(command, "--help")[1].split())
    assert "the largest square in the middle is cut out first; transparent" in words


def test_it_runs_as_a_module():
    result = subprocess.run(
        [sys.executable, "-m", "keras_gan_cli", "train", "--out"],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    assert result.stderr == (
        "keras-gan: error: Option '--out' requires an argument. "
        "See `keras-gan --help`.\n"
    )


def test_without_a_command_it_helps(capsys):
    assert main([]) == 2
    assert "Commands:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (ValueError("first\n  second"), 1, "keras-gan: error: first second\n"),
        (FileNotFoundError("gone"), 1, "keras-gan: error: gone\n"),
        (KeyError("x"), 1, "keras-gan: error: KeyError: 'x'\n"),
        (KeyboardInterrupt(), 130, "keras-gan: error: interrupted\n"),
        (click.ClickException("no"), 1, "keras-gan: error: no\n"),
    ],
)
def test_errors_are_one_line(monkeypatch, capsys, error, status, line):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(main_module.recipes, "callback", fail)
    assert main(["recipes"]) == status
    captured = capsys.readouterr()
    assert captured.err.lstrip("\n") == line
    assert captured.out == ""


def test_long_errors_are_cut(monkeypatch, capsys):
    def fail(*args, **kwargs):
        raise RuntimeError("x" * 5000)

    monkeypatch.setattr(main_module.recipes, "callback", fail)
    assert main(["recipes"]) == 1
    assert len(capsys.readouterr().err) < 1000


def test_debugging_shows_where(monkeypatch, capsys):
    def fail(*args, **kwargs):
        raise ValueError("here")

    monkeypatch.setenv("KERAS_GAN_DEBUG", "1")
    monkeypatch.setattr(main_module.recipes, "callback", fail)
    assert main(["recipes"]) == 1
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.endswith("keras-gan: error: here\n")


def test_unknown_commands_and_options(refused):
    assert "No such command 'trian'" in refused("trian", status=2)
    err = refused("train", "dcgan", "--epoch-number", "3", status=2)
    assert "--epoch-number" in err
    assert "keras-gan train --help" in err
