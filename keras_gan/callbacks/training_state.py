"""TrainingState: what a training has learnt, kept in memory to go back to."""

from typing import Any

import keras
import numpy as np


class TrainingState:
    """A copy of all that both players have learnt, as it is now.

    It holds both networks, the average, what penalties and an augmentation remember,
    and each optimizer's moments, own count and loss scale. Four things it leaves
    alone, so that they go on when the state is put back: the count of the training's
    steps, the learning rates, the random state (the same draws would lead to the same
    end) and the running means of the logs.

    Args:
        gan: A compiled `GAN`.

    Attributes:
        step: Training steps done when it was taken.
        values: What was taken, arrays in an order that does not change.

    Example:
        >>> state = TrainingState(gan)
        >>> gan.fit(images)
        >>> state.put_back(gan)
    """

    def __init__(self, gan: Any) -> None:
        self.step = steps_of(gan)
        # Copied: PyTorch's arrays share the memory of the variables themselves.
        self.values = [np.array(keras.ops.convert_to_numpy(v)) for v in _variables(gan)]

    def put_back(self, gan: Any) -> None:
        """Set the variables to the values of this state."""
        for variable, value in zip(_variables(gan), self.values, strict=True):
            variable.assign(value)


def steps_of(gan: Any) -> int:
    """Return the number of training steps that a GAN has done."""
    return int(keras.ops.convert_to_numpy(gan.optimizer.iterations))


def _variables(gan: Any) -> list[keras.Variable]:
    """All that is put back, in an order that does not change."""
    goes_on = [gan.steps_done, gan.optimizer.iterations]
    goes_on += [o.learning_rate for o in gan.optimizer.optimizers]  # or a tensor
    left_alone = set(map(id, goes_on))
    every = [*gan.weights, *gan.optimizer.variables]  # `weights` has no seeds
    return [v for v in every if id(v) not in left_alone]
