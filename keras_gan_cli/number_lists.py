"""Options that are numbers separated by commas."""

from typing import Any

import click


class ClassNumbers(click.ParamType):
    """Class numbers, separated by commas."""

    name = "0,1,..."

    def convert(self, value: Any, param: Any, context: Any) -> list[int]:
        """Read the numbers."""
        try:
            return [int(part) for part in value.split(",")]
        except ValueError:
            self.fail(f"{value!r} is no list of class numbers such as 0,1,2.")


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
