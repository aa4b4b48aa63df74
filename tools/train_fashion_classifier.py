"""Train the classifier that `fashion_fid` looks through, and write it into the package.

    python tools/train_fashion_classifier.py [--out FILE] [--epochs N]

It learns from the 60,000 training images of Fashion-MNIST (TensorFlow Datasets), each
shifted and mirrored at random, and is tested on the 10,000 test images. The file holds
a Keras model of two outputs, features `(batch, 64)` and logits `(batch, 10)`, for
images `(28, 28, 1)` in [-1, 1], its weights in 16 bits as far as they are kept: they
are rounded before the test, so that the accuracy is that of the file.
"""

import argparse
from pathlib import Path

import keras
import numpy as np
import tensorflow_datasets as tfds
from keras import layers

from keras_gan.files.atomic_write import replacing

OUT = Path(__file__).parents[1] / (
    "keras_gan/metrics/extractors/data/fashion_classifier.keras"
)
SEED = 2017
BATCH_SIZE = 128
WIDTHS = (32, 64, 96)
FEATURES = 64


def load_split(split: str) -> tuple[np.ndarray, np.ndarray]:
    """Return images, float32 in [-1, 1], and labels."""
    images, labels = tfds.as_numpy(
        tfds.load("fashion_mnist", split=split, batch_size=-1, as_supervised=True)
    )
    return images.astype("float32") / 127.5 - 1, labels


def classifier() -> keras.Model:
    """Build three stages of convolutions, pooled features, and logits."""
    images = keras.Input((28, 28, 1), name="images")
    x = images
    for i, width in enumerate(WIDTHS):
        for _ in range(2 if i < 2 else 1):
            x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
            x = layers.BatchNormalization(momentum=0.9)(x)
            x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D(2)(x) if i < 2 else x
        x = layers.Dropout(0.2, seed=SEED + i)(x)
    x = layers.GlobalAveragePooling2D()(x)
    features = layers.Dense(FEATURES, activation="relu", name="features")(x)
    logits = layers.Dense(10, name="logits")(features)
    return keras.Model(images, [features, logits], name="fashion_classifier")


def shifted(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shift images by up to two pixels and mirror half of them."""
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), constant_values=-1)
    rows = rng.integers(5, size=len(images))[:, None] + np.arange(28)
    columns = rng.integers(5, size=len(images))[:, None] + np.arange(28)
    mirrored = rng.random(len(images)) < 0.5
    columns = np.where(mirrored[:, None], columns[:, ::-1], columns)
    index = np.arange(len(images))[:, None, None]
    return padded[index, rows[:, :, None], columns[:, None, :]]


class Batches(keras.utils.PyDataset):
    """The training images in a new order, changed at random, every epoch."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        super().__init__()
        self.images, self.labels = images, labels
        self.rng = np.random.default_rng(SEED)
        self.on_epoch_end()

    def __len__(self) -> int:
        return len(self.images) // BATCH_SIZE

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]
        return shifted(self.images[chosen], self.rng), self.labels[chosen]

    def on_epoch_end(self) -> None:
        """Draw a new order."""
        self.order = self.rng.permutation(len(self.images))


def round_weights(model: keras.Model) -> None:
    """Round weights to what 16 bits hold: they compress to half the size."""
    for weight in model.weights:
        value = keras.ops.convert_to_numpy(weight)
        if np.issubdtype(value.dtype, np.floating):
            bits = np.ascontiguousarray(value, "float32").view("uint32")
            rounded = (bits + 0x800) & np.uint32(0xFFFFF000)  # 11 bits of mantissa
            weight.assign(rounded.view("float32"))


def main() -> None:
    """Train, test, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--epochs", type=int, default=12)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(SEED)
    images, labels = load_split("train")
    model = classifier()
    steps = arguments.epochs * (len(images) // BATCH_SIZE)
    model.compile(
        keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(2e-3, steps), weight_decay=1e-3
        ),
        loss=[None, keras.losses.SparseCategoricalCrossentropy(from_logits=True)],
        metrics=[None, "accuracy"],
    )
    model.fit(Batches(images, labels), epochs=arguments.epochs, verbose=2)
    round_weights(model)
    test_images, test_labels = load_split("test")
    _, logits = model.predict(test_images, batch_size=500, verbose=0)
    accuracy = (logits.argmax(axis=-1) == test_labels).mean()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    bare = keras.Model(model.inputs[0], model.outputs, name=model.name)
    with replacing(arguments.out) as temporary:
        bare.save(temporary)
    size = arguments.out.stat().st_size
    print(f"test accuracy {accuracy:.4f}, {model.count_params():,} weights, {size:,} B")


if __name__ == "__main__":
    main()
