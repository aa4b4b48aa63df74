"""Where a script runs: alone, or as one of several processes that train together.

Which devices and processes train is chosen with the engine's own lines:
`tf.distribute`, `keras.distribution` on JAX, `torch.distributed` on PyTorch. A `GAN`
finds out; see ``docs/distributed.md``. Here is what a script may ask.
"""

from keras_gan import backend


def is_chief() -> bool:
    """Whether this process is the one that writes files, or the only one.

    Call it after the engine was started. The callbacks of this package ask themselves.

    Example:
        >>> if is_chief():
        ...     callbacks.append(keras.callbacks.CSVLogger("log.csv"))
    """
    return backend.process_index() == 0


def check_one_clock(minutes: float) -> None:
    """Make sure that what goes by the clock goes by one clock.

    Raises:
        ValueError: If several processes train together: they would not agree.
    """
    if backend.processes() > 1:
        raise ValueError(
            f"{backend.processes()} processes train together, and their clocks do not "
            f"agree. Received: minutes={minutes}. Choose a number of epochs."
        )


def part() -> tuple[int, int]:
    """Return which part of each batch is this process's: ``(index, count)``.

    For `keras_gan.datasets.load` on PyTorch, so that a process reads and decodes
    nothing else. The engines of TensorFlow and JAX split what they are given
    themselves: there, pass whole batches.

    Example:
        >>> images = datasets.load("celeb_a", batch_size=256, part=part())
    """
    return backend.process_index(), backend.processes()
