"""PacGAN: a discriminator that sees several samples at once."""

from keras_gan.gan import GAN
from keras_gan.recipes.parts import HIDDEN, adam, average, pair
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 100,
    filters: int = 32,
    vector_hidden: tuple[int, ...] = HIDDEN,
    packing: int = 2,
    learning_rate: float = 2e-3,
    beta_1: float = 0.0,
    beta_2: float = 0.999,
    ema_half_life: float | None = 10_000,
    loss: str = "non_saturating",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`."""
    gan = GAN(
        *pair(
            sample_shape,
            latent_dim,
            filters=filters,
            hidden=vector_hidden,
            packing=packing,
        ),
        packing=packing,
        ema=average(ema_half_life),
        seed=seed,
    )
    gan.compile(
        adam(learning_rate, beta_1, beta_2),
        adam(learning_rate, beta_1, beta_2),
        loss=loss,
    )
    return gan


RECIPE = Recipe(
    name="pacgan",
    summary="DCGAN's networks; D judges packs, in which a lack of variety shows",
    reference="Lin et al., 2018, PacGAN: The power of two samples in generative "
    "adversarial networks, arXiv:1712.04086",
    batch_size=32,
    epochs=45,
    decay=True,
    make=make,
    labels="none",
    fast={"epochs": 4},
)
