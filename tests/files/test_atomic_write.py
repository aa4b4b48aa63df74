"""Files are whole or absent."""

import errno
import os

import pytest

from keras_gan.files.atomic_write import replacing, writable_folder


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "model.keras"
    path.write_text("old")
    with replacing(path) as temporary:
        assert temporary.parent == path.parent
        assert temporary.suffix == ".keras"
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["model.keras"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "grid.png"
    path.write_text("old")

    def fail():
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        fail()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["grid.png"]


def test_two_processes_do_not_mix(tmp_path):
    """Both with the same number, as each in a container of its own has."""
    path = tmp_path / "model.keras"
    with replacing(path) as one, replacing(path) as other:
        one.write_text("one")
        other.write_text("other")
    assert path.read_text() == "one"  # which is moved last
    assert os.listdir(tmp_path) == ["model.keras"]


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "device: '{path}'"),
        (OSError(errno.ENOENT, "No such file", "other"), "file: 'other'"),
        (OSError("of a library"), "of a library"),
    ],
)
def test_an_error_without_a_name_gets_that_of_the_file(tmp_path, raised, said):
    path = tmp_path / "config.json"
    with pytest.raises(OSError) as caught, replacing(path):
        raise raised
    assert str(caught.value).endswith(said.format(path=path))


def test_folder_is_created_and_left_empty(tmp_path):
    folder = writable_folder(tmp_path / "a" / "b", "directory")
    assert folder.is_dir()
    assert not list(folder.iterdir())


def test_folder_that_cannot_be_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"directory must be a folder .*file/sub"):
        writable_folder(tmp_path / "file" / "sub", "directory")


def test_folder_without_permission_is_named(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.touch", refuse)
    with pytest.raises(OSError, match="Permission denied"):
        writable_folder(tmp_path, "directory")
