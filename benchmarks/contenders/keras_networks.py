"""The networks and optimizers of all contenders that are written in Keras."""

import keras

from contenders import case as cases
from keras_gan.networks import dcgan, mlp, resnet


def networks(case):
    """Return the generator and the discriminator."""
    shape = (case.size.side, case.size.side, 1)
    if case.network == "mlp":
        return (
            mlp.generator(shape, cases.LATENT_DIM),
            mlp.discriminator(shape, dropout=0.0),
        )
    filters = {"filters": case.size.filters}
    if case.network == "resnet":
        return (
            resnet.generator(shape, cases.LATENT_DIM, **filters),
            resnet.discriminator(shape, **filters),
        )
    return (
        dcgan.generator(shape, cases.LATENT_DIM, **filters),
        dcgan.discriminator(shape, batch_norm=case.batch_norm, **filters),
    )


def of_keras(case):
    """Return the same pair as a script has it that is written without keras_gan.

    Convolutions, normalization of batches, pooling and rectifiers are Keras's own, the
    normalization of spectra is ours, which iterates less.
    """
    return tuple(
        keras.models.clone_model(network, clone_function=_of_keras)
        for network in networks(case)
    )


def _of_keras(layer):
    own = getattr(keras.layers, type(layer).__name__, type(layer))
    kind = own if isinstance(layer, own) else type(layer)
    return kind.from_config(layer.get_config())


def adam():
    """Return one player's optimizer."""
    return keras.optimizers.Adam(
        cases.RATE, cases.BETA_1, cases.BETA_2, epsilon=cases.EPSILON
    )


def dataset(case):
    """Return endless shuffled batches, the way a TensorFlow user reads images."""
    import tensorflow as tf  # which the others do without

    data = tf.constant(cases.images(case))
    return (
        tf.data.Dataset.range(len(data))
        .shuffle(len(data), seed=0)
        .batch(case.batch, drop_remainder=True)
        .map(lambda chosen: tf.gather(data, chosen))
        .repeat()
        .prefetch(2)
    )
