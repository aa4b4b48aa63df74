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

# Of what is wanted of a call: the name of a layer, or of several.
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
        """Whether inputs have the ranks that are expected; Keras would change them."""
        return len(given) == len(self.inputs) and all(
            len(value.shape) == len(expected.shape)
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


def run(network: Any, inputs: Any) -> Any:
    """Return ``network(inputs, training=True)``.

    Args:
        network: A model.
        inputs: A tensor, or a list of them.
    """
    if network not in _GRAPHS:
        _GRAPHS[network] = graph_of(network)
    graph, given = _GRAPHS[network], keras.tree.flatten(inputs)
    if graph is None or not graph.fits(given):
        return network(inputs, training=True)
    return graph.run(given)


def graph_of(network: Any) -> Graph | None:
    """Return a network as calls of layers, or ``None`` where Keras has to call it.

    Args:
        network: A model. It has a graph if it is functional or sequential, computes in
            float32, and each of its layers is plain, or one of ours, and used once.
    """
    sequential = type(network) is keras.Sequential
    if not sequential and type(network) is not _functional():
        return None
    if not (network.built and all(map(_is_plain, network.layers))):
        return None
    try:
        return _chain(network) if sequential else _read(network)
    except _NotPlainError:
        return None


class _NotPlainError(Exception):
    """A network has what a `Graph` cannot say."""


def _is_plain(layer: Any) -> bool:
    kind = type(layer)
    known = kind in _PLAIN or kind.__module__.startswith(_OURS)
    makes_masks = getattr(layer, "mask_zero", False)
    return known and not makes_masks and layer.dtype_policy.name == "float32"


@functools.cache
def _functional() -> type:
    """The class of what ``keras.Model(inputs, outputs)`` returns."""
    inputs = keras.Input((1,))
    return type(keras.Model(inputs, keras.layers.Identity()(inputs)))


def _chain(network: Any) -> Graph:
    """Read a sequential network."""
    names = ["", *(layer.name for layer in network.layers)]
    calls = [
        (layer.name, _in_training(layer), before)
        for layer, before in zip(network.layers, names, strict=False)
    ]
    return Graph([("", network.inputs[0])], calls, names[-1])


def _read(network: Any) -> Graph:
    """Read a functional network, from what it is saved as."""
    config = network.get_config()
    wanted = {
        layer["name"]: _argument(layer["inbound_nodes"])
        for layer in config["layers"]
        if layer["class_name"] != "InputLayer"
    }
    inputs = _places(config["input_layers"])
    inputs = [inputs] if isinstance(inputs, str) else inputs
    calls = [
        (operation.name, _in_training(operation), wanted[operation.name])
        for operation in network.operations  # in the order in which Keras calls them
        if operation.name in wanted
    ]
    return Graph(
        list(zip(inputs, network.inputs, strict=True)),
        calls,
        _places(config["output_layers"]),
    )


def _argument(nodes: list[dict[str, Any]]) -> _Names:
    """Return what a layer is given in its one call: one tensor, or a list of them."""
    if len(nodes) != 1 or len(nodes[0]["args"]) != 1:
        raise _NotPlainError
    if any(value for name, value in nodes[0]["kwargs"].items() if name != "training"):
        raise _NotPlainError
    (given,) = nodes[0]["args"]
    several = isinstance(given, list | tuple)
    tensors = list(given) if several else [given]
    if not all(isinstance(t, dict) and "config" in t for t in tensors):
        raise _NotPlainError
    places = [_places(t["config"]["keras_history"]) for t in tensors]
    return places if several else places[0]


def _places(saved: Any) -> Any:
    """Return the names in Keras's ``[name, call, output]``, or in a list of these."""
    if not isinstance(saved, list | tuple):
        raise _NotPlainError
    if not isinstance(saved[0], str):
        return [_places(each) for each in saved]
    name, call, output = saved
    if call or output:
        raise _NotPlainError
    return name


def _in_training(layer: Any) -> Callable:
    """Return a layer's call, told that it is for training if it asks."""
    if "training" in inspect.signature(layer.call).parameters:
        return functools.partial(layer.call, training=True)
    call: Callable = layer.call
    return call


def _chosen(values: dict[str, Any], wanted: _Names) -> Any:
    if isinstance(wanted, str):
        return values[wanted]
    return [values[name] for name in wanted]
