"""Tests of keras_gan/datasets."""
