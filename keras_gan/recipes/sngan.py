"""SNGAN: residual networks, D of spectral norm 1."""

from keras_gan.gan import GAN
from keras_gan.recipes.parts import HIDDEN, adam, average, resnet_pair
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 128,
    filters: int = 32,
    vector_hidden: tuple[int, ...] = HIDDEN,
    learning_rate: float = 2e-4,
    beta_1: float = 0.0,
    beta_2: float = 0.9,
    d_steps: int = 5,
    ema_half_life: float | None = 10_000,
    loss: str = "hinge",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`.

    The paper's settings, but for the width: 256 in G and 128 in D there.
    """
    gan = GAN(
        *resnet_pair(
            sample_shape, latent_dim, num_classes, filters=filters, hidden=vector_hidden
        ),
        ema=average(ema_half_life),
        seed=seed,
    )
    gan.compile(
        adam(learning_rate, beta_1, beta_2),
        adam(learning_rate, beta_1, beta_2),
        loss=loss,
        d_steps=d_steps,
    )
    return gan


RECIPE = Recipe(
    name="sngan",
    summary="Residual networks; every layer of D has spectral norm 1",
    reference="Miyato et al., 2018, Spectral Normalization for Generative Adversarial "
    "Networks, arXiv:1802.05957",
    batch_size=64,
    epochs=100,
    decay=True,
    make=make,
    image_sizes="squares of 16 to 512 pixels, vectors",
    fast={"epochs": 8, "filters": 16, "learning_rate": 1e-3, "d_steps": 1},
)
