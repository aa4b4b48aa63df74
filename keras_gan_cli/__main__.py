"""Lets ``python -m keras_gan_cli`` do what ``keras-gan`` does."""

from keras_gan_cli.main import run

run()
