"""The JAX seam: stateful-looking steps made pure by Keras's stateless scopes.

Two facts of Keras shape this file. A nested ``StatelessScope`` does not see the
one around it, so every differentiated function opens its own over **all** the
state it may touch, with the values current outside, and hands the new values
back to be assigned outside. And during ``fit`` the variables' stored values are
gone: only what a scope maps can be read.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import keras

from keras_gan.backend import jax_conv

average_pool = keras.ops.average_pool
conv_transpose = jax_conv.conv_transpose


class Recording(NamedTuple):
    """A forward pass and the function that pulls gradients back through it."""

    value: Any
    variables: list
    pull_back: Callable


def run(network: Any, inputs: Any, training: bool = True) -> Any:
    """Call the network: it is traced once."""
    return network(inputs, training=training)


def record(
    forward: Callable, variables: Sequence, state: Sequence, uses: int = 1
) -> Recording:
    """Run ``forward()`` and keep its vector-Jacobian product."""
    stateless, others = _stateless(forward, variables, state)
    value, pull_back, updated = jax.vjp(stateless, _values(variables), has_aux=True)
    _assign(others, updated)
    return Recording(value, list(variables), lambda cotangent: pull_back(cotangent)[0])


def value_and_grad(
    objective: Callable,
    variables: Sequence,
    state: Sequence,
    recording: Recording | None = None,
) -> tuple[Any, list]:
    """Differentiate ``objective``; see the package's contract."""
    stateless, others = _stateless(objective, variables, state)

    def scalar(values: list, *inputs: Any) -> tuple[Any, Any]:
        (value, aux), updated = stateless(values, *inputs)
        return value, (aux, updated)

    inputs = [recording.value] if recording else []
    argnums = tuple(range(1 + len(inputs)))
    (_, (aux, updated)), gradients = jax.value_and_grad(scalar, argnums, has_aux=True)(
        _values(variables), *inputs
    )
    _assign(others, updated)
    if not recording:
        return aux, gradients[0]
    # Chain rule: what reaches the variables directly, and through the recording.
    through = dict(
        zip(
            map(id, recording.variables), recording.pull_back(gradients[1]), strict=True
        )
    )
    return aux, [
        g + through[id(v)] if id(v) in through else g
        for g, v in zip(gradients[0], variables, strict=True)
    ]


def outputs_and_slope(function: Callable, inputs: Any, state: Sequence) -> tuple:
    """Run the function and differentiate its first output by its inputs."""
    values = _values(state)

    def total(inputs: Any) -> tuple[Any, tuple[list, list]]:
        with keras.StatelessScope(list(zip(state, values, strict=True))) as scope:
            outputs = function(inputs)
        updated = [scope.get_current_value(v) for v in state]
        return outputs[0].sum(), (outputs, updated)

    gradient, (outputs, updated) = jax.grad(total, has_aux=True)(inputs)
    _assign(state, updated)
    return outputs, gradient


def apply_gradients(optimizer: Any, gradients: Sequence, variables: Sequence) -> None:
    """Update through the optimizer's pure form, so that its slots advance."""
    slots = optimizer.variables
    new_values, new_slots = optimizer.stateless_apply(
        _values(slots), list(gradients), _values(variables)
    )
    _assign(variables, new_values)
    _assign(slots, new_slots)


def when(predicate: Any, function: Callable, otherwise: Any, state: Sequence) -> Any:
    """Run ``function`` where the predicate holds; see the package's contract."""
    values = _values(state)

    def run() -> tuple[Any, list]:
        with keras.StatelessScope(list(zip(state, values, strict=True))) as scope:
            result = function()
        return result, [scope.get_current_value(v) for v in state]

    result, updated = jax.lax.cond(predicate, run, lambda: (otherwise, values))
    _assign(state, updated)
    return result


def batch_norm(
    maps: Any, scale: Any, offset: Any, epsilon: float, moments: Any = None
) -> None:
    """Return ``None``: XLA fuses the formula."""


def conv(maps: Any, kernel: Any, bias: Any = None, **settings: Any) -> Any:
    """Convolve so that gradients are fast, too."""
    outputs = jax_conv.conv(maps, kernel, **settings)
    return outputs if bias is None else keras.ops.add(outputs, bias)


def leaky_relu(inputs: Any, negative_slope: float) -> Any:
    """Rectify by Keras's own, whose derivative JAX knows to be constant."""
    if not negative_slope:
        return keras.ops.relu(inputs)
    return keras.ops.leaky_relu(inputs, negative_slope)


def sum_over_replicas(tensors: Sequence) -> list:
    """Return the tensors: JAX sees the whole batch on any number of devices."""
    return list(tensors)


def replicas() -> int:
    """Return 1: JAX sees the whole batch on any number of devices."""
    return 1


