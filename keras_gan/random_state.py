"""The seeds that Keras leaves out of a saved model, saved and loaded with it.

Keras 3 saves weights but no `SeedGenerator` (keras-team/keras#19796), so a loaded
model would draw other latents and dropout masks than the one that went on.
"""

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from keras_gan.arguments import check_seed

#: Under what the states are stored: those of networks, latents and augmentation, and
#: those of penalties, which `compile` brings.
OF_GAN = "seed_state_"
OF_PENALTIES = "penalty_seed_state_"

_TURNS = threading.RLock()


def seed_generator(seed: Any) -> keras.random.SeedGenerator:
    """Return Keras's generator of a seed that `check_seed` accepts."""
    check_seed(seed)
    return keras.random.SeedGenerator(seed)


def seed_states(owners: Iterable[Any]) -> list[keras.Variable]:
    """Return the state of every seed generator that the owners hold, in order.

    Args:
        owners: `keras.random.SeedGenerator` objects and layers.
    """
    states = []
    for owner in owners:
        if isinstance(owner, keras.random.SeedGenerator):
            states.append(owner.state)
        else:
            weights = set(map(id, owner.weights))
            states += [v for v in owner.variables if id(v) not in weights]
    return states


@contextmanager
def untouched(owners: Iterable[Any], seed: int | None) -> Iterator[None]:
    """Let owners draw from a seed of one's own, and then go on as if they had not.

    One thread at a time, as the states are shared.

    Args:
        owners: As in `seed_states`.
        seed: Integer seed, or ``None`` for a new one.

    Example:
        >>> with untouched([generator], seed=0):
        ...     samples = generator(latents)
    """
    states = seed_states(owners)
    if not states:
        yield
        return
    with _TURNS:
        before = [keras.ops.convert_to_numpy(state).copy() for state in states]
        drawn = np.random.default_rng(seed).integers(2**31, size=len(states))
        for state, number in zip(states, drawn, strict=True):
            state.assign([number, 0])
        try:
            yield
        finally:
            for state, value in zip(states, before, strict=True):
                state.assign(value)


def save(store: Any, states: list[keras.Variable], prefix: str = OF_GAN) -> None:
    """Write the states into a model's own store."""
    for i, state in enumerate(states):
        store[f"{prefix}{i}"] = keras.ops.convert_to_numpy(state)


def load(store: Any, states: list[keras.Variable], prefix: str = OF_GAN) -> None:
    """Read the states.

    Those of penalties are left as they are where the file holds another number: a
    GAN that makes samples needs no penalties, and one may go on with others.

    Raises:
        ValueError: If the file holds another number of the GAN's own states.
    """
    keys = list(store.keys())  # a store is not iterable itself
    saved = sum(key.startswith(prefix) for key in keys)
    if saved != len(states) and prefix == OF_GAN:
        raise ValueError(
            f"The file holds {saved} random states, this GAN has {len(states)}: "
            "it was saved from other networks."
        )
    for i, state in enumerate(states if saved == len(states) else ()):
        state.assign(store[f"{prefix}{i}"][()])


def without_states(store: Any) -> dict[str, Any]:
    """Return what else a store holds."""
    keys = list(store.keys())
    state = re.compile(f"({OF_GAN}|{OF_PENALTIES})[0-9]+")
    return {key: store[key] for key in keys if not state.fullmatch(key)}
