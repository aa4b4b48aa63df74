"""Projection discriminator: the class meets the features at the end."""

from typing import Any

from keras_gan.gan import GAN
from keras_gan.networks import resnet
from keras_gan.recipes.parts import HIDDEN, adam, average, pair, resnet_pair
from keras_gan.recipes.recipe import Recipe
from keras_gan.registry import unknown

_NETWORKS = ("resnet", "dcgan")
_LARGEST = 128  # side of the largest images of "dcgan"


def make(
    sample_shape: tuple[int, ...],
    num_classes: int,
    *,
    networks: str = "resnet",
    latent_dim: int = 128,
    filters: int = 32,
    vector_hidden: tuple[int, ...] = HIDDEN,
    g_learning_rate: float = 2e-4,
    d_learning_rate: float = 2e-4,
    beta_1: float = 0.0,
    beta_2: float = 0.9,
    d_steps: int = 5,
    ema_half_life: float | None = 10_000,
    loss: str = "hinge",
    seed: int | None = None,
) -> GAN:
    """Build and compile it; see `Recipe.build`.

    The networks for images are the paper's, "resnet"; or "dcgan", whose generator is
    told the class at its input: a fifth of the time on a CPU. D has spectral norm in
    both, as in the paper: without it the distance of "dcgan" went up and down.
    """
    if networks not in _NETWORKS:
        raise ValueError(unknown("networks", networks, _NETWORKS))
    size: dict[str, Any] = {"filters": filters, "hidden": vector_hidden}
    if networks == "dcgan" and len(sample_shape) == 3:
        _check_side(sample_shape[0])
        players = pair(
            sample_shape,
            latent_dim,
            num_classes,
            projection=True,
            spectral_norm=True,
            **size,
        )
    else:
        players = resnet_pair(sample_shape, latent_dim, num_classes, **size)
    gan = GAN(
        *players,
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


def _check_side(side: int) -> None:
    """Refuse images of "dcgan" that "resnet" could make, and say so."""
    if _LARGEST < side <= resnet.LARGEST:
        raise ValueError(
            "networks='dcgan', which --fast takes, is for images with a side of 16 to "
            f"{_LARGEST}. Received: {side}. Pass networks='resnet': on the command "
            "line leave out --fast, or add --set networks=resnet."
        )


RECIPE = Recipe(
    name="projection",
    summary="SNGAN told classes: class-conditional normalization, projection in D",
    reference="Miyato and Koyama, 2018, cGANs with Projection Discriminator, "
    "arXiv:1802.05637",
    batch_size=64,
    epochs=100,
    decay=True,
    make=make,
    image_sizes="squares of 16 to 512 pixels, with --fast to 128, vectors",
    labels="required",
    fast={
        "networks": "dcgan",
        "batch_size": 32,
        "epochs": 20,
        "g_learning_rate": 2e-3,
        "d_learning_rate": 2e-3,
        "beta_2": 0.999,
        "d_steps": 1,
    },
)
