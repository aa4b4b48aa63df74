"""Whether it is the same training: its settings, and where two of them differ."""

from collections.abc import Iterator
from typing import Any

import keras

from keras_gan.optimizer import innermost

# Keras numbers the names of what it makes in one process; the state of random seeds is
# in a checkpoint, so that where they began does not matter.
_LEFT_OUT = ("name", "shared_object_id", "build_config", "seed")

# Of networks these too: `module` is where a class lies in one version of Keras, and the
# rest is what became of a network so far.
_LEFT_OUT_OF_NETWORKS = ("module", "compile_config", "build_input_shape")

_NETWORKS = ("generator", "discriminator")

# Keras's classes, which have no registered name, and ours that compute what those of
# the same name do: our networks had Keras's.
_AS_KERAS = (None, "keras_gan>LeakyReLU", "keras_gan>ReLU")
_MOST = 80  # characters of a value, in a difference
_OTHER_SHAPES = "has variables of other shapes"


def of(gan: Any, steps_per_epoch: int | None) -> dict[str, Any]:
    """Return what decides how a GAN is trained, as JSON.

    The networks are told by their configuration; subclassed ones, which may have none,
    by the shapes of their variables.
    """
    config = gan.get_config()
    networks = {key: _network(getattr(gan, key), config[key]) for key in _NETWORKS}
    for key in _NETWORKS:
        shapes = [list(v.shape) for v in getattr(gan, key).variables]
        config[key] = {"variables": shapes}
    return _plain(
        {
            "networks": networks,
            "GAN": {k: v for k, v in config.items() if k not in ("dtype", "trainable")},
            "compile": {
                **gan.get_compile_config(),
                **gan.optimizer.settings,
                "metrics": None,
            },
            "dtype": keras.config.dtype_policy().name,
            "steps_per_epoch": steps_per_epoch,
        }
    )


def differences(before: Any, now: Any, name: str = "") -> list[str]:
    """Return where two settings differ, as ``"compile.d_steps is 1 there and 2 here"``.

    Args:
        before: Those of the checkpoint. Older ones do not hold the networks, which are
            then not compared.
        now: Those of this training.
        name: What they are called.
    """
    if "networks" not in before:
        now = {key: value for key, value in now.items() if key != "networks"}
    return list(_differences(before, now, name))


def learning_rate_ratios(before: Any, now: Any) -> list[float]:
    """Return how many times as high each player's learning rate is, if a number."""
    ratios = []
    for player in ("g_optimizer", "d_optimizer"):
        old, new = (innermost(s["compile"][player]) for s in (before, now))
        rates = [new["learning_rate"], old["learning_rate"]]
        numbers = all(isinstance(rate, int | float) and rate for rate in rates)
        ratios.append(rates[0] / rates[1] if numbers else 1.0)
    return ratios


def other_shapes(changes: list[str]) -> list[str]:
    """Return those of the differences that no weights can be loaded over."""
    return [change for change in changes if change.endswith(_OTHER_SHAPES)]


def _network(network: Any, serialized: dict[str, Any]) -> dict[str, Any]:
    """Return what a network does with its variables, as far as it is known."""
    config = serialized["config"]
    return {
        "trainable": [v.trainable for v in network.variables],
        "config": _unnamed(config, {}) if "layers" in config else {},
    }


def _unnamed(value: Any, places: dict[str, int]) -> Any:
    """Return a configuration in which layers are told by their place, not by name.

    Args:
        value: The configuration, or a part of it.
        places: Of the layers that it refers to by name.
    """
    if isinstance(value, dict):
        kind = value.get("class_name")
        if kind == "__lambda__":  # the same code is not always the same bytes
            return kind
        if kind == "DTypePolicy":  # whose name is all that there is to it
            return value["config"]["name"]
        layers = value.get("layers")
        if isinstance(layers, list):
            places = {_name(layer): place for place, layer in enumerate(layers)}
        kept = {k: v for k, v in value.items() if k not in _LEFT_OUT_OF_NETWORKS}
        return {k: _unnamed(v, places) for k, v in kept.items()}
    if isinstance(value, list | tuple):
        if len(value) == 3 and isinstance(value[0], str) and value[0] in places:
            return [places[value[0]], *value[1:]]  # layer, its call, its output
        return [_unnamed(v, places) for v in value]
    return value


def _name(layer: Any) -> Any:
    """The name in the configuration of a layer; what is no layer has none."""
    return layer["config"].get("name") if _is_serialized(layer) else None


def _is_serialized(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("config"), dict)


def _differences(before: Any, now: Any, name: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in [*before, *(k for k in now if k not in before)]:
            classes = (before.get(key), now.get(key))
            if key == "registered_name" and all(c in _AS_KERAS for c in classes):
                continue
            inner = name if key == "config" else f"{name}.{key}".lstrip(".")
            yield from _differences(before.get(key), now.get(key), inner)
    elif name.endswith(".variables") and before != now:
        yield f"{name.removesuffix('.variables')} {_OTHER_SHAPES}"
    elif name.endswith(".layers") and _count(before) != _count(now):
        counts = f"{_count(before)} layers there and {_count(now)} here"
        yield f"{name.removesuffix('.layers')} has {counts}"
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for i, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from _differences(one, other, f"{name}[{i}]")
    elif before != now:
        yield f"{name} is {_shown(before)} there and {_shown(now)} here"


def _count(layers: Any) -> int:
    return len(layers) if isinstance(layers, list) else 0


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("class_name", value))
    shown = "not set" if value is None else repr(value)
    return shown if len(shown) <= _MOST else f"{shown[:_MOST]}..."


def _plain(value: Any) -> Any:
    """Return settings as JSON gives them back, without what does not matter."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k not in _LEFT_OUT}
        return {str(k): _plain(v) for k, v in kept.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return type(value).__name__
