"""Gradient accumulation of Keras's optimizers: k small batches move as one large."""

import keras
import numpy as np
from keras import ops

import keras_gan
from keras_gan.networks import mlp

LATENT_DIM, BATCH, STEPS, PARTS = 4, 16, 3, 4


class Fixed(keras_gan.GAN):
    """A GAN whose latents are given, so that they do not depend on the batch size."""

    def sample_latents(self, batch_size):
        table = ops.reshape(ops.array(self.given), (-1, batch_size, LATENT_DIM))
        return ops.take(table, self.optimizer.iterations, axis=0)


def trained(images, latents, parts):
    """Weights after a few updates, each of one batch or of so many parts of it."""
    keras.utils.set_random_seed(0)
    shape = images.shape[1:]
    gan = Fixed(
        mlp.generator(shape, LATENT_DIM, hidden=(8,)),
        mlp.discriminator(shape, hidden=(8,), dropout=0.0),
    )
    gan.given = latents
    steps = parts if parts > 1 else None
    g, d = (
        keras.optimizers.Adam(1e-2, gradient_accumulation_steps=steps) for _ in range(2)
    )
    gan.compile(g, d, update="simultaneous", penalties=["r1"])
    gan.fit(images, batch_size=BATCH // parts, shuffle=False, verbose=0)
    return gan.get_weights()


def test_parts_of_a_batch_move_as_the_whole(rng):
    images = rng.uniform(-1, 1, (STEPS * BATCH, 4, 4, 1)).astype("float32")
    latents = rng.normal(size=(STEPS * BATCH, LATENT_DIM)).astype("float32")
    whole = trained(images, latents, 1)
    for one, many in zip(whole, trained(images, latents, PARTS), strict=True):
        if one.dtype.kind == "f":
            np.testing.assert_allclose(many, one, rtol=0, atol=1e-6)


def test_an_update_waits_for_its_parts(rng):
    images = rng.uniform(-1, 1, (BATCH, 4, 4, 1)).astype("float32")
    latents = rng.normal(size=(BATCH, LATENT_DIM)).astype("float32")
    moved = trained(images, latents, PARTS)
    waiting = trained(images[: BATCH - BATCH // PARTS], latents, PARTS)
    assert any((a != b).any() for a, b in zip(moved[:2], waiting[:2], strict=True))
