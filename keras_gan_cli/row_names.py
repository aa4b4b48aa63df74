"""Names at the left of a picture's rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_LETTERS, _GAP = 14, 6  # pixels


def with_row_names(picture: "np.ndarray", names: Sequence[str]) -> "np.ndarray":
    """Write a name before each of a picture's rows, which are as high as each other.

    Args:
        picture: uint8 array ``(height, width, 1 or 3)``.
        names: The rows' names, from above.

    Returns:
        A wider picture of the same kind.
    """
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(_LETTERS)
    width = int(max(font.getlength(name) for name in names)) + 2 * _GAP
    margin = Image.new("L", (width, len(picture)), "white")
    draw = ImageDraw.Draw(margin)
    for i, name in enumerate(names):
        middle = (i + 0.5) * len(picture) / len(names)
        draw.text((width - _GAP, middle), name, fill="black", font=font, anchor="rm")
    column = np.asarray(margin)[..., np.newaxis].repeat(picture.shape[-1], axis=-1)
    return np.concatenate([column, picture], axis=1)
