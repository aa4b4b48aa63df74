"""RaGAN: more real than the average fake."""

from keras_gan.gan import GAN
from keras_gan.recipes.players import HIDDEN, adam, average, pair
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 100,
    filters: int = 32,
    vector_hidden: tuple[int, ...] = HIDDEN,
    learning_rate: float = 2e-3,
    beta_1: float = 0.0,
    beta_2: float = 0.999,
    ema_half_life: float | None = 10_000,
    loss: str = "relativistic_average",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`."""
    gan = GAN(
        *pair(
            sample_shape, latent_dim, num_classes, filters=filters, hidden=vector_hidden
        ),
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
    name="ragan",
    summary="DCGAN's networks; D tells which is more real than the other's average",
    reference="Jolicoeur-Martineau, 2018, The relativistic discriminator, "
    "arXiv:1807.00734",
    batch_size=32,
    epochs=45,
    decay=True,
    make=make,
    fast={"epochs": 4},
)
