"""Play a recipe for twenty steps on a number of devices; save the losses and weights.

    python -m tests.distributed.play CASE[,CASE...] DEVICES FOLDER

Run in one process it uses so many virtual devices of the CPU (not on PyTorch); in
several, set up as the engine asks (TF_CONFIG; KERAS_DISTRIBUTION_...; RANK and the
like), one device each. All draw from the same seeds. The rate is low and there is no
dropout: a GAN's game amplifies rounding, and a layer draws its noise for each device.
So does Adam, which makes a whole step of a gradient that is 0 but for rounding, such
as that of a bias before batch normalization: its epsilon is above that.
"""

import contextlib
import json
import os
import sys
from pathlib import Path

import numpy as np

STEPS, BATCH, SHAPE = 20, 16, (28, 28, 1)

# What is changed of a recipe.
CASES = {
    "dcgan": {"filters": 8, "dropout": 0.0},
    "wgan-gp": {"filters": 8, "d_steps": 2},
    "r3gan": {"widths": (32, 32, 32), "latent_dim": 16},
    "dcgan+all": {"filters": 8, "dropout": 0.0},
    "sngan": {"filters": 8, "d_steps": 1},
    # Of clusters; each device looks for modes in pairs of its own.
    "dcgan-ada": {"filters": 8, "clusters": 4, "mode_seeking": 0.0},
    "dcgan+bfloat16": {"filters": 8, "dropout": 0.0},
}


def added_rules(case):
    """What is added to a recipe's rules: in one case, all that draws or remembers."""
    from keras_gan import penalties

    if case != "dcgan+all":
        return {}
    return {
        "loss": "relativistic_average",
        "penalties": [
            penalties.R1(1.0, every=3),
            penalties.DRAGAN(1.0),
            penalties.LeCam(start=2),
            penalties.PathLength(every=2),
        ],
        "d_steps": 2,
        "metrics": ["sliced_wasserstein"],
    }


def begin(devices):
    """Choose the engine; return what a model is created in, and which process it is."""
    backend = os.environ["KERAS_BACKEND"]
    if backend == "tensorflow":
        return tensorflow_strategy(devices)
    if backend == "jax":
        return jax_distribution(devices)
    import torch

    torch.set_num_threads(1)
    if "RANK" in os.environ:
        torch.distributed.init_process_group("gloo")
        return contextlib.nullcontext, torch.distributed.get_rank()
    assert devices == 1, "PyTorch has a process for each device"
    return contextlib.nullcontext, 0


def tensorflow_strategy(devices):
    """A strategy over virtual CPUs, or over the workers that TF_CONFIG names."""
    import tensorflow as tf

    if "TF_CONFIG" in os.environ:
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
        index = json.loads(os.environ["TF_CONFIG"])["task"]["index"]
        return strategy.scope, index
    if devices == 1:
        return contextlib.nullcontext, 0
    (cpu,) = tf.config.list_physical_devices("CPU")
    virtual = [tf.config.LogicalDeviceConfiguration()] * devices
    tf.config.set_logical_device_configuration(cpu, virtual)
    strategy = tf.distribute.MirroredStrategy([f"CPU:{i}" for i in range(devices)])
    return strategy.scope, 0


def jax_distribution(devices):
    """Keras's data parallelism, over virtual CPUs or over processes."""
    import jax
    import keras

    index = int(os.environ.get("KERAS_DISTRIBUTION_PROCESS_ID", 0))
    if "KERAS_DISTRIBUTION_JOB_ADDRESSES" in os.environ:
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        keras.distribution.initialize()
    else:
        jax.config.update("jax_num_cpu_devices", devices)
    if len(keras.distribution.list_devices()) > 1:
        keras.distribution.set_distribution(keras.distribution.DataParallel())
    return contextlib.nullcontext, index


def built(case, scope):
    """The recipe's GAN, with a slow Adam and weights that all backends draw alike."""
    import keras

    from keras_gan import GAN, augmentations, recipes

    keras.utils.set_random_seed(0)
    precision = "mixed_bfloat16" if case.endswith("+bfloat16") else "float32"
    keras.config.set_dtype_policy(precision)
    with scope:
        recipe = recipes.get(case.split("+")[0])
        gan = recipe.build(SHAPE, seed=0, **CASES[case])
        if case == "dcgan+all":
            ada = augmentations.ADA("bc", interval=1, ramp_images=500, seed=0)
            given = {"ema": 0.9, "augment": ada, "seed": 0}
            rules = gan.rules.given
            gan = GAN(gan.generator, gan.discriminator, **given)
            gan.compile(**rules)
        rng = np.random.default_rng(0)
        for network in (gan.generator, gan.discriminator):
            network.set_weights(
                [
                    w if w.ndim == 1 else 0.05 * rng.standard_normal(w.shape, "float32")
                    for w in network.get_weights()
                ]
            )
        adams = [
            keras.optimizers.Adam(5e-5, beta_1=0.5, epsilon=1e-5) for _ in range(2)
        ]
        given = {k: v for k, v in gan.rules.given.items() if "optimizer" not in k}
        gan.compile(*adams, **(given | added_rules(case)))
    return gan


def with_callbacks(data, folder):
    """What a real training has: pictures, checkpoints, held-out data."""
    from keras_gan import callbacks

    return {
        "callbacks": [
            callbacks.SampleGrid(f"{folder}/grids", every=10, n=3, show=False),
            callbacks.Checkpoint(f"{folder}/checkpoints", every=7),
        ],
        "validation_data": data.skip(STEPS).take(2),
        "validation_freq": 10,
    }


def play(case, scope, folder):
    """Play one case; return its history and the weights it ended with."""
    from keras_gan import datasets

    gan = built(case, scope)
    data = datasets.load("builtin", BATCH, shuffle=False)
    given = with_callbacks(data, folder / case) if case == "dcgan+all" else {}
    if case == "dcgan-ada":  # processes cannot see that they read the same
        gan.adapt(data.take(STEPS))
    history = gan.fit(
        data.take(STEPS).repeat(), steps_per_epoch=1, epochs=STEPS, verbose=0, **given
    ).history
    networks = [gan.generator, gan.discriminator, gan.ema_generator]
    weights = [w for n in networks if n is not None for w in n.get_weights()]
    numbered = {f"weight/{i:03}": w for i, w in enumerate(weights)}
    return {f"log/{name}": values for name, values in history.items()} | numbered


def main(cases, devices, folder):
    """Play, and let the chief save what came of it."""
    folder = Path(folder)
    scope, index = begin(int(devices))
    for case in cases.split(","):
        found = play(case, scope(), folder)
        if index == 0:
            np.savez(folder / f"{case}.npz", **found)


if __name__ == "__main__":
    main(*sys.argv[1:])
