"""LSGAN: least squares in place of cross-entropy."""

from keras_gan.recipes import plain
from keras_gan.recipes.recipe import Recipe

RECIPE = Recipe(
    name="lsgan",
    summary="DCGAN's networks on least squares",
    about="The paper has Adam(1e-3, beta_1=0.5) and batches of 64 for scenes, as here.",
    reference="Mao et al., 2017, Least Squares Generative Adversarial Networks, "
    "arXiv:1611.04076",
    batch_size=64,
    epochs=45,
    decay=True,
    make=plain.make,
    defaults={"loss": "least_squares", "learning_rate": 1e-3, "beta_1": 0.5},
    fast={"batch_size": 32, "epochs": 8, "learning_rate": 2e-3, "beta_1": 0.0},
)
