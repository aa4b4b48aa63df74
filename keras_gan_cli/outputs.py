"""Files that commands write: looked at before the work begins."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import numpy as np

force_option = click.option("--force", is_flag=True, help="Replace a file that exists.")


def check(
    out: str, suffixes: Sequence[str], force: bool, or_else: str | None = None
) -> Path:
    """Refuse what cannot be written, or should not be overwritten.

    Args:
        out: What ``--out`` names.
        suffixes: The extensions that it may have.
        force: Whether a file that exists may be replaced.
        or_else: What the command takes beside such a file, for the error.

    Returns:
        Its path.

    Raises:
        click.UsageError: If it has another extension.
        click.ClickException: If it exists, or cannot be written.
    """
    target = Path(out).expanduser()
    if target.suffix not in suffixes:
        accepted = f"a name ending in {' or '.join(suffixes)}"
        accepted += f", {or_else}" if or_else else ""
        raise click.UsageError(f"--out {target}: expected {accepted}.")
    if target.is_dir():
        raise click.ClickException(f"--out {target}: it is a folder, not a file.")
    if target.exists() and not force:
        raise click.ClickException(
            f"--out {target}: it exists. Choose another, or add --force to replace it."
        )
    folder = target.absolute().parent
    if not folder.is_dir():
        raise click.ClickException(f"--out {target}: {folder} is no folder.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise click.ClickException(f"--out {target}: {folder} cannot be written to.")
    if target.suffix == ".webp":
        _check_webp(target)
    return target


def _check_webp(target: Path) -> None:
    from PIL import features

    if not features.check("webp"):
        raise click.ClickException(
            f"--out {target}: this Pillow was built without WebP. Use a name that ends "
            "in .gif."
        )


def write_array(target: Path, **arrays: "np.ndarray") -> None:
    """Write one array to an .npy file, or several, by name, to an .npz file."""
    import numpy as np

    from keras_gan.files.atomic_write import replacing

    with replacing(target) as temporary:
        if target.suffix == ".npz":
            np.savez(temporary, **arrays)  # type: ignore[arg-type]
        else:
            (array,) = arrays.values()
            np.save(temporary, array)
