"""LSGAN: least squares in place of cross-entropy."""

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
    learning_rate: float = 1e-3,
    beta_1: float = 0.5,
    beta_2: float = 0.999,
    ema_half_life: float | None = 10_000,
    loss: str = "least_squares",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`.

    The paper has Adam(1e-3, beta_1=0.5) and batches of 64 for scenes, as here.
    """
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
    name="lsgan",
    summary="DCGAN's networks on least squares",
    reference="Mao et al., 2017, Least Squares Generative Adversarial Networks, "
    "arXiv:1611.04076",
    batch_size=64,
    epochs=45,
    decay=True,
    make=make,
    fast={"batch_size": 32, "epochs": 8, "learning_rate": 2e-3, "beta_1": 0.0},
)
