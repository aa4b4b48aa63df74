"""--strategy: several devices and processes, by the engine's own means."""

import contextlib
import importlib.util
import os
import sys
from contextlib import AbstractContextManager
from typing import Any

import click

#: What each strategy runs on.
STRATEGIES = {
    "mirrored": "tensorflow",
    "multi-worker": "tensorflow",
    "data-parallel": "jax",
    "ddp": "torch",
}

strategy_option = click.option(
    "--strategy",
    type=click.Choice(list(STRATEGIES)),
    help="Train on several devices: mirrored and multi-worker (TF_CONFIG) on "
    "TensorFlow, data-parallel on JAX, ddp on PyTorch. The batch size is that of all "
    "together. See docs/distributed.md.",
)
devices_option = click.option(
    "--devices",
    metavar="N",
    type=click.IntRange(min=1),
    help="With --strategy: so many devices of this host; by default all GPUs. Without "
    "GPUs the CPU is split.",
)


def check(strategy: str | None, devices: int | None, backend: str | None) -> str | None:
    """Return the backend that a strategy runs on, or the one that is chosen.

    Raises:
        click.UsageError: If they do not fit each other.
    """
    if strategy is None:
        if devices is not None:
            raise click.UsageError("--devices is for --strategy.")
        return backend
    needed = STRATEGIES[strategy]
    chosen = backend or os.environ.get("KERAS_BACKEND")
    if chosen not in (None, needed):
        raise click.UsageError(
            f"--strategy {strategy} runs on {needed}. Received: --backend {chosen}."
        )
    if strategy == "multi-worker":
        if "TF_CONFIG" not in os.environ:
            raise click.UsageError(
                "--strategy multi-worker needs the environment variable TF_CONFIG, "
                "which names the workers; see docs/distributed.md."
            )
        if devices is not None:
            raise click.UsageError("--strategy multi-worker takes no --devices.")
    return needed


def launch(strategy: str | None, devices: int | None) -> None:
    """Become PyTorch's launcher of a process for each device, unless it did it.

    Does not return if it does so.
    """
    if strategy != "ddp" or "RANK" in os.environ:
        return
    if importlib.util.find_spec("torch") is None:
        return  # to be said in one place, when the backend is started
    import torch

    count = devices or max(1, torch.cuda.device_count())
    program = ("-m", "keras_gan_cli", *sys.argv[1:])
    launcher = ("-m", "torch.distributed.run", "--standalone")
    os.environ.setdefault("OMP_NUM_THREADS", str(_threads(count)))
    arguments = (*launcher, "--nproc-per-node", str(count), *program)
    os.execv(sys.executable, [sys.executable, *arguments])


def begin(strategy: str | None, devices: int | None) -> AbstractContextManager[Any]:
    """Start the engine; return the context to create and compile a model in."""
    if strategy is None:
        return contextlib.nullcontext()
    if STRATEGIES[strategy] == "tensorflow":
        return _tensorflow(strategy, devices)
    if strategy == "data-parallel":
        _jax(devices)
    else:
        _torch()
    return contextlib.nullcontext()


def _tensorflow(strategy: str, devices: int | None) -> AbstractContextManager[Any]:
    import tensorflow as tf

    if strategy == "multi-worker":
        return tf.distribute.MultiWorkerMirroredStrategy().scope()
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus and devices:
        (cpu,) = tf.config.list_physical_devices("CPU")
        virtual = [tf.config.LogicalDeviceConfiguration()] * devices
        tf.config.set_logical_device_configuration(cpu, virtual)
    kind, there = ("GPU", len(gpus)) if gpus else ("CPU", devices or 1)
    names = [f"{kind}:{i}" for i in range(_checked(devices or there, there))]
    return tf.distribute.MirroredStrategy(names).scope()


def _jax(devices: int | None) -> None:
    import jax
    import keras

    if "KERAS_DISTRIBUTION_JOB_ADDRESSES" in os.environ:
        # For hosts without accelerators; others have collectives of their own.
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        keras.distribution.initialize()
    elif devices:
        jax.config.update("jax_num_cpu_devices", devices)
    there = keras.distribution.list_devices()
    chosen = there[: _checked(devices or len(there), len(there))]
    if len(chosen) > 1:
        parallel = keras.distribution.DataParallel(devices=chosen)
        keras.distribution.set_distribution(parallel)


def _torch() -> None:
    import torch

    on_gpu = torch.cuda.is_available()
    if on_gpu:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    torch.distributed.init_process_group("nccl" if on_gpu else "gloo")


def _threads(processes: int) -> int:
    return max(1, (os.cpu_count() or 1) // processes)


def _checked(asked: int, there: int) -> int:
    if asked > there:
        raise click.ClickException(
            f"--devices {asked}: this host has {there}. Choose no more."
        )
    return asked
