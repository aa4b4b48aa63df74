"""WGAN-GP: a critic whose slope is held at 1."""

from keras_gan.gan import GAN
from keras_gan.penalties import GradientPenalty
from keras_gan.recipes.parts import HIDDEN, adam, average, pair
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 128,
    filters: int = 32,
    vector_hidden: tuple[int, ...] = HIDDEN,
    batch_norm: bool = False,
    learning_rate: float = 1e-4,
    beta_1: float = 0.0,
    beta_2: float = 0.9,
    penalty_weight: float = 10.0,
    d_steps: int = 5,
    ema_half_life: float | None = 10_000,
    loss: str = "wasserstein",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`.

    The paper's settings; the critic is not normalized over the batch.
    """
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
        penalties=[GradientPenalty(penalty_weight, seed=seed)],
        d_steps=d_steps,
    )
    return gan


RECIPE = Recipe(
    name="wgan-gp",
    summary="The Wasserstein distance by a critic with a gradient penalty",
    reference="Gulrajani et al., 2017, Improved Training of Wasserstein GANs, "
    "arXiv:1704.00028, algorithm 1",
    batch_size=64,
    epochs=100,
    make=make,
    fast={"batch_size": 32, "epochs": 8, "learning_rate": 1e-3, "d_steps": 1},
)
