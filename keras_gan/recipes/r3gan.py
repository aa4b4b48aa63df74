"""R3GAN: a modern baseline of relativistic loss, R1 and R2."""

from typing import Any

import keras

from keras_gan.arguments import checked_positive
from keras_gan.gan import GAN
from keras_gan.networks import r3gan
from keras_gan.penalties import R1, R2
from keras_gan.recipes.parts import HIDDEN, adam, average, perceptrons
from keras_gan.recipes.recipe import Recipe
from keras_gan.schedule import number


def make(
    sample_shape: tuple[int, ...],
    num_classes: int | None = None,
    *,
    latent_dim: int | None = None,
    widths: tuple[int, ...] = (96, 64, 32),
    blocks: int = 1,
    cardinality: int = 8,
    vector_g_hidden: tuple[int, ...] = (128,) * 8,
    vector_hidden: tuple[int, ...] = HIDDEN,
    learning_rate: float = 1e-3,
    beta_1: float = 0.0,
    beta_2: float = 0.99,
    penalty_weight: float = 1.0,
    last_penalty_weight: float = 0.1,
    burn_in_steps: int = 3_000,
    ema_half_life: float | None = 10_000,
    loss: str = "relativistic",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`.

    As in the paper, the penalties are strong at first and fade over a burn-in by a
    cosine. The widths are for small images on a CPU. Images have 64 latents and
    vectors 2, unless ``latent_dim`` says so.
    """
    checked_positive("penalty_weight", penalty_weight)
    number("last_penalty_weight", last_penalty_weight)
    weight = keras.optimizers.schedules.CosineDecay(
        penalty_weight, burn_in_steps, alpha=last_penalty_weight / penalty_weight
    )
    if len(sample_shape) == 1:
        # A deep G of few latents can leap from mode to mode.
        hidden = (vector_g_hidden, vector_hidden)
        networks = perceptrons(
            sample_shape, latent_dim or 2, num_classes, hidden, dropout=0.0
        )
    else:
        networks = _image_pair(
            sample_shape, latent_dim or 64, num_classes, widths, blocks, cardinality
        )
    gan = GAN(
        *networks,
        ema=average(ema_half_life),
        seed=seed,
    )
    gan.compile(
        adam(learning_rate, beta_1, beta_2),
        adam(learning_rate, beta_1, beta_2),
        loss=loss,
        penalties=[R1(weight), R2(weight)],
    )
    return gan


def _image_pair(
    sample_shape: tuple[int, ...],
    latent_dim: int,
    num_classes: int | None,
    widths: tuple[int, ...],
    blocks: int,
    cardinality: int,
) -> tuple[keras.Model, keras.Model]:
    """Build the residual pair; D's widths are G's in reverse."""
    size: dict[str, Any] = {"blocks": blocks, "cardinality": cardinality}
    return (
        r3gan.generator(
            sample_shape,
            latent_dim,
            widths=widths,
            num_classes=num_classes,
            output_activation="tanh",
            **size,
        ),
        r3gan.discriminator(
            sample_shape, widths=widths[::-1], num_classes=num_classes, **size
        ),
    )


RECIPE = Recipe(
    name="r3gan",
    summary="Modern residual networks without normalization, R1 and R2",
    reference="Huang, Gokaslan, Kuleshov, Tompkin, 2024, The GAN is dead; long live "
    "the GAN! A Modern GAN Baseline, arXiv:2501.05441",
    batch_size=64,
    epochs=45,
    decay=True,
    make=make,
    image_sizes="squares of 16 to 512 pixels, vectors",
    fast={"epochs": 2, "widths": (48, 32, 16), "cardinality": 4},
)
