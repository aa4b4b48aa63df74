"""The command line of keras_gan, a package of its own.

It imports no framework until a command needs one: ``keras-gan --help`` answers at
once, while importing `keras_gan` imports Keras and its backend.
"""
