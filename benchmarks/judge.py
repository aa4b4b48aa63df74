"""Judge Fashion-MNIST samples by a Fréchet distance in the features of a classifier.

    python benchmarks/judge.py SAMPLES.npy

prints the distance of the samples (images in [-1, 1], shape `(n, 28, 28)` or
`(n, 28, 28, 1)`) to the 10,000 test images, and that of as many real training
images, which is what a perfect generator would score. The features are the 128
of the last hidden layer of a small classifier that shares nothing with any GAN.
It is trained once, from a fixed seed, and kept (`--cache`). The distance grows
with the square of the features' scale, so only values from one judge compare.

Reference: Heusel et al. (2017), "GANs Trained by a Two Time-Scale Update Rule
Converge to a Local Nash Equilibrium", with this classifier in Inception's place.
"""

import argparse
import os
import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow_datasets as tfds
from keras import layers

from keras_gan.metrics import DensityCoverage, PrecisionRecall

DEFAULT_CACHE = Path("~/.cache/keras_gan/judge.keras")
FEATURE_LAYER = "features"
EPOCHS = 10
BATCH_SIZE = 128
SEED = 7


def load_split(split: str) -> tuple[np.ndarray, np.ndarray]:
    """Load a whole split of Fashion-MNIST from TensorFlow Datasets.

    Args:
        split: `"train"` (60,000 images) or `"test"` (10,000).

    Returns:
        Images of shape `(n, 28, 28, 1)`, float32 in [-1, 1], and integer labels of
        shape `(n,)`, in the order in which they are stored.
    """
    images, labels = tfds.as_numpy(
        tfds.load(
            "fashion_mnist",
            split=split,
            batch_size=-1,
            as_supervised=True,
            shuffle_files=False,
        )
    )
    return images.astype("float32") / 127.5 - 1.0, labels


def build_classifier() -> keras.Model:
    """Build the untrained classifier: two convolutions and a dense layer of 128."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu", name=FEATURE_LAYER),
            layers.Dropout(0.3),
            layers.Dense(10),
        ],
        name="judge",
    )


def train_classifier(path: Path) -> keras.Model:
    """Train the classifier on the 60,000 training images and save it to `path`."""
    keras.utils.set_random_seed(SEED)
    images, labels = load_split("train")
    model = build_classifier()
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(images, labels, batch_size=BATCH_SIZE, epochs=EPOCHS, verbose=2)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name("unfinished_" + path.name)
    model.save(unfinished)
    os.replace(unfinished, path)
    return model


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Compute the Fréchet distance between Gaussians fitted to two sets of features.

    Args:
        a: Features of shape `(n, d)`.
        b: Features of shape `(m, d)`.

    Returns:
        `|mean_a - mean_b|^2 + trace(cov_a + cov_b - 2 (cov_a cov_b)^(1/2))`.
    """
    a, b = np.asarray(a, "float64"), np.asarray(b, "float64")
    mean_a, mean_b = a.mean(axis=0), b.mean(axis=0)
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    # trace (A B)^(1/2) = trace (A^(1/2) B A^(1/2))^(1/2), whose argument is symmetric.
    values, vectors = np.linalg.eigh(cov_a)
    root_a = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    product = np.linalg.eigvalsh(root_a @ cov_b @ root_a)
    trace_root = np.sqrt(np.clip(product, 0, None)).sum()
    distance = ((mean_a - mean_b) ** 2).sum()
    return float(distance + np.trace(cov_a) + np.trace(cov_b) - 2 * trace_root)


class Judge:
    """A trained classifier and the features of the test images.

    Args:
        cache: File of the trained classifier. It is trained and written there if the
            file does not exist.

    Example:
        judge = Judge()
        judge.distance(gan.generate(10_000, seed=0))
    """

    def __init__(self, cache: Path | str = DEFAULT_CACHE) -> None:
        """Load the classifier, or train it first, and see the test images."""
        path = Path(cache).expanduser()
        if path.exists():
            model = keras.saving.load_model(path)
        else:
            model = train_classifier(path)
        images, labels = load_split("test")
        predicted = model.predict(images, batch_size=500, verbose=0).argmax(axis=-1)
        self.accuracy = float((predicted == labels).mean())
        self._classifier = model
        self._extractor = keras.Model(
            model.inputs, model.get_layer(FEATURE_LAYER).output
        )
        self._test_features = self.features(images)

    def features(self, images: np.ndarray) -> np.ndarray:
        """Return the features, shape `(n, 128)` float64, of images in [-1, 1]."""
        images = np.asarray(images, "float32").reshape(-1, 28, 28, 1)
        features = self._extractor.predict(images, batch_size=500, verbose=0)
        return features.astype("float64")

    def classes(self, images: np.ndarray) -> np.ndarray:
        """Return the class, `(n,)`, that the classifier sees in images in [-1, 1]."""
        images = np.asarray(images, "float32").reshape(-1, 28, 28, 1)
        return self._classifier.predict(images, batch_size=500, verbose=0).argmax(-1)

    def distance(self, images: np.ndarray) -> float:
        """Return the Fréchet distance of images in [-1, 1] to the test images."""
        return frechet(self.features(images), self._test_features)

    def quality(self, images: np.ndarray) -> dict[str, float]:
        """Return precision, recall, density and coverage among the test images."""
        features = self.features(images)
        scores: dict[str, float] = {}
        for metric in (PrecisionRecall("pixels"), DensityCoverage("pixels")):
            metric.update_state(self._test_features, features)
            scores |= metric.results()
        return scores


def read_samples(path: Path) -> np.ndarray:
    """Read images in [-1, 1] from a `.npy` file, or exit with the reason why not."""
    try:
        samples = np.load(path)
    except (OSError, ValueError) as error:
        sys.exit(f"{path}: not a readable .npy file: {error}")
    if samples.shape[1:] not in {(28, 28), (28, 28, 1)}:
        sys.exit(f"{path}: shape {samples.shape}, expected (n, 28, 28[, 1])")
    if not (samples.min() >= -1.0 and samples.max() <= 1.0):
        sys.exit(
            f"{path}: values from {samples.min()} to {samples.max()}, expected [-1, 1]"
        )
    return samples


def main() -> None:
    """Print the distance of the samples in a file, and of real training images."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("samples", type=Path, help=".npy file of images in [-1, 1]")
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    arguments = parser.parse_args()
    samples = read_samples(arguments.samples)
    judge = Judge(arguments.cache)
    real = load_split("train")[0][: len(samples)]
    print(f"classifier's test accuracy: {judge.accuracy:.4f}")
    print(f"{len(real)} real training images: {judge.distance(real):.3f}")
    print(f"{len(samples)} samples: {judge.distance(samples):.3f}")


if __name__ == "__main__":
    main()
