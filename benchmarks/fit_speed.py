"""What `fit` costs: against its own step in a bare loop, and the official example.

    python benchmarks/fit_speed.py [--rounds 7] [--steps 60] [--json FILE]

Same networks, data, batch size and optimizers for all, on TensorFlow. The three are
run in turn, round by round, so that a machine's changing speed touches them alike;
what is quoted is the median of the ratios within a round. CPU time tells on a machine
whose wall clock is too noisy to.

- ours: `GAN.fit`.
- bare loop: `GAN`'s compiled step, called on an iterator and nothing else.
- official: the alternating step of Keras's example "DCGAN to generate face images"
  (keras.io/examples/generative/dcgan_overriding_train_step): one batch of fake and
  real images together through D, noisy labels, new latents for G.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf
from keras import layers

import keras_gan
from keras_gan.networks import dcgan

SHAPE, LATENT_DIM, BATCH = (28, 28, 1), 128, 64


class OfficialExample(keras.Model):
    """The official example's way to train a DCGAN, for the same networks."""

    def __init__(self, generator: keras.Model, discriminator: keras.Model) -> None:
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.seed_generator = keras.random.SeedGenerator(1337)
        self.d_mean = keras.metrics.Mean(name="d_loss")
        self.g_mean = keras.metrics.Mean(name="g_loss")
        self.built = True

    def compile(self, g_optimizer, d_optimizer) -> None:
        """Keep both optimizers beside Keras's own."""
        super().compile()
        self.g_adam, self.d_adam = g_optimizer, d_optimizer
        self.bce = keras.losses.BinaryCrossentropy(from_logits=True)

    @property
    def metrics(self):
        """The two running means."""
        return [self.d_mean, self.g_mean]

    def train_step(self, real):
        """D on fake and real in one batch, then G on new latents."""
        n = tf.shape(real)[0]
        z = keras.random.normal((n, LATENT_DIM), seed=self.seed_generator)
        both = tf.concat([self.generator(z), real], axis=0)
        labels = tf.concat([tf.ones((n, 1)), tf.zeros((n, 1))], axis=0)
        labels += 0.05 * tf.random.uniform(tf.shape(labels))
        with tf.GradientTape() as tape:
            d_loss = self.bce(labels, self.discriminator(both))
        weights = self.discriminator.trainable_weights
        self.d_adam.apply_gradients(zip(tape.gradient(d_loss, weights), weights))
        z = keras.random.normal((n, LATENT_DIM), seed=self.seed_generator)
        with tf.GradientTape() as tape:
            outputs = self.discriminator(self.generator(z))
            g_loss = self.bce(tf.zeros((n, 1)), outputs)
        weights = self.generator.trainable_weights
        self.g_adam.apply_gradients(zip(tape.gradient(g_loss, weights), weights))
        self.d_mean.update_state(d_loss)
        self.g_mean.update_state(g_loss)
        return {"d_loss": self.d_mean.result(), "g_loss": self.g_mean.result()}


def example_networks() -> tuple[keras.Model, keras.Model]:
    """The example's layers, for 28 pixels in one channel instead of 64 in three."""
    leaky = {"negative_slope": 0.2}
    discriminator = keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Conv2D(64, 4, strides=2, padding="same"),
            layers.LeakyReLU(**leaky),
            layers.Conv2D(128, 4, strides=2, padding="same"),
            layers.LeakyReLU(**leaky),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(1),
        ]
    )
    generator = keras.Sequential(
        [
            keras.Input((LATENT_DIM,)),
            layers.Dense(7 * 7 * 128),
            layers.Reshape((7, 7, 128)),
            layers.Conv2DTranspose(128, 4, strides=2, padding="same"),
            layers.LeakyReLU(**leaky),
            layers.Conv2DTranspose(64, 4, strides=2, padding="same"),
            layers.LeakyReLU(**leaky),
            layers.Conv2D(1, 5, padding="same", activation="tanh"),
        ]
    )
    return generator, discriminator


def dcgan_networks() -> tuple[keras.Model, keras.Model]:
    """The networks of the `dcgan` recipe, with batch normalization."""
    return dcgan.generator(SHAPE, LATENT_DIM), dcgan.discriminator(SHAPE)


def adams() -> tuple[keras.optimizers.Optimizer, keras.optimizers.Optimizer]:
    """The example's two optimizers."""
    return keras.optimizers.Adam(1e-4), keras.optimizers.Adam(1e-4)


def contenders(networks: Callable, steps: int) -> dict[str, Callable[[], None]]:
    """Return each contender as a function that trains for ``steps`` steps."""
    data = keras_gan.datasets.load("builtin", BATCH, seed=0).take(steps)
    ours = keras_gan.GAN(*networks(), seed=0)
    ours.compile(*adams())
    official = OfficialExample(*networks())
    official.compile(*adams())

    def bare_loop() -> None:
        ours.make_train_function()
        iterator = iter(data)
        for _ in range(steps):
            logs = ours.train_function(iterator)
        float(logs["loss"])  # wait for the last step

    return {
        "ours": lambda: ours.fit(data, verbose=0, shuffle=False),
        "bare loop": bare_loop,
        "official": lambda: official.fit(data, verbose=0, shuffle=False),
    }


def measure(networks: Callable, rounds: int, steps: int) -> dict[str, float]:
    """Run all in turn; return steps per second and ratios, as medians."""
    runs = contenders(networks, steps)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    work: dict[str, list[float]] = {name: [] for name in runs}  # CPU seconds
    for round_number in range(rounds + 1):
        for name, run in runs.items():
            start, cpu_start = time.perf_counter(), time.process_time()
            run()
            if round_number:  # the first compiles
                seconds[name].append(time.perf_counter() - start)
                work[name].append(time.process_time() - cpu_start)

    def ratio(name: str, times: dict[str, list[float]] = seconds) -> float:
        pairs = zip(times[name], times["ours"], strict=True)
        return statistics.median(other / ours for other, ours in pairs)

    result = {f"{n} steps/s": steps / statistics.median(s) for n, s in seconds.items()}
    result["fit / bare loop"] = 1 / ratio("bare loop")
    result["speed over official"] = ratio("official")
    result["CPU time of official"] = ratio("official", work)  # in units of ours
    return result


def main() -> None:
    """Measure both pairs of networks and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--json", help="also write the figures to this file")
    options = parser.parse_args()
    cases = {"example's networks": example_networks, "dcgan": dcgan_networks}
    results = {
        name: measure(networks, options.rounds, options.steps)
        for name, networks in cases.items()
    }
    for name, figures in results.items():
        print(name)
        for figure, value in figures.items():
            print(f"  {figure:22s} {value:8.3f}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=2)


if __name__ == "__main__":
    main()
