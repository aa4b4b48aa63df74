"""DCGAN's networks and a loss: what recipes share that differ in their defaults."""

from keras_gan.gan import GAN
from keras_gan.recipes.parts import HIDDEN, adam, average, pair


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int = 100,
    filters: int = 32,
    vector_hidden: tuple[int, ...] = HIDDEN,
    learning_rate: float = 2e-3,
    beta_1: float = 0.0,
    beta_2: float = 0.999,
    ema_half_life: float | None = 10_000,
    loss: str = "non_saturating",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`."""
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
