"""What the fuzz tests share: a folder of their own, and nothing written elsewhere."""

import socket
import tempfile
import urllib.request

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from tests.fuzz.guard import Guard


@pytest.fixture(scope="session", autouse=True)
def _hypothesis_elsewhere(tmp_path_factory):
    """Keep what Hypothesis caches out of the working tree."""
    set_hypothesis_home_dir(tmp_path_factory.mktemp("hypothesis"))


@pytest.fixture
def guard(tmp_path, monkeypatch):
    """A guard whose folder is the only one that may change; there is no network."""
    for name in ("run", "cwd", "home"):
        (tmp_path / name).mkdir()
    folder = tmp_path / "run"
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(socket, "getaddrinfo", _no_network)
    monkeypatch.setattr(urllib.request, "getproxies", dict)
    guard = Guard(tmp_path.parent, folder)
    yield guard
    guard.check_files()


def _no_network(*arguments, **options):
    raise socket.gaierror(-2, "Name or service not known")
