"""Networks by architecture: functions that return Functional models."""

from keras_gan.networks import dcgan, mlp, r3gan, resnet

__all__ = ["dcgan", "mlp", "r3gan", "resnet"]
