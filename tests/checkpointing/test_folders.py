"""Checkpoints on disk: whole or absent, and never silently wrong."""

import errno
import os
import random
import subprocess
import time

import pytest

from keras_gan.checkpointing import folders


def fill(folder, content=b"weights" * 100):
    (folder / "model.keras").write_bytes(content)
    (folder / "training.json").write_text("{}")


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def test_the_last_ones_are_kept(tmp_path):
    for _ in range(4):
        last = folders.write(tmp_path / "new", fill, keep=2)
    assert names(tmp_path / "new") == ["checkpoint_000003", "checkpoint_000004"]
    assert folders.found(tmp_path / "new")[-1] == last
    assert folders.damage(last) is None
    assert folders.found(tmp_path / "none") == []


def test_checksums_are_those_of_sha256sum(tmp_path):
    path = folders.write(tmp_path, fill, keep=1)
    if subprocess.run(["which", "sha256sum"], capture_output=True).returncode:
        pytest.skip("needs sha256sum")
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", folders.SUMS],
        cwd=path,
        capture_output=True,
    )
    assert done.returncode == 0
    assert done.stdout.count(b": OK") == 2


def test_a_failure_leaves_what_is_there(tmp_path):
    folders.write(tmp_path, fill, keep=1)

    def fails(folder):
        fill(folder)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space"):
        folders.write(tmp_path, fails, keep=1)
    assert names(tmp_path) == ["checkpoint_000001"]


def test_leftovers_of_a_killed_process(tmp_path):
    folders.write(tmp_path, fill, keep=1)
    long_ago = time.time() - 2 * 3600
    for name in (".writing_999", ".writing_1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.keras").write_bytes(b"half")
    os.utime(tmp_path / ".writing_999" / "model.keras", (long_ago, long_ago))
    for name in (".writing_999", ".writing_1"):
        os.utime(tmp_path / name, (long_ago, long_ago))
    (tmp_path / "mine.txt").write_text("left alone")
    folders.remove_leftovers(tmp_path)  # of the other a file may be growing still
    assert names(tmp_path) == [".writing_1", "checkpoint_000001", "mine.txt"]
    os.utime(tmp_path / ".writing_1" / "model.keras", (long_ago, long_ago))
    folders.write(tmp_path, fill, keep=1)
    assert names(tmp_path) == ["checkpoint_000002", "mine.txt"]


def test_two_processes_at_once(tmp_path):
    """Both with the same number, as each in a container of its own has."""

    def while_another_writes(folder):
        fill(folder, b"one")
        folders.remove_leftovers(tmp_path)  # as one does that begins
        folders.write(tmp_path, lambda other: fill(other, b"other"), keep=2)

    last = folders.write(tmp_path, while_another_writes, keep=2)
    first, second = folders.found(tmp_path)
    assert second == last
    assert [folders.damage(path) for path in (first, second)] == [None, None]
    contents = [(path / "model.keras").read_bytes() for path in (first, second)]
    assert contents == [b"other", b"one"]


def test_a_number_is_never_given_twice(tmp_path):
    folders.write(tmp_path, fill, keep=2)
    second = folders.write(tmp_path, fill, keep=2)
    folders.set_aside(second)
    assert folders.write(tmp_path, fill, keep=2).name == "checkpoint_000003"
    assert names(tmp_path) == [
        "checkpoint_000001",
        "checkpoint_000003",
        "damaged_checkpoint_000002",
    ]


def test_every_change_of_a_byte_is_seen(tmp_path):
    path = folders.write(tmp_path, fill, keep=1)
    chance = random.Random(0)
    for _ in range(300):
        file = chance.choice(sorted(path.iterdir()))
        whole = file.read_bytes()
        broken = bytearray(whole)
        broken[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        file.write_bytes(broken)
        assert folders.damage(path) is not None
        file.write_bytes(whole[: chance.randrange(len(whole))])
        assert folders.damage(path) is not None
        file.write_bytes(whole)
    assert folders.damage(path) is None


@pytest.mark.parametrize("change", ["missing", "more", "no sums", "empty sums"])
def test_files_that_are_not_the_ones_written(tmp_path, change):
    path = folders.write(tmp_path, fill, keep=1)
    if change == "missing":
        (path / "training.json").unlink()
    elif change == "more":
        (path / "more.txt").touch()
    elif change == "no sums":
        (path / folders.SUMS).unlink()
    else:
        (path / folders.SUMS).write_bytes(b"")
    assert folders.damage(path)
