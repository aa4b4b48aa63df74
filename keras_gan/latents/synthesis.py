"""The images of given latents."""

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_gan import sampling

if TYPE_CHECKING:
    from keras_gan.gan import GAN


def images_of(
    gan: "GAN", latents: Any, labels: Any = None, *, batch_size: int = 128
) -> np.ndarray:
    """Make the images of latents, as `GAN.generate` makes those of drawn ones.

    Args:
        gan: The GAN; its average makes the images, where there is one.
        latents: Array ``(n, latent_dim)``.
        labels: Class numbers of a conditional GAN, one for each or one for all.
        batch_size: Most images made at once, at least 1.

    Returns:
        float32 array ``(n, *sample_shape)`` in the generator's own range.

    Raises:
        ValueError: If the arguments do not fit the generator.

    Example:
        >>> images = images_of(gan, gan.draw_latents(4, seed=0))
    """
    latents = checked_latents(gan, latents)
    labels = chosen_labels(gan, len(latents), labels)
    if batch_size < 1:
        raise ValueError(f"batch_size must be 1 or more. Received: {batch_size}.")
    label_shape = gan.pair.generator.label_shape
    return sampling.generate(gan, latents, labels, label_shape, batch_size)


def checked_latents(gan: "GAN", latents: Any) -> np.ndarray:
    """Return latents as float32 ``(n, latent_dim)``, or raise `ValueError`."""
    latents = np.asarray(latents, "float32")
    if latents.ndim != 2 or not len(latents) or latents.shape[1] != gan.latent_dim:
        raise ValueError(
            f"Latents must have the shape (n, {gan.latent_dim}), n at least 1. "
            f"Received: shape {latents.shape}."
        )
    if not np.isfinite(latents).all():
        raise ValueError("Latents must be finite. Received: NaN or infinity.")
    return latents


def chosen_labels(gan: "GAN", n: int, labels: Any) -> np.ndarray | None:
    """Return ``n`` class numbers, or ``None`` for a GAN that takes none.

    Raises:
        ValueError: If there are labels and should not be, or none and should be.
    """
    if not gan.conditional:
        if labels is not None:
            raise ValueError(
                f"This GAN's generator takes no labels. Received: labels={labels!r}."
            )
        return None
    if labels is None:
        raise ValueError(
            "This GAN makes images of a class. labels must be a class number, one for "
            f"all or {n}, below {gan.num_classes}. Received: labels=None."
        )
    return sampling.checked_labels(labels, n, gan.num_classes, seed=None)


def noise_dim(gan: "GAN") -> int:
    """The latent dimensions that are noise: all, but for an InfoGAN's codes."""
    return gan.latent_dim - getattr(gan, "code_dim", 0)
