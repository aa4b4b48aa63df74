"""EMA: the decay at each step, and the average it makes."""

import warnings
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan import EMA
from keras_gan import ema as moving_average

STEPS = [1, 2, 10, 1000, 1_000_000]


def _decay_at(average: EMA, step: int, batch_size: int) -> float:
    return float(ops.convert_to_numpy(average.decay_at(step, batch_size)))


def _expected(
    step: int,
    batch_size: int,
    decay: float | None = None,
    half_life: float | None = None,
    ramp_up: float | None = 0.05,
) -> float:
    """The same in images throughout, in float64, as the references have it."""
    if half_life is None:
        half_life = batch_size * np.log(0.5) / np.log(decay)
    if ramp_up is not None:
        half_life = min(half_life, ramp_up * step * batch_size)
    return 0.5 ** (batch_size / half_life)


@pytest.mark.parametrize("ramp_up", [None, 0.05, 0.5])
@pytest.mark.parametrize(
    "given", [{"decay": 0.9}, {"decay": 0.9999}, {"half_life": 10_000}]
)
def test_decay(given: dict[str, float], ramp_up: float | None) -> None:
    average = EMA(**given, ramp_up=ramp_up)
    for step in STEPS:
        for batch_size in (1, 64, 1000):
            np.testing.assert_allclose(
                _decay_at(average, step, batch_size),
                _expected(step, batch_size, **given, ramp_up=ramp_up),
                rtol=1e-5,
                atol=1e-7,
            )


def test_a_decay_is_itself_once_the_ramp_is_over() -> None:
    np.testing.assert_allclose(_decay_at(EMA(0.999), 10**6, 64), 0.999, rtol=1e-6)
    np.testing.assert_allclose(
        _decay_at(EMA(0.999, ramp_up=None), 1, 64), 0.999, rtol=1e-6
    )
    assert _decay_at(EMA(0.0), 100, 64) == 0.0


def test_a_half_life_means_the_same_at_any_batch_size() -> None:
    average = EMA(half_life=1000, ramp_up=None)
    small = _decay_at(average, 1, 10)
    large = _decay_at(average, 1, 100)
    np.testing.assert_allclose(small**10, large, rtol=1e-5)
    np.testing.assert_allclose(_decay_at(average, 1, 1000), 0.5, rtol=1e-6)


def test_step_may_be_a_variable() -> None:
    step = keras.Variable(7, dtype="int32", trainable=False)
    average = EMA(half_life=500)
    value = ops.convert_to_numpy(average.decay_at(step, ops.convert_to_tensor(32)))
    np.testing.assert_allclose(value, _expected(7, 32, half_life=500), rtol=1e-5)
    assert value.dtype == np.float32


def test_schedules_of_either_form() -> None:
    linear = keras.optimizers.schedules.PolynomialDecay(0.5, 10, 0.9)
    average = EMA(linear, ramp_up=None)
    for step, decay in ((0, 0.5), (5, 0.7), (20, 0.9)):
        np.testing.assert_allclose(_decay_at(average, step, 8), decay, rtol=1e-5)
    grows = keras.optimizers.schedules.PolynomialDecay(100.0, 10, 300.0)
    average = EMA(half_life=grows, ramp_up=None)
    np.testing.assert_allclose(_decay_at(average, 5, 200), 0.5, rtol=1e-5)
    again = EMA.from_config(average.get_config())
    np.testing.assert_allclose(_decay_at(again, 10, 300), 0.5, rtol=1e-5)


def _network() -> keras.Model:
    return keras.Sequential(
        [keras.Input((2,)), layers.Dense(3), layers.BatchNormalization()]
    )


def test_update_moves_weights_and_statistics() -> None:
    generator = _network()
    average = moving_average.average_of(generator)
    before = average.get_weights()
    rng = np.random.default_rng(0)
    generator.set_weights([w + rng.normal(size=w.shape) for w in before])
    now = generator.get_weights()
    assert len(now) == 6  # kernel, bias, scale, offset, moving mean and variance
    rule = EMA(0.9, ramp_up=None)
    rule.update(average, generator, step=1, batch_size=8)
    for mean, old, new in zip(average.get_weights(), before, now, strict=True):
        np.testing.assert_allclose(mean, 0.9 * old + 0.1 * new, rtol=1e-5, atol=1e-6)
    rule.update(average, generator, step=2, batch_size=8)
    for mean, old, new in zip(average.get_weights(), before, now, strict=True):
        np.testing.assert_allclose(mean, 0.81 * old + 0.19 * new, rtol=1e-5, atol=1e-6)
    for weight, new in zip(generator.get_weights(), now, strict=True):
        np.testing.assert_array_equal(weight, new)  # the generator is only read


def test_update_without_decay_copies() -> None:
    generator = _network()
    average = moving_average.average_of(generator)
    generator.set_weights([w + 1 for w in generator.get_weights()])
    EMA(0.0).update(average, generator, step=1, batch_size=8)
    for mean, weight in zip(
        average.get_weights(), generator.get_weights(), strict=True
    ):
        np.testing.assert_allclose(mean, weight, rtol=1e-6)


