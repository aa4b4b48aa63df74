"""Keras models from files that may be hostile: looked through, then loaded safely."""

import contextvars
import os
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras

from keras_gan.files import keras_archive, keras_config

_LONGEST = 400  # characters of a message

_opening: contextvars.ContextVar[tuple[Path, ...]] = contextvars.ContextVar(
    "opening", default=()
)


def load(path: str | os.PathLike[str], *, compile: bool = True) -> Any:
    """Load a Keras model from a .keras file, without running any code of the file's.

    Keras's safe mode is asked for. As it is off in a process that has called
    `keras.config.enable_unsafe_deserialization`, and lets through some things that
    it could refuse, the file is looked through first: see `keras_archive.read` and
    `keras_config.check` in `keras_gan.files`. Nothing is unpickled, no module is
    imported because the file names it (Keras's optimizers of another backend apart),
    and no file or address that it names is read but other .keras files, in the same
    way.

    Args:
        path: The file.
        compile: Whether to compile the model as it was.

    Returns:
        The model. Own classes must be registered with Keras before.

    Raises:
        ValueError: If it is no such file, is broken, or holds anything unsafe; the
            message names the file and the reason.

    Example:
        >>> gan.save("gan.keras")
        >>> samples = load("gan.keras").generate(16)
    """
    path = Path(path)
    if "\0" not in str(path):  # which the system would refuse
        path = Path(os.path.expanduser(path))
    with _opened_once(path):
        try:
            config, numbers = keras_archive.read(path)
            keras_config.check(config, numbers)
        except ValueError as error:
            raise ValueError(f"{path}: not loaded: {_line(error)}.") from error
        try:
            model = keras.saving.load_model(path, compile=compile, safe_mode=True)
        except Exception as error:  # a broken config raises nearly anything in Keras
            raise ValueError(
                f"{path}: not loaded: Keras cannot build the model that it describes "
                f"({_reason(error)})."
            ) from error
    if not isinstance(model, keras.Model):
        raise ValueError(f"{path}: it holds a {type(model).__name__}, not a model.")
    return model


@contextmanager
def _opened_once(path: Path) -> Iterator[None]:
    """Refuse a model that needs itself; a GAN's metric may need another model."""
    opening = _opening.get()
    if path.absolute() in opening:
        raise ValueError(f"{path}: not loaded: it names itself as a part of it.")
    token = _opening.set((*opening, path.absolute()))
    try:
        yield
    finally:
        _opening.reset(token)


def _reason(error: Exception) -> str:
    """The innermost reason of an error of Keras's."""
    message = str(error).rpartition("Exception encountered: ")[2]
    message = textwrap.shorten(message, _LONGEST, placeholder=" ...").rstrip(".")
    return f"{type(error).__name__} {_line(message)}".rstrip()


def _line(message: object) -> str:
    """A message that is short and does nothing to a terminal: parts are the file's."""
    text = str(message)
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
