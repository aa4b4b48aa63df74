"""Player: a set of variables and the optimizer that moves them."""

import warnings
from collections.abc import Callable
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

    def check_unchanged(self, generator: Any, discriminator: Any) -> None:
        """Make sure that each side still is what its network has to train.

        Args:
            generator: The generator.
            discriminator: The discriminator.

        Raises:
            ValueError: If layers were frozen, thawed, added or replaced.
        """
        for player, network in (
            (self.generator, generator),
            (self.discriminator, discriminator),
        ):
            now = network.trainable_variables
            if list(map(id, now)) != list(map(id, player.variables)):
                raise ValueError(
                    f"{network.name!r} has {len(now)} variables to train, and other "
                    f"ones than when the GAN was compiled ({len(player.variables)}). "
                    "After a change of `trainable` or of layers call `compile` again, "
                    "with new optimizers. The step freezes by itself whoever is not "
                    "being trained."
                )

    def all(self) -> tuple[Player, Player, list[Any]]:
        """Return the generator's side, the discriminator's, and the state."""
        return self.generator, self.discriminator, self.state


def check_network(player: str, network: keras.Model) -> None:
    """Make sure that an objective can train a network.

    Args:
        player: ``"generator"`` or ``"discriminator"``, for the error.
        network: The player's.

    Raises:
        ValueError: If a layer has an activity regularizer, which no objective holds,
            or is a spectral normalization of Keras on PyTorch.
    """
    changing = _names_of(network, _changes_its_kernel)
    if changing and keras.backend.backend() == "torch":
        raise ValueError(
            "A spectral normalization of Keras sets its kernel in each pass, which "
            "PyTorch does not differentiate where there are two in an update. "
            f"Received: layers {changing} of the {player}. Use "
            "keras_gan.layers.SpectralNormalization in its place."
        )
    lost = _names_of(network, _is_regularized)
    if lost:
        raise ValueError(
            f"Activity regularizers are not part of a player's objective. Received: "
            f"layers {lost} of the {player} with one. Write a penalty, see "
            "keras_gan.penalties, or regularize kernels."
        )
    if not network.trainable_variables:
        warnings.warn(
            f"The {player} has no trainable variables, so it will not learn. The step "
            "freezes by itself whoever is not being trained: leave "
            f"{player}.trainable = True, unless this is meant.",
            stacklevel=3,
        )


def _names_of(layer: Any, wanted: Callable[[Any], bool]) -> list[str]:
    """Names of the layers in question, in nested models and wrappers, too."""
    if wanted(layer):
        return [layer.name]
    inner = list(getattr(layer, "layers", []))
    inner += [layer.layer] if isinstance(layer, keras.layers.Wrapper) else []
    return [name for each in inner for name in _names_of(each, wanted)]


def _is_regularized(layer: Any) -> bool:
    return getattr(layer, "activity_regularizer", None) is not None


def _changes_its_kernel(layer: Any) -> bool:
    return isinstance(layer, keras.layers.SpectralNormalization)
