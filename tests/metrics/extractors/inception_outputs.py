"""Run with a graph, a folder and a backend: writes what Inception sees there.

``python -m tests.metrics.extractors.inception_outputs graph.pb folder`` sees each
``<name>.npy`` of uint8 images and writes ``<name>-<backend>.npz`` beside.
"""

import sys
from pathlib import Path

import keras
import numpy as np

from keras_gan.metrics.extractors.inception import LegacyInception


def main(graph, folder):
    extractor = LegacyInception(graph)
    for file in sorted(Path(folder).glob("*.npy")):
        outputs = extractor(np.load(file))
        name = f"{file.stem}-{keras.backend.backend()}.npz"
        np.savez(file.with_name(name), **outputs)


if __name__ == "__main__":
    main(*sys.argv[1:])
