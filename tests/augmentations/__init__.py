"""Tests of keras_gan/augmentations."""
