"""What the latents of a trained GAN tell: ways between them, and back to them.

Functions that return arrays; `keras-gan interpolate`, `truncate`, `morph`,
`neighbours` and `project` draw them.
"""

from keras_gan.latents.interpolation import interpolate, lerp, slerp, walk, way_of
from keras_gan.latents.morph import blended_generator, morph
from keras_gan.latents.neighbours import nearest_neighbours
from keras_gan.latents.projection import Projection, project
from keras_gan.latents.truncation import truncation_sweep

__all__ = [
    "Projection",
    "blended_generator",
    "interpolate",
    "lerp",
    "morph",
    "nearest_neighbours",
    "project",
    "slerp",
    "truncation_sweep",
    "walk",
    "way_of",
]
