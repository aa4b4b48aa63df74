"""Recipes by name: GANs that are ready to fit.

To add one: a file with a function whose keyword arguments are the settings, a
`RECIPE`, and its module in `_MODULES`; from outside the package, `register`.
"""

from keras_gan.recipes import (
    acgan,
    cgan,
    dcgan,
    dcgan_ada,
    dcgan_diffaugment,
    dragan,
    infogan,
    lsgan,
    minimax,
    pacgan,
    projection,
    r3gan,
    ragan,
    sagan,
    sngan,
    vanilla,
    wgan,
    wgan_gp,
)
from keras_gan.recipes.recipe import Recipe
from keras_gan.registry import UnknownNameError, unknown

_MODULES = (
    vanilla,
    minimax,
    dcgan,
    lsgan,
    wgan,
    wgan_gp,
    dragan,
    sngan,
    sagan,
    ragan,
    r3gan,
    pacgan,
    cgan,
    projection,
    acgan,
    infogan,
    dcgan_ada,
    dcgan_diffaugment,
)

_RECIPES = {module.RECIPE.name: module.RECIPE for module in _MODULES}


def names() -> list[str]:
    """Return the names of the recipes."""
    return list(_RECIPES)


def get(name: str) -> Recipe:
    """Return a recipe by name.

    Raises:
        ValueError: If it is unknown; the message lists the known ones.
    """
    if name not in _RECIPES:
        raise UnknownNameError(unknown("recipe", name, _RECIPES))
    return _RECIPES[name]


def register(recipe: Recipe) -> None:
    """Add a recipe from outside the package under its name.

    Raises:
        TypeError: If it is no `Recipe`.
        ValueError: If its name is taken.

    Example:
        >>> register(Recipe("mine", "...", "...", 64, 10, make))
        >>> gan = get("mine").build((28, 28, 1))
    """
    if not isinstance(recipe, Recipe):
        raise TypeError(f"recipe must be a Recipe. Received: {recipe!r}.")
    if recipe.name in _RECIPES:
        raise ValueError(f"The name {recipe.name!r} is taken. Known: {names()}.")
    _RECIPES[recipe.name] = recipe


__all__ = ["Recipe", "get", "names", "register"]
