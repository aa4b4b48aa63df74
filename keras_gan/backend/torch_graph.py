"""A network's layers called in turn, without what Keras does around each call.

PyTorch runs a network anew at every step, and with it all that Keras does around a
layer's own ``call``: it binds arguments, looks for masks, casts, writes attributes,
which takes 0.1 ms for each layer, and a small one computes for less. Of layers that
need none of it the ``call`` alone gives the same numbers.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import keras
import torch
from keras import layers

_OURS = ("keras_gan.layers.", "keras_gan.networks.")

# Keras's own that compute from tensors alone: they make no masks, and hold no layers.
_PLAIN = {
    *(layers.InputLayer, layers.Dense, layers.Embedding, layers.Activation),
    *(layers.ReLU, layers.LeakyReLU, layers.PReLU, layers.ELU, layers.Softmax),
    *(layers.Conv1D, layers.Conv1DTranspose, layers.Conv2D, layers.Conv2DTranspose),
    *(layers.DepthwiseConv2D, layers.SeparableConv2D, layers.UpSampling2D),
    *(layers.AveragePooling2D, layers.GlobalAveragePooling2D, layers.MaxPooling2D),
    *(layers.GlobalMaxPooling2D, layers.ZeroPadding2D, layers.Cropping2D),
    *(layers.BatchNormalization, layers.LayerNormalization, layers.GroupNormalization),
    *(layers.UnitNormalization, layers.Dropout, layers.SpatialDropout2D),
    *(layers.GaussianNoise, layers.Rescaling, layers.Reshape, layers.Flatten),
    layers.Permute,
}

# Those that are given a list.
_MERGING = {
    *(layers.Add, layers.Subtract, layers.Multiply, layers.Average),
    *(layers.Concatenate, layers.Dot),
}

_GRAPHS: WeakKeyDictionary = WeakKeyDictionary()


class Call(NamedTuple):
    """One layer's call. A tensor is a number here: the identity of the symbolic one.

    Attributes:
        function: The layer's own ``call``, or what gives the same.
        is_told: Whether it asks if it is for training.
        wanted: The tensor or the list of tensors that it is given.
        made: The tensor that it makes.
    """

    function: Callable
    is_told: bool
    wanted: int | list[int]
    made: int


class Graph:
    """A network as calls of layers, in an order in which they can be made.

    Args:
        inputs: What the network expects, symbolic tensors.
        calls: The calls.
        outputs: The tensors that the network returns.
    """

    def __init__(self, inputs: list[Any], calls: list[Call], outputs: list[int]):
        self.inputs, self.calls, self.outputs = inputs, calls, outputs
        self.spent = _last_wanted(calls, outputs)

    def fits(self, given: list[Any]) -> bool:
        """Whether inputs have the expected shapes; Keras changes or refuses others."""
        return len(given) == len(self.inputs) and all(
            len(value.shape) == len(expected.shape)
            and all(map(_agree, expected.shape, value.shape))
            for value, expected in zip(given, self.inputs, strict=True)
        )

    def run(self, given: list[Any], training: bool) -> list[Any]:
        """Run the network; a tensor is let go of where nothing wants it any more."""
        values = {
            id(expected): keras.ops.convert_to_tensor(value, dtype=expected.dtype)
            for value, expected in zip(given, self.inputs, strict=True)
        }
        for call, spent in zip(self.calls, self.spent, strict=True):
            told = {"training": training} if call.is_told else {}
            if isinstance(call.wanted, list):
                made = call.function([values[i] for i in call.wanted], **told)
            else:
                made = call.function(values[call.wanted], **told)
            values[call.made] = made
            for i in spent:
                del values[i]
        return [values[i] for i in self.outputs]


def _last_wanted(calls: list[Call], outputs: list[int]) -> list[list[int]]:
    """Return, for each call, the tensors that neither a later one nor a user wants."""
    spent, kept = [], set(outputs)
    for call in reversed(calls):
        # What a call makes may be wanted by nothing, not even a user.
        here = {call.made, *keras.tree.flatten(call.wanted)} - kept
        kept |= here
        spent.append(list(here))
    return spent[::-1]


class _Known(NamedTuple):
    """A network's graph, if it has one, and the layers it was read from."""

    graph: Graph | None
    layers: list[Any]
    precisions: list[Any]


def run(network: Any, inputs: Any, training: bool = True) -> Any:
    """Return ``network(inputs, training=training)``; of several outputs, a flat list.

    Args:
        network: A model.
        inputs: A tensor, or a list of them.
        training: Whether it is for training.
    """
    graph, given = _current(network), keras.tree.flatten(inputs)
    if graph is None or not graph.fits(given):
        return network(inputs, training=training)
    outputs = graph.run(given, training)
    return outputs if len(outputs) > 1 else outputs[0]


