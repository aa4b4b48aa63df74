"""InfoGAN: codes that find the classes without labels."""

from keras_gan.augmentations import DiffAugment
from keras_gan.gan import GAN
from keras_gan.infogan import InfoGAN
from keras_gan.penalties import CodeConsistency
from keras_gan.recipes.parts import HIDDEN, adam, average, pair
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    noise_dim: int = 62,
    categories: tuple[int, ...] = (10,),
    continuous: int = 2,
    filters: int = 32,
    vector_hidden: tuple[int, ...] = HIDDEN,
    learning_rate: float = 2e-3,
    beta_1: float = 0.0,
    beta_2: float = 0.999,
    info_weight: float = 1.0,
    continuous_weight: float = 0.1,
    ema_half_life: float | None = 10_000,
    loss: str = "non_saturating",
    consistency: float = 1.0,
    transform: str = "color,translation",
    policy: str | None = None,
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`.

    Noise and codes are those of the paper's experiment on digits; the optimizers are
    our `dcgan`'s. What the paper has not is a penalty of weight ``consistency``, and
    none at 0: the codes that are read from an image must outlast what ``transform``, a
    policy of `DiffAugment`, does to it, such as a change of brightness and place. See
    `penalties.CodeConsistency`. With ``fast`` the noise has 10 dimensions, not 62: what
    noise has no room for, the codes must say. With a ``policy``, D sees augmented
    images alone. Vectors are neither transformed nor augmented.
    """
    images = len(sample_shape) == 3
    augment = DiffAugment(policy, seed=seed) if policy and images else None
    penalty = CodeConsistency(consistency, transform, len(categories), seed=seed)
    heads = (*categories, *((2 * continuous,) if continuous else ()))
    latent_dim = noise_dim + sum(categories) + continuous
    gan = InfoGAN(
        *pair(
            sample_shape, latent_dim, filters=filters, hidden=vector_hidden, heads=heads
        ),
        categories=categories,
        continuous=continuous,
        info_weight=info_weight,
        continuous_weight=continuous_weight,
        augment=augment,
        ema=average(ema_half_life),
        seed=seed,
    )
    gan.compile(
        adam(learning_rate, beta_1, beta_2),
        adam(learning_rate, beta_1, beta_2),
        loss=loss,
        penalties=[penalty] if consistency and images else [],
    )
    return gan


RECIPE = Recipe(
    name="infogan",
    summary="Codes, one categorical and two continuous, that find classes",
    reference="Chen et al., 2016, InfoGAN: Interpretable Representation Learning by "
    "Information Maximizing Generative Adversarial Nets, arXiv:1606.03657",
    batch_size=32,
    epochs=45,
    decay=True,
    make=make,
    labels="none",
    fast={"epochs": 15, "noise_dim": 10},
)
