"""Vanilla: the original GAN, two multilayer perceptrons."""

import keras

from keras_gan.ema import EMA
from keras_gan.gan import GAN
from keras_gan.networks import mlp
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 64,
    g_learning_rate: float = 2e-4,
    d_learning_rate: float = 2e-4,
    beta_1: float = 0.5,
    dropout: float = 0.3,
    ema_half_life: float | None = 20_000,
    loss: str = "non_saturating",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`."""
    gan = GAN(
        mlp.generator(sample_shape, latent_dim, num_classes=num_classes),
        mlp.discriminator(sample_shape, num_classes=num_classes, dropout=dropout),
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
    name="vanilla",
    summary="Two multilayer perceptrons, non-saturating loss",
    reference="Goodfellow et al., 2014, Generative Adversarial Nets, arXiv:1406.2661",
    batch_size=64,
    epochs=60,
    make=make,
)
