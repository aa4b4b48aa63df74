"""The folder that downloads and computed statistics are kept in."""

import os
from pathlib import Path

#: The variable that names another folder.
VARIABLE = "KERAS_GAN_CACHE"


def folder(*parts: str) -> Path:
    """Return a folder of the cache, or the path of a file in it; nothing is made.

    It is ``$KERAS_GAN_CACHE``, else ``keras_gan`` in ``$XDG_CACHE_HOME`` or in
    ``~/.cache``. All of it can be deleted at any time: it is loaded or computed anew.

    Args:
        *parts: Names below it.

    Example:
        >>> folder("statistics").name
        'statistics'
    """
    own = os.environ.get(VARIABLE)
    if own:
        return Path(own).expanduser().joinpath(*parts)
    common = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(common).expanduser().joinpath("keras_gan", *parts)
