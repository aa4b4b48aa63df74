"""Arguments that are refused with a `ValueError`, each in the same words."""

from typing import Any

import numpy as np


def check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Refuse all but one of the choices."""
    if value not in choices:
        raise ValueError(
            f"{name} must be one of {choices}. Received: {name}={value!r}."
        )


def check_count(name: str, value: Any, least: int, optional: bool = False) -> None:
    """Refuse all but a whole number of at least ``least``, or ``None`` if optional."""
    if optional and value is None:
        return
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < least:
        raise ValueError(
            f"{name} must be a whole number, at least {least}. Received: "
            f"{name}={value!r}."
        )


def check_within(
    name: str,
    value: Any,
    low: float,
    high: float,
    *,
    closed: bool = False,
    optional: bool = False,
) -> None:
    """Refuse all but a number above ``low`` and below ``high``; up to it if closed."""
    if optional and value is None:
        return
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not (low < value < high or (closed and value == high)):
        raise ValueError(
            f"{name} must be a number in ({low:g}, {high:g}{']' if closed else ')'}. "
            f"Received: {name}={value!r}."
        )