def replica_index() -> int:
    """Return 0, the only one."""
    return 0


def is_scattered() -> bool:
    """Return whether a batch lies on several devices."""
    return shares(None) > 1


def on_each_part(function: Callable, samples: Any, weights: Any) -> Any:
    """Compute each device's part on it, whatever the compiler would do."""
    distribution = keras.distribution.distribution()
    if samples.shape[0] % shares(None):  # outside of a step batches may be of any size
        return function(samples, weights)
    part = jax.sharding.PartitionSpec(distribution.batch_dim_name)
    return jax.shard_map(
        function,
        mesh=distribution.device_mesh.backend_mesh,
        in_specs=(part, jax.sharding.PartitionSpec()),
        out_specs=part,
    )(samples, weights)


def my_part(batch: Any) -> Any:
    """Return the batch: Keras has laid it out over the devices."""
    return batch


def shares(model: Any) -> int:
    """Return the number of devices along the batch's axis of Keras's mesh."""
    distribution = keras.distribution.distribution()
    if distribution is None:
        return 1
    mesh = distribution.device_mesh
    axis = mesh.axis_names.index(distribution.batch_dim_name)
    return mesh.shape[axis]


def begin(model: Any, variables: Sequence) -> None:
    """Do nothing: Keras lays variables out alike."""


def add(variable: Any, number: Any) -> None:
    """Add, within the step."""
    variable.assign_add(number)


def mean_of_logs(logs: dict[str, Any]) -> dict[str, Any]:
    """Return the logs, which are of the whole batch."""
    return logs


def processes() -> int:
    """Return how many processes JAX runs in."""
    return jax.process_count()


def process_index() -> int:
    """Return which of JAX's processes this is."""
    return jax.process_index()


def of_each_process(number: int) -> list[int]:
    """Return the number: data is handed out by the engine."""
    return [number]


def normal(shape: Any, dtype: Any, seed: Any) -> Any:
    """Draw from N(0, 1)."""
    return keras.random.normal(shape, dtype=dtype, seed=seed)


def uniform(shape: Any, low: float, high: float, dtype: Any, seed: Any) -> Any:
    """Draw from U[low, high)."""
    return keras.random.uniform(shape, low, high, dtype=dtype, seed=seed)


def random_state() -> dict[str, Any]:
    """Return nothing: JAX has no random state of its own."""
    return {}


def set_random_state(states: dict[str, Any]) -> None:
    """Set nothing."""


class TrainerMixin:
    """The steps as Keras calls them on JAX: state in, state out."""

    def train_step(self, state: tuple, data: Any) -> tuple[dict[str, Any], tuple]:
        """Run one adversarial step; return the logs and the new state."""
        _remember(self)
        return _pure(self.adversarial_step, _owned(self, optimizer=True), state, data)  # type: ignore[attr-defined]

    def test_step(self, state: tuple, data: Any) -> tuple[dict[str, Any], tuple]:
        """Evaluate one batch; return the logs and the new state."""
        _remember(self)
        return _pure(self.evaluation_step, _owned(self, optimizer=False), state, data)  # type: ignore[attr-defined]


def _remember(model: Any) -> None:
    """Note what variables there are: a subclass may add some when it is compiled."""
    model.players.state[:] = model.variables


def _owned(model: Any, optimizer: bool) -> tuple:
    """The variables behind the lists of values that Keras passes in, in order."""
    return (
        model.trainable_variables,
        model.non_trainable_variables,
        *([model.optimizer.variables] if optimizer else []),
        model.metrics_variables,
    )


def _pure(step: Callable, owned: tuple, state: tuple, data: Any) -> tuple[Any, tuple]:
    mapping = [
        pair
        for variables, values in zip(owned, state, strict=True)
        for pair in zip(variables, values, strict=True)
    ]
    with keras.StatelessScope(mapping) as scope:
        logs = step(data)
    return logs, tuple([scope.get_current_value(v) for v in vs] for vs in owned)


def _stateless(
    function: Callable, variables: Sequence, state: Sequence
) -> tuple[Callable, list]:
    """Make ``function`` a pure one of ``variables``' values, with updates as aux."""
    mine = set(map(id, variables))
    others = [v for v in state if id(v) not in mine]
    constants = list(zip(others, _values(others), strict=True))

    def stateless(values: list, *inputs: Any) -> tuple[Any, list]:
        mapping = [*zip(variables, values, strict=True), *constants]
        with keras.StatelessScope(mapping) as scope:
            result = function(*inputs)
        return result, [scope.get_current_value(v) for v in others]

    return stateless, others


def _values(variables: Sequence) -> list:
    return [v.value for v in variables]


def _assign(variables: Sequence, values: Sequence) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
