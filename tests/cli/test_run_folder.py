"""Folders of runs: whose they are, and whether they can be written to."""

import os

import click
import pytest

from keras_gan_cli.run_folder import RunFolder


def test_a_new_folder_is_accepted_and_nothing_is_written(tmp_path):
    RunFolder(tmp_path / "a" / "b").check_new()
    (tmp_path / "empty").mkdir()
    RunFolder(tmp_path / "empty").check_new()
    assert os.listdir(tmp_path) == ["empty"]


def test_a_folder_with_a_run_is_refused(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.write_config({"recipe": "dcgan"})
    with pytest.raises(click.ClickException, match=r"holds another run.*--resume"):
        folder.check_new()
    folder.check_existing()
    assert folder.read_config() == {"recipe": "dcgan"}


def test_a_folder_with_anything_else_is_refused(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(click.ClickException, match="not empty and holds no run"):
        RunFolder(tmp_path).check_new()


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(click.ClickException, match="file is no folder"):
            RunFolder(path).check_new()


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(click.ClickException, match="cannot be written to"):
        RunFolder(tmp_path / "run").check_new()


def test_nothing_to_resume(tmp_path):
    with pytest.raises(click.ClickException, match="holds no run"):
        RunFolder(tmp_path).check_existing()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Expecting value"),
        (b"{", "Expecting property name"),
        (b"[]", "no JSON object"),
        (b'{"seed": 1}x', "Extra data"),
        (b'{"data": "\xff"}', "can't decode byte 0xff"),
        ('{"seed": 1}'.encode("utf-16"), "can't decode byte"),
        (b'\xef\xbb\xbf{"seed": 1}', "Unexpected UTF-8 BOM"),
        (b'{"a": ' * 50_000 + b"1" + b"}" * 50_000, "nested too deeply"),
        (b'{"seed": ' + b"1" * 10_000 + b"}", "limit"),
        (b" " * 2**24 + b"{}", "more than 16,777,216 bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_a_damaged_configuration_is_named(tmp_path, content, reason):
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(click.ClickException, match=r"config.json is damaged") as caught:
        RunFolder(tmp_path).read_config()
    assert reason in caught.value.message


def test_a_configuration_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "config.json").mkdir()
    with pytest.raises(click.ClickException, match=r"config.json is damaged"):
        RunFolder(tmp_path).read_config()


def test_names_are_written_as_they_are(tmp_path):
    folder = RunFolder(tmp_path)
    names = ["drei vögel", "\udcff", "\n", "\U0001f41d"]  # one from a name in latin-1
    folder.write_config({"images": {"class_names": names}})
    assert '"drei vögel"' in folder.config.read_text("utf-8")
    assert folder.class_names() == tuple(names)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"limit": 9, "images": {"drawn": True}}, (9, True)),
        ({"limit": 9, "images": {}}, (9, False)),  # as earlier versions did
        ({"limit": None, "images": {"drawn": True}}, (None, True)),
        ({"limit": "9"}, (None, False)),
        ({"limit": 9, "data": "mnist"}, (None, False)),
        ({"limit": 9, "split": "test"}, (None, False)),
    ],
)
def test_the_limit_of_the_data_trained_on(tmp_path, config, expected):
    folder = RunFolder(tmp_path)
    assert folder.limit_of("builtin", "train") == (None, False)
    folder.write_config({"data": "builtin", "split": "train", **config})
    assert folder.limit_of("builtin", "train") == expected


def test_one_training_at_a_time(tmp_path):
    folder = RunFolder(tmp_path / "run")
    with folder.held():
        folder.write_config({"recipe": "dcgan"})
        with (
            pytest.raises(click.ClickException, match="another training is at work"),
            RunFolder(folder.path).held(),
        ):
            pytest.fail("two at once")
    assert os.listdir(folder.path) == ["config.json"]
    with folder.held():
        pass


def test_a_training_that_leaves_nothing_leaves_no_folder(tmp_path):
    with RunFolder(tmp_path / "run").held():
        pass
    assert not list(tmp_path.iterdir())


def test_a_lock_of_a_killed_process_is_no_run(tmp_path):
    (tmp_path / ".lock").touch()
    folder = RunFolder(tmp_path)
    folder.check_new()
    with folder.held():
        pass
