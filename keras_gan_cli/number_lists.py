"""Options that are numbers separated by commas."""

from collections.abc import Sequence
from typing import Any

import click

from keras_gan_cli import class_names


class ClassNumbers(click.ParamType):
    """Class numbers, or names of a run's classes, separated by commas.

    The names are those of the argument ``model``, which is eager so that it is read
    before. What can be a number is one, even if a class is called so.
    """

    name = "0,1,..."

    def convert(self, value: Any, param: Any, context: Any) -> list[int]:
        """Read the numbers, and find those of names."""
        model = context.params.get("model")  # none while a shell completes a command
        names = (class_names.known_of(model) if model else None) or ()
        known = f" The classes are {class_names.listed(names)}." if names else ""
        try:
            numbers = [_class_number(part.strip(), names) for part in value.split(",")]
        except ValueError:
            self.fail(f"{value!r} is no list of class numbers such as 0,1,2.{known}")
        if names and not all(0 <= number < len(names) for number in numbers):
            self.fail(f"{value!r} is out of range.{known}")
        return numbers


def _class_number(text: str, names: Sequence[str]) -> int:
    """Return the number that a text says, or that of the class of this name."""
    try:
        return int(text)
    except ValueError:
        return names.index(text)


class Shares(click.ParamType):
    """Numbers in [0, 1], separated by commas."""

    name = "0,0.5,..."

    def convert(self, value: Any, param: Any, context: Any) -> list[float]:
        """Read the numbers and check their range."""
        try:
            shares = [float(part) for part in value.split(",")]
        except ValueError:
            shares = [-1.0]
        if not all(0 <= share <= 1 for share in shares):
            self.fail(f"{value!r} is no list of numbers from 0 to 1 such as 0,0.5,1.")
        return shares
