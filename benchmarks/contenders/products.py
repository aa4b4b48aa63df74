"""Products of matrices in a training step, and how many the machine does."""

import math
import time

from contenders.keras_networks import networks

_SIDE = 2048


def machine_rate(rounds=5):
    """Return the best GFLOP/s of float32 products of large matrices on TensorFlow."""
    import tensorflow as tf

    matrix = tf.random.normal((_SIDE, _SIDE))
    product = tf.function(lambda x: tf.matmul(x, x))
    product(matrix).numpy()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        product(matrix).numpy()
        seconds.append(time.perf_counter() - start)
    return 2 * _SIDE**3 / min(seconds) / 1e9


def of_step(case):
    """Return the GFLOP of products in one step of keras_gan, by its rule.

    A layer costs as much forward, for the gradient of its weights, and for that of its
    inputs. The slope at a batch is a forward pass and a gradient of the inputs; to
    differentiate it by the weights takes two more of that gradient. Normalization,
    activations and Adam are not counted, nor is the padding of a convolution left out.
    """
    generator, discriminator = (of_layers(network) for network in networks(case))
    g, d = sum(generator), sum(discriminator)
    first = discriminator[0]
    judged_for_d = 2 * (3 * d - first)  # forward, weights, inputs but the first
    deceived = d + d  # forward, inputs
    if case.rule == "simultaneous":
        judged_for_d -= d  # one forward pass for both
    slope = {"none": 0, "r1": 3 * d, "wgan-gp": 4 * d}[case.penalty]
    made = 3 * g - generator[0]
    return 2 * case.batch * (judged_for_d + deceived + slope + made) / 1e9


def of_layers(network):
    """Multiplications of each layer for one sample, forward, in order."""
    found = []
    for layer in network.layers:
        inner = getattr(layer, "layer", layer)  # within a spectral norm
        if not hasattr(inner, "kernel"):
            continue
        transposed = "Transpose" in type(inner).__name__
        shape = layer.input.shape if transposed else layer.output.shape
        found.append(math.prod(shape[1:-1]) * math.prod(inner.kernel.shape))
    return found
