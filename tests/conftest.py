"""What all tests share: seeds, small networks and images, reference values."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["MPLBACKEND"] = "Agg"

import keras
import numpy as np
import pytest

from keras_gan.files import cache
from keras_gan.networks import mlp

_SEED = 1406


def pytest_configure() -> None:
    """Give each worker a folder for JAX's programs, which JAX does not lock."""
    folder = os.environ.get("JAX_COMPILATION_CACHE_DIR")
    if not folder:
        return
    folder = str(Path(folder, os.environ.get("PYTEST_XDIST_WORKER", "all")))
    os.environ["JAX_COMPILATION_CACHE_DIR"] = folder
    if keras.backend.backend() == "jax":
        import jax

        jax.config.update("jax_compilation_cache_dir", folder)


@pytest.fixture(autouse=True)
def _seeded() -> Iterator[None]:
    """Seed Python, NumPy and Keras before a test; leave no Keras state behind."""
    keras.utils.set_random_seed(_SEED)
    yield
    keras.utils.clear_session(free_memory=False)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what a test caches out of the user's folders."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def rng() -> np.random.Generator:
    """A seeded generator of a test's own."""
    return np.random.default_rng(_SEED)


@pytest.fixture
def images(rng: np.random.Generator) -> np.ndarray:
    """Sixteen random 28x28x1 images in [-1, 1]."""
    return rng.uniform(-1, 1, (16, 28, 28, 1)).astype("float32")


@pytest.fixture
def labels(rng: np.random.Generator) -> np.ndarray:
    """Sixteen class numbers below 3, for `images`."""
    return rng.integers(3, size=16)


@pytest.fixture
def small_networks() -> Callable[..., tuple[keras.Model, keras.Model]]:
    """A function that builds a small pair: generator, discriminator.

    Its arguments are ``sample_shape``, ``latent_dim`` and ``num_classes``.
    """

    def build(
        sample_shape: tuple[int, ...] = (28, 28, 1),
        latent_dim: int = 4,
        num_classes: int | None = None,
    ) -> tuple[keras.Model, keras.Model]:
        return (
            mlp.generator(
                sample_shape, latent_dim, hidden=(8,), num_classes=num_classes
            ),
            mlp.discriminator(
                sample_shape, hidden=(8,), num_classes=num_classes, dropout=0.0
            ),
        )

    return build


@pytest.fixture
def drawn() -> Iterator[None]:
    """Build networks without their weights, for tests of structure alone.

    Initial values are a function to compile for each shape on JAX, and slow there.
    """
    with keras.StatelessScope(initialize_variables=False):
        yield


@pytest.fixture(scope="session")
def reference() -> dict[str, Any]:
    """Float64 values and gradients of the losses, from outside the package."""
    path = Path(__file__).parents[2] / "shared" / "reference" / "losses.json"
    if not path.is_file():
        pytest.skip(f"needs the reference values in {path.name}, kept outside")
    return json.loads(path.read_text())
