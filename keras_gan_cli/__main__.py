"""Lets ``python -m keras_gan_cli`` do what ``keras-gan`` does."""

import sys

from keras_gan_cli.main import main

sys.exit(main())
