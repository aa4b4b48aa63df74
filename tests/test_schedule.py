"""Schedules: numbers and Keras schedules as settings."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import schedule

FADES = keras.optimizers.schedules.CosineDecay(10.0, 100, alpha=0.1)


def test_numbers_and_schedules_are_accepted() -> None:
    assert schedule.check("weight", 3) == 3.0
    assert schedule.check("weight", FADES) is FADES
    assert schedule.check("p", 1, 0.0, 1.0) == 1.0
    assert schedule.check("p", np.float32(0.5), 0.0, 1.0) == 0.5


@pytest.mark.parametrize("wrong", [-1, 1.5, "1", None, True, float("nan")])
def test_other_things_are_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"p must be .* in \[0, 1\].*Received: p="):
        schedule.check("p", wrong, 0.0, 1.0)


@pytest.mark.parametrize("step", [0, 50, 100, 500])
def test_value_at_a_step(step: int) -> None:
    share = min(step, 100) / 100
    expected = 10 * (0.9 * (1 + np.cos(np.pi * share)) / 2 + 0.1)
    value = schedule.value_at(FADES, ops.convert_to_tensor(step))
    assert keras.backend.standardize_dtype(value.dtype) == "float32"
    np.testing.assert_allclose(ops.convert_to_numpy(value), expected, rtol=1e-5)
    assert schedule.value_at(0.5, step) == 0.5


def test_configuration() -> None:
    again = schedule.deserialize(schedule.serialize(FADES))
    assert again.get_config() == FADES.get_config()
    assert schedule.deserialize(schedule.serialize(2.0)) == 2.0
    assert schedule.deserialize(schedule.serialize(None)) is None
