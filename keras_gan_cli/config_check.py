"""The configuration of a run, as it stands in config.json, checked key by key."""

import difflib
import itertools
import json
import os
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import click

from keras_gan_cli import frameworks, settings

_LARGEST = 2**31 - 1
_LISTED = 3  # problems that a message tells
_LONGEST = 60  # characters of a value in a message


@dataclass(frozen=True)
class Key:
    """What one key of a configuration may hold.

    Attributes:
        accepts: That, in words: "... must be <accepts>".
        fits: Whether a value is that.
        required: Whether the key must be there. One that was added later need not.
        keys: Of a value that is an object itself.
    """

    accepts: str
    fits: Callable[[Any], bool]
    required: bool = True
    keys: Mapping[str, "Key"] | None = None


def _whole(low: int, high: int = _LARGEST) -> Key:
    def fits(value: Any) -> bool:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return is_whole and low <= value <= high

    return Key(f"a whole number from {low} to {high}", fits)


def _one_of(*values: Any) -> Key:
    words = [json.dumps(value) for value in values]
    words = [*words[:-2], " or ".join(words[-2:])]
    return Key(
        ", ".join(words),
        lambda value: any(type(value) is type(v) and value == v for v in values),
    )


def _either(*keys: Key) -> Key:
    return Key(
        " or ".join(key.accepts for key in keys),
        lambda value: any(key.fits(value) for key in keys),
    )


def _is_text(value: Any) -> bool:
    """Whether a value is a text that is not empty and may be a file's name."""
    if not isinstance(value, str) or not value or "\0" in value:
        return False
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return True


def _is_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, (*value, *value.values())))


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_shape(value: Any) -> bool:
    sides = isinstance(value, list) and len(value) == 3
    return sides and all(map(_COUNT.fits, value))


_NULL = _one_of(None)
_FLAG = _one_of(True, False)
_COUNT = _whole(1)
_TEXT = Key("a text that is not empty", _is_text)
_EPOCH_OR_COUNT = _either(_one_of("epoch"), _COUNT)
_OBJECT = Key("an object", lambda value: isinstance(value, dict))


def _later(key: Key) -> Key:
    """Return a key that older runs lack, or that nothing depends on."""
    return replace(key, required=False)


#: The names of a run's classes, in the order of their numbers.
CLASS_NAMES = Key("a list of texts", _are_names)

IMAGES = {
    "shape": Key("a list of height, width and channels", _is_shape),
    "number": _COUNT,
    "classes": _either(_COUNT, _NULL),
    "class_names": _later(_either(CLASS_NAMES, _NULL)),
    "drawn": _later(_FLAG),  # whether those of a limit are, or are the first
}

#: All keys of a configuration.
KEYS = {
    "recipe": _TEXT,
    "fast": _later(_FLAG),
    "data": _TEXT,
    "split": _TEXT,
    "image_size": _either(_whole(1, 2**14), _NULL),
    "channels": _one_of(1, 3, None),
    "labels": _FLAG,
    "limit": _either(_COUNT, _NULL),
    "batch_size": _COUNT,
    "steps_per_epoch": _either(_COUNT, _NULL),
    "seed": _whole(0),
    "backend": _one_of(*frameworks.BACKENDS),
    "precision": _later(_TEXT),
    "metrics": _later(_either(_TEXT, _NULL)),
    "metric_images": _later(_COUNT),
    "data_dir": _either(_TEXT, _NULL),
    "epochs": _COUNT,
    "sample_every": _EPOCH_OR_COUNT,
    "checkpoint_every": _later(_EPOCH_OR_COUNT),
    "settings": _OBJECT,
    "images": replace(_OBJECT, required=False, keys=IMAGES),
    "reference": _later(Key("a text", lambda value: isinstance(value, str))),
    "versions": _later(Key("an object of texts", _is_texts)),
}


def checked(config: Any, source: str, backend: str | None = None) -> dict[str, Any]:
    """Return a run's configuration, or say what is wrong with it.

    Keras is needed for the recipe's settings only, and not started if anything else
    is wrong.

    Args:
        config: What the file holds, read from JSON.
        source: The file's name, for the message.
        backend: The backend that Keras is to be started on; by default the
            configuration's own.

    Raises:
        click.ClickException: If a key is unknown, missing, or has a value that it
            cannot have. The message names the first few such keys, what they hold,
            and what is accepted.

    Example:
        >>> config = checked(json.loads(text), "runs/first/config.json")
    """
    if not isinstance(config, dict):
        raise click.ClickException(
            f"{source} must be an object. Received: {_shown(config)}."
        )
    _refuse(source, _problems("", config, KEYS))
    frameworks.start(backend or config["backend"])
    _refuse(source, _problems_of_recipe(config))
    return dict(config)


def _refuse(source: str, problems: Iterator[str]) -> None:
    """Raise with the first few problems, if there are any."""
    found = list(itertools.islice(problems, _LISTED + 1))  # there may be a million
    if found:
        more = "; and more." if len(found) > _LISTED else "."
        raise click.ClickException(
            f"{source} is no configuration of a run: "
            + "; ".join(found[:_LISTED])
            + more
        )


def _problems(
    prefix: str, values: Mapping[str, Any], keys: Mapping[str, Key]
) -> Iterator[str]:
    """What is wrong with the values of an object, key by key."""
    for name in values:
        if name not in keys:
            yield _unknown(prefix, name, keys)
    for name, key in keys.items():
        if name not in values:
            if key.required:
                yield f"{prefix}{name} is missing, and must be {key.accepts}"
        elif not key.fits(values[name]):
            yield _unfit(prefix + name, values[name], key.accepts)
        elif key.keys:
            yield from _problems(f"{prefix}{name}.", values[name], key.keys)


def _problems_of_recipe(config: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the recipe and its settings."""
    from keras_gan import recipes

    if config["recipe"] not in recipes.names():
        names = ", ".join(recipes.names())
        accepted = f"one of {names}, or one of a module that --import names"
        yield _unfit("recipe", config["recipe"], accepted)
        return
    recipe = recipes.get(config["recipe"])
    hints = typing.get_type_hints(recipe.make)
    known = recipe.settings()
    for name, value in config["settings"].items():
        hint = hints.get(name, Any)
        if name not in known:
            yield _unknown("settings.", name, known)
        elif not settings.fits_json(value, hint) or not _is_finite(value):
            yield _unfit(f"settings.{name}", value, settings.in_words(hint, "a list"))


def _unknown(prefix: str, name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f", did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"
    return f"{prefix}{_short(json.dumps(name)[1:-1])} is unknown{hint}"


def _unfit(name: str, value: Any, accepts: str) -> str:
    return f"{name} must be {accepts}, and is {_shown(value)}"


def _shown(value: Any) -> str:
    """A value as it stands in the file, if it is short."""
    if isinstance(value, dict):
        return f"an object of {len(value)} keys"
    if isinstance(value, list):
        if len(value) > 4 or any(isinstance(v, list | dict) for v in value):
            return f"a list of {len(value)} values"
        return f"[{', '.join(map(_shown, value))}]"
    return _short(json.dumps(value))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]} ..."


def _is_finite(value: Any) -> bool:
    """Whether a value, or each of a list, is no NaN, infinite or too large number."""
    values = value if isinstance(value, list) else [value]
    numbers = [v for v in values if isinstance(v, int | float)]
    return all(abs(v) <= 10**38 for v in numbers)
