"""DRAGAN: a gradient penalty around the real samples."""

from keras_gan.gan import GAN
from keras_gan.penalties import DRAGAN
from keras_gan.recipes.parts import HIDDEN, adam, average, pair
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 100,
    filters: int = 32,
    vector_hidden: tuple[int, ...] = HIDDEN,
    batch_norm: bool = False,
    learning_rate: float = 1e-3,
    beta_1: float = 0.0,
    beta_2: float = 0.999,
    penalty_weight: float = 10.0,
    ema_half_life: float | None = 10_000,
    loss: str = "non_saturating",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`."""
    gan = GAN(
        *pair(
            sample_shape,
            latent_dim,
            num_classes,
            filters=filters,
            hidden=vector_hidden,
            batch_norm=batch_norm,
        ),
        ema=average(ema_half_life),
        seed=seed,
    )
    gan.compile(
        adam(learning_rate, beta_1, beta_2),
        adam(learning_rate, beta_1, beta_2),
        loss=loss,
        penalties=[DRAGAN(penalty_weight, seed=seed)],
    )
    return gan


RECIPE = Recipe(
    name="dragan",
    summary="DCGAN's networks, D's slope held at 1 around real samples",
    reference="Kodali et al., 2017, On Convergence and Stability of GANs, "
    "arXiv:1705.07215",
    batch_size=64,
    epochs=45,
    decay=True,
    make=make,
    fast={"batch_size": 32, "epochs": 8, "learning_rate": 2e-3},
)
