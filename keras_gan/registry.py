"""Registry: names for a family of classes, and errors that list them."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any


class Registry:
    """Look up members of one family by name.

    Names are matched without regard to case, '-' and '_'.

    Args:
        kind: What a member is, as errors call it: ``"loss"``.
        base: The class that objects of the family are instances of.
        members: Names and the classes they stand for.
        functions: Whether plain functions are members, too.

    Example:
        >>> Registry("loss", AdversarialLoss, {"hinge": Hinge}).get("Hinge")
    """

    def __init__(
        self,
        kind: str,
        base: type,
        members: Mapping[str, type],
        functions: bool = False,
    ) -> None:
        self.kind = kind
        self.base = base
        self.members = dict(members)
        self.functions = functions

    def names(self) -> list[str]:
        """Return the known names, in order of registration."""
        return list(self.members)

    def get(self, identifier: Any) -> Any:
        """Return the object for a name, and objects as they are.

        Args:
            identifier: A known name, an instance of the family, or, where the
                family has them, a function.

        Returns:
            A new instance for a name, else the identifier.

        Raises:
            ValueError: If the name is unknown; the message lists the known ones.
            TypeError: If it is something else, such as a class or a number.
        """
        if isinstance(identifier, str):
            by_key = {_key(name): member for name, member in self.members.items()}
            if _key(identifier) not in by_key:
                raise ValueError(unknown(self.kind, identifier, self.members))
            return by_key[_key(identifier)]()
        if isinstance(identifier, self.base):
            return identifier
        if self.functions and callable(identifier) and not isinstance(identifier, type):
            return identifier
        or_function = ", or a function" if self.functions else ""
        raise TypeError(
            f"{self.kind} must be a name or an object of class {self.base.__name__}"
            f"{or_function}. Received: {identifier!r}. Known names: {self.names()}."
        )


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """Return the message for an unknown name: the nearest ones, then all.

    Example:
        >>> unknown("loss", "hing", ["hinge", "minimax"])
        "Unknown loss 'hing'. Did you mean 'hinge'? Known: hinge, minimax."
    """
    known = list(known)
    near = difflib.get_close_matches(name.lower(), known, n=3)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"Unknown {kind} {name!r}.{hint} Known: {', '.join(known)}."


def _key(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "").replace(" ", "")
