"""keras-gan interpolate: walks from latent to latent."""

from typing import TYPE_CHECKING

import click

from keras_gan_cli import frame_output, frameworks, latent_options, models, outputs

if TYPE_CHECKING:
    import numpy as np

    from keras_gan import GAN


@click.command()
@latent_options.model_argument
@click.option(
    "--out",
    metavar="FILE.gif|.webp|.png|.npy",
    required=True,
    help="An animation of all walks side by side that comes back to where it began; a "
    "picture with one walk a row, from its first point to its last; or an array of "
    "the animation's images, (frames, n, ...), floats in the generator's own range.",
)
@click.option(
    "--points",
    metavar="K",
    type=click.IntRange(2, 100),
    help="Random latents that a walk leads through; by default 4, in a picture 2.",
)
@frame_output.frames_option
@click.option(
    "-n",
    "n",
    metavar="N",
    type=click.IntRange(min=1),
    help="Walks; by default one for each class, without classes 16, in a picture 8.",
)
@latent_options.labels_option
@latent_options.seed_option
@latent_options.truncation_option
@click.option(
    "--how",
    type=click.Choice(["slerp", "lerp"]),
    help="Along the sphere or straight; by default straight for uniform latents, along "
    "the sphere for others.",
)
@frame_output.rate_option
@outputs.force_option
@frameworks.backend_option
def interpolate(
    model: str,
    out: str,
    points: int | None,
    frames: int | None,
    n: int | None,
    labels: list[int] | None,
    seed: int,
    truncation: float | None,
    how: str | None,
    fps: int | None,
    force: bool,
    backend: str | None,
) -> None:
    """Walk through the latents of a GAN.

    \b
    keras-gan interpolate runs/first --out walk.gif
    keras-gan interpolate runs/first --out rows.png --how lerp
    """  # noqa: D301  (a backspace tells click to keep the lines)
    target = outputs.check(out, frame_output.SUFFIXES, force)
    rate = frame_output.rate(target, fps)
    path = models.file(model)
    frameworks.start(backend)

    from keras_gan.latents.interpolation import frames_of

    gan = models.load(path)
    if target.suffix != ".npy":
        latent_options.check_images(gan, target)
    still = frame_output.is_picture(target)
    frames = frame_output.number(target, frames)
    n = n or latent_options.rows_for(gan, labels, 8 if still else 16)
    classes = latent_options.classes_for(gan, n, labels)
    drawn = gan.draw_latents(n * (points or (2 if still else 4)), seed)
    stops = gan.truncated(drawn, truncation).reshape(n, -1, gan.latent_dim)
    latents = _walks(gan, stops, frames, not still, how)
    images = frames_of(gan, latents, classes, seed)
    frame_output.write(target, images, gan.pair.generator.output_range, rate)
    click.echo(f"Wrote {target}.")


def _walks(
    gan: "GAN", stops: "np.ndarray", frames: int, closed: bool, how: str | None
) -> "np.ndarray":
    """Return the latents of every walk, ``(frames, n, latent_dim)``."""
    import numpy as np

    from keras_gan.latents import walk, way_of

    way = way_of(gan, how)
    walks = [walk(s, frames, closed=closed, how=way) for s in stops]
    return np.stack(walks, axis=1)
