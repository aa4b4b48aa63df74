"""DCGAN for few images: ADA, and clusters of the images in place of classes."""

from typing import Any

from keras_gan.arguments import checked_count
from keras_gan.augmentations import ADA
from keras_gan.clustered import ClusteredGAN
from keras_gan.gan import GAN
from keras_gan.penalties import ModeSeeking
from keras_gan.recipes.parts import adam, average, pair
from keras_gan.recipes.recipe import Recipe
from keras_gan.schedule import check


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 100,
    filters: int = 32,
    transforms: str = "bg",
    target: float = 0.9,
    interval: int = 4,
    ramp_images: int = 100_000,
    clusters: int = 20,
    mode_seeking: float = 0.2,
    learning_rate: float = 2e-3,
    beta_1: float = 0.0,
    beta_2: float = 0.999,
    ema_half_life: float | None = 10_000,
    loss: str = "non_saturating",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`.

    The augmentation is the paper's, where D overfits. What the paper has not is
    ``clusters``, none at 0: both players are told which of so many groups of like
    images one is in, see `ClusteredGAN`; and a penalty of weight ``mode_seeking``,
    which keeps G from making one image of each, see `penalties.ModeSeeking`. Given
    labels, the classes are told in place of clusters. Told so much, D is right more
    often before it overfits, so ``target`` is not the paper's 0.6: that was no better
    in trials with 1,000 images (`benchmarks/NOTES.md`).
    """
    checked_count("clusters", clusters, 0)
    check("mode_seeking", mode_seeking)
    told = num_classes or clusters or None
    own = clusters if num_classes is None else 0
    settings: dict[str, Any] = {
        "ema": average(ema_half_life),
        "augment": ADA(transforms, target, interval, ramp_images, seed=seed),
        "seed": seed,
    }
    networks = pair(sample_shape, latent_dim + own, told, filters=filters, code_dim=own)
    gan = (
        ClusteredGAN(*networks, clusters=own, **settings)
        if own
        else GAN(*networks, **settings)
    )
    gan.compile(
        adam(learning_rate, beta_1, beta_2),
        adam(learning_rate, beta_1, beta_2),
        loss=loss,
        penalties=[ModeSeeking(mode_seeking)] if told and mode_seeking else [],
    )
    return gan


RECIPE = Recipe(
    name="dcgan-ada",
    summary="DCGAN for few images: adaptive augmentation, clusters as classes",
    reference="Karras et al., 2020, Training Generative Adversarial Networks with "
    "Limited Data, arXiv:2006.06676",
    batch_size=32,
    epochs=45,
    decay=True,
    make=make,
    image_sizes="squares of 16 to 128 pixels",
    fast={"epochs": 4},
)
