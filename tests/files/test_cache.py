"""Where things are cached."""

from pathlib import Path

from keras_gan.files import cache


def test_the_users_own_folder_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert cache.folder("a", "b") == tmp_path / "a" / "b"


def test_then_the_common_one(monkeypatch):
    monkeypatch.delenv(cache.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert cache.folder() == Path("/elsewhere/keras_gan")


def test_then_the_home(monkeypatch):
    monkeypatch.delenv(cache.VARIABLE)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache.folder("x") == Path.home() / ".cache" / "keras_gan" / "x"
