"""PerEpoch: data whose order in each epoch is a function of the epoch's number."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import tensorflow as tf

_ENDLESS = np.iinfo(np.int64).max
_SEED = 1406


class PerEpoch:
    """Data that can be read from any batch of any epoch on.

    A `tf.data.Dataset` that shuffles anew each time it is read gives an order that
    depends on how often it was read. Here the order of an epoch depends on its number
    alone, so that a training that was killed finds its place again.

    Args:
        make: Function from an epoch's number, an int64 scalar tensor that counts from
            0, to a `tf.data.Dataset` of that epoch's batches. It is traced as a
            graph, so the number may go into a seed but not into Python's ``if``.
        batches: Number of batches in an epoch; by default what the data set tells.

    Raises:
        ValueError: If the number of batches cannot be told and is not given.

    Example:
        >>> def epoch(number):
        ...     order = files.shuffle(10_000, seed=number)
        ...     return order.map(read).batch(64, drop_remainder=True)
        >>> gan.fit(datasets.PerEpoch(epoch), epochs=20, callbacks=[checkpoint])
    """

    def __init__(
        self,
        make: Callable[["tf.Tensor"], "tf.data.Dataset"],
        batches: int | None = None,
    ) -> None:
        self.make = make
        self.batches = self._counted() if batches is None else batches
        if self.batches < 1:
            raise ValueError(
                "An epoch must have a batch or more. Received: "
                f"batches={self.batches}, as given or as the data set tells."
            )

    def epoch(self, number: int, first: int = 0) -> "tf.data.Dataset":
        """Return the batches of an epoch, from the batch ``first`` on.

        Args:
            number: The epoch, counted from 0.
            first: The batch, counted from 0.
        """
        import tensorflow as tf

        batches = self._from(number, first, number + 1)
        left = tf.data.experimental.assert_cardinality(max(0, self.batches - first))
        return batches.apply(left) if self.batches < _ENDLESS else batches

    def stream(self, number: int = 0, first: int = 0) -> "tf.data.Dataset":
        """Return all batches from one batch of an epoch on, without an end."""
        return self._from(number, first, _ENDLESS)

    def _from(self, number: int, first: int, end: int) -> "tf.data.Dataset":
        import tensorflow as tf

        def of(epoch: "tf.Tensor") -> "tf.data.Dataset":
            # The seed of this graph alone: a global one, which may be 0, does not
            # go with the tensor that an epoch's own seed is.
            tf.random.set_seed(_SEED)
            begins = tf.where(tf.equal(epoch, number), tf.constant(first, tf.int64), 0)
            return self._batches_of(epoch, begins)

        with tf.device("CPU:0"):
            epochs = tf.data.Dataset.range(number, end)
            return epochs.flat_map(of).prefetch(tf.data.AUTOTUNE)

    def _batches_of(self, epoch: "tf.Tensor", first: "tf.Tensor") -> "tf.data.Dataset":
        return self.make(epoch).skip(first)

    def _counted(self) -> int:
        import tensorflow as tf

        count = int(self.make(tf.constant(0, tf.int64)).cardinality())
        if count < 0:
            raise ValueError(
                "The number of batches in an epoch is unknown, as the data set filters "
                "or never ends. Received: batches=None. Pass it."
            )
        return count


class ShuffledBatches(PerEpoch):
    """Examples that are shuffled in each epoch, and skipped before any work on them.

    Args:
        examples: `tf.data.Dataset` of what is to be shuffled, in a fixed order.
        batched: Function that makes batches of such a data set.
        batch_size: Examples in a batch.
        batches: Number of batches in an epoch.
        buffer: Examples to shuffle among; ``None`` not to shuffle.
        seed: Of the orders.
        part: The part ``(index, count)`` of a batch that ``batched`` keeps, or all.
    """

    def __init__(
        self,
        examples: "tf.data.Dataset",
        batched: Callable[["tf.data.Dataset"], "tf.data.Dataset"],
        batch_size: int,
        batches: int,
        *,
        buffer: int | None,
        seed: int,
        part: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(self._whole, batches)
        self.examples = examples
        self.batched = batched
        self.batch_size = batch_size
        self.buffer = buffer
        self.seed = seed
        self.part = part

    def _whole(self, epoch: "tf.Tensor") -> "tf.data.Dataset":
        import tensorflow as tf

        return self._batches_of(epoch, tf.constant(0, tf.int64))

    def _batches_of(self, epoch: "tf.Tensor", first: "tf.Tensor") -> "tf.data.Dataset":
        order = self.examples
        if self.buffer is not None:
            order = order.shuffle(
                self.buffer,
                seed=epoch_seed(self.seed, epoch),
                reshuffle_each_iteration=False,
            )
        return self.batched(order.skip(first * self.batch_size))


def examples_of(arrays: Any) -> "tf.data.Dataset":
    """Return the examples of an array, or of a tuple of them, one by one."""
    import tensorflow as tf

    with tf.device("CPU:0"):  # or they would go to an accelerator's memory
        return tf.data.Dataset.from_tensor_slices(arrays)


def epoch_seed(seed: int, number: Any) -> "tf.Tensor":
    """Return a seed for an epoch, an int64 scalar that depends on both numbers.

    Args:
        seed: A number from 0 to 2**63 - 1.
        number: The epoch, counted from 0; a tensor or a number.

    Example:
        >>> order = files.shuffle(10_000, seed=epoch_seed(7, epoch))
    """
    import tensorflow as tf

    both = tf.stack([tf.constant(seed, tf.int64), tf.cast(number, tf.int64)])
    highest = tf.constant(2**62, tf.int64)
    return tf.random.stateless_uniform([], both, 0, highest, tf.int64)
