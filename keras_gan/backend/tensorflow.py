"""The TensorFlow seam: gradient tapes, and the mean over replicas."""

import os
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import tensorflow as tf

# Keras's own are as fast as TensorFlow's.
average_pool = keras.ops.average_pool
conv_transpose = keras.ops.conv_transpose

# That of the last training: callbacks run outside of its scope.
_STRATEGY: tf.distribute.Strategy | None = None

# Tasks that train as workers do, and before them.
_CHIEFS = ("chief", "master")

# Whether a branch of `when` is being traced.
_IN_BRANCH = False

# Whether XLA compiles the step that is being traced.
_XLA = False


class Recording(NamedTuple):
    """A forward pass and the tape that saw it."""

    value: Any
    tape: tf.GradientTape


def run(network: Any, inputs: Any, training: bool = True) -> Any:
    """Call the network: it is traced once."""
    return network(inputs, training=training)


def record(
    forward: Callable, variables: Sequence, state: Sequence, uses: int = 1
) -> Recording:
    """Run ``forward()`` under a tape that can be continued and asked again."""
    tape = _watching(variables, persistent=uses > 1)
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
    gradients = tape.gradient(value, [v.value for v in variables])
    return aux, [_dense(gradient) for gradient in gradients]


def _dense(gradient: Any) -> Any:
    """Sum up the rows of a table's gradient, which is ``None`` where there is none.

    TensorFlow keeps a row for each sample. Keras's optimizers square the rows of a
    class apart, and clip by their norm, as if each were a gradient of its own.
    """
    return None if gradient is None else tf.convert_to_tensor(gradient)


def outputs_and_slope(function: Callable, inputs: Any, state: Sequence) -> tuple:
    """Run the function and differentiate its first output by its inputs."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        outputs = function(inputs)
    return outputs, tape.gradient(outputs[0], inputs)


def apply_gradients(optimizer: Any, gradients: Sequence, variables: Sequence) -> None:
    """Update ``variables`` in place, in replica context."""
    optimizer.apply(gradients, variables)


def when(predicate: Any, function: Callable, otherwise: Any, state: Sequence) -> Any:
    """Run ``function`` where the predicate holds; see the package's contract."""
    predicate = tf.cast(predicate, tf.bool)
    if not _XLA:  # which cannot differentiate a branch of a batch of unknown size
        try:
            return tf.cond(predicate, lambda: _branch(function), lambda: otherwise)
        except RuntimeError as error:
            # Replicas cannot meet in a branch: they all compute it, needed or not.
            if replicas() == 1 or "merge_call" not in str(error):
                raise
    kept = [v for v in state if not v.trainable]
    before = [tf.identity(v.value) for v in kept]
    value = function()
    for variable, old in zip(kept, before, strict=True):
        variable.assign(tf.where(predicate, variable.value, old))
    return tf.where(predicate, value, otherwise)


def _branch(function: Callable) -> Any:
    """Trace a branch, where `batch_norm` has no kernel."""
    global _IN_BRANCH
    outside, _IN_BRANCH = _IN_BRANCH, True
    try:
        return function()
    finally:
        _IN_BRANCH = outside


def batch_norm(
    maps: Any, scale: Any, offset: Any, epsilon: float, moments: Any = None
) -> tuple | None:
    """Normalize maps in one kernel; see the package's contract."""
    # Differentiated twice in a branch of `tf.cond`, the kernel's gradient loses terms
    # without a word: TensorFlow looks for them on a tape that cannot see the branch.
    if maps.dtype != tf.float32 or _IN_BRANCH:
        return None
    given_mean, given_variance = moments or ([], [])
    outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=maps,
        scale=scale,
        offset=offset,
        mean=given_mean,
        variance=given_variance,
        epsilon=epsilon,
        is_training=moments is None,
    )
    if moments is not None:
        return outputs, given_mean, given_variance
    count = tf.cast(tf.reduce_prod(tf.shape(maps)[:-1]), tf.float32)
    biased = variance * (count - 1) / count  # the kernel's is not
    return outputs, tf.stop_gradient(mean), tf.stop_gradient(biased)


def conv(maps: Any, kernel: Any, bias: Any = None, **settings: Any) -> Any:
    """Convolve as Keras does, which is as fast as TensorFlow is."""
    outputs = keras.ops.conv(maps, kernel, **settings)
    return outputs if bias is None else keras.ops.add(outputs, bias)


