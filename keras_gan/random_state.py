"""The seeds that Keras leaves out of a saved model, saved and loaded with it.

Keras 3 saves weights but no `SeedGenerator` (keras-team/keras#19796), so a loaded
model would draw other latents and dropout masks than the one that went on.
"""

from collections.abc import Iterable
from typing import Any

import keras

_PREFIX = "seed_state_"


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


def save(store: Any, states: list[keras.Variable]) -> None:
    """Write the states into a model's own store."""
    for i, state in enumerate(states):
        store[f"{_PREFIX}{i}"] = keras.ops.convert_to_numpy(state)


def load(store: Any, states: list[keras.Variable]) -> dict[str, Any]:
    """Read the states and return what else the store holds.

    Raises:
        ValueError: If the file holds another number of seeds than the model.
    """
    keys = list(store.keys())  # a store is not iterable itself
    saved = {key for key in keys if key.startswith(_PREFIX)}
    if len(saved) != len(states):
        raise ValueError(
            f"The file holds {len(saved)} random states, this GAN has {len(states)}: "
            "it was saved from other networks or penalties."
        )
    for i, state in enumerate(states):
        state.assign(store[f"{_PREFIX}{i}"][()])
    return {key: store[key] for key in keys if key not in saved}
