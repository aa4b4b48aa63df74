"""SAGAN: residual networks with self-attention."""

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
    attention: int | None = None,
    g_spectral_norm: bool = True,
    g_learning_rate: float = 1e-4,
    d_learning_rate: float = 4e-4,
    beta_1: float = 0.0,
    beta_2: float = 0.9,
    d_steps: int = 1,
    ema_half_life: float | None = 10_000,
    loss: str = "hinge",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`.

    The paper's settings; attention stands where maps have half the images' side.
    """
    gan = GAN(
        *resnet_pair(
            sample_shape,
            latent_dim,
            num_classes,
            filters=filters,
            hidden=vector_hidden,
            attention=attention or sample_shape[0] // 2,
            g_spectral_norm=g_spectral_norm,
        ),
        ema=average(ema_half_life),
        seed=seed,
    )
    gan.compile(
        adam(g_learning_rate, beta_1, beta_2, "g_learning_rate"),
        adam(d_learning_rate, beta_1, beta_2, "d_learning_rate"),
        loss=loss,
        d_steps=d_steps,
    )
    return gan


RECIPE = Recipe(
    name="sagan",
    summary="Residual networks with self-attention, spectral norm in both",
    reference="Zhang et al., 2019, Self-Attention Generative Adversarial Networks, "
    "arXiv:1805.08318",
    batch_size=64,
    epochs=100,
    decay=True,
    make=make,
    image_sizes="squares of 16 to 512 pixels, vectors",
    fast={"epochs": 4, "filters": 16, "g_learning_rate": 5e-4, "d_learning_rate": 2e-3},
)