class Counting(layers.Layer):
    """A layer with a whole number among its weights."""

    def build(self, input_shape: Any) -> None:
        self.count = self.add_weight(
            shape=(), dtype="int32", initializer="zeros", trainable=False
        )

    def call(self, inputs: Any) -> Any:
        return inputs


def test_whole_numbers_are_copied() -> None:
    inputs = keras.Input((2,))
    generator = keras.Model(inputs, Counting()(layers.Dense(2)(inputs)))
    with keras.saving.custom_object_scope({"Counting": Counting}):
        average = moving_average.average_of(generator)
    generator.layers[-1].count.assign(7)
    EMA(0.9).update(average, generator, step=1, batch_size=8)
    assert int(ops.convert_to_numpy(average.layers[-1].count)) == 7


class Subclassed(keras.Model):
    """A generator that declares no inputs."""

    def __init__(self, width: int = 3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.width = width
        self.dense = layers.Dense(width)

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)

    def get_config(self) -> dict[str, Any]:
        return {"width": self.width}


def test_an_average_that_cannot_move_is_warned_of() -> None:
    for policy, warned in (("bfloat16", True), ("mixed_bfloat16", False)):
        network = keras.Sequential([keras.Input((2,)), layers.Dense(1, dtype=policy)])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            moving_average.average_of(network)
        assert any("hardly moves" in str(w.message) for w in caught) is warned


def test_a_generator_that_cannot_be_made_anew_is_refused() -> None:
    class Forgetful(Subclassed):
        def get_config(self) -> dict[str, Any]:
            return {}

    generator, inputs = Forgetful(width=4), keras.Input((2,))
    generator(inputs)
    with pytest.raises(ValueError, match=r"ema needs a generator.*get_config"):
        moving_average.average_of(generator, inputs)


def test_a_generator_with_a_lambda_is_refused_by_name() -> None:
    twice = keras.layers.Lambda(lambda x: 2 * x, output_shape=(2,))
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2), twice])
    with pytest.raises(ValueError, match=r"ema needs a generator.*a Lambda: write"):
        moving_average.average_of(generator)


@pytest.mark.parametrize("kind", ["functional", "sequential", "unbuilt", "subclassed"])
def test_average_is_a_frozen_copy_of_its_own(kind: str) -> None:
    inputs = keras.Input((2,))
    generator: keras.Model = {
        "functional": lambda: keras.Model(inputs, layers.Dense(3)(inputs)),
        "sequential": _network,
        "unbuilt": lambda: keras.Sequential([layers.Dense(3)]),
        "subclassed": lambda: Subclassed(width=4),
    }[kind]()
    generator(np.zeros((1, 2), "float32"))
    average = moving_average.average_of(generator, inputs)
    assert type(average) is type(generator)
    assert not average.trainable_variables
    assert generator.trainable_variables
    assert len(average.weights) == len(generator.weights) > 0
    for mean, weight in zip(average.weights, generator.weights, strict=True):
        assert mean is not weight
        np.testing.assert_array_equal(
            ops.convert_to_numpy(mean), ops.convert_to_numpy(weight)
        )


@pytest.mark.parametrize(
    "given",
    [{}, {"decay": 0.9, "half_life": 100}],
)
def test_exactly_one_of_decay_and_half_life(given: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="either decay or half_life"):
        EMA(**given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"decay": 1.0}, r"decay must be in \[0, 1\). Received: decay=1.0"),
        ({"decay": -0.1}, r"decay must be in \[0, 1\). Received: decay=-0.1"),
        ({"decay": "much"}, r"decay must be in \[0, 1\). Received: decay='much'"),
        ({"decay": True}, r"decay must be in \[0, 1\). Received: decay=True"),
        ({"half_life": 0}, "half_life must be a finite number above 0.*=0"),
        ({"half_life": -5}, "half_life must be a finite number above 0.*=-5"),
        ({"half_life": "10k"}, "half_life must be a finite number above 0.*='10k'"),
        ({"decay": 0.9, "ramp_up": 0}, "ramp_up must be a finite number above 0.*=0"),
        ({"decay": 0.9, "ramp_up": -1}, "ramp_up must be a finite number above.*=-1"),
        ({"decay": 0.9, "ramp_up": "a"}, "ramp_up must be a finite number above.*'a'"),
    ],
)
def test_out_of_range(given: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        EMA(**given)


def test_get() -> None:
    average = EMA(half_life=100)
    assert moving_average.get(average) is average
    assert moving_average.get(None) is None
    assert moving_average.get(0.99).decay == 0.99
    assert moving_average.get(0).decay == 0


@pytest.mark.parametrize("wrong", ["0.99", True, [0.99]])
def test_get_refuses_the_rest(wrong: Any) -> None:
    with pytest.raises(TypeError, match="ema must be None, a decay"):
        moving_average.get(wrong)


@pytest.mark.parametrize(
    "average", [EMA(0.9), EMA(half_life=500, ramp_up=None), EMA(0.5, ramp_up=0.1)]
)
def test_configuration(average: EMA) -> None:
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(average)
    )
    assert type(copy) is EMA
    assert copy.get_config() == average.get_config()
