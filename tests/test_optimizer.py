"""AdversarialOptimizer: two optimizers as one, as Keras sees it."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan.optimizer import AdversarialOptimizer, rate_of


@pytest.fixture
def variables() -> tuple[list, list]:
    """Two players' variables."""
    return (
        [keras.Variable(np.zeros(n, "float32")) for n in (2, 3)],
        [keras.Variable(np.zeros(4, "float32"))],
    )


@pytest.fixture
def optimizer(variables: tuple[list, list]) -> AdversarialOptimizer:
    """A composite that is built for both."""
    composite = AdversarialOptimizer(
        keras.optimizers.Adam(1e-4), keras.optimizers.SGD(4e-4, momentum=0.9)
    )
    composite.build_players(*variables)
    return composite


def test_optimizers_come_generator_first(optimizer: AdversarialOptimizer) -> None:
    rates = [float(ops.convert_to_numpy(o.learning_rate)) for o in optimizer.optimizers]
    np.testing.assert_allclose(rates, [1e-4, 4e-4])
    assert optimizer.optimizers == [optimizer.g_optimizer, optimizer.d_optimizer]


def test_variables_are_the_counter_then_both_players(
    optimizer: AdversarialOptimizer,
) -> None:
    g, d = optimizer.optimizers
    expected = [optimizer.iterations, *g.variables, *d.variables]
    assert [id(v) for v in optimizer.variables] == [id(v) for v in expected]
    assert len(optimizer.variables) == len({id(v) for v in optimizer.variables})


def test_slots_belong_to_one_player_each(
    optimizer: AdversarialOptimizer, variables: tuple[list, list]
) -> None:
    assert optimizer.built
    for player, mine in zip(optimizer.optimizers, variables, strict=True):
        assert player.built
        slots = {tuple(v.shape) for v in player.variables if len(v.shape)}
        assert slots == {tuple(v.shape) for v in mine}


def test_iterations_is_a_counter_of_its_own(optimizer: AdversarialOptimizer) -> None:
    optimizer.iterations.assign_add(1)
    assert int(ops.convert_to_numpy(optimizer.iterations)) == 1
    for player in optimizer.optimizers:
        assert int(ops.convert_to_numpy(player.iterations)) == 0


def test_the_same_object_twice_is_refused() -> None:
    adam = keras.optimizers.Adam()
    with pytest.raises(ValueError, match=r"same object twice.*one for each player"):
        AdversarialOptimizer(adam, adam)


def test_learning_rate_is_neither_players(optimizer: AdversarialOptimizer) -> None:
    assert not hasattr(optimizer, "learning_rate")
    with pytest.raises(AttributeError, match=r"g_optimizer.learning_rate"):
        _ = optimizer.learning_rate
    with pytest.raises(AttributeError, match=r"learning_rate=0.1.*d_optimizer"):
        optimizer.learning_rate = 0.1
    optimizer.g_optimizer.learning_rate = 0.5  # as a schedule does
    assert float(ops.convert_to_numpy(optimizer.g_optimizer.learning_rate)) == 0.5


def test_apply_is_refused(
    optimizer: AdversarialOptimizer, variables: tuple[list, list]
) -> None:
    with pytest.raises(TypeError, match="applies no gradients itself"):
        optimizer.apply([ops.zeros(4)], variables[1])


def test_own_variables_are_the_counter_alone(
    optimizer: AdversarialOptimizer, variables: tuple[list, list]
) -> None:
    optimizer.iterations.assign(12)
    store: dict[str, Any] = {}
    optimizer.save_own_variables(store)
    assert {k: int(v) for k, v in store.items()} == {"0": 12}
    other = AdversarialOptimizer(keras.optimizers.Adam(), keras.optimizers.Adam())
    other.build_players(*variables)
    other.load_own_variables(store)
    assert int(ops.convert_to_numpy(other.iterations)) == 12


def test_configuration(optimizer: AdversarialOptimizer) -> None:
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(optimizer)
    )
    assert type(copy) is AdversarialOptimizer
    assert copy.get_config() == optimizer.get_config()
    assert isinstance(copy.g_optimizer, keras.optimizers.Adam)
    assert isinstance(copy.d_optimizer, keras.optimizers.SGD)
    assert copy.d_optimizer.momentum == 0.9
    assert copy.g_optimizer is not optimizer.g_optimizer


def test_learning_rate_schedules_survive() -> None:
    schedule = keras.optimizers.schedules.CosineDecay(1e-3, 100)
    optimizer = AdversarialOptimizer(
        keras.optimizers.Adam(schedule), keras.optimizers.Adam(1e-3)
    )
    copy = AdversarialOptimizer.from_config(optimizer.get_config())
    assert copy.get_config() == optimizer.get_config()


def test_averages_are_written_to_their_own_players_variables(
    variables: tuple[list, list],
) -> None:
    """Keras asks at the end of `fit` where an optimizer has ``use_ema``."""
    averaging = keras.optimizers.SGD(1.0, use_ema=True, ema_momentum=0.5)
    optimizer = AdversarialOptimizer(averaging, keras.optimizers.SGD(1.0))
    optimizer.build_players(*variables)
    g_variables, d_variables = variables
    for _ in range(2):
        averaging.apply([ops.ones(2), ops.ones(3)], g_variables)
    for variable in d_variables:
        variable.assign(ops.full(variable.shape, 3.0))
    weights = ops.convert_to_numpy(g_variables[0])
    np.testing.assert_allclose(weights, -2)
    optimizer.finalize_variable_values([*g_variables, *d_variables])
    # The average starts at the first step's -1 and goes half the way to -2.
    np.testing.assert_allclose(ops.convert_to_numpy(g_variables[0]), -1.5)
    np.testing.assert_allclose(ops.convert_to_numpy(d_variables[0]), 3)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="is TensorFlow's")
def test_the_rate_of_a_mirrored_optimizer_is_a_number():
    import tensorflow as tf

    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        optimizer = keras.optimizers.SGD(0.5)
        optimizer.build([keras.Variable(np.zeros(2))])
    assert isinstance(rate_of(optimizer), float)
    assert rate_of(optimizer) == 0.5
