"""DCGAN with DiffAugment, for few images."""

from keras_gan.augmentations import DiffAugment
from keras_gan.gan import GAN
from keras_gan.recipes.parts import adam, average, pair
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 100,
    filters: int = 32,
    policy: str = "translation,cutout",
    learning_rate: float = 2e-3,
    beta_1: float = 0.0,
    beta_2: float = 0.999,
    ema_half_life: float | None = 10_000,
    loss: str = "non_saturating",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`."""
    gan = GAN(
        *pair(sample_shape, latent_dim, num_classes, filters=filters),
        ema=average(ema_half_life),
        augment=DiffAugment(policy, seed=seed),
        seed=seed,
    )

    gan.compile(
        adam(learning_rate, beta_1, beta_2),
        adam(learning_rate, beta_1, beta_2),
        loss=loss,
    )
    return gan


RECIPE = Recipe(
    name="dcgan-diffaugment",
    summary="DCGAN with augmentation of a fixed strength, for few images",
    reference="Zhao et al., 2020, Differentiable Augmentation for Data-Efficient GAN "
    "Training, arXiv:2006.10738",
    batch_size=32,
    epochs=45,
    decay=True,
    make=make,
    image_sizes="squares of 16 to 128 pixels",
    fast={"epochs": 4},
)
