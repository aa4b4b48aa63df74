"""Train a GAN whose dense layers are laid out over two devices, and say how it went.

KERAS_BACKEND=jax python -m tests.distributed.model_parallel WIDE|ONE
"""

import json
import sys

import jax
import keras

import keras_gan
from keras_gan.networks import mlp

SHAPE, LATENT_DIM = (8, 8, 1), 8


def main(layout):
    """Train, and print the losses and how many devices hold a part of a kernel."""
    jax.config.update("jax_num_cpu_devices", 2)
    if layout == "WIDE":
        mesh = keras.distribution.DeviceMesh((1, 2), ("batch", "model"))
        layouts = keras.distribution.LayoutMap(mesh)
        layouts["dense(_[1-3])?/kernel"] = (None, "model")  # not the last, of one unit
        parallel = keras.distribution.ModelParallel(
            layout_map=layouts, batch_dim_name="batch"
        )
        keras.distribution.set_distribution(parallel)
    keras.utils.set_random_seed(0)
    gan = keras_gan.GAN(
        mlp.generator(SHAPE, LATENT_DIM, hidden=(32, 32)),
        mlp.discriminator(SHAPE, hidden=(32,), dropout=0.0),
        seed=0,
    )
    gan.compile("adam", "adam", penalties=["r1"])
    images = keras.random.uniform((64, *SHAPE), -1, 1, seed=1)
    history = gan.fit(images, batch_size=16, epochs=3, shuffle=False, verbose=0).history
    kernel = gan.generator.trainable_variables[0].value
    parts = {shard.data.shape for shard in kernel.addressable_shards}
    print(json.dumps({"history": history, "parts": sorted(parts)}))


if __name__ == "__main__":
    main(sys.argv[1])
