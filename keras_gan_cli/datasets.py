"""keras-gan datasets: how data sets are called."""

import click

from keras_gan_cli import frameworks, tables


@click.command()
def datasets() -> None:
    """List what --data takes."""
    frameworks.start()
    from keras_gan import datasets as known

    tables.show(("--data", "What it is"), list(known.descriptions().items()))
