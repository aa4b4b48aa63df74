"""keras-gan recipes: which there are, and what each of them sets."""

import re
from typing import TYPE_CHECKING, Any

import click

from keras_gan_cli import frameworks, tables

if TYPE_CHECKING:
    from keras_gan.recipes import Recipe

_LABELS = {
    "optional": "if --labels is given",
    "required": "needed",
    "none": "not used",
}


@click.command()
@click.argument("name", required=False)
def recipes(name: str | None) -> None:
    """List the recipes, or all that the recipe NAME sets."""
    frameworks.start()
    from keras_gan import recipes as known

    if name is None:
        _show_all([known.get(each) for each in known.names()])
    else:
        _show(known.get(name))


def _show_all(found: list["Recipe"]) -> None:
    rows = [
        (
            recipe.name,
            recipe.labels,
            str(recipe.batch_size),
            str(recipe.epochs),
            f"{recipe.summary}\n{recipe.image_sizes}\n{_short(recipe.reference)}",
        )
        for recipe in found
    ]
    header = (
        "Recipe",
        "Labels",
        "Batch",
        "Epochs",
        "What it is, of what images, whose",
    )
    tables.show(header, rows, lines=True)


def _show(recipe: "Recipe") -> None:
    """Show one recipe: its card, its notes, and every option with its default."""
    click.echo(f"{recipe.name}: {recipe.summary}\n{recipe.reference}\n")
    click.echo(f"Images: {recipe.image_sizes}.")
    click.echo(f"Labels: {_LABELS[recipe.labels]}.")
    falls = "falls to 0 over the training" if recipe.decay else "stays the same"
    click.echo(f"Learning rate: {falls}.")
    if recipe.notes():
        click.echo(f"\n{recipe.notes()}")
    defaults = {
        "--batch-size": recipe.batch_size,
        "--epochs": recipe.epochs,
        **{_option(key): value for key, value in recipe.settings().items()},
    }
    fast = {_option(key): _text(value) for key, value in recipe.fast.items()}
    header = ["Option", "Default", "With --fast"]
    rows = [[key, _text(value), fast.get(key, "")] for key, value in defaults.items()]
    width = 3 if fast else 2
    tables.show(header[:width], [row[:width] for row in rows])


def _option(key: str) -> str:
    options = {"batch_size": "--batch-size", "epochs": "--epochs"}
    return options.get(key, f"--set {key}=")


def _text(value: Any) -> str:
    """A value as `--set` takes it."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return ",".join(map(str, value))
    return str(value)


def _short(reference: str) -> str:
    """Return first author, year and arXiv number alone."""
    parts = re.match(r"(.+?), (\d{4}),.*?(arXiv:[^\s,]+)", reference)
    if not parts:
        return reference
    authors, year, number = parts.groups()
    first, *others = authors.split(", ")
    return ", ".join([f"{first} et al." if others else first, year, number])
