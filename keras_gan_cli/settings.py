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
        pairs: Strings such as ``"latent_dim=32"``.
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


def _value(pair: str, text: str, hint: Any, default: Any) -> Any:
    for value in (_literal(text), text):
        if _fits(value, hint):
            return value
    raise click.BadParameter(
        f"--set {pair}: expected {_in_words(hint)}, such as {default!r}."
    )


def _literal(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _fits(value: Any, hint: Any) -> bool:
    kinds = _alternatives(hint)
    if len(kinds) > 1:
        return any(_fits(value, kind) for kind in kinds)
    kind = typing.get_origin(hint) or hint
    if kind in (int, float):
        numbers = int if kind is int else int | float
        return isinstance(value, numbers) and not isinstance(value, bool)
    if kind in (bool, str, types.NoneType):
        return isinstance(value, kind)
    if isinstance(kind, type) and issubclass(kind, Sequence):
        return isinstance(value, list | tuple)
    return True


def _alternatives(hint: Any) -> tuple[Any, ...]:
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return typing.get_args(hint) if is_union else (hint,)


def _in_words(hint: Any) -> str:
    words = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "a word",
        types.NoneType: "none",
    }
    return " or ".join(words.get(kind, str(kind)) for kind in _alternatives(hint))
