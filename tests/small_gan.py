"""Small GANs and data that several tests play with."""

import keras
import numpy as np

import keras_gan
from keras_gan.networks import dcgan, mlp

SHAPE = (16, 16, 1)
LATENT_DIM = 8


def images(n=48, seed=0, shape=SHAPE):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (n, *shape)).astype("float32")


def labels(n=48, classes=3, seed=1):
    return np.random.default_rng(seed).integers(classes, size=n)


def networks(kind="mlp", num_classes=None, dropout=0.2, heads=()):
    judge = {"num_classes": num_classes, "dropout": dropout, "heads": heads}
    if kind == "mlp":
        return (
            mlp.generator(SHAPE, LATENT_DIM, hidden=(16,), num_classes=num_classes),
            mlp.discriminator(SHAPE, hidden=(16,), **judge),
        )
    return (
        dcgan.generator(SHAPE, LATENT_DIM, filters=4, num_classes=num_classes),
        dcgan.discriminator(SHAPE, filters=4, **judge),
    )


@keras.saving.register_keras_serializable(package="tests")
class Noise(keras.layers.Layer):
    """Adds noise, in training and after it, as some generators do."""

    def __init__(self, **given):
        super().__init__(**given)
        self.seed_generator = keras.random.SeedGenerator(11)

    def call(self, x):
        drawn = keras.random.normal(keras.ops.shape(x), seed=self.seed_generator)
        return x + keras.ops.cast(drawn, x.dtype)


def noisy_networks(num_classes=None):
    """As `networks`, and the generator draws noise of its own."""
    latents, labels = keras.Input((LATENT_DIM,)), keras.Input((), dtype="int32")
    x = Noise()(latents)
    if num_classes:
        told = keras.layers.Embedding(num_classes, 4)(labels)
        x = keras.layers.Concatenate()([x, told])
    x = keras.layers.Dense(int(np.prod(SHAPE)), activation="tanh")(x)
    made = keras.layers.Reshape(SHAPE)(x)
    generator = keras.Model([latents, labels] if num_classes else latents, made)
    return generator, networks(num_classes=num_classes, dropout=0.0)[1]


class FixedLatents(keras_gan.GAN):
    """A GAN that reads its training latents from a table, one row of it a step."""

    table = np.random.default_rng(5).standard_normal((16, 64, LATENT_DIM), "float32")

    def sample_latents(self, batch_size):
        table = keras.ops.convert_to_tensor(self.table)
        row = keras.ops.take(table, self.optimizer.iterations, axis=0)
        return row[:batch_size]


def compiled(
    kind="mlp",
    num_classes=None,
    dropout=0.2,
    cls=keras_gan.GAN,
    optimizers=None,
    ema=0.9,
    heads=(),
    **rules,
):
    gan = cls(*networks(kind, num_classes, dropout, heads), ema=ema, seed=3)
    g, d = optimizers or (keras.optimizers.Adam(1e-3), keras.optimizers.Adam(2e-3))
    gan.compile(g, d, **rules)
    return gan


def state_of(gan):
    """Return all that a training leaves behind, as one list of arrays."""
    passing = gan.evaluation_seed.state  # set anew before each evaluation
    variables = [v for v in gan.variables if v is not passing]
    variables += gan.optimizer.variables
    return [keras.ops.convert_to_numpy(v) for v in variables]


def assert_same_state(a, b):
    one, other = state_of(a), state_of(b)
    assert len(one) == len(other)
    for i, (x, y) in enumerate(zip(one, other, strict=True)):
        np.testing.assert_array_equal(x, y, err_msg=f"variable {i}")
