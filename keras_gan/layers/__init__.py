"""Layers that Keras lacks: building blocks of a GAN's networks.

To add one: a file with a layer registered under ``keras_gan``, and a line here.
"""

from keras_gan.layers.batch_norm import BatchNormalization
from keras_gan.layers.conditional_batch_norm import ConditionalBatchNormalization
from keras_gan.layers.convolutions import AveragePooling2D, Conv2D, Conv2DTranspose
from keras_gan.layers.equalized_lr import EqualizedLearningRate
from keras_gan.layers.minibatch_std import MinibatchStdDev
from keras_gan.layers.pixel_norm import PixelNormalization
from keras_gan.layers.rectifiers import LeakyReLU, ReLU
from keras_gan.layers.reparameterized import ReparameterizedKernel
from keras_gan.layers.resample import Blur2D, Downsample2D, Upsample2D
from keras_gan.layers.self_attention import SelfAttention2D
from keras_gan.layers.spectral_norm import SpectralNormalization, iterate_once
from keras_gan.layers.weight_clip import WeightClip, constrained

__all__ = [
    "AveragePooling2D",
    "BatchNormalization",
    "Blur2D",
    "ConditionalBatchNormalization",
    "Conv2D",
    "Conv2DTranspose",
    "Downsample2D",
    "EqualizedLearningRate",
    "LeakyReLU",
    "MinibatchStdDev",
    "PixelNormalization",
    "ReLU",
    "ReparameterizedKernel",
    "SelfAttention2D",
    "SpectralNormalization",
    "Upsample2D",
    "WeightClip",
    "constrained",
    "iterate_once",
]
