"""What callbacks remember of a training, as JSON and arrays."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np

# The public attributes in which Keras's callbacks keep what they have seen.
_KERAS = {
    "EarlyStopping": ("best", "wait", "best_epoch", "stopped_epoch", "best_weights"),
    "ReduceLROnPlateau": ("best", "wait", "cooldown_counter"),
    "ModelCheckpoint": ("best", "epochs_since_last_save"),
}

_ARRAYS = "array list"  # stands in the JSON for arrays that are kept beside it


def of(callbacks: Iterable[Any]) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return what the callbacks remember: values for JSON, and arrays.

    A callback of Keras is read by its public attributes. Any other is asked for
    ``get_memory()``, a dictionary, if it has that.

    Args:
        callbacks: Keras callbacks, in an order that is the same next time.

    Raises:
        TypeError: If a callback's memory holds something else.
    """
    values: dict[str, Any] = {}
    arrays: dict[str, np.ndarray] = {}
    for name, callback in _named(callbacks):
        memory = {}
        for key, value in _get(callback).items():
            memory[key] = value
            if _are_arrays(value):
                memory[key] = {_ARRAYS: len(value)}
                for i, array in enumerate(value):
                    arrays[f"{name}/{key}/{i}"] = _storable(array)
            elif isinstance(value, np.generic):
                memory[key] = value.item()
            else:
                _check(name, key, value)
        if memory:
            values[name] = memory
    return values, arrays


def put_back(callbacks: Iterable[Any], values: dict[str, Any], arrays: Any) -> None:
    """Let the callbacks remember; those that were not there begin anew.

    Args:
        callbacks: As for `of`, already told that the training begins.
        values: The values for JSON.
        arrays: The arrays by name.
    """
    for name, callback in _named(callbacks):
        memory = {}
        for key, value in values.get(name, {}).items():
            if isinstance(value, dict) and _ARRAYS in value:
                n = value[_ARRAYS]
                value = [arrays[f"{name}/{key}/{i}"] for i in range(n)]
            memory[key] = value
        if memory:
            _set(callback, memory)


def keep_logs(callbacks: Iterable[Any]) -> None:
    """Let a `CSVLogger` go on with its file rather than begin it anew."""
    for callback in callbacks:
        if isinstance(callback, keras.callbacks.CSVLogger):
            callback.append = True


def _storable(array: Any) -> np.ndarray:
    """Return an array of a type that NumPy writes, which bfloat16 is not."""
    array = np.asarray(array)
    return array.astype("float32") if array.dtype.kind == "V" else array


def _check(name: str, key: str, value: Any) -> None:
    try:
        json.dumps(value, default=number)
    except TypeError as error:
        raise TypeError(
            f"The memory of a callback is numbers, texts, lists and dictionaries of "
            f"them, and lists of arrays. Received from {name.partition('/')[0]}: "
            f"{key}={value!r}."
        ) from error


def number(value: Any) -> Any:
    """Return a number of NumPy as one of Python's, for JSON.

    Raises:
        TypeError: If it is something else.
    """
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _are_arrays(value: Any) -> bool:
    """Whether it is a list of arrays, such as `EarlyStopping` keeps of the weights."""
    arrays = np.ndarray | np.generic
    return isinstance(value, list) and any(isinstance(v, arrays) for v in value)


def _named(callbacks: Iterable[Any]) -> list[tuple[str, Any]]:
    """Callbacks by class, and by their order among those of the same class."""
    seen: Counter[str] = Counter()
    named = []
    for callback in callbacks:
        kind = type(callback).__name__
        named.append((f"{kind}/{seen[kind]}", callback))
        seen[kind] += 1
    return named


def _attributes(callback: Any) -> tuple[str, ...]:
    kinds = [kind.__name__ for kind in type(callback).__mro__]
    return next((_KERAS[kind] for kind in kinds if kind in _KERAS), ())


def _get(callback: Any) -> dict[str, Any]:
    if hasattr(callback, "get_memory"):
        return dict(callback.get_memory())
    return {key: getattr(callback, key, None) for key in _attributes(callback)}


def _set(callback: Any, memory: dict[str, Any]) -> None:
    if hasattr(callback, "set_memory"):
        callback.set_memory(memory)
        return
    for key in _attributes(callback):
        if key in memory:
            setattr(callback, key, memory[key])
