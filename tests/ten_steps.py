"""Play ten steps of recipes from fixed weights, latents and data; print their logs.

With Adam(5e-5, beta_1=0.5), a quarter of the papers' rate. A GAN's game amplifies
rounding: at 2e-4 one backend on one thread and on two parts from itself by 1e-4 in ten
steps of `dcgan`, and at the recipe's own 2e-3 within a few.
"""

import json
import sys

import keras
import numpy as np

import keras_gan
from keras_gan import datasets, recipes

RULES = {
    "vanilla": {},
    "dcgan": {},
    "dcgan-simultaneous": {"update": "simultaneous"},
    # No random interpolation: its numbers are each backend's own.
    "vanilla-penalties": {"penalties": ["r1"], "d_steps": 2, "loss": "hinge"},
}
STEPS, BATCH, SHAPE = 10, 32, (28, 28, 1)


def drawn(weights, rng):
    """Replace random initial weights by ones that every backend draws alike."""
    return [
        w if w.ndim == 1 else 0.02 * rng.standard_normal(w.shape, "float32")
        for w in weights
    ]


def play(case):
    """Ten steps of a case; returns the logs of each."""
    rng = np.random.default_rng(0)
    built = recipes.get(case.split("-")[0]).build(SHAPE, dropout=0.0)
    latents = rng.standard_normal((STEPS, BATCH, built.latent_dim), "float32")
    real = datasets.load("builtin", BATCH, seed=0).take(STEPS).as_numpy_iterator()

    class Fixed(keras_gan.GAN):
        def sample_latents(self, batch_size):
            table = keras.ops.convert_to_tensor(latents)
            return keras.ops.take(table, self.optimizer.iterations, axis=0)

    gan = Fixed(built.generator, built.discriminator)
    for network in (gan.generator, gan.discriminator):
        network.set_weights(drawn(network.get_weights(), rng))
    adams = [keras.optimizers.Adam(5e-5, beta_1=0.5) for _ in range(2)]
    gan.compile(*adams, **RULES[case])
    logs = [gan.train_on_batch(batch, return_dict=True) for batch in real]
    return [{k: float(v) for k, v in log.items()} for log in logs]


if __name__ == "__main__":
    print(json.dumps({case: play(case) for case in sys.argv[1:]}))
