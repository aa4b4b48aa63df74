"""Latents that are noise, and those that are an InfoGAN's codes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras_gan.gan import GAN


def noise_dim(gan: "GAN") -> int:
    """The latent dimensions that are noise: all, but for an InfoGAN's codes."""
    return gan.latent_dim - getattr(gan, "code_dim", 0)
