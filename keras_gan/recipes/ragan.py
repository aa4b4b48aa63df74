"""RaGAN: more real than the average fake."""

from keras_gan.recipes import plain
from keras_gan.recipes.recipe import Recipe

RECIPE = Recipe(
    name="ragan",
    summary="DCGAN's networks; D tells which is more real than the other's average",
    reference="Jolicoeur-Martineau, 2018, The relativistic discriminator, "
    "arXiv:1807.00734",
    batch_size=32,
    epochs=45,
    decay=True,
    make=plain.make,
    defaults={"loss": "relativistic_average"},
    fast={"epochs": 4},
)
