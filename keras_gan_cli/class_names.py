"""The names of a run's classes, on the command line: found, and listed."""

from collections.abc import Sequence
from pathlib import Path

from keras_gan_cli.run_folder import RunFolder

_LISTED = 10


def known_of(model: str) -> tuple[str, ...] | None:
    """Return the names of the classes that a model was trained on, if it is a run's.

    Args:
        model: The run's folder, or a .keras file.

    Raises:
        click.ClickException: If the run's configuration is damaged.
    """
    path = Path(model).expanduser()
    folder = RunFolder(path if path.is_dir() else path.parent)
    return folder.class_names() if path in (folder.path, folder.model) else None


def listed(names: Sequence[str]) -> str:
    """Return the first names with their numbers, and how many more there are.

    Example:
        >>> listed(["ant", "bee"])
        '0 ant, 1 bee'
    """
    first = names[:_LISTED]
    shown = ", ".join(f"{i} {_shown(name)}" for i, name in enumerate(first))
    more = len(names) - _LISTED
    return f"{shown} and {more} more" if more > 0 else shown


def _shown(name: str) -> str:
    """A name in characters that do nothing to a terminal."""
    return name if name.isprintable() else ascii(name)[1:-1]
