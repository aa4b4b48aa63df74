"""Whether a GAN has learnt past its checkpoint, in a training of another kind."""

import weakref
from pathlib import Path
from typing import Any

# The folder of the last training that wrote checkpoints, and the GAN's steps after it.
_LEFT: weakref.WeakKeyDictionary[Any, tuple[Path, int]] = weakref.WeakKeyDictionary()


def note(gan: Any, directory: Path, steps: int) -> None:
    """Remember how a training left a GAN, whatever ended it.

    Args:
        gan: The GAN.
        directory: Where the training's checkpoints lie.
        steps: Training steps that the GAN has done.
    """
    _LEFT[gan] = directory.resolve(), steps


def check(gan: Any, steps: int, checkpoint: Path, saved: int) -> None:
    """Refuse to lose what a GAN has learnt since a checkpoint.

    Steps that the training of this very folder did, and nothing after it, are no loss:
    it ended by an error or a signal and is tried again, so that they are repeated.

    Args:
        gan: The GAN that is to go back to the checkpoint.
        steps: Training steps that it has done.
        checkpoint: The checkpoint.
        saved: Training steps that the GAN in there has done.

    Raises:
        ValueError: If the GAN has done more, elsewhere.
    """
    if steps <= saved or _LEFT.get(gan) == (checkpoint.parent.resolve(), steps):
        return
    raise ValueError(
        f"This GAN has done {steps} training steps and {checkpoint} is of step "
        f"{saved}: to go on from there would lose {steps - saved} steps. Choose "
        "another directory to go on with this GAN, or make the GAN anew to go back to "
        "the checkpoint."
    )
