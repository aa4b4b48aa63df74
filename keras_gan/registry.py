"""Registry: names for a family of classes, and errors that list them."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any


class UnknownNameError(ValueError):
    """Nothing is registered under a name, which may be one of the user's own."""


class Registry:
    """Look up members of one family by name.

    Names are matched without regard to case, '-', '_' and spaces.

    Args:
        kind: What a member is, as errors call it: ``"loss"``.
        base: The class that objects of the family are instances of.
        members: Names and the classes they stand for.
        functions: Whether plain functions are members, too.
        aliases: Further names, each for the name of a member. `get` takes them as
            it takes names; `names` does not list them.

    Raises:
        ValueError: If an alias is taken, or is for a name that is not a member's.

    Example:
        >>> registry = Registry(
        ...     "loss", AdversarialLoss, {"hinge": Hinge}, aliases={"margin": "hinge"}
        ... )
        >>> registry.get("Margin")  # a new Hinge
    """

    def __init__(
        self,
        kind: str,
        base: type,
        members: Mapping[str, type],
        functions: bool = False,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.base = base
        self.members = dict(members)
        self.functions = functions
        self.aliases: dict[str, str] = {}
        for alias, name in (aliases or {}).items():
            if name not in self.members:
                raise ValueError(
                    f"aliases[{alias!r}] must be the name of a {kind}. Received: "
                    f"{name!r}. Known names: {self.names()}."
                )
            self._check_free(alias)
            self.aliases[alias] = name

    def names(self) -> list[str]:
        """Return the known names, in order of registration."""
        return list(self.members)

    def get(self, identifier: Any) -> Any:
        """Return the object for a name, and objects as they are.

        Args:
            identifier: A known name or alias, an instance of the family, or, where
                the family has them, a function.

        Returns:
            A new instance for a name, else the identifier.

        Raises:
            UnknownNameError: If the name is unknown; the message lists the known ones.
            TypeError: If it is something else, such as a class or a number.
        """
        if isinstance(identifier, str):
            return self.find(identifier)()
        if isinstance(identifier, self.base):
            return identifier
        if self.functions and callable(identifier) and not isinstance(identifier, type):
            return identifier
        or_function = ", or a function" if self.functions else ""
        raise TypeError(
            f"{self.kind} must be a name or an object of class {self.base.__name__}"
            f"{or_function}. Received: {identifier!r}. Known names: {self.names()}."
        )

    def find(self, name: str) -> type:
        """Return the class for a name or alias.

        Raises:
            UnknownNameError: If the name is unknown; the message lists the known ones.
        """
        known = self._names_by_key().get(_key(name))
        if known is None:
            raise UnknownNameError(unknown(self.kind, name, self.members, self.aliases))
        return self.members[known]

    def register(self, name: str, member: type) -> None:
        """Add a class under a name, so that the name can be used like a known one.

        A model that is saved with it can be loaded again if the class is also
        registered with Keras, by `keras.saving.register_keras_serializable`.

        Args:
            name: A name that is not taken, as names are matched.
            member: A subclass of the family's base, to be made without arguments.

        Raises:
            TypeError: If the name is no string, or ``member`` is no such class.
            ValueError: If the name is empty, or a member's or an alias already.

        Example:
            >>> keras_gan.losses.register("exponential", Exponential)
            >>> gan.compile("adam", "adam", loss="exponential")
        """
        if not isinstance(name, str):
            raise TypeError(f"name must be a string. Received: name={name!r}.")
        if not (isinstance(member, type) and issubclass(member, self.base)):
            raise TypeError(
                f"A {self.kind} must be a subclass of {self.base.__name__}, the class "
                f"and not an object of it. Received: {member!r} for {name!r}."
            )
        self._check_free(name)
        self.members[name] = member

    def _check_free(self, name: str) -> None:
        """Refuse a name that says nothing, or that is matched by a known one."""
        if not _key(name):
            raise ValueError(f"A {self.kind} must have a name. Received: {name!r}.")
        taken = self._names_by_key().get(_key(name))
        if taken is not None:
            raise ValueError(
                f"The name {name!r} is taken: it stands for the {self.kind} {taken!r}. "
                f"Choose another. Known names: {self.names()}."
            )

    def _names_by_key(self) -> dict[str, str]:
        """Return members' names by what each of them, and each alias, is matched by."""
        named = {_key(alias): name for alias, name in self.aliases.items()}
        return named | {_key(name): name for name in self.members}


def unknown(
    kind: str, name: str, known: Iterable[str], aliases: Iterable[str] = ()
) -> str:
    """Return the message for an unknown name: the nearest ones, then all.

    Aliases are not listed; the nearest are shown where no name is near.

    Example:
        >>> unknown("loss", "hing", ["hinge", "minimax"])
        "Unknown loss 'hing'. Did you mean 'hinge'? Known: hinge, minimax."
    """
    known = list(known)
    near = difflib.get_close_matches(name.lower(), known, n=3)
    near = near or difflib.get_close_matches(name.lower(), list(aliases), n=3)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"Unknown {kind} {name!r}.{hint} Known: {', '.join(known)}."


def _key(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "").replace(" ", "")
