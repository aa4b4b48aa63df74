"""Rebuild the Fashion-MNIST subset that is shipped as the `builtin` data set.

Usage:

    python tools/make_builtin_data.py train-images-idx3-ubyte.gz \
        train-labels-idx1-ubyte.gz

Takes the two training files of Fashion-MNIST (from
https://github.com/zalandoresearch/fashion-mnist, or from Debian's package
dataset-fashion-mnist) and keeps the first 1,000 images of each class, in their
original order. The test images are never touched, so that they stay unseen.
The same input gives the same arrays; the compressed bytes depend on zlib alone.
"""

import argparse
import gzip
import hashlib
import os
import struct
import zipfile
from pathlib import Path

import numpy as np

OUTPUT = Path(__file__).parents[1] / "keras_gan/datasets/data/fashion_mnist_10k.npz"
PER_CLASS = 1000
TRAINING_IMAGES = 60_000


def read_idx(path: Path) -> np.ndarray:
    """Read a gzipped IDX file of unsigned bytes."""
    content = gzip.decompress(path.read_bytes())
    zeros, kind, rank = struct.unpack(">HBB", content[:4])
    if zeros != 0 or kind != 8:
        raise SystemExit(f"{path}: not an IDX file of unsigned bytes")
    shape = struct.unpack(f">{rank}I", content[4 : 4 + 4 * rank])
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def first_of_each_class(labels: np.ndarray) -> np.ndarray:
    """Indices of the first PER_CLASS examples of every class, in order."""
    classes = np.unique(labels)
    first = [np.flatnonzero(labels == label)[:PER_CLASS] for label in classes]
    return np.sort(np.concatenate(first))


def write_npz(path: Path, **arrays: np.ndarray) -> None:
    """Write arrays as .npz with fixed dates, at the highest compression."""
    temporary = path.with_suffix(".tmp")
    with zipfile.ZipFile(
        temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=9
    ) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            with archive.open(member, "w") as file:
                np.lib.format.write_array(file, array, allow_pickle=False)
    os.replace(temporary, path)


def main() -> None:
    """Parse the arguments and build the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("images", type=Path, help="train-images-idx3-ubyte.gz")
    parser.add_argument("labels", type=Path, help="train-labels-idx1-ubyte.gz")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    arguments = parser.parse_args()
    images, labels = read_idx(arguments.images), read_idx(arguments.labels)
    if images.shape != (TRAINING_IMAGES, 28, 28) or len(labels) != len(images):
        raise SystemExit(
            f"expected the {TRAINING_IMAGES} training images and their labels, "
            f"got {images.shape} and {labels.shape}"
        )
    kept = first_of_each_class(labels)
    images, labels = np.ascontiguousarray(images[kept]), labels[kept]
    write_npz(arguments.output, images=images, labels=labels)
    print(f"{arguments.output}: {arguments.output.stat().st_size:,} bytes")
    print("images", images.shape, hashlib.sha256(images.tobytes()).hexdigest())
    print("labels", labels.shape, hashlib.sha256(labels.tobytes()).hexdigest())


if __name__ == "__main__":
    main()
