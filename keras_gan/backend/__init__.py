"""The one seam between the adversarial step and the framework below Keras.

Everything above this package is written once, in ``keras.ops``. What the three
frameworks do differently is taking a gradient, carrying state and sharing a batch
among devices, so a backend is the functions below and a mixin, in one file each:

``record(forward, variables, state, uses=1) -> Recording``
    Run ``forward()`` once and remember how its value depends on ``variables``.
    ``recording.value`` is the value. As many gradients as ``uses`` says may later be
    taken through the same recording, so that no network is evaluated twice; what they
    need is let go of with the last.

``run(network, inputs, training=True) -> outputs``
    ``network(inputs, training=training)``, by the shortest way that gives the same;
    several outputs may come as a flat list.

``value_and_grad(objective, variables, state, recording=None) -> (aux, gradients)``
    Differentiate a scalar. ``objective()``, or ``objective(recording.value)``,
    returns ``(scalar, aux)``; ``aux`` is handed back as it is and the gradients
    come in the order of ``variables``, through the recording where there is one.
    Other variables are constants: a player is frozen by not being differentiated.

``outputs_and_slope(function, inputs, state) -> (outputs, tensor)``
    What ``function(inputs)`` returns, a list, and the gradient of each sample's first
    output with respect to that sample, of the shape of ``inputs``. Both may be
    differentiated. `input_gradient` is the gradient alone, of a function that returns
    one output.

``apply_gradients(optimizer, gradients, variables)``
    Let a Keras optimizer update ``variables``.

``when(predicate, function, otherwise, state) -> tensor``
    ``function()`` where the scalar ``predicate`` holds, else ``otherwise``, a tensor
    of the same shape; either may be differentiated. What is not needed is not computed,
    but on TensorFlow under XLA, or where it needs the other replicas.

``batch_norm(maps, scale, offset, epsilon, moments=None) -> (outputs, mean, variance)``
    Maps ``(batch, height, width, channels)`` normalized by the moments of each
    channel, the biased variance among them, by a kernel of the framework's own that
    may be differentiated twice; the moments are without gradient. With ``moments``,
    mean and variance, by these instead. ``None`` where the framework has no such
    kernel for these maps.

``conv(maps, kernel, bias=None, ...)``, ``conv_transpose(maps, kernel, ...)`` and
``average_pool(maps, ...)``
    What the functions of these names in `keras.ops` return of the same arguments, in
    the form that the framework computes and differentiates fastest. Settings, and
    ``data_format`` among them, are given by name. A bias, a number for each channel,
    is for maps whose channels are last.

``leaky_relu(inputs, negative_slope) -> outputs``
    The inputs, negative ones times the slope; its derivative is without gradient in the
    inputs, so that no zeros are taken through what is below.

``sum_over_replicas(tensors) -> tensors``
    The sums of a list of tensors over all replicas; differentiable, any number of
    times. What it returns is the same on each.

``normal(shape, dtype, seed)`` and ``uniform(shape, low, high, dtype, seed)``
    What `keras.random` draws from a `SeedGenerator`, fast under the backend's compiler
    on a CPU, too.

``random_state() -> dict`` and ``set_random_state(states)``
    What the framework's own random generators hold, as arrays by name; Keras draws
    from them where it does not from a seed of its own.

``replicas() -> int`` and ``replica_index() -> int or tensor``
    How many replicas there are that each see a part of the batch, all of one size,
    and which of them this is.

``is_scattered() -> bool``
    Whether a batch lies on several devices, so that its mean costs a message.

``on_each_part(function, samples, weights) -> samples``
    ``function(samples, weights)``, of each sample apart, where a batch is scattered:
    each device computes its part. For what a compiler would bring together first.

``my_part(batch) -> batch``
    What of a batch that Keras hands to ``train_step`` is this replica's. Where Keras
    has split it already, all.

``shares(model) -> int``
    Into how many equal parts a batch is split that the model trains on.

``begin(model, variables)``
    Called before a training: let all processes begin with the values of the first.

``add(variable, number)``
    Add a number to a variable, outside of any gradient.

``mean_of_logs(logs) -> logs``
    A step's scalars by name, as means over the replicas, where Keras's metrics do not
    see to that.

``processes() -> int`` and ``process_index() -> int``
    How many programs train together, and which of them this is; 0 is the chief, who
    alone writes files.

``of_each_process(number) -> list``
    The number that each process gives, where each may read data of its own; where the
    engine hands data out itself, this one's alone.

``TrainerMixin``
    What Keras calls on this backend (``train_step``, ``test_step``), in terms of
    ``adversarial_step(data)`` and ``evaluation_step(data)``, which return logs.

``state`` is the list of every variable that the function may read or assign
(weights, moving statistics, seeds). TensorFlow and PyTorch keep such variables
themselves and ignore it; JAX passes them in and out of the differentiated
function. Metrics and optimizer slots are not part of it: an objective must not
touch them.
"""

import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import keras

# ruff: noqa: F403, F405
if TYPE_CHECKING:  # one stands for all three: their functions have the same types
    from keras_gan.backend.tensorflow import *

__all__ = [
    "TrainerMixin",
    "add",
    "apply_gradients",
    "average_pool",
    "batch_norm",
    "begin",
    "conv",
    "conv_transpose",
    "input_gradient",
    "is_scattered",
    "leaky_relu",
    "mean_of_logs",
    "my_part",
    "normal",
    "of_each_process",
    "on_each_part",
    "outputs_and_slope",
    "process_index",
    "processes",
    "random_state",
    "record",
    "replica_index",
    "replicas",
    "run",
    "set_random_state",
    "shares",
    "sum_over_replicas",
    "uniform",
    "value_and_grad",
    "when",
]

_BACKEND = keras.backend.backend()

if _BACKEND not in ("tensorflow", "jax", "torch"):
    raise ImportError(
        "keras_gan trains on the backends 'tensorflow', 'jax' and 'torch'. "
        f"Received: KERAS_BACKEND={_BACKEND!r}, which takes no gradients."
    )

_CHOSEN = importlib.import_module(f"keras_gan.backend.{_BACKEND}")
globals().update((n, getattr(_CHOSEN, n)) for n in __all__ if n != "input_gradient")


def input_gradient(function: Callable, inputs: Any, state: Sequence) -> Any:
    """Differentiate each sample's output with respect to that sample.

    Args:
        function: Function of ``inputs`` that returns an output for each sample.
        inputs: Samples, ``(batch, ...)``.
        state: Every variable that the function may read or assign.

    Returns:
        Tensor of the shape of ``inputs``, which may be differentiated itself.
    """
    return outputs_and_slope(lambda x: [function(x)], inputs, state)[1]
