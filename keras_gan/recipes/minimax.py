"""Minimax: the value function V(D, G), played as it is written."""

from keras_gan.gan import GAN
from keras_gan.recipes.parts import adam, average, perceptrons
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 64,
    hidden: tuple[int, ...] = (256, 512),
    learning_rate: float = 2e-4,
    beta_1: float = 0.5,
    beta_2: float = 0.999,
    dropout: float = 0.3,
    ema_half_life: float | None = 20_000,
    loss: str = "minimax",
    update: str = "simultaneous",
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
        adam(learning_rate, beta_1, beta_2),
        adam(learning_rate, beta_1, beta_2),
        loss=loss,
        update=update,
    )
    return gan


RECIPE = Recipe(
    name="minimax",
    summary="Both players on one V(D, G), in one simultaneous step; it saturates",
    reference="Goodfellow et al., 2014, Generative Adversarial Nets, arXiv:1406.2661, "
    "eq. 1",
    batch_size=64,
    epochs=60,
    make=make,
    image_sizes="any shape",
    fast={"epochs": 10},
)
