"""Real runs on a real file system that is filled while they train."""

import csv
import errno
import importlib.util
import os
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager, suppress
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_gan.checkpointing import folders
from keras_gan.pictures.image_summary import ImageSummary
from tests.pictures.test_image_summary import steps_in

_TOOL = Path(__file__).resolve().parent.parent / "tools" / "kill_and_resume.py"
_SIZE = "12m"  # some five times what a run takes
_MOUNT = f'mount -t tmpfs -o size={_SIZE} tmpfs "$0" && echo mounted && read line'
_NAMESPACES = (["--mount"], ["--mount", "--user", "--map-root-user"])
_OPTIONS = (
    *("train", "dcgan", "--data", "builtin", "--limit", "640", "--epochs", "16"),
    *("--set", "filters=8", "--set", "dropout=0.2", "--checkpoint-every", "30"),
    "--resume",
)
_LONGEST = 120  # seconds that a run may take
_POLL = 0.02

pytestmark = pytest.mark.slow


class Disk:
    """A small file system of its own, to be filled and emptied.

    Args:
        path: Its root.
    """

    def __init__(self, path):
        self.path = path
        self.filler = path / "filler"

    def fill(self):
        """Take all the room that is left."""
        with self.filler.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

    def make_room(self):
        """Give all of it back."""
        self.filler.unlink()


class Run:
    """A `keras-gan train` that writes all of its checkpoints.

    Args:
        out: Its folder.
        log: A file for what it says.
    """

    def __init__(self, out, log):
        self.out = out
        self._log = log

    @contextmanager
    def started(self):
        """Start it, and see to it that it ends."""
        command = [sys.executable, _TOOL, "--child", *_OPTIONS, "--out", self.out]
        backend = {"KERAS_BACKEND": keras.backend.backend()}
        with (
            self._log.open("w") as log,
            subprocess.Popen(
                command, stdout=log, stderr=log, env={**os.environ, **backend}
            ) as process,
        ):
            try:
                yield process
            finally:
                process.kill()

    def status(self):
        """Start it, and return its exit status."""
        with self.started() as process:
            return process.wait(_LONGEST)

    def said(self):
        """Return what it said when it was started last."""
        return self._log.read_text()

    def messages(self):
        """Return the warnings and errors among it."""
        lines = self.said().splitlines()
        return [line for line in lines if line.startswith("keras-gan: ")]

    def checkpoints(self):
        """Return its checkpoints."""
        return folders.found(self.out / "checkpoints")

    def whole_checkpoints(self):
        """Return its checkpoints, after another program has looked at all bytes."""
        for path in self.checkpoints():
            check = ["sha256sum", "--check", "--strict", "--quiet", folders.SUMS]
            subprocess.run(check, cwd=path, check=True)
        return self.checkpoints()

    def history(self):
        """Return its history, but for the time that it took."""
        with (self.out / "history.csv").open() as file:
            rows = list(csv.DictReader(file))
        return [{k: v for k, v in row.items() if k != "seconds"} for row in rows]


def _until(condition, process):
    """Wait while a run goes on."""
    end = time.monotonic() + _LONGEST
    while not condition():
        assert process.poll() is None, "it ended before"
        assert time.monotonic() < end
        time.sleep(_POLL)


def _no_room(path):
    """Return the system's message."""
    return str(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)))


@contextmanager
def _mounted(folder, namespace):
    """Mount a disk that is gone when a process ends; yield its root, or why not."""
    with subprocess.Popen(
        ["unshare", *namespace, "sh", "-c", _MOUNT, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as holder:
        if holder.stdout.readline() != "mounted\n":
            yield holder.stderr.read().strip()
            return
        try:
            yield Path(f"/proc/{holder.pid}/root{folder}")
        finally:
            holder.stdin.close()  # which it is waiting for


@pytest.fixture
def disk(tmp_path):
    """A disk of some MB, where one may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    reasons = []
    for namespace in _NAMESPACES:
        try:
            with _mounted(folder, namespace) as root:
                if isinstance(root, Path) and os.access(root, os.W_OK):
                    yield Disk(root)
                    return
                reasons.append(str(root))
        except FileNotFoundError as error:  # no `unshare`
            reasons.append(str(error))
    pytest.skip(f"no file system can be mounted: {'; '.join(reasons)}")


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """A run that was left alone."""
    folder = tmp_path_factory.mktemp("straight")
    run = Run(folder / "run", folder / "log")
    assert run.status() == 0, run.said()
    return run


@pytest.fixture(scope="module")
def differences():
    """The comparison of two runs, bit for bit."""
    spec = importlib.util.spec_from_file_location("kill_and_resume", _TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.differences


def assert_same(run, straight, differences):
    """Compare a run that went on with one that was left alone."""
    assert "Traceback" not in run.said()
    assert differences(straight.out, run.out) == []
    assert run.history() == straight.history()


def test_a_run_that_ends_on_a_full_disk_goes_on_when_there_is_room(
    disk, straight, differences, tmp_path
):
    run = Run(disk.path / "run", tmp_path / "log")
    with run.started() as process:
        _until(run.checkpoints, process)
        end = time.monotonic() + _LONGEST
        while process.poll() is None and time.monotonic() < end:
            disk.fill()  # again, as it gives up what it cannot write
            time.sleep(_POLL)
        assert process.poll() == 1
    disk.fill()
    kept = run.whole_checkpoints()
    assert zipfile.ZipFile(run.out / "model.keras").testzip() is None
    assert not list(run.out.rglob(".*"))  # halves of files
    assert "Traceback" not in run.said()
    assert any("No checkpoint could be written" in line for line in run.messages())
    assert run.said().splitlines()[-1] == (
        "keras-gan: error: the training is over, but its end could not be written: "
        f"{_no_room(run.out / 'model.keras')}. The last good checkpoint is {kept[-1]}. "
        f"Make room and go on from it with `keras-gan train --out {run.out} --resume`."
    )

    assert run.status() == 1  # there is no room yet
    assert run.messages() == [f"keras-gan: error: {_no_room(run.out / 'config.json')}"]
    assert run.whole_checkpoints() == kept

    disk.make_room()
    assert run.status() == 0, run.said()
    assert run.messages() == []
    assert "Epoch 1/" not in run.said()  # it has not begun anew
    assert run.whole_checkpoints()[-1] > kept[-1]
    assert_same(run, straight, differences)


def test_a_run_goes_on_through_a_full_disk(disk, straight, differences, tmp_path):
    run = Run(disk.path / "run", tmp_path / "log")
    with run.started() as process:
        _until(run.checkpoints, process)

        def refused():
            disk.fill()
            return "No checkpoint could be written" in run.said()

        _until(refused, process)
        kept = run.whole_checkpoints()
        disk.make_room()
        assert process.wait(_LONGEST) == 0, run.said()
    assert run.whole_checkpoints()[-1] > kept[-1]
    assert_same(run, straight, differences)


def test_tensorboard_loses_the_pictures_of_that_time_alone(disk):
    picture = np.random.default_rng(0).integers(0, 256, (200, 200, 1), np.uint8)
    summary = ImageSummary(disk.path / "logs")
    summary.show(picture, 1, "samples")
    disk.fill()
    for step in (2, 3):
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            summary.show(picture, step, "samples")
    disk.make_room()
    summary.show(picture, 4, "samples")
    assert steps_in(disk.path / "logs") == [1, 4]
