"""What the tests of data sets share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def fashion_mnist_dir() -> str:
    """The folder of TFDS that holds a prepared Fashion-MNIST, or a skip."""
    root = Path(__file__).parents[2]
    candidates = [os.environ.get("TFDS_DATA_DIR"), root.parent / "shared" / "tfds"]
    for candidate in candidates:
        if candidate and Path(candidate, "fashion_mnist").is_dir():
            return str(candidate)
    pytest.skip("needs Fashion-MNIST, prepared by TFDS, in TFDS_DATA_DIR")
