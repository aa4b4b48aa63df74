"""Measure what an evaluation costs: seconds and memory.

    python benchmarks/evaluation_cost.py [--images 10000] [--width 2048]

- `evaluate` of dcgan's GAN on the built-in images, with the four default metrics seen
  through the classifier that comes with the package: the first time, and again, when
  what it saw in the real images lies on disk. Beside it, `evaluate` without metrics.
- The Fréchet distance of random features, both sides added in batches of 256, without
  any network.

Memory is the peak of the process above what it held before, the model loaded and run
once. Backend: Keras's `KERAS_BACKEND`.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import keras_gan
from keras_gan import datasets, metrics, recipes
from keras_gan.files import cache
from keras_gan.metrics import FID

_NAMES = [
    "fashion_fid",
    "fashion_kid",
    "fashion_precision_recall",
    "fashion_density_coverage",
]


def peak() -> float:
    """Return the most memory that this process has held, in MB."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def measured(name: str, function: Callable[[], object]) -> None:
    """Run a function and print its seconds, CPU seconds and memory."""
    before, wall, used = peak(), time.perf_counter(), time.process_time()
    function()
    wall, used = time.perf_counter() - wall, time.process_time() - used
    print(
        f"{name:44} {wall:6.1f} s   CPU {used:6.1f} s   + {peak() - before:5.0f} MB",
        flush=True,
    )


def evaluations(count: int) -> None:
    """Measure `evaluate` with and without metrics."""
    source = datasets.open_source("builtin")
    images = next(iter(source.batches(count, shuffle=False, drop_remainder=False)))
    images = np.asarray(images)
    gan = recipes.get("dcgan").build((28, 28, 1))
    plain = gan.get_compile_config()
    gan.evaluate(images[:512], verbose=0)
    gan.generate(256)
    keras_gan.metrics.extractors.get("fashion")(images[:256])
    measured("evaluate, no metrics", lambda: gan.evaluate(images, verbose=0))
    gan.compile_from_config({**plain, "metrics": _NAMES})
    gan.evaluate(images[:512], verbose=0)
    for name in ("evaluate, four metrics, first time", "... again"):
        measured(name, lambda: gan.evaluate(images, verbose=0))
    for name in _NAMES:
        gan.sample_metrics = [metrics.get(name)]
        measured(f"... {name} alone", lambda: gan.evaluate(images, verbose=0))


def frechet(count: int, width: int) -> None:
    """Measure the Fréchet distance alone, on features like a network's."""
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((width, width)).astype("float32") / width**0.5
    real, made = (
        np.maximum(rng.standard_normal((count, width), "float32") @ mixing, 0)
        for _ in range(2)
    )
    metric = FID("pixels")

    def run() -> None:
        for start in range(0, count, 256):
            part = slice(start, start + 256)
            metric.update_state(real[part], made[part])
        print(f"  distance {metric.result():.4f}")

    measured(f"Fréchet distance, {count:,} x {width} a side", run)


def main() -> None:
    """Print all measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=2048)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[cache.VARIABLE] = str(Path(folder))
        evaluations(arguments.images)
    frechet(arguments.images, arguments.width)


if __name__ == "__main__":
    main()
