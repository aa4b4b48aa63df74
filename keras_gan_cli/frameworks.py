"""Starting Keras and what is below it, quietly and on the chosen backend."""

import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence

import click

BACKENDS = ("tensorflow", "jax", "torch")

backend_option = click.option(
    "--backend",
    type=click.Choice(BACKENDS),
    help="What Keras runs on; by default what KERAS_BACKEND or keras.json says.",
)

modules_option = click.option(
    "--import",
    "modules",
    metavar="MODULE",
    multiple=True,
    help="Import a Python module of yours first, of this folder or installed: then its "
    "recipes and metrics are known, and classes that it registers with Keras are "
    "loaded. Repeatable.",
)


def start(backend: str | None = None) -> None:
    """Import `keras_gan`, so Keras and its backend, and what ``--import`` names.

    Args:
        backend: The backend, or ``None`` for the one Keras is set to.

    Raises:
        click.ClickException: If the backend is not installed, or another one runs
            in this process, or a module cannot be imported.
    """
    if backend is not None:
        if importlib.util.find_spec(backend) is None:
            raise click.ClickException(
                f"The backend {backend} is not installed. Install it with "
                f"`pip install 'keras-gan[{backend}]'`."
            )
        os.environ["KERAS_BACKEND"] = backend
    with _silence():
        import keras
        import tensorflow as tf

        import keras_gan  # noqa: F401
    if backend not in (None, keras.backend.backend()):
        raise click.ClickException(
            f"--backend {backend}: Keras already runs on {keras.backend.backend()}."
        )
    tf.get_logger().setLevel("ERROR")
    if keras.backend.backend() != "tensorflow":
        # It only feeds the data: leave the accelerator's memory to the backend.
        with contextlib.suppress(RuntimeError):
            tf.config.set_visible_devices([], "GPU")
    context = click.get_current_context(silent=True)
    if context is not None:
        _import(context.find_root().params.get("modules", ()))


def _import(modules: Sequence[str]) -> None:
    """Import modules of the user's, of the current folder before all others."""
    if modules and os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception as error:
            raise click.ClickException(
                f"--import {name}: {type(error).__name__}: {error}. It must be the "
                "name of a Python module that is installed or in this folder."
            ) from error


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Drop what C++ code writes to stderr while frameworks are loaded.

    TensorFlow says some things there before its log level applies. Python's
    exceptions come through.
    """
    sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # there is no stderr
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
