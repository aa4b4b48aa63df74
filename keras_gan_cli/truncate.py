"""keras-gan truncate: the same latents at several truncations."""

import click

from keras_gan_cli import frameworks, latent_options, models, outputs
from keras_gan_cli.number_lists import Shares


@click.command()
@latent_options.model_argument
@click.option(
    "--out",
    metavar="FILE.png|.npy",
    required=True,
    help="A picture with one psi a row, or an array (psis, n, ...), floats in the "
    "generator's own range.",
)
@click.option(
    "--psi",
    "psis",
    type=Shares(),
    default="0,0.25,0.5,0.75,1",
    show_default=True,
    help="Factors of the latents: 1 leaves them, 0 makes all of them their mean.",
)
@click.option(
    "-n",
    "n",
    metavar="N",
    type=click.IntRange(min=1),
    help="Latents; by default one for each class, without classes 10.",
)
@latent_options.labels_option
@latent_options.seed_option
@outputs.force_option
@frameworks.backend_option
def truncate(
    model: str,
    out: str,
    psis: list[float],
    n: int | None,
    labels: list[int] | None,
    seed: int,
    force: bool,
    backend: str | None,
) -> None:
    """Trade variety for typical samples, and see what it costs.

    \b
    keras-gan truncate runs/first --out sweep.png --psi 0,0.5,1
    """  # noqa: D301  (a backspace tells click to keep the lines)
    target = outputs.check(out, (".png", ".npy"), force)
    path = models.file(model)
    frameworks.start(backend)
    from keras_gan.latents import truncation_sweep
    from keras_gan.pictures.draw import draw
    from keras_gan.pictures.png import write_png
    from keras_gan_cli.row_names import with_row_names

    gan = models.load(path)
    if target.suffix != ".npy":
        latent_options.check_images(gan, target)
    n = n or latent_options.rows_for(gan, labels, 10)
    classes = latent_options.classes_for(gan, n, labels)
    sweep = truncation_sweep(gan, n, psis, classes, seed)
    if target.suffix == ".npy":
        outputs.write_array(target, sweep=sweep)
    else:
        images = sweep.reshape(-1, *sweep.shape[2:])
        picture = draw(images, n, gan.pair.generator.output_range)
        names = [f"psi {psi:g}" for psi in psis]
        write_png(target, with_row_names(picture, names))
    click.echo(f"Wrote {target}.")
