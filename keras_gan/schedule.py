"""Schedules: a number, or one that changes with the step."""

import math
from typing import Any

import keras
import numpy as np
from keras import ops

#: What Keras's optimizers take for a learning rate is taken for any setting.
Schedule = keras.optimizers.schedules.LearningRateSchedule


def check(
    argument: str, value: Any, low: float = 0.0, high: float = float("inf")
) -> Any:
    """Return a number as a float and a schedule as it is.

    Args:
        argument: Name of the setting, for the error.
        value: A number, or a `keras.optimizers.schedules.LearningRateSchedule`.
        low: Smallest value.
        high: Largest value.

    Raises:
        ValueError: If it is neither, or a number out of range.

    Example:
        >>> check("weight", 10)
        10.0
    """
    if isinstance(value, Schedule):
        return value
    return number(argument, value, low, high, ", or a Keras LearningRateSchedule")


def number(
    argument: str,
    value: Any,
    low: float = 0.0,
    high: float = float("inf"),
    or_else: str = "",
) -> float:
    """Return a number as a float, of a setting that takes no schedule.

    Args:
        argument: Name of the setting, for the error.
        value: A number.
        low: Smallest value.
        high: Largest value.
        or_else: What else is accepted, for the error.

    Raises:
        ValueError: If it is no number, or out of range.

    Example:
        >>> number("decay", 0.99, high=1.0)
        0.99
    """
    is_number = isinstance(value, int | float | np.number)
    is_number = is_number and not isinstance(value, bool)
    if not is_number or not low <= value <= high or math.isinf(value):
        accepted = (
            f"at least {low:g}" if high == float("inf") else f"in [{low:g}, {high:g}]"
        )
        raise ValueError(
            f"{argument} must be a number, {accepted}{or_else}. Received: "
            f"{argument}={value!r}."
        )
    return float(value)


def value_at(value: Any, step: Any) -> Any:
    """Return the value at a step: a float, or a float32 scalar of a schedule.

    Example:
        >>> fades = keras.optimizers.schedules.CosineDecay(10.0, 1000)
        >>> value_at(fades, 500)  # 5.0
    """
    return ops.cast(value(step), "float32") if isinstance(value, Schedule) else value


def serialize(value: Any) -> Any:
    """Return what a configuration holds for a number or a schedule."""
    if isinstance(value, Schedule):
        return keras.saving.serialize_keras_object(value)
    return value


def deserialize(value: Any) -> Any:
    """Return the number or the schedule that a configuration holds."""
    if isinstance(value, dict):
        return keras.saving.deserialize_keras_object(value)
    return value
