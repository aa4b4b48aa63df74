"""What a network takes and gives: the facts that GAN needs to know of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras

#: Values that an output activation can reach, where they are bounded.
_RANGES = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0), "hard_sigmoid": (0.0, 1.0)}


@dataclass(frozen=True)
class NetworkSpec:
    """Shapes of a network, without the batch axis.

    Attributes:
        input_shape: Shape of the first input: latents or images.
        label_shape: Shape of the second input, ``()`` or ``(1,)`` for class
            numbers, ``(classes,)`` for one-hot; ``None`` if it takes no labels.
        output_shapes: Shape of each output.
        activations: For each output the name of the activation that makes it, or
            ``None`` where it cannot be told.
    """

    input_shape: tuple[int | None, ...]
    label_shape: tuple[int | None, ...] | None
    output_shapes: tuple[tuple[int | None, ...], ...]
    activations: tuple[str | None, ...]

    @property
    def activation(self) -> str | None:
        """The activation of the first output: the samples, or the verdict."""
        return self.activations[0]

    @property
    def takes_labels(self) -> bool:
        """Whether the network has a second input, for labels."""
        return self.label_shape is not None

    @property
    def output_range(self) -> tuple[float, float] | None:
        """The bounds of the output, or ``None`` if it has none."""
        return _RANGES.get(self.activation or "")

    @property
    def num_classes(self) -> int | None:
        """Number of classes that a one-hot label input tells, if it does."""
        wide = self.label_shape and self.label_shape[-1] and self.label_shape[-1] > 1
        return self.label_shape[-1] if wide else None  # type: ignore[index]


def spec_of(network: keras.Model, player: str, inputs: Sequence[Any]) -> NetworkSpec:
    """Read a network's specification, building it where that is still to be done.

    Args:
        network: A Functional or Sequential model, or a subclassed one.
        player: ``"generator"`` or ``"discriminator"``, for the error.
        inputs: Symbolic inputs to build the network on if it declares none.

    Raises:
        ValueError: If the network declares none and none are given, declares more
            than two, cannot be called on them as one argument, or names its inputs
            or outputs in a dictionary.
    """
    declared = getattr(network, "inputs", None)
    if not declared and not inputs:
        raise ValueError(
            f"The {player} {network.name!r} declares no inputs, so its latent "
            "dimension cannot be inferred. Pass latent_dim, or start the network "
            "with keras.Input."
        )
    inputs = declared or inputs
    if len(inputs) > 2:
        takes = "latents" if player == "generator" else "images"
        raise ValueError(
            f"The {player} takes {takes}, or {takes} and labels. Received: a network "
            f"with {len(inputs)} inputs, {[i.name for i in inputs]}."
        )
    outputs = network.outputs if declared else _called(network, player, inputs)
    _check_order(network, player, outputs)
    outputs = keras.tree.flatten(outputs)
    shapes = [tuple(tensor.shape[1:]) for tensor in inputs]
    return NetworkSpec(
        input_shape=shapes[0],
        label_shape=shapes[1] if len(shapes) == 2 else None,
        output_shapes=tuple(tuple(tensor.shape[1:]) for tensor in outputs),
        activations=_activations_of(network, len(outputs)),
    )


def _called(network: keras.Model, player: str, inputs: Sequence[Any]) -> Any:
    """Return the outputs of a network that declares no inputs."""
    takes = "latents" if player == "generator" else "samples"
    argument = takes if len(inputs) == 1 else f"[{takes}, labels], as there are classes"
    try:
        return network(unwrap(list(inputs)))
    except Exception as error:
        raise ValueError(
            f"The {player} {network.name!r} is called with one argument, {argument}, "
            f"symbolic ones of shapes {[i.shape for i in inputs]}. It failed: "
            f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
        ) from error


def _check_order(network: keras.Model, player: str, outputs: Any) -> None:
    """Refuse a dictionary of inputs or outputs: Keras sorts it by its names."""
    structures = [outputs]
    if getattr(network, "inputs", None) and not isinstance(network, keras.Sequential):
        structures = [network.input, network.output]
    if any(isinstance(structure, dict) for structure in structures):
        raise ValueError(
            f"The {player}'s inputs and outputs are known by their order: images or "
            "latents, then labels; the verdict, then heads. Received: "
            f"{network.name!r}, which names them in a dictionary. Give "
            "keras.Model(inputs, outputs) lists."
        )


def unwrap(inputs: list[Any]) -> Any:
    """Return one input as it is and two as the list that a network takes."""
    return inputs[0] if len(inputs) == 1 else inputs


def classes_of(network: keras.Model) -> int | None:
    """Return the number of classes that the network's layers have, if one."""
    sizes = {_classes_of_layer(layer) for layer in _flatten(network)} - {None}
    return sizes.pop() if len(sizes) == 1 else None


def _classes_of_layer(layer: Any) -> int | None:
    if isinstance(layer, keras.layers.Wrapper):
        return _classes_of_layer(layer.layer)
    if isinstance(layer, keras.layers.Embedding):
        return layer.input_dim
    return getattr(layer, "num_classes", None)  # conditional normalization


def _activations_of(network: keras.Model, outputs: int) -> tuple[str | None, ...]:
    """Name the activation that makes each output."""
    # A Functional model's operations; a subclassed model tells nothing.
    steps = getattr(network, "operations", [])
    if isinstance(network, keras.Sequential):
        steps = network.layers
    if outputs == 1:
        return (_activation_of(steps),)
    return tuple(
        _activation_of([step for step in steps if _makes(step, output)])
        for output in getattr(network, "outputs", None) or [None] * outputs
    )


def _makes(step: Any, output: Any) -> bool:
    """Whether an operation of a Functional model, no model itself, has this output."""
    if isinstance(step, keras.Model) or output is None:
        return False
    return any(tensor is output for tensor in keras.tree.flatten(step.output))


def _activation_of(steps: Sequence[Any]) -> str | None:
    """Name the activation that the last step ends in, however deep it is nested."""
    for step in reversed(steps):
        if isinstance(step, keras.layers.Flatten | keras.layers.Reshape):
            continue
        if isinstance(step, keras.Model):
            return _activations_of(step, 1)[0]
        if isinstance(step, keras.layers.Layer):
            return getattr(getattr(step, "activation", None), "__name__", None)
        name = type(step).__name__.lower()  # a bare operation, such as ops.tanh
        return name if name in _RANGES else None
    return None


def symbolic_inputs(spec: NetworkSpec) -> Any:
    """Return symbolic inputs that a network of this specification takes."""
    inputs = [keras.Input(spec.input_shape)]
    if spec.label_shape is not None:
        inputs.append(keras.Input(spec.label_shape, dtype="int32"))
    return unwrap(inputs)


def _flatten(network: keras.Model) -> list[Any]:
    layers = []
    for layer in network.layers:
        layers += _flatten(layer) if isinstance(layer, keras.Model) else [layer]
    return layers
