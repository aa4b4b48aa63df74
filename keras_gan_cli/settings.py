"""Settings of a recipe as they are written on a command line: KEY=VALUE."""

import ast
import types
import typing
from collections.abc import Callable, Sequence
from typing import Any

import click

_WORDS = {"true": True, "false": False, "none": None, "null": None}


def parse(
    pairs: Sequence[str], known: dict[str, Any], make: Callable[..., Any]
) -> dict[str, Any]:
    """Read settings.

    Args:
        pairs: Strings such as ``"latent_dim=32"`` or ``"widths=64,32"``.
        known: The recipe's settings and their defaults.
        make: The recipe's function, whose type hints say what values fit.

    Returns:
        The settings that were given.

    Raises:
        click.BadParameter: If one is not of this form, unknown, or of another type.

    Example:
        >>> recipe = recipes.get("vanilla")
        >>> parse(["latent_dim=32"], recipe.settings(), recipe.make)
        {'latent_dim': 32}
    """
    from keras_gan.registry import unknown

    hints = typing.get_type_hints(make)
    settings = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"--set {pair}: expected KEY=VALUE.")
        if key not in known:
            raise click.BadParameter(f"--set {pair}: {unknown('setting', key, known)}")
        settings[key] = _value(pair, text, hints.get(key, Any), known[key])
    return settings


def fits_json(value: Any, hint: Any) -> bool:
    """Whether a value that was read from JSON fits a type hint.

    Example:
        >>> fits_json([8, 16], tuple[int, ...]), fits_json(True, int | None)
        (True, False)
    """
    return any(
        (isinstance(value, list) or not _is_sequence(kind)) and _fits(value, kind)
        for kind in _alternatives(hint)
    )


def in_words(hint: Any, several: str = "values separated by commas") -> str:
    """Say what fits a type hint; `several` says what fits a tuple or a list."""
    words = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "a word",
        types.NoneType: "none",
    }
    return " or ".join(
        several if _is_sequence(kind) else words.get(kind, str(kind))
        for kind in _alternatives(hint)
    )


def _value(pair: str, text: str, hint: Any, default: Any) -> Any:
    literal = _literal(text)
    for read in (literal, text):
        for kind in _alternatives(hint):
            value = _as_tuple(read) if _is_sequence(kind) else read
            if _fits(value, kind):
                return value
    such_as = ",".join(map(str, default)) if _is_sequence(type(default)) else default
    raise click.BadParameter(
        f"--set {pair}: expected {in_words(hint)}, such as {such_as!r}."
    )


def _literal(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _fits(value: Any, kind: Any) -> bool:
    if _is_sequence(kind):
        elements = [e for e in typing.get_args(kind) if e is not ...]
        return not elements or all(_fits(v, elements[0]) for v in value)
    if kind in (int, float):
        numbers = int if kind is int else int | float
        return isinstance(value, numbers) and not isinstance(value, bool)
    if kind in (bool, str, types.NoneType):
        return isinstance(value, kind)
    return True


def _is_sequence(kind: Any) -> bool:
    """Whether a type hint is of several values: a tuple, a list, a `Sequence`."""
    origin = typing.get_origin(kind) or kind
    is_type = isinstance(origin, type) and origin is not str
    return is_type and issubclass(origin, Sequence)


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _alternatives(hint: Any) -> tuple[Any, ...]:
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return typing.get_args(hint) if is_union else (hint,)
