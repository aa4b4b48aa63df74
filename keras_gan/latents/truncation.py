"""The same latents at several truncations: variety against typical samples."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from keras_gan.gan import GAN


def truncation_sweep(
    gan: "GAN", n: int, psis: Sequence[float], labels: Any = None, seed: int = 0
) -> np.ndarray:
    r"""Make the images of the same latents :math:`z` at each :math:`\psi z`.

    Latents are scaled towards their mean, which is 0, as `GAN.generate` does with
    ``truncation``. (Brock et al. draw the components that are too large anew
    instead; that gives other latents at every threshold.)

    Args:
        gan: The GAN.
        n: Number of latents, at least 1.
        psis: The :math:`\psi`, each in [0, 1]: 1 leaves the latents as they are, 0
            gives the image of the mean.
        labels: Class numbers of a conditional GAN, one for all or one for each
            latent; by default random ones, as `GAN.generate` draws them.
        seed: Integer seed of the latents.

    Returns:
        float32 array ``(len(psis), n, *sample_shape)`` in the generator's own range;
        row i is ``gan.generate(n, labels, seed, truncation=psis[i])``.

    Raises:
        ValueError: If an argument is out of range or does not fit the GAN.

    Reference:
        Karras, Laine, Aila, 2019, A Style-Based Generator Architecture for
        Generative Adversarial Networks, arXiv:1812.04948, appendix B, here of the
        latents themselves; Brock, Donahue, Simonyan, 2019, Large Scale GAN Training,
        arXiv:1809.11096, section 3.1.

    Example:
        >>> sweep = truncation_sweep(gan, 8, [0.0, 0.5, 1.0])
    """
    psis = [float(psi) for psi in psis]
    if not psis:
        raise ValueError("psis must name a value or more. Received: none.")
    return np.stack([gan.generate(n, labels, seed, truncation=psi) for psi in psis])
