"""cGAN: both players are told the class."""

from keras_gan.recipes import plain
from keras_gan.recipes.recipe import Recipe

RECIPE = Recipe(
    name="cgan",
    summary="DCGAN's networks with the class embedded at both inputs",
    reference="Mirza and Osindero, 2014, Conditional Generative Adversarial Nets, "
    "arXiv:1411.1784",
    batch_size=32,
    epochs=45,
    decay=True,
    make=plain.make,
    labels="required",
    fast={"epochs": 8},
)
