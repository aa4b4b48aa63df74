"""Packing: a discriminator that judges several samples at once."""

from collections.abc import Callable
from typing import Any

from keras import ops


def pack(samples: Any, packing: int) -> Any:
    """Join each sample with its next ones of the batch, along the last axis.

    The batch is a ring: its last samples are joined with its first. So there are as
    many packs as samples, each sample stands once in each place, and any batch size
    will do.

    Args:
        samples: Tensor ``(batch, ..., channels)``.
        packing: Samples in a pack, m; 1 leaves them as they are.

    Returns:
        Tensor ``(batch, ..., m * channels)``.

    Reference:
        Lin et al., 2018, PacGAN: The power of two samples in generative
        adversarial networks, arXiv:1712.04086, section 2.

    Example:
        >>> pack(ops.array([[1.0], [2.0], [3.0]]), 2)  # [[1, 2], [2, 3], [3, 1]]
    """
    if packing == 1:
        return samples
    return ops.concatenate(
        [ops.roll(samples, -i, axis=0) for i in range(packing)], axis=-1
    )


def for_each(function: Callable[[Any], Any], packs: Any, packing: int) -> Any:
    """Apply a function of samples to every sample of the packs."""
    if packing == 1:
        return function(packs)
    parts = ops.split(packs, packing, axis=-1)
    return ops.concatenate([function(part) for part in parts], axis=-1)


def packed_shape(shape: tuple[int | None, ...], packing: int) -> tuple:
    """Return the shape of packs of samples of this shape, without the batch axis.

    Example:
        >>> packed_shape((28, 28, 1), 2)
        (28, 28, 2)
    """
    channels = shape[-1] and shape[-1] * packing
    return (*shape[:-1], channels)
