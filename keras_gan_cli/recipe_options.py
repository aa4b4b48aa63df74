"""What a recipe makes of the options: its own values, --fast, labels or none."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from keras_gan.datasets import ImageSource
    from keras_gan.recipes import Recipe


def resolved(
    options: Mapping[str, Any], given: Mapping[str, Any], recipe: "Recipe"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Put the recipe's values where the command line gives none.

    Args:
        options: The options of `keras-gan train`; epochs, batch size and labels are
            ``None`` where they are not given.
        given: The settings that were given, by `--set`.
        recipe: The recipe.

    Returns:
        The options with epochs, batch size and labels, and the settings that are
        not the recipe's defaults.

    Raises:
        click.ClickException: If the recipe has no fast settings, needs labels that
            are refused, or takes none.
    """
    if options["fast"] and not recipe.fast:
        raise click.ClickException(
            f"--fast: the recipe {recipe.name} has no fast settings. Leave --fast out."
        )
    fast = recipe.fast if options["fast"] else {}
    own = {
        key: options[key] or fast.get(key) or getattr(recipe, key)
        for key in ("epochs", "batch_size")
    }
    settings = {**(recipe.fast_settings() if fast else {}), **given}
    return {**options, **own, "labels": _labels(options["labels"], recipe)}, settings


def _labels(asked: bool | None, recipe: "Recipe") -> bool:
    """Whether to train on labels, where that is or is not asked for."""
    if asked and recipe.labels == "none":
        raise click.ClickException(
            f"--labels: the recipe {recipe.name} takes no labels. Leave --labels out."
        )
    if asked is False and recipe.labels == "required":
        raise click.ClickException(
            f"--no-labels: the recipe {recipe.name} needs labels. Leave --no-labels "
            "out, or choose another recipe."
        )
    return bool(asked) or recipe.labels == "required"


def check_labels(source: "ImageSource", recipe: "Recipe") -> None:
    """Make sure that data has the labels that are to be trained on.

    Raises:
        click.ClickException: If it has none.
    """
    if source.num_classes is not None:
        return
    if recipe.labels == "required":
        raise click.ClickException(
            f"--data: {source.name} has no labels, and the recipe {recipe.name} needs "
            f"them. {source.how_labelled} Or choose another recipe."
        )
    raise click.ClickException(
        f"--labels: {source.name} has no labels. {source.how_labelled} Or leave "
        "--labels out."
    )
