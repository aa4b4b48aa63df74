"""DCGAN: convolutions and batch normalization, Adam with a short memory."""

import keras

from keras_gan.ema import EMA
from keras_gan.gan import GAN
from keras_gan.networks import dcgan
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 64,
    filters: int = 64,
    g_learning_rate: float = 2e-4,
    d_learning_rate: float = 2e-4,
    beta_1: float = 0.5,
    dropout: float = 0.0,
    ema_half_life: float | None = 5_000,
    loss: str = "non_saturating",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`."""
    gan = GAN(
        dcgan.generator(
            sample_shape, latent_dim, filters=filters, num_classes=num_classes
        ),
        dcgan.discriminator(
            sample_shape, filters=filters, dropout=dropout, num_classes=num_classes
        ),
        ema=EMA(half_life=ema_half_life) if ema_half_life else None,
        seed=seed,
    )
    gan.compile(
        keras.optimizers.Adam(g_learning_rate, beta_1=beta_1),
        keras.optimizers.Adam(d_learning_rate, beta_1=beta_1),
        loss=loss,
    )
    return gan


RECIPE = Recipe(
    name="dcgan",
    summary="Convolutional networks with batch normalization",
    reference="Radford, Metz, Chintala, 2016, arXiv:1511.06434",
    batch_size=64,
    epochs=40,
    make=make,
)