def leaky_relu(inputs: Any, negative_slope: float) -> Any:
    """Rectify in one kernel; see the package's contract."""

    @tf.custom_gradient
    def rectified(x: Any) -> tuple[Any, Callable]:
        y = tf.nn.leaky_relu(x, negative_slope) if negative_slope else tf.nn.relu(x)
        # Not x, so that nobody else reads it and both kernels become one.
        return y, lambda gradient: _scaled(gradient, y, negative_slope)

    return rectified(inputs)


def _scaled(gradient: Any, outputs: Any, negative_slope: float) -> Any:
    """Scale a gradient by a rectifier's slope, which is a constant here."""

    @tf.custom_gradient
    def scaled(upstream: Any) -> tuple[Any, Callable]:
        inputs: dict[str, Any] = {"gradients": upstream, "features": outputs}
        if negative_slope:
            slope = tf.raw_ops.LeakyReluGrad(**inputs, alpha=negative_slope)
        else:
            slope = tf.raw_ops.ReluGrad(**inputs)
        return slope, lambda further: _scaled(further, outputs, negative_slope)

    return scaled(gradient)


def sum_over_replicas(tensors: Sequence) -> list:
    """Sum each tensor over the replicas."""
    context = tf.distribute.get_replica_context()
    if replicas() == 1 or context is None:  # outside of a step all is one
        return list(tensors)
    return context.all_reduce(tf.distribute.ReduceOp.SUM, list(tensors))


def replicas() -> int:
    """Return the number of replicas of the current strategy."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def replica_index() -> Any:
    """Return which replica this is, a scalar tensor."""
    context = tf.distribute.get_replica_context()
    return 0 if context is None else context.replica_id_in_sync_group


def is_scattered() -> bool:
    """Return whether a batch lies on several devices."""
    return replicas() > 1


def on_each_part(function: Callable, samples: Any, weights: Any) -> Any:
    """Call the function: a replica sees its part alone."""
    return function(samples, weights)


def my_part(batch: Any) -> Any:
    """Return the batch, which the strategy has split."""
    if replicas() > 1:
        for values in tf.nest.flatten(batch):
            if values is not None:
                tf.debugging.assert_positive(
                    tf.shape(values)[0],
                    "A replica got no samples. Make batches of one size by "
                    "dataset.batch(n, drop_remainder=True).",
                )
    return batch


def shares(model: Any) -> int:
    """Return the number of replicas of the strategy that a model was made under."""
    strategy = getattr(model, "distribute_strategy", tf.distribute.get_strategy())
    return strategy.num_replicas_in_sync


def begin(model: Any, variables: Sequence) -> None:
    """Remember the strategy; it creates variables alike."""
    global _STRATEGY
    _STRATEGY = model.distribute_strategy


def add(variable: Any, number: Any) -> None:
    """Add, within the step."""
    variable.assign_add(number)


def mean_of_logs(logs: dict[str, Any]) -> dict[str, Any]:
    """Return the logs: Keras sums its metrics over the replicas."""
    return logs


def processes() -> int:
    """Return how many workers there are."""
    return _size(_resolver())


def process_index() -> int:
    """Return which worker this is."""
    resolver = _resolver()
    if resolver is None or resolver.task_type in _CHIEFS:
        return 0
    chiefs = set(_CHIEFS) & set(resolver.cluster_spec().as_dict())
    return len(chiefs) + int(resolver.task_id or 0)


def _size(resolver: Any) -> int:
    """Return how many tasks train: the workers, and a chief where there is one."""
    if resolver is None:
        return 1
    tasks = resolver.cluster_spec().as_dict()
    return max(1, sum(len(tasks.get(kind, ())) for kind in (*_CHIEFS, "worker")))


def _resolver() -> Any:
    """What knows of the other workers, if there are any.

    Before a training the environment tells; a training that has no workers is alone,
    whatever that says of the machine it runs on.
    """
    strategy = tf.distribute.get_strategy() if _STRATEGY is None else _STRATEGY
    resolver = strategy.cluster_resolver
    if resolver is None and _STRATEGY is None and "TF_CONFIG" in os.environ:
        return tf.distribute.cluster_resolver.TFConfigClusterResolver()
    return resolver


def of_each_process(number: int) -> list[int]:
    """Return the number: data is handed out by the engine."""
    return [number]


def normal(shape: Any, dtype: Any, seed: Any) -> Any:
    """Draw from N(0, 1)."""
    if not _XLA:
        return keras.random.normal(shape, dtype=dtype, seed=seed)
    return tf.random.stateless_normal(
        shape, _words(seed), dtype=dtype or keras.backend.floatx(), alg="philox"
    )


def uniform(shape: Any, low: float, high: float, dtype: Any, seed: Any) -> Any:
    """Draw from U[low, high)."""
    if not _XLA:
        return keras.random.uniform(shape, low, high, dtype=dtype, seed=seed)
    dtype = dtype or keras.backend.floatx()
    low, high = tf.cast(low, dtype), tf.cast(high, dtype)
    return tf.random.stateless_uniform(
        shape, _words(seed), low, high, dtype=dtype, alg="philox"
    )


def _words(seed: Any) -> Any:
    """Take the next seed, as the two words that Keras makes of it.

    Keras leaves the algorithm to TensorFlow, which takes Philox but under XLA, where
    another one is some twenty times as slow on a CPU.
    """
    return tf.cast(tf.math.floormod(seed.next(), tf.int32.max - 1), "int32")


def random_state() -> dict[str, Any]:
    """Return nothing: Keras's layers draw from seeds of their own."""
    return {}


