"""WGAN: a critic with clipped weights, and its distance for a loss."""

from keras_gan.gan import GAN
from keras_gan.layers import WeightClip, constrained
from keras_gan.recipes.parts import HIDDEN, average, pair, rmsprop
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 100,
    filters: int = 32,
    vector_hidden: tuple[int, ...] = HIDDEN,
    learning_rate: float = 5e-5,
    rho: float = 0.9,
    clip: float = 0.01,
    d_steps: int = 5,
    ema_half_life: float | None = 10_000,
    loss: str = "wasserstein",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`.

    The paper's settings throughout; it is slow, as the paper says.
    """
    generator, critic = pair(
        sample_shape, latent_dim, num_classes, filters=filters, hidden=vector_hidden
    )
    gan = GAN(
        generator,
        constrained(critic, WeightClip(clip)),
        ema=average(ema_half_life),
        seed=seed,
    )
    gan.compile(
        rmsprop(learning_rate, rho),
        rmsprop(learning_rate, rho),
        loss=loss,
        d_steps=d_steps,
    )
    return gan


RECIPE = Recipe(
    name="wgan",
    summary="A critic with clipped weights estimates the Wasserstein distance",
    reference="Arjovsky, Chintala, Bottou, 2017, Wasserstein GAN, arXiv:1701.07875, "
    "algorithm 1",
    batch_size=64,
    epochs=100,
    make=make,
    fast={"epochs": 5, "learning_rate": 5e-4, "d_steps": 2},
)
