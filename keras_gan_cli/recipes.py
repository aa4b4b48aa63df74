"""keras-gan recipes: which there are, and what each of them sets."""

from typing import Any

import click

from keras_gan_cli import frameworks, tables


@click.command()
@click.argument("name", required=False)
def recipes(name: str | None) -> None:
    """List the recipes, or all that the recipe NAME sets."""
    frameworks.start()
    from keras_gan import recipes as known

    if name is None:
        rows = [
            (recipe.name, recipe.summary, recipe.reference)
            for recipe in map(known.get, known.names())
        ]
        tables.show(("Recipe", "What it is", "Reference"), rows)
        return
    recipe = known.get(name)
    click.echo(f"{recipe.name}: {recipe.summary}\n{recipe.reference}\n")
    settings = [
        ("--batch-size", str(recipe.batch_size)),
        ("--epochs", str(recipe.epochs)),
        *((f"--set {key}=", _text(value)) for key, value in recipe.settings().items()),
    ]
    tables.show(("Option", "Default"), settings)


def _text(value: Any) -> str:
    return "none" if value is None else str(value)
