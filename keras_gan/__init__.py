"""keras_gan: train generative adversarial networks with `keras.Model.fit`."""

from keras_gan import callbacks, datasets, losses, networks, penalties, recipes
from keras_gan.ema import EMA
from keras_gan.gan import GAN
from keras_gan.version import __version__

__all__ = [
    "EMA",
    "GAN",
    "__version__",
    "callbacks",
    "datasets",
    "losses",
    "networks",
    "penalties",
    "recipes",
]
