"""Checks of the numbers that metrics take as arguments."""

from typing import Any

import numpy as np


def whole(name: str, value: Any, least: int) -> int:
    """Return a whole number, or raise `ValueError` if it is none or too small.

    Example:
        >>> whole("k", 3, least=1)
        3
    """
    number = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not number or value < least:
        raise ValueError(
            f"{name} must be a whole number, at least {least}. Received: "
            f"{name}={value!r}."
        )
    return int(value)


def positive(name: str, value: Any) -> float:
    """Return a finite number above 0, or raise `ValueError`.

    Example:
        >>> positive("sigma", 0.05)
        0.05
    """
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not 0 < value < np.inf:
        raise ValueError(
            f"{name} must be a finite number above 0. Received: {name}={value!r}."
        )
    return float(value)
