"""Play ten steps of a recipe from fixed weights, latents and data; print the logs."""

import json
import sys

import keras
import numpy as np

import keras_gan
from keras_gan import recipes

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


def main(case):
    rng = np.random.default_rng(0)
    built = recipes.get(case.split("-")[0]).build(SHAPE, dropout=0.0)
    latents = rng.standard_normal((STEPS, BATCH, built.latent_dim), "float32")
    real = rng.uniform(-1, 1, (STEPS, BATCH, *SHAPE)).astype("float32")

    class Fixed(keras_gan.GAN):
        def sample_latents(self, batch_size):
            table = keras.ops.convert_to_tensor(latents)
            return keras.ops.take(table, self.optimizer.iterations, axis=0)

    gan = Fixed(built.generator, built.discriminator)
    for network in (gan.generator, gan.discriminator):
        network.set_weights(drawn(network.get_weights(), rng))
    copies = [type(o).from_config(o.get_config()) for o in built.optimizer.optimizers]
    gan.compile(*copies, **RULES[case])
    logs = [gan.train_on_batch(batch, return_dict=True) for batch in real]
    print(json.dumps([{k: float(v) for k, v in log.items()} for log in logs]))


if __name__ == "__main__":
    main(sys.argv[1])
