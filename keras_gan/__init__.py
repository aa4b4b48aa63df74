"""keras_gan: train generative adversarial networks with `keras.Model.fit`."""

from keras_gan import (
    augmentations,
    callbacks,
    datasets,
    distribution,
    latents,
    layers,
    losses,
    metrics,
    networks,
    penalties,
    recipes,
)
from keras_gan.acgan import ACGAN
from keras_gan.clustered import ClusteredGAN
from keras_gan.ema import EMA
from keras_gan.gan import GAN
from keras_gan.infogan import InfoGAN
from keras_gan.version import __version__

__all__ = [
    "ACGAN",
    "EMA",
    "GAN",
    "ClusteredGAN",
    "InfoGAN",
    "__version__",
    "augmentations",
    "callbacks",
    "datasets",
    "distribution",
    "latents",
    "layers",
    "losses",
    "metrics",
    "networks",
    "penalties",
    "recipes",
]
