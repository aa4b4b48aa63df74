"""A network's layers called in turn, without what Keras does around each call.

PyTorch runs a network anew at every step, and with it all that Keras does around a
layer's own ``call``: it binds arguments, looks for masks, casts, writes attributes,
which takes 0.1 ms for each layer, and a small one computes for less. Of layers that
need none of it the ``call`` alone gives the same numbers.
"""

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import keras
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
    *(layers.Permute, layers.Concatenate, layers.Add, layers.Subtract),
    *(layers.Multiply, layers.Average, layers.Dot),
}

# What a call is given: the name of a layer that made it, or of several.
_Names = str | list[str]

_GRAPHS: WeakKeyDictionary = WeakKeyDictionary()


class Graph(NamedTuple):
    """A network as calls of layers, in an order in which they can be made.

    Attributes:
        inputs: Names of the input layers, and what they expect.
        calls: Each layer's name, its call in training mode, and what it is given.
        outputs: What the network returns.
    """

    inputs: list[tuple[str, Any]]
    calls: list[tuple[str, Callable, _Names]]
    outputs: _Names

    def fits(self, given: list[Any]) -> bool:
        """Whether inputs have the expected shapes; Keras changes or refuses others."""
        return len(given) == len(self.inputs) and all(
            len(value.shape) == len(expected.shape)
            and all(map(_agree, expected.shape, value.shape))
            for value, (_, expected) in zip(given, self.inputs, strict=True)
        )

    def run(self, given: list[Any]) -> Any:
        """Run the network in training mode."""
        values = {
            name: keras.ops.convert_to_tensor(value, dtype=expected.dtype)
            for value, (name, expected) in zip(given, self.inputs, strict=True)
        }
        for name, call, wanted in self.calls:
            values[name] = call(_chosen(values, wanted))
        return _chosen(values, self.outputs)


class _Known(NamedTuple):
    """A network's graph, if it has one, and the layers it was read from."""

    graph: Graph | None
    layers: list[Any]
    precisions: list[Any]


def run(network: Any, inputs: Any) -> Any:
    """Return ``network(inputs, training=True)``.

    Args:
        network: A model.
        inputs: A tensor, or a list of them.
    """
    graph, given = _current(network), keras.tree.flatten(inputs)
    if graph is None or not graph.fits(given):
        return network(inputs, training=True)
    return graph.run(given)


def _current(network: Any) -> Graph | None:
    """Return the graph of a network as it is now."""
    its_layers = network.layers
    precisions = [layer.dtype_policy for layer in its_layers]
    known = _GRAPHS.get(network)
    if known is None or known[1:] != (its_layers, precisions):
        known = _GRAPHS[network] = _Known(graph_of(network), its_layers, precisions)
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
    floats = {e.dtype for _, e in graph.inputs if keras.backend.is_float_dtype(e.dtype)}
    return graph if floats <= {"float32"} else None


class _NotPlainError(Exception):
    """A network has what a `Graph` cannot say."""


def _is_plain(layer: Any) -> bool:
    kind = type(layer)
    known = kind in _PLAIN or kind.__module__.startswith(_OURS)
    makes_masks = getattr(layer, "mask_zero", False)
    wrapped = getattr(layer, "layer", layer)
    precisions = {layer.dtype_policy.name, wrapped.dtype_policy.name}
    return known and not makes_masks and precisions == {"float32"}


@functools.cache
def _functional() -> type:
    """The class of what ``keras.Model(inputs, outputs)`` returns."""
    inputs = keras.Input((1,))
    return type(keras.Model(inputs, keras.layers.Identity()(inputs)))


def _chain(network: Any) -> Graph:
    """Read a sequential network."""
    try:
        (expected,) = network.inputs
    except (AttributeError, ValueError) as error:  # it was built by a call
        raise _NotPlainError from error
    names = ["", *(layer.name for layer in network.layers)]
    calls = [
        (layer.name, _in_training(layer), before)
        for layer, before in zip(network.layers, names, strict=False)
    ]
    return Graph([("", expected)], calls, names[-1])


def _read(network: Any) -> Graph:
    """Read a functional network, from what it would be saved as."""
    if not all(isinstance(o, keras.Layer) for o in network.operations):
        raise _NotPlainError
    try:
        with warnings.catch_warnings(action="ignore"):  # of what is unsafe to load
            config = network.get_config()
    except Exception as error:  # what cannot be saved can be trained
        raise _NotPlainError from error
    wanted = {
        layer["name"]: _argument(layer["inbound_nodes"])
        for layer in config["layers"]
        if layer["class_name"] != "InputLayer"
    }
    inputs = _places(config["input_layers"])
    inputs = [inputs] if isinstance(inputs, str) else inputs
    outputs = _places(config["output_layers"])
    if len(outputs) == 1:  # Keras returns it as it is
        outputs = outputs[0]
    calls = [
        (layer.name, _in_training(layer), wanted[layer.name])
        for layer in network.operations  # by depth
        if layer.name in wanted
    ]
    return Graph(list(zip(inputs, network.inputs, strict=True)), calls, outputs)


def _argument(nodes: list[dict[str, Any]]) -> _Names:
    """Return what a layer is given in its one call: one tensor, or a list of them."""
    if len(nodes) != 1 or len(nodes[0]["args"]) != 1:
        raise _NotPlainError
    if any(value for name, value in nodes[0]["kwargs"].items() if name != "training"):
        raise _NotPlainError
    (given,) = nodes[0]["args"]
    several = isinstance(given, list | tuple)
    tensors = list(given) if several else [given]
    places = [_place(_history(tensor)) for tensor in tensors]
    return places if several else places[0]


def _history(saved: Any) -> Any:
    """Return where a tensor that is saved as an argument comes from."""
    if not isinstance(saved, dict) or saved.get("class_name") != "__keras_tensor__":
        raise _NotPlainError
    return saved["config"]["keras_history"]


def _places(saved: Any) -> _Names:
    """Return the names in a place, or in a list of places."""
    if isinstance(saved, list | tuple) and not isinstance(saved[0], str):
        return [_place(each) for each in saved]
    return _place(saved)


def _place(saved: Any) -> str:
    """Return the name in Keras's ``[name, call, output]``, which says a layer's."""
    if not isinstance(saved, list | tuple) or list(saved[1:]) != [0, 0]:
        raise _NotPlainError
    return str(saved[0])


def _in_training(layer: Any) -> Callable:
    """Return a layer's call, told that it is for training if it asks."""
    if "training" in inspect.signature(layer.call).parameters:
        return functools.partial(layer.call, training=True)
    call: Callable = layer.call
    return call


def _agree(expected: int | None, size: int) -> bool:
    return expected in (None, size)


def _chosen(values: dict[str, Any], wanted: _Names) -> Any:
    if isinstance(wanted, str):
        return values[wanted]
    return [values[name] for name in wanted]
