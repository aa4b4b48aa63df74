"""What a saved model's configuration may name: layers that are known, no code."""

import math
import re
import reprlib
import sys
from collections.abc import Iterator
from typing import Any

import keras

#: Classes that a file may not name, and what they are.
UNSAFE = {
    "__lambda__": "Python code",
    "Lambda": "a layer that runs code or calls a function which the file chooses",
    "TorchModuleWrapper": "a layer that unpickles a PyTorch module",
    "TFSMLayer": "a layer that runs a SavedModel from elsewhere",
    "JaxLayer": "a layer that calls a function which the file chooses",
    "FlaxLayer": "a layer that calls a method which the file chooses",
}
#: Parts of Keras that models are made of: modules of classes ...
_CLASSES = (
    *("constraints", "distillation", "dtype_policies", "initializers", "layers"),
    *("losses", "metrics", "models", "ops", "optimizers", "quantizers", "random"),
    "regularizers",
)
#: ... and of functions, which compute and do nothing else.
_FUNCTIONS = (
    *("activations", "constraints", "initializers", "losses", "metrics", "ops"),
    "regularizers",
)
# On PyTorch Keras names its optimizers so; on others it takes its own of that name.
_TORCH_OPTIMIZER = re.compile(r"keras\.src\.backend\.torch\.optimizers\.torch_[a-z]+")
#: What Keras writes in place of values that are no JSON.
_VALUES = ("keras_tensor", "tensor", "numpy", "bytes", "slice", "ellipsis")

# Of these a layer has at least as many weights ...
_WEIGHTS = (
    *("units", "filters", "input_dim", "output_dim", "kernel_size", "num_heads"),
    *("key_dim", "value_dim", "depth_multiplier"),
)
# ... and by these its inputs or outputs are as large.
_SIDES = ("batch_shape", "target_shape", "size")
_SLACK = 4  # packed weights are fewer
_FEW, _SMALL = 2**16, 2**20  # accepted in any case


def check(config: dict[str, Any], numbers: int) -> None:
    """Raise `ValueError` if a model's configuration names what it must not.

    Refused are Python code, layers that run what the file chooses, functions and
    modules of Keras that are no part of a model, classes of other packages unless
    they are registered, vocabularies in other files, objects without a module, as
    only older formats have them, and layers much larger than the weights.

    Args:
        config: The configuration, as `keras_gan.files.keras_archive.read` returns it.
        numbers: How many numbers the saved weights are.

    Raises:
        ValueError: The message is the reason alone.

    Example:
        >>> check({"module": "os", "class_name": "system", "config": {}}, 0)
        Traceback (most recent call last):
        ...
        ValueError: its config.json names 'system' of 'os', which is neither ...
    """
    if not isinstance(config.get("class_name"), str) or "config" not in config:
        raise ValueError("its config.json describes no object of Keras")
    for described in _objects(config):
        name = described["class_name"]
        if name in [f"__{value}__" for value in _VALUES]:
            continue
        _check_name(described)
        settings = described.get("config")
        if isinstance(settings, dict):
            _check_vocabulary(name, settings)
            _check_size(name, settings, described.get("build_config"), numbers)


def _objects(config: Any) -> Iterator[dict[str, Any]]:
    """All dictionaries that describe an object, however deep they are."""
    todo = [config]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            if isinstance(value.get("class_name"), str):
                yield value
            todo += value.values()
        elif isinstance(value, list):
            todo += value


def _check_name(described: dict[str, Any]) -> None:
    """Raise unless an object is Keras's own, harmless, or known to this process."""
    name, module = described["class_name"], described.get("module")
    is_function = name == "function"
    is_keras = not isinstance(module, str) or module.split(".")[0] == "keras"
    if name in UNSAFE and (is_keras or name == "__lambda__"):
        raise ValueError(f"it holds {name}, {UNSAFE[name]}")
    if "module" not in described:
        raise ValueError(
            f"its config.json names {_shown(name)} without a module, as only files of "
            "older formats do"
        )
    # As Keras finds it: what is registered first, and by this name alone.
    called = described.get("config" if is_function else "registered_name", name)
    if called is not None and not isinstance(called, str):
        raise ValueError(f"its config.json has {_shown(called)} where a name belongs")
    if called and keras.saving.get_registered_object(called) is not None:
        return
    if module == "builtins" and is_function:  # Keras's own, by their names
        return
    found = called if is_function else name
    where = f"its config.json names {_shown(found)} of {_shown(module)}"
    if not isinstance(module, str) or not is_keras:
        raise ValueError(
            f"{where}, which is neither Keras's nor registered with it. If it is "
            "yours, import what registers it first (keras-gan --import MODULE)"
        )
    if not _is_part_of_models(module, str(found), is_function):
        raise ValueError(f"{where}, which is no part of a model of Keras's")


def _is_part_of_models(module: str, name: str, is_function: bool) -> bool:
    """Whether a module of Keras, imported already, has such a part of models."""
    if _TORCH_OPTIMIZER.fullmatch(module):
        module = "keras.optimizers"
    part = module.removeprefix("keras").removeprefix(".src").lstrip(".").split(".")[0]
    known = _FUNCTIONS if is_function else ("", *_CLASSES)
    found = getattr(sys.modules.get(module), name, None) if part in known else None
    return callable(found) and isinstance(found, type) != is_function


def _check_vocabulary(name: str, settings: dict[str, Any]) -> None:
    if isinstance(settings.get("vocabulary"), str):
        raise ValueError(
            f"its {_shown(name)} would read the vocabulary "
            f"{_shown(settings['vocabulary'])}, a file elsewhere"
        )


def _check_size(name: str, settings: dict[str, Any], build: Any, numbers: int) -> None:
    """Raise if a layer would take far more memory than the file has weights.

    It cannot be known in full before the layers are there; this finds what is absurd.
    """
    for keys, always in ((_WEIGHTS, _FEW), (_SIDES, _SMALL)):
        most = max(always, _SLACK * numbers)
        for key in keys:
            if max(_whole(settings.get(key)), default=0) > most:
                raise ValueError(
                    f"its {_shown(name)} has {key}={_shown(settings[key])}, and the "
                    f"file holds {numbers:,} weights"
                )
    inputs = _whole(build.get("input_shape") if isinstance(build, dict) else None)
    weights = math.prod([*_whole(settings.get("units")), *inputs[-1:]])
    if weights > max(_FEW, _SLACK * numbers):
        raise ValueError(
            f"its {_shown(name)} has {weights:,} weights or more, and the file "
            f"{numbers:,}"
        )


def _whole(value: Any) -> list[int]:
    """The whole numbers of a value that may be one, or a list with some."""
    values = value if isinstance(value, list) else [value]
    return [v for v in values if isinstance(v, int) and not isinstance(v, bool)]


def _shown(value: Any) -> str:
    """A value of the file, shortened: it may be anything, as deep and long as it is."""
    form = reprlib.Repr()
    form.maxlevel, form.maxstring = 2, 100
    return form.repr(value)
