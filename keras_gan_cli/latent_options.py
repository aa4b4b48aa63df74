"""What the commands that look into a GAN's latents have in common."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keras_gan_cli.number_lists import ClassNumbers

if TYPE_CHECKING:
    import numpy as np

    from keras_gan import GAN

# Eager, as the classes that other options name are the model's.
model_argument = click.argument("model", metavar="RUN|MODEL.keras", is_eager=True)

seed_option = click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Of the latents.",
)

truncation_option = click.option(
    "--truncation",
    metavar="0..1",
    type=click.FloatRange(0, 1),
    help="Below 1: fewer surprises, less variety.",
)

labels_option = click.option(
    "--labels",
    type=ClassNumbers(),
    help="Classes of a conditional GAN, by number or, of a run, by name; each for an "
    "equal share; by default all.",
)


def classes_for(
    gan: "GAN", n: int, classes: Sequence[int] | None
) -> "np.ndarray | None":
    """A class for each of ``n`` images, in equal shares.

    Args:
        gan: The GAN.
        n: How many.
        classes: The classes; by default all.

    Returns:
        Class numbers ``(n,)``, or ``None`` for a GAN that takes none.

    Raises:
        click.ClickException: If classes are named and the GAN takes none, or are more
            than the images.
        ValueError: If one is out of range.
    """
    import numpy as np

    from keras_gan import sampling

    if not gan.conditional:
        if classes is not None:
            raise click.ClickException(
                "--labels: this GAN's generator takes no labels."
            )
        return None
    if classes is not None and len(classes) > n:
        raise click.ClickException(
            f"--labels: {len(classes)} classes are more than the {n} images of -n."
        )
    among = np.arange(gan.num_classes or 1) if classes is None else np.asarray(classes)
    sampling.check_class_numbers(among, gan.num_classes)
    return among[np.arange(n) * len(among) // n]


def check_images(gan: "GAN", target: Path, why: str = "Name a .npy file.") -> None:
    """Refuse to draw vectors as images.

    Raises:
        click.ClickException: If the GAN makes vectors.
    """
    if len(gan.pair.sample_shape) != 3:
        raise click.ClickException(
            f"--out {target}: this GAN makes vectors, not images. {why}"
        )


def rows_for(gan: "GAN", classes: Sequence[int] | None, otherwise: int) -> int:
    """How many rows there are if it is not said: one for each class, up to 16."""
    if not gan.conditional:
        return otherwise
    return len(classes) if classes is not None else min(16, gan.num_classes or 1)
