"""Files that are not what they should be, and what a process does with them."""

import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import pytest

from keras_gan.files.loading import load

#: What no refused file may lead to, as Python's audit hooks call it.
_FORBIDDEN = (
    *("import", "exec", "compile", "marshal.loads", "pickle.find_class"),
    *("os.system", "os.exec", "os.fork", "os.posix_spawn", "subprocess.Popen"),
    *("socket.connect", "socket.getaddrinfo", "urllib.Request", "ctypes.dlopen"),
)
_watching: list[list[str]] = []


def _hook(event: str, arguments: tuple) -> None:
    if _watching and (event == "open" or event in _FORBIDDEN):
        _watching[-1].append(f"{event} {arguments[0]!r}" if arguments else event)


sys.addaudithook(_hook)


@contextmanager
def only_opens(path: Path) -> Iterator[None]:
    """Fail if the block opens another file, imports, runs code, or goes online."""
    events: list[str] = []
    _watching.append(events)
    try:
        yield
    finally:
        _watching.pop()
    allowed = {f"open {name!r}" for name in (str(path), path)}
    assert [event for event in events if event not in allowed] == []


def rewritten(
    source: Path, target: Path, change: Callable[[str, bytes], bytes | None]
) -> Path:
    """Copy a zip archive with other members; without those that become ``None``."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


def with_config(source, target, change):
    """Copy a model's file with another configuration."""

    def edit(name, content):
        if name != "config.json":
            return content
        config = json.loads(content)
        return json.dumps(change(config) or config).encode()

    return rewritten(source, target, edit)


def with_layer(source, target, layer):
    """Copy a Sequential model's file with one layer more."""
    return with_config(source, target, lambda c: c["config"]["layers"].append(layer))


def described(name, module="keras.layers", registered=None, /, **config):
    """Describe an object as Keras does."""
    return {
        "module": module,
        "class_name": name,
        "config": config,
        "registered_name": registered,
    }


def function(module, name):
    """Describe a function as Keras does."""
    return described("function", module) | {"config": name, "registered_name": name}


def saved(folder):
    """Save a small Sequential model, and load it, so that all is imported."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="dense")])
    model.save(folder / "plain.keras")
    load(folder / "plain.keras")
    return folder / "plain.keras"


def refused(path):
    """Load a file; return the one line that refuses it."""
    with pytest.raises(ValueError) as caught:
        load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert len(message) < 800
    return message
