"""ImageSummary: a full disk costs the pictures of that time, and no others."""

import errno
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from keras_gan.pictures.image_summary import ImageSummary

PICTURE = np.zeros((8, 8, 1), np.uint8)


@pytest.fixture
def disk(monkeypatch):
    """What the system tells of a disk, to be changed."""
    told = SimpleNamespace(total=10**9, free=10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: told)
    return told


def steps_in(folder):
    import tensorflow as tf

    (file,) = folder.iterdir()
    records = tf.data.TFRecordDataset(str(file))
    events = [tf.compat.v1.Event.FromString(record.numpy()) for record in records]
    return [event.step for event in events if event.summary.value]


def test_nothing_is_written_where_there_is_no_room(tmp_path, disk):
    summary = ImageSummary(tmp_path)
    summary.show(PICTURE, 1, "samples")
    disk.free = 1000
    with pytest.raises(OSError, match="No space left") as caught:
        summary.show(PICTURE, 2, "samples")
    assert caught.value.errno == errno.ENOSPC
    disk.free = 10**9
    summary.show(PICTURE, 3, "samples")
    assert steps_in(tmp_path) == [1, 3]


def test_no_file_is_begun_where_there_is_no_room(tmp_path, disk):
    disk.free = 0
    with pytest.raises(OSError, match="No space left"):
        ImageSummary(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_system_that_tells_nothing_is_tried(tmp_path, disk):
    disk.total = disk.free = 0
    ImageSummary(tmp_path).show(PICTURE, 1, "samples")
    assert steps_in(tmp_path) == [1]


def test_a_folder_that_vanished_is_an_error(tmp_path):
    folder = tmp_path / "logs"
    summary = ImageSummary(folder)
    shutil.rmtree(folder)
    with pytest.raises(OSError, match="logs"):
        summary.show(PICTURE, 1, "samples")
