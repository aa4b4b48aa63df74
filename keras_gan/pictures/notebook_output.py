"""Pictures inline, where the training runs in a notebook."""

import sys
from typing import Any

import numpy as np

from keras_gan.pictures.png import encode_png


def in_notebook() -> bool:
    """Whether this is the kernel of a notebook, which shows pictures inline."""
    if "IPython" not in sys.modules:  # a kernel has imported it
        return False
    shell = sys.modules["IPython"].get_ipython()
    return getattr(shell, "kernel", None) is not None


class NotebookOutput:
    """Show pictures below the cell, each new one in place of the one before."""

    def __init__(self) -> None:
        self._handles: dict[str, Any] = {}

    def show(self, picture: np.ndarray, step: int, name: str) -> None:
        """Show a picture in the place that belongs to ``name``."""
        from IPython import display

        image = display.Image(data=encode_png(picture), format="png")
        if name in self._handles:
            self._handles[name].update(image)
        else:
            self._handles[name] = display.display(image, display_id=True)
