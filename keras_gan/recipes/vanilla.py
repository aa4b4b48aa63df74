"""Vanilla: the original GAN, two multilayer perceptrons."""

from keras_gan.gan import GAN
from keras_gan.recipes.parts import adam, average, perceptrons
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 64,
    hidden: tuple[int, ...] = (256, 512),
    g_learning_rate: float = 2e-4,
    d_learning_rate: float = 2e-4,
    beta_1: float = 0.5,
    beta_2: float = 0.999,
    dropout: float = 0.3,
    ema_half_life: float | None = 20_000,
    loss: str = "non_saturating",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`."""
    gan = GAN(
        *perceptrons(
            sample_shape,
            latent_dim,
            num_classes,
            (hidden, hidden[::-1]),
            dropout=dropout,
        ),
        ema=average(ema_half_life),
        seed=seed,
    )
    gan.compile(
        adam(g_learning_rate, beta_1, beta_2),
        adam(d_learning_rate, beta_1, beta_2),
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
    image_sizes="any shape",
    fast={"epochs": 20, "g_learning_rate": 5e-4, "d_learning_rate": 5e-4},
)
