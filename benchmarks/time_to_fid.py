"""Minutes to a Fréchet distance: recipes, and the DCGAN of Keras's official example.

    python benchmarks/time_to_fid.py --out DIR [--recipes dcgan] [--minutes 10]
        [--share 0.333] [--data fashion_mnist] [--looks 12]

The example, "DCGAN to generate face images" with its layers cut to 28 pixels, its batch
of 32 and its optimizers, trains for so many minutes; each recipe, with its own fast
settings, for a share of them, its learning rate lowered to 0 within them if it is one
whose rate falls. Time counts from the beginning of `fit`, compiling included; it stands
still while 10,000 samples are made, `--looks` times, which are judged by a classifier
that no GAN has seen (`judge.py`, which needs Fashion-MNIST from TensorFlow Datasets).
Prints when each recipe was as good as the example in the end. All runs on TensorFlow,
one after the other; the machine's rate at products of matrices is printed before each.
"""

import argparse
import json
import os
import time
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from contenders import keras_example, products
from contenders.case import Case
from judge import Judge

from keras_gan import datasets, recipes
from keras_gan.callbacks import LinearDecay
from keras_gan.files.atomic_write import replacing

SAMPLES, BATCH, MANY_EPOCHS = 10_000, 32, 10_000


class Looks(keras.callbacks.Callback):
    """Take samples at even times of a training, judge them, and end it in time.

    Args:
        minutes: Of training.
        looks: How many times.
        judge: Function of samples.
        generate: Function that makes samples.
    """

    def __init__(self, minutes, looks, judge, generate):
        super().__init__()
        self.times = [60 * minutes * (i + 1) / looks for i in range(looks)]
        self.judge, self.generate = judge, generate
        self.found = []
        self.steps = 0

    def on_train_begin(self, logs=None):
        """Start the clock."""
        self.start = time.perf_counter()

    def on_train_batch_begin(self, batch, logs=None):
        """Look if it is time."""
        seconds = time.perf_counter() - self.start
        if len(self.found) == len(self.times):
            self.model.stop_training = True
        elif seconds >= self.times[len(self.found)]:
            distance = self.judge(self.generate(SAMPLES))
            look = {"seconds": seconds, "steps": self.steps, "distance": distance}
            print(f"  {look}", flush=True)
            self.found.append(look)
            self.start += time.perf_counter() - self.start - seconds
        self.steps += 1


def example(data, looks):
    """Train the official example."""
    batches = data.batches(BATCH, labels=False, seed=0)
    contender = keras_example.Contender(
        Case("dcgan"), keras_example.own_networks(), keras_example.own_adam, batches
    )
    looks.generate = contender.generate
    contender.fit(batches, epochs=MANY_EPOCHS, verbose=0, callbacks=[looks])


def recipe(name, data, looks, minutes):
    """Train a recipe as `keras-gan train --fast --minutes` does."""
    chosen = recipes.get(name)
    size = chosen.fast.get("batch_size", chosen.batch_size)
    labels = chosen.labels == "required"
    batches = data.batches(size, labels=labels, seed=0)
    classes = data.num_classes if labels else None
    gan = chosen.build((28, 28, 1), classes, **{**chosen.fast_settings(), "seed": 0})
    looks.generate = lambda n: gan.generate(n, seed=0, batch_size=500)
    decay = [LinearDecay(MANY_EPOCHS, minutes)] if chosen.decay else []
    gan.fit(batches, epochs=MANY_EPOCHS, verbose=0, callbacks=[*decay, looks])


def main():
    """Train all, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for results")
    parser.add_argument("--recipes", default="dcgan")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--share", type=float, default=1 / 3)
    parser.add_argument("--looks", type=int, default=12)
    parser.add_argument("--data", default="fashion_mnist")
    options = parser.parse_args()
    judge = Judge().distance
    data = datasets.open_source(options.data)
    found = {}
    for name in ("official example", *options.recipes.split(",")):
        minutes = options.minutes * (1 if not found else options.share)
        print(f"{name}, products at {products.machine_rate():.0f} GFLOP/s", flush=True)
        keras.utils.set_random_seed(0)
        looks = Looks(minutes, options.looks, judge, None)
        if not found:
            example(data, looks)
        else:
            recipe(name, data, looks, minutes)
        found[name] = looks.found
        options.out.mkdir(parents=True, exist_ok=True)
        with replacing(options.out / "time_to_fid.json") as temporary:
            temporary.write_text(json.dumps(found, indent=1) + "\n")
    print(table(found))


def table(found):
    """Return all as Markdown."""
    goal = found["official example"][-1]
    lines = [
        "| training | minutes | steps | distance | as good as the example, minutes "
        "| share of its time |",
        "|---|---|---|---|---|---|",
    ]
    for name, looks in found.items():
        last = looks[-1]
        reached = [x for x in looks if x["distance"] <= goal["distance"]]
        cells = [name, f"{last['seconds'] / 60:.1f}", f"{last['steps']:,}"]
        cells += [f"{last['distance']:.1f}"]
        if reached:
            cells += [f"{reached[0]['seconds'] / 60:.1f}"]
            cells += [f"{reached[0]['seconds'] / goal['seconds']:.2f}"]
        else:
            cells += ["not reached", ""]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
