"""DCGAN with ADA: augmentation as strong as D overfits, for few images."""

from keras_gan.augmentations import ADA
from keras_gan.gan import GAN
from keras_gan.recipes.players import adam, average, pair
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 100,
    filters: int = 32,
    transforms: str = "bg",
    target: float = 0.6,
    interval: int = 4,
    ramp_images: int = 100_000,
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
        augment=ADA(transforms, target, interval, ramp_images, seed=seed),
        seed=seed,
    )

    gan.compile(
        adam(learning_rate, beta_1, beta_2),
        adam(learning_rate, beta_1, beta_2),
        loss=loss,
    )
    return gan


RECIPE = Recipe(
    name="dcgan-ada",
    summary="DCGAN with adaptive augmentation, for few images",
    reference="Karras et al., 2020, Training Generative Adversarial Networks with "
    "Limited Data, arXiv:2006.06676",
    batch_size=32,
    epochs=45,
    decay=True,
    make=make,
    image_sizes="squares of 16 to 128 pixels",
    fast={"epochs": 4},
)
