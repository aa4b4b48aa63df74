"""What every command refuses to write, before it loads anything."""

import sys

import pytest

from keras_gan_cli import frameworks
from tests.cli.conftest import CLASSES

pytestmark = pytest.mark.once

COMMANDS = {
    "interpolate": ((), ".gif or .webp or .png or .npy"),
    "truncate": ((), ".png or .npy"),
    "morph": (("--classes", "0,1"), ".gif or .webp or .png or .npy"),
    "neighbours": (("--data", "builtin"), ".png"),
    "project": (("--data", "builtin"), ".png or .npz"),
}


@pytest.fixture(params=COMMANDS)
def command(request, run, monkeypatch):
    """A command with what it needs but for ``--out``; it must not come to load."""

    def start(backend):
        raise AssertionError("the framework is loaded")

    monkeypatch.setattr(frameworks, "start", start)
    more, suffixes = COMMANDS[request.param]
    return (request.param, run, *more), suffixes


def test_other_extensions(refused, command, tmp_path):
    arguments, suffixes = command
    err = refused(*arguments, "--out", tmp_path / "a.jpg", status=2)
    assert f"expected a name ending in {suffixes}." in err


def test_files_that_exist_are_kept(refused, command, tmp_path):
    arguments, suffixes = command
    out = tmp_path / f"a{suffixes.split(' or ')[-1]}"
    out.write_text("precious")
    assert "it exists" in refused(*arguments, "--out", out)
    assert out.read_text() == "precious"


def test_folders_that_are_none(refused, command, tmp_path):
    arguments, suffixes = command
    name = f"a{suffixes.split(' or ')[-1]}"
    err = refused(*arguments, "--out", tmp_path / "missing" / name)
    assert "missing is no folder" in err
    (tmp_path / name).mkdir()
    assert "a folder, not a file" in refused(*arguments, "--out", tmp_path / name)


def test_models_that_are_none(refused, command, tmp_path):
    (name, _, *more), suffixes = command
    out = tmp_path / f"a{suffixes.split(' or ')[-1]}"
    err = refused(name, tmp_path / "no.keras", *more, "--out", out)
    assert "no such file" in err


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions there")
def test_folders_that_cannot_be_written_to(refused, command, tmp_path, monkeypatch):
    monkeypatch.setattr("keras_gan_cli.outputs.os.access", lambda *_: False)
    arguments, suffixes = command
    out = tmp_path / f"a{suffixes.split(' or ')[-1]}"
    assert "cannot be written to" in refused(*arguments, "--out", out)


def test_webp_that_pillow_lacks(refused, run, tmp_path, monkeypatch):
    monkeypatch.setattr("PIL.features.check", lambda name: False)
    err = refused("interpolate", run, "--out", tmp_path / "a.webp")
    assert "without WebP" in err


@pytest.mark.parametrize(
    ("arguments", "message", "status"),
    [
        (["interpolate", "--labels", f"0,{CLASSES}"], "labels must be in 0..2", 1),
        (["interpolate", "--labels", "shoe"], "no list of class numbers", 2),
        (["interpolate", "--labels", "0,1", "-n", "1"], "2 classes are more than", 1),
        (["truncate", "--psi", "0,2"], "no list of numbers from 0 to 1", 2),
        (["truncate", "--psi", "much"], "no list of numbers from 0 to 1", 2),
        (["morph", "--classes", "1"], "expected two classes or more", 2),
        (["morph", "--classes", "0,1", "--fps", "9"], "--fps is for animations", 2),
        (["morph", "--classes", "0,5"], "labels must be in 0..2", 1),
        (["neighbours"], "Missing option '--data'", 2),
        (["project"], "either --images or --data", 2),
        (["project", "--data", "a", "--images", "b"], "either --images or --data", 2),
    ],
)
def test_bad_arguments(refused, run, tmp_path, arguments, message, status):
    name, *more = arguments
    out = tmp_path / "a.png"
    assert message in refused(name, run, "--out", out, *more, status=status)
    assert not list(tmp_path.iterdir())
