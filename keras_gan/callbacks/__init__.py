"""Callbacks for `fit`: what watches a training without taking part in it."""

from keras_gan.callbacks.checkpoint import Checkpoint
from keras_gan.callbacks.collapse_guard import CollapseGuard
from keras_gan.callbacks.latent_video import LatentVideo
from keras_gan.callbacks.learning_rates import ScaledSchedule
from keras_gan.callbacks.linear_decay import LinearDecay
from keras_gan.callbacks.sample_grid import SampleGrid
from keras_gan.callbacks.time_limit import TimeLimit

__all__ = [
    "Checkpoint",
    "CollapseGuard",
    "LatentVideo",
    "LinearDecay",
    "SampleGrid",
    "ScaledSchedule",
    "TimeLimit",
]
