"""The TensorFlow seam: gradient tapes, and the mean over replicas."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import tensorflow as tf


class Recording(NamedTuple):
    """A forward pass and the tape that saw it."""

    value: Any
    tape: tf.GradientTape


def record(forward: Callable, variables: Sequence, state: Sequence) -> Recording:
    """Run ``forward()`` under a tape that can be continued and asked twice."""
    tape = _watching(variables, persistent=True)
    with tape:
        value = forward()
    return Recording(value, tape)


def value_and_grad(
    objective: Callable,
    variables: Sequence,
    state: Sequence,
    recording: Recording | None = None,
) -> tuple[Any, list]:
    """Differentiate ``objective``; see the package's contract."""
    tape = recording.tape if recording else _watching(variables)
    with tape:
        value, aux = objective(*([recording.value] if recording else []))
        # Optimizers sum over replicas; the objective is the mean over all of them.
        value = value / replicas()
    return aux, tape.gradient(value, [v.value for v in variables])


def input_gradient(function: Callable, inputs: Any, state: Sequence) -> Any:
    """Differentiate each sample's output with respect to that sample."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        outputs = function(inputs)
    return tape.gradient(outputs, inputs)


def apply_gradients(optimizer: Any, gradients: Sequence, variables: Sequence) -> None:
    """Update ``variables`` in place, in replica context."""
    optimizer.apply(gradients, variables)


def when(predicate: Any, function: Callable, otherwise: Any, state: Sequence) -> Any:
    """Run ``function`` where the predicate holds; see the package's contract."""
    return tf.cond(tf.cast(predicate, tf.bool), function, lambda: otherwise)


def batch_mean(values: Any) -> Any:
    """Average over the batch and over the replicas."""
    mean = tf.reduce_mean(values, axis=0, keepdims=True)
    if replicas() == 1:
        return mean
    context = tf.distribute.get_replica_context()
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, mean)


def replicas() -> int:
    """Return the number of replicas of the current strategy."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def random_state() -> dict[str, Any]:
    """Return nothing: Keras's layers draw from seeds of their own."""
    return {}


def set_random_state(states: dict[str, Any]) -> None:
    """Set nothing."""


class TrainerMixin:
    """The steps as Keras calls them on TensorFlow."""

    def train_step(self, data: Any) -> dict[str, Any]:
        """Run one adversarial step and return the logs."""
        return self.adversarial_step(data)  # type: ignore[attr-defined]

    def test_step(self, data: Any) -> dict[str, Any]:
        """Evaluate one batch and return the logs."""
        return self.evaluation_step(data)  # type: ignore[attr-defined]


def _watching(variables: Sequence, persistent: bool = False) -> tf.GradientTape:
    tape = tf.GradientTape(persistent=persistent, watch_accessed_variables=False)
    with tape:
        for variable in variables:
            tape.watch(variable.value)
    return tape