def set_random_state(states: dict[str, Any]) -> None:
    """Set nothing."""


class TrainerMixin:
    """The steps as Keras calls them on TensorFlow."""

    train_function: Callable | None
    test_function: Callable | None
    jit_compile: bool
    run_eagerly: bool

    def train_step(self, data: Any) -> dict[str, Any]:
        """Run one adversarial step and return the logs."""
        global _XLA
        _XLA = self.jit_compile and not self.run_eagerly
        try:
            return _packed(self, self.adversarial_step(data))  # type: ignore[attr-defined]
        finally:
            _XLA = False

    def test_step(self, data: Any) -> dict[str, Any]:
        """Evaluate one batch and return the logs."""
        return _packed(self, self.evaluation_step(data))  # type: ignore[attr-defined]

    def make_train_function(self, force: bool = False) -> None:
        """Make the function that `fit` calls, which returns the logs by name."""
        if force or self.train_function is None:
            super().make_train_function(force)  # type: ignore[misc]
            function = _batch_by_batch(self, self.train_function)
            self.train_function = _unpacking(self, function)

    def make_test_function(self, force: bool = False) -> None:
        """Make the function that `evaluate` calls, which returns the logs by name."""
        if force or self.test_function is None:
            super().make_test_function(force)  # type: ignore[misc]
            function = _batch_by_batch(self, self.test_function)
            self.test_function = _unpacking(self, function)


def _batch_by_batch(model: Any, function: Any) -> Any:
    """Hand a function of Keras its batches, not the iterator of a data set.

    From an iterator it takes a batch within the compiled function, which then returns
    whether there was one: more than half of what `fit` adds to a small step. Batches of
    several sizes are left to it, as they would be traced twice.
    """
    if model.steps_per_execution > 1:
        return function

    def one_batch(iterator: Any) -> Any:
        if isinstance(iterator, tf.data.Iterator) and _has_one_shape(iterator):
            iterator = iter([next(iterator)])
        return function(iterator)

    return one_batch


def _has_one_shape(iterator: Any) -> bool:
    return all(
        isinstance(spec, tf.TensorSpec) and spec.shape.is_fully_defined()
        for spec in tf.nest.flatten(iterator.element_spec)
    )


def _packed(model: Any, logs: dict[str, Any]) -> dict[str, Any]:
    """Put logs in one tensor, as Keras sends two messages for each between workers."""
    if _size(model.distribute_strategy.cluster_resolver) == 1:
        return logs
    values = [tf.cast(value, tf.float32) for value in logs.values()]
    return {"\n".join(logs): tf.stack(values)[None]}


def _unpacking(model: Any, function: Any) -> Any:
    """Undo `_packed` in what a function returns."""
    if _size(model.distribute_strategy.cluster_resolver) == 1:
        return function

    def unpacked(iterator: Any) -> dict[str, Any]:
        ((names, values),) = function(iterator).items()
        return dict(zip(names.split("\n"), tf.unstack(values), strict=True))

    return unpacked


def _watching(variables: Sequence, persistent: bool = False) -> tf.GradientTape:
    tape = tf.GradientTape(persistent=persistent, watch_accessed_variables=False)
    with tape:
        for variable in variables:
            tape.watch(variable.value)
    return tape
