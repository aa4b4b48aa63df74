"""Arguments that are refused with a `ValueError`, each in the same words."""

from typing import Any

import numpy as np


def check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Refuse all but one of the choices."""
    if value not in choices:
        raise ValueError(
            f"{name} must be one of {choices}. Received: {name}={value!r}."
        )


def check_seed(seed: Any) -> None:
    """Raise `ValueError` unless a seed is ``None`` or a whole number below 2**32."""
    if seed is not None and not (is_whole(seed) and 0 <= seed < 2**32):
        raise ValueError(
            "seed must be a whole number from 0 to 2**32 - 1, or None. Received: "
            f"seed={seed!r}."
        )


def checked_count(name: str, value: Any, least: int) -> int:
    """Return a whole number of at least ``least``; refuse all else.

    Example:
        >>> checked_count("k", 3, 1)
        3
    """
    if not is_whole(value) or value < least:
        raise ValueError(
            f"{name} must be a whole number, at least {least}. Received: "
            f"{name}={value!r}."
        )
    return int(value)


def checked_widths(name: str, value: Any) -> tuple[int, ...]:
    """Return numbers of units or channels, each 1 or more; refuse all else.

    Example:
        >>> checked_widths("hidden", [256, 512])
        (256, 512)
    """
    found = value.tolist() if isinstance(value, np.ndarray) else value
    listed = isinstance(found, list | tuple)
    if not listed or any(not is_whole(width) or width < 1 for width in found):
        raise ValueError(
            f"{name} must be a list of whole numbers, each 1 or more. Received: "
            f"{name}={value!r}."
        )
    return tuple(map(int, found))


def is_whole(value: Any) -> bool:
    """Whether a value is a whole number, NumPy's included, and no bool."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def checked_positive(name: str, value: Any) -> float:
    """Return a finite number above 0; refuse all else.

    Example:
        >>> checked_positive("sigma", 0.05)
        0.05
    """
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not 0 < value < np.inf:
        raise ValueError(
            f"{name} must be a finite number above 0. Received: {name}={value!r}."
        )
    return float(value)


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


def checked_numbers(name: str, value: Any, n: int, below: int) -> np.ndarray:
    """Return ``n`` whole numbers from 0 to ``below`` - 1, given one for all or each.

    Example:
        >>> checked_numbers("category", 3, n=2, below=10)
        array([3, 3])
    """
    numbers = np.asarray(value)
    fits = numbers.shape in ((), (n,)) and np.issubdtype(numbers.dtype, np.integer)
    if not fits or not np.all((numbers >= 0) & (numbers < below)):
        raise ValueError(
            f"{name} must be a whole number below {below}, one for all or {n}. "
            f"Received: {name}={value!r}."
        )
    return np.broadcast_to(numbers, (n,))
