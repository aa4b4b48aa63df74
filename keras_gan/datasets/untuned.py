"""Data that `fit` need not wait for at an epoch's end: tf.data without autotuning.

The autotuning of `tf.data` measures in periods of 10 ms, 20 ms, 40 ms and so on, and an
iterator that is given up often waits until its period is over (TensorFlow 2.21, seen
with Keras's `fit` on TensorFlow and PyTorch and without Keras): an epoch of 1.3 s takes
2.55 s, one of 42 s takes 82 s. Without it nothing waits; what is left to
`tf.data.AUTOTUNE` then uses all threads, and its prefetching grows as it is needed.
"""

from typing import Any

import keras
import numpy as np

#: Samples in a batch where nothing is said, as in Keras.
BATCH_SIZE = 32


def untuned(data: Any) -> Any:
    """Return a `tf.data.Dataset` without autotuning; anything else as it is.

    Args:
        data: What `fit` was given. A data set whose options say whether it is tuned
            (``options.autotune.enabled``) is left alone.

    Example:
        >>> untuned(tf.data.Dataset.range(3)).options().autotune.enabled
        False
    """
    if not (hasattr(data, "with_options") and hasattr(data, "element_spec")):
        return data
    given = data.options()
    if given.autotune.enabled is not None:
        return data
    options = type(given)()
    options.autotune.enabled = False
    return data.with_options(options)


def for_fit(
    x: Any, y: Any, given: dict[str, Any], alone: bool
) -> tuple[Any, Any, dict[str, Any]]:
    """Return what Keras's `fit` gets in the place of what ours was given.

    Args:
        x: As in `fit`.
        y: As in `fit`.
        given: Its other arguments.
        alone: Whether Keras would make a `tf.data.Dataset` of arrays, for one device.

    Example:
        >>> x, y, given = for_fit(images, None, {"batch_size": 64}, alone=True)
    """
    if alone and not given.get("validation_split"):
        shuffle = given.get("shuffle", True)
        batches = of_arrays(x, y, given.get("batch_size"), shuffle)
        if batches is not None:
            return batches, None, {**given, "batch_size": None, "shuffle": False}
    return untuned(x), y, given


def held_out(given: dict[str, Any], alone: bool) -> dict[str, Any]:
    """Return what of `fit`'s arguments changes with its held-out data, if it has any.

    Args:
        given: The arguments of `fit`.
        alone: As for `for_fit`.

    Example:
        >>> given |= held_out(given, alone=True)
    """
    data = given.get("validation_data")
    if data is None:
        return {}
    size = given.get("validation_batch_size") or given.get("batch_size")
    x, y, *_ = (*data, None) if isinstance(data, tuple | list) else (data, None)
    batches = of_arrays(x, y, size, False) if alone else None
    data = untuned(data) if batches is None else batches
    return {"validation_data": data, "validation_batch_size": size}


def of_arrays(x: Any, y: Any, batch_size: int | None, shuffle: Any) -> Any:
    """Return NumPy arrays as the data set that Keras's `fit` makes of them, untuned.

    Args:
        x: Samples.
        y: Labels or ``None``.
        batch_size: Samples in a batch; 32 by default, as in Keras.
        shuffle: Whether each epoch is in an order of its own, from Keras's seed.

    Returns:
        A `tf.data.Dataset` of batches, or ``None`` for what is left to Keras: other
        arrays, and other ways to shuffle.

    Example:
        >>> len(of_arrays(np.zeros((10, 2)), None, 4, True))
        3
    """
    arrays = [x] if y is None else [x, y]
    plain = all(isinstance(a, np.ndarray) and len(a) == len(x) for a in arrays)
    if not plain or not isinstance(shuffle, bool):
        return None
    import tensorflow as tf

    size = batch_size or BATCH_SIZE
    steps = -(-len(x) // size)
    with tf.device("CPU:0"):
        tensors = [tf.constant(_in_floatx(a)) for a in arrays]

    def epoch(seed: Any) -> Any:
        order = tf.range(len(x))
        if shuffle:
            order = tf.random.experimental.stateless_shuffle(order, [seed, 0])

        def batch(i: Any) -> Any:
            parts = [tf.gather(t, order[i * size : (i + 1) * size]) for t in tensors]
            return parts[0] if y is None else tuple(parts)

        places = tf.data.Dataset.range(steps, output_type=tf.int32)
        return places.map(batch, num_parallel_calls=tf.data.AUTOTUNE)

    seed = keras.random.SeedGenerator().get_config()["seed"]
    seeds = tf.data.Dataset.random(seed, rerandomize_each_iteration=True).take(1)
    batches = seeds.flat_map(epoch).prefetch(tf.data.AUTOTUNE)
    return untuned(batches.apply(tf.data.experimental.assert_cardinality(steps)))


def _in_floatx(array: np.ndarray) -> np.ndarray:
    """Fractions in Keras's precision, as `fit` has them; whole numbers as they are."""
    fractions = np.issubdtype(array.dtype, np.floating)
    return array.astype(keras.backend.floatx(), copy=False) if fractions else array
