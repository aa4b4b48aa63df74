"""Heads: what a discriminator returns beside its verdict."""

from collections.abc import Sequence
from typing import Any


def check_heads(gan: Any, widths: Sequence[int]) -> None:
    """Make sure that a GAN's discriminator has a verdict and raw heads of these widths.

    Args:
        gan: The GAN.
        widths: Number of units of each output after the first.

    Raises:
        ValueError: If it has others, heads that are no logits, or judges packs of
            samples.
    """
    name = type(gan).__name__
    shapes = gan.pair.discriminator.output_shapes
    if [tuple(shape) for shape in shapes[1:]] != [(width,) for width in widths]:
        raise ValueError(
            f"The discriminator of this {name} must return a list of its logit and "
            f"outputs of {' and '.join(map(str, widths))} units, such as "
            f"networks.dcgan.discriminator(shape, heads={tuple(widths)}). Received: "
            f"outputs of shapes {[(None, *shape) for shape in shapes]}."
        )
    ends = gan.pair.discriminator.activations[1:]
    if set(ends) & {"softmax", "sigmoid"}:
        raise ValueError(
            f"The heads of this {name}'s discriminator must be raw logits: it applies "
            f"the softmax itself. Received: heads that end in {ends}. Remove these "
            "activations."
        )
    if gan.packing != 1:
        raise ValueError(
            f"A discriminator of packs cannot tell what each sample of them is: {name} "
            f"has packing=1. Received: packing={gan.packing}."
        )
