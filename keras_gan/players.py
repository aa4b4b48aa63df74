"""Player: a set of variables and the optimizer that moves them."""

from dataclasses import dataclass
from typing import Any

import keras


@dataclass(frozen=True)
class Player:
    """One side of the game.

    Attributes:
        variables: The trainable variables that are this player's to move.
        optimizer: The optimizer that moves them.
    """

    variables: list[Any]
    optimizer: keras.optimizers.Optimizer

    def regularization(self) -> Any:
        """Return the sum of the weight regularizers of this player's layers."""
        return sum(v.regularizer(v) for v in self.variables if v.regularizer)


@dataclass(frozen=True)
class Players:
    """Both sides, as they are when the model is compiled.

    Attributes:
        generator: The generator's side.
        discriminator: The discriminator's side.
        state: Every variable that a forward pass may read or assign.
    """

    generator: Player
    discriminator: Player
    state: list[Any]

    def all(self) -> tuple[Player, Player, list[Any]]:
        """Return the generator's side, the discriminator's, and the state."""
        return self.generator, self.discriminator, self.state
