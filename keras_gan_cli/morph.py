"""keras-gan morph: the same latents while their class moves on."""

import click

from keras_gan_cli import frame_output, frameworks, latent_options, models, outputs
from keras_gan_cli.number_lists import ClassNumbers


@click.command()
@latent_options.model_argument
@click.option(
    "--out",
    metavar="FILE.gif|.webp|.png|.npy",
    required=True,
    help="An animation of all latents side by side that comes back to the first class; "
    "a picture with one latent a row, from the first class to the last; or an array "
    "of the animation's images, (frames, n, ...), floats in the generator's own range.",
)
@click.option(
    "--classes",
    type=ClassNumbers(),
    required=True,
    help="The classes to pass through, two or more, by number or, of a run, by name.",
)
@frame_output.frames_option
@click.option(
    "-n",
    "n",
    metavar="N",
    type=click.IntRange(min=1),
    help="Latents; by default 16, in a picture 8.",
)
@latent_options.seed_option
@latent_options.truncation_option
@frame_output.rate_option
@outputs.force_option
@frameworks.backend_option
def morph(
    model: str,
    out: str,
    classes: list[int],
    frames: int | None,
    n: int | None,
    seed: int,
    truncation: float | None,
    fps: int | None,
    force: bool,
    backend: str | None,
) -> None:
    """Turn one class into another, with the latents kept.

    \b
    keras-gan morph runs/cgan --out morph.gif --classes 0,3,9
    keras-gan morph runs/cgan --out morph.png --classes 7,9
    """  # noqa: D301  (a backspace tells click to keep the lines)
    target = outputs.check(out, frame_output.SUFFIXES, force)
    rate = frame_output.rate(target, fps)
    if len(classes) < 2:
        raise click.UsageError(
            f"--classes: expected two classes or more. Received: {classes[0]}."
        )
    path = models.file(model)
    frameworks.start(backend)
    from keras_gan import latents

    gan = models.load(path)
    if target.suffix != ".npy":
        latent_options.check_images(gan, target)
    still = frame_output.is_picture(target)
    images = latents.morph(
        gan,
        n or (8 if still else 16),
        classes,
        frame_output.number(target, frames),
        closed=not still,
        seed=seed,
        truncation=truncation,
    )
    frame_output.write(target, images, gan.pair.generator.output_range, rate)
    click.echo(f"Wrote {target}.")
