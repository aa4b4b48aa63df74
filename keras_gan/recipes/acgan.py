"""AC-GAN: a discriminator that also tells the class."""

from keras_gan.acgan import ACGAN
from keras_gan.gan import GAN
from keras_gan.recipes.parts import HIDDEN, adam, average, pair
from keras_gan.recipes.recipe import Recipe


def make(
    sample_shape: tuple[int, ...],
    num_classes: int,
    *,
    latent_dim: int = 100,
    filters: int = 32,
    vector_hidden: tuple[int, ...] = HIDDEN,
    learning_rate: float = 2e-3,
    beta_1: float = 0.0,
    beta_2: float = 0.999,
    spectral_norm: bool = True,
    class_weight: float = 0.1,
    classify_fakes: bool = False,
    ema_half_life: float | None = 10_000,
    loss: str = "non_saturating",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`.

    The paper's D has batch normalization and learns the classes of generated samples,
    too, so that the players may agree on a code of their own for each class; ours has
    spectral normalization, and learns the classes of real samples alone.
    """
    gan = ACGAN(
        *pair(
            sample_shape,
            latent_dim,
            num_classes,
            filters=filters,
            hidden=vector_hidden,
            heads=(num_classes,),
            d_labels=False,
            spectral_norm=spectral_norm,
        ),
        class_weight=class_weight,
        classify_fakes=classify_fakes,
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
    name="acgan",
    summary="DCGAN's networks; D classifies what it sees, too",
    reference="Odena, Olah, Shlens, 2017, Conditional Image Synthesis with Auxiliary "
    "Classifier GANs, arXiv:1610.09585",
    batch_size=32,
    epochs=45,
    decay=True,
    make=make,
    labels="required",
    fast={"epochs": 8},
)
