"""Run a grouped convolution on two devices of JAX; check its gradients and messages."""

import re

import jax
import keras
import numpy as np
from keras import ops

from keras_gan import backend
from keras_gan.layers import grouped_conv

jax.config.update("jax_num_cpu_devices", 2)
grouped_conv._slow = lambda: False  # as on GPUs


def slopes_and_gradient(layer, images, lay_out):
    """The slope of a function by the images, and that of its norm by the kernel."""
    kernel = layer.kernel

    def penalty(values, images):
        def total(images):
            with keras.StatelessScope([(kernel, values)]):
                return ops.sum(ops.tanh(layer(images)))

        slopes = jax.grad(total)(images)
        return ops.mean(ops.square(slopes)), slopes

    function = jax.jit(jax.value_and_grad(penalty, has_aux=True))
    compiled = function.lower(kernel.value, lay_out(images)).compile()
    (_, slopes), gradient = compiled(kernel.value, lay_out(images))
    messages = set(re.findall(r"all-gather|all-reduce", compiled.as_text()))
    return np.asarray(slopes), np.asarray(gradient), messages


def built(weights):
    layer = grouped_conv.GroupedConv2D(8, 3, padding="same", groups=4)
    layer.build((None, 6, 6, 8))
    layer.set_weights(weights)
    return layer


rng = np.random.default_rng(0)
weights = [rng.normal(size=(3, 3, 2, 8)), rng.normal(size=8)]
images = rng.normal(size=(4, 6, 6, 8)).astype("float32")
alone = slopes_and_gradient(built(weights), images, lambda x: x)
assert not alone[2]

distribution = keras.distribution.DataParallel()
keras.distribution.set_distribution(distribution)
assert backend.is_scattered()
layer = built(weights)
split = jax.sharding.NamedSharding(
    distribution.device_mesh.backend_mesh, jax.sharding.PartitionSpec("batch")
)
together = slopes_and_gradient(layer, images, lambda x: jax.device_put(x, split))
assert together[2] == {"all-reduce"}, together[2]
for one, two in zip(alone[:2], together[:2], strict=True):
    np.testing.assert_allclose(two, one, rtol=1e-4, atol=1e-6)
odd = ops.convert_to_numpy(layer(images[:3]))  # does not divide
np.testing.assert_allclose(odd, ops.convert_to_numpy(layer(images))[:3], rtol=1e-5)
