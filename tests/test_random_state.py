"""Random state: the seeds that Keras leaves out of a file, saved and loaded."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan import penalties, random_state


def _network() -> keras.Model:
    """A network with two seeds, one of them nested, and other weights."""
    inner = keras.Sequential([keras.Input((3,)), layers.Dropout(0.5, seed=1)])
    inputs = keras.Input((3,))
    x = layers.GaussianNoise(1.0, seed=2)(inner(inputs))
    return keras.Model(inputs, layers.BatchNormalization()(layers.Dense(3)(x)))


def _values(states: list[keras.Variable]) -> list[np.ndarray]:
    return [ops.convert_to_numpy(s) for s in states]


def test_seed_states_are_all_seeds_and_nothing_else() -> None:
    network, seed = _network(), keras.random.SeedGenerator(3)
    states = random_state.seed_states([seed, network])
    assert states[0] is seed.state
    assert len(states) == 3
    assert {int(v[0]) for v in _values(states)} == {1, 2, 3}
    weights = {id(w) for w in network.weights}
    assert not weights & {id(s) for s in states}


def test_penalties_have_seeds() -> None:
    penalty = penalties.GradientPenalty(seed=4)
    states = random_state.seed_states([penalty, penalties.R1()])
    assert [id(s) for s in states] == [id(penalty.seed_generator.state)]


def test_layers_without_seeds_have_none() -> None:
    assert random_state.seed_states([layers.Dense(3), layers.Flatten()]) == []
    assert random_state.seed_states([]) == []


def test_save_and_load() -> None:
    owners = [keras.random.SeedGenerator(3), _network()]
    states = random_state.seed_states(owners)
    for _ in range(3):  # somewhere in the middle of a training
        keras.random.normal((2,), seed=owners[0])
        owners[1](np.ones((1, 3), "float32"), training=True)
    store: dict[str, Any] = {"0": np.ones(2)}
    random_state.save(store, states)
    saved = _values(states)
    assert len(store) == 4

    others = random_state.seed_states([keras.random.SeedGenerator(99), _network()])
    assert any((a != b).any() for a, b in zip(saved, _values(others), strict=True))
    random_state.load(store, others)
    for a, b in zip(saved, _values(others), strict=True):
        np.testing.assert_array_equal(a, b)
    # What the model itself has stored:
    assert list(random_state.without_states(store)) == ["0"]


def test_random_numbers_go_on_where_they_stopped() -> None:
    seed, other = keras.random.SeedGenerator(3), keras.random.SeedGenerator(8)
    keras.random.normal((2,), seed=seed)
    store: dict[str, Any] = {}
    random_state.save(store, random_state.seed_states([seed]))
    expected = ops.convert_to_numpy(keras.random.normal((2,), seed=seed))
    random_state.load(store, random_state.seed_states([other]))
    went_on = ops.convert_to_numpy(keras.random.normal((2,), seed=other))
    np.testing.assert_array_equal(went_on, expected)


def test_another_number_of_seeds_is_refused() -> None:
    store: dict[str, Any] = {}
    random_state.save(store, random_state.seed_states([_network()]))
    seed = keras.random.SeedGenerator(5)
    with pytest.raises(ValueError, match="2 random states, this GAN has 1"):
        random_state.load(store, [seed.state])
    assert int(ops.convert_to_numpy(seed.state)[0]) == 5  # left as it was


def test_penalties_of_another_number_go_on_from_their_own_seeds() -> None:
    store: dict[str, Any] = {}
    ones = [keras.random.SeedGenerator(i).state for i in (1, 2)]
    random_state.save(store, ones, random_state.OF_PENALTIES)
    other = keras.random.SeedGenerator(5).state
    random_state.load(store, [other], random_state.OF_PENALTIES)
    assert _values([other])[0][0] == 5
    random_state.load(store, ones[::-1], random_state.OF_PENALTIES)
    assert [int(v[0]) for v in _values(ones)] == [2, 1]
    assert random_state.without_states(store) == {}


def test_threads_take_turns() -> None:
    """Without, one thread would find, and put back, what another has set."""
    network = _network()
    before = _values(random_state.seed_states([network]))

    def drawn(seed: int) -> list[np.ndarray]:
        with random_state.untouched([network], seed):
            states = random_state.seed_states([network])
            first = _values(states)
            time.sleep(0.01)
            return [*first, *_values(states)]

    expected = [drawn(seed) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(drawn, range(8)))
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(_values(random_state.seed_states([network])), before)
