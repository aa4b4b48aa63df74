"""Networks by architecture: functions that return Functional models."""

from keras_gan.networks import dcgan, mlp

__all__ = ["dcgan", "mlp"]
