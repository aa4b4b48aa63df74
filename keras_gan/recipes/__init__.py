"""Recipes by name: GANs that are ready to fit.

To add one: a file with a function whose keyword arguments are the settings, a
`RECIPE`, and a line in `_RECIPES`.
"""

from keras_gan.recipes import dcgan, vanilla
from keras_gan.recipes.recipe import Recipe
from keras_gan.registry import unknown

_RECIPES = {module.RECIPE.name: module.RECIPE for module in (vanilla, dcgan)}


def names() -> list[str]:
    """Return the names of the recipes."""
    return list(_RECIPES)


def get(name: str) -> Recipe:
    """Return a recipe by name.

    Raises:
        ValueError: If it is unknown; the message lists the known ones.
    """
    if name not in _RECIPES:
        raise ValueError(unknown("recipe", name, _RECIPES))
    return _RECIPES[name]


__all__ = ["Recipe", "get", "names"]