def _current(network: Any) -> Graph | None:
    """Return the graph of a network as it is now."""
    its_layers = network.layers
    precisions = [layer.dtype_policy for layer in its_layers]
    known = _GRAPHS.get(network)
    if known is None or known[1:] != (its_layers, precisions):
        known = _Known(graph_of(network), its_layers, precisions)
        _GRAPHS[network] = known
    found: Graph | None = known.graph
    return found


def graph_of(network: Any) -> Graph | None:
    """Return a network as calls of layers, or ``None`` where Keras has to call it.

    Args:
        network: A model. It has a graph if it is functional or sequential, computes in
            float32, and each of its layers is plain, or one of ours, and used once.
    """
    if not (network.built and all(map(_is_plain, network.layers))):
        return None
    try:
        if type(network) is keras.Sequential:
            graph = _chain(network)
        elif type(network) is _functional():
            graph = _read(network)
        else:
            return None
    except _NotPlainError:
        return None
    floats = {e.dtype for e in graph.inputs if keras.backend.is_float_dtype(e.dtype)}
    return graph if floats <= {"float32"} else None


class _NotPlainError(Exception):
    """A network has what a `Graph` cannot say."""


def _is_plain(layer: Any) -> bool:
    makes_masks = getattr(layer, "mask_zero", False)
    wrapped = getattr(layer, "layer", layer)
    precisions = {layer.dtype_policy.name, wrapped.dtype_policy.name}
    known = type(layer) in _PLAIN | _MERGING or _is_ours(layer)
    return known and not makes_masks and precisions == {"float32"}


def _is_ours(layer: Any) -> bool:
    return type(layer).__module__.startswith(_OURS)


@functools.cache
def _functional() -> type:
    """The class of what ``keras.Model(inputs, outputs)`` returns."""
    inputs = keras.Input((1,))
    return type(keras.Model(inputs, layers.Identity()(inputs)))


def _chain(network: Any) -> Graph:
    """Read a sequential network."""
    try:
        (expected,) = network.inputs
    except (AttributeError, ValueError) as error:  # it was built by a call
        raise _NotPlainError from error
    places = [id(expected), *range(len(network.layers))]  # identities are larger
    calls = [
        Call(_function(layer), _asks(layer), before, after)
        for layer, before, after in zip(
            network.layers, places, places[1:], strict=False
        )
    ]
    return Graph([expected], calls, places[-1:])


def _read(network: Any) -> Graph:
    """Read a functional network, from what its layers say of their one call."""
    made = {id(tensor) for tensor in network.inputs}
    calls = []
    for layer in network.operations:  # from the inputs on
        if not isinstance(layer, keras.Layer):
            raise _NotPlainError
        if isinstance(layer, layers.InputLayer):
            continue
        given, output = _given(layer), keras.tree.flatten(layer.output)
        if len(output) != 1 or not made.issuperset(given):
            raise _NotPlainError  # or it is called elsewhere, or twice
        made.add(id(output[0]))
        wanted = given if _is_list(layer, given) else given[0]
        calls.append(Call(_function(layer), _asks(layer), wanted, id(output[0])))
    outputs = list(map(id, network.outputs))
    if not made.issuperset(outputs):
        raise _NotPlainError
    return Graph(network.inputs, calls, outputs)


def _given(layer: Any) -> list[int]:
    return list(map(id, keras.tree.flatten(layer.input)))


def _is_list(layer: Any, given: list[int]) -> bool:
    """Whether a layer is given a list, and not one tensor."""
    several = len(given) > 1
    if several != (type(layer) in _MERGING) and not _is_ours(layer):
        raise _NotPlainError  # tensors as keywords, or constants
    return several


def _function(layer: Any) -> Callable:
    """Return what a layer does."""
    if type(layer) is layers.Dense:
        return functools.partial(_dense, layer)
    function: Callable = layer.call
    return function


def _dense(layer: Any, inputs: Any, training: bool) -> Any:
    """Multiply and add in one operation, where Keras has two."""
    if layer.bias is None or layer.lora_enabled or inputs.dim() != 2:
        return layer.call(inputs, training=training)
    kernel = layer.kernel.value
    if inputs.dtype != kernel.dtype:  # Keras finds one for both
        return layer.call(inputs, training=training)
    outputs = torch.addmm(layer.bias.value, inputs, kernel)
    return outputs if layer.activation is None else layer.activation(outputs)


def _asks(layer: Any) -> bool:
    """Whether a layer asks if it is called for training."""
    return "training" in inspect.signature(layer.call).parameters


def _agree(expected: int | None, size: int) -> bool:
    return expected in (None, size)
