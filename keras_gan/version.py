"""The version of the package, readable without importing Keras, and of the others."""

__version__ = "0.1.0"


def versions() -> dict[str, str]:
    """Return the versions of all that computes, by name.

    Example:
        >>> versions()["keras_gan"] == __version__
        True
    """
    import importlib.metadata
    import platform

    import keras
    import numpy

    backend = keras.backend.backend()
    return {
        "keras_gan": __version__,
        "keras": keras.__version__,
        backend: importlib.metadata.version(backend),
        "numpy": numpy.__version__,
        "python": platform.python_version(),
    }
