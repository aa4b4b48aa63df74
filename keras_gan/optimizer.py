"""AdversarialOptimizer: both players' optimizers, as the one that Keras tracks."""

import weakref
from collections.abc import Sequence
from typing import Any

import keras

_PLAYERS = ("g_optimizer", "d_optimizer")

# Whose slots an optimizer has, which Keras does not tell.
_OWNERS: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


@keras.saving.register_keras_serializable(package="keras_gan")
class AdversarialOptimizer(keras.optimizers.Optimizer):
    """Hold the generator's and the discriminator's optimizer for one `GAN`.

    Keras reads, saves and schedules ``model.optimizer``. This composite lets it
    find both: callbacks see them as ``optimizers``, a checkpoint holds the state
    of both, and the JAX trainer carries all of their variables. It never applies
    gradients itself; `GAN`'s step hands each player's to that player's optimizer.
    ``iterations`` counts training steps, whatever ``d_steps`` is.

    Args:
        g_optimizer: The generator's `keras.optimizers.Optimizer`.
        d_optimizer: The discriminator's, another instance.
        name: Name of the composite.

    Raises:
        ValueError: If both are the same object: its slots would be built for one
            player's variables only.

    Example:
        >>> optimizer = AdversarialOptimizer(
        ...     keras.optimizers.Adam(1e-4), keras.optimizers.Adam(4e-4))
        >>> [float(o.learning_rate) for o in optimizer.optimizers]
    """

    def __init__(
        self,
        g_optimizer: keras.optimizers.Optimizer,
        d_optimizer: keras.optimizers.Optimizer,
        name: str = "adversarial_optimizer",
    ) -> None:
        if _unscaled(g_optimizer) is _unscaled(d_optimizer):
            raise ValueError(
                "g_optimizer and d_optimizer must be two optimizers. Received the "
                f"same object twice: {g_optimizer!r}. Create one for each player."
            )
        # The base wants a rate; a constant function makes it no variable.
        super().__init__(learning_rate=_no_learning_rate, name=name)
        self.g_optimizer = g_optimizer
        self.d_optimizer = d_optimizer
        self.goes_on = False
        self._rates = [_rate(optimizer) for optimizer in self.optimizers]

    @property
    def optimizers(self) -> list[keras.optimizers.Optimizer]:
        """Both optimizers, the generator's first."""
        return [self.g_optimizer, self.d_optimizer]

    @property
    def variables(self) -> list[keras.Variable]:
        """The step counter and all that both optimizers hold."""
        own = super().variables
        return [*own, *self.g_optimizer.variables, *self.d_optimizer.variables]

    @property
    def learning_rate(self) -> Any:
        """Neither player's: ask `g_optimizer` or `d_optimizer`."""
        raise AttributeError(
            "Two players have two learning rates: read or set "
            "`optimizer.g_optimizer.learning_rate` and "
            "`optimizer.d_optimizer.learning_rate`."
        )

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        raise AttributeError(
            "Two players have two learning rates. Received: "
            f"learning_rate={value}. Set `optimizer.g_optimizer.learning_rate` and "
            "`optimizer.d_optimizer.learning_rate`."
        )

    @property
    def settings(self) -> dict[str, Any]:
        """Both configurations, with the learning rates that a training began with."""
        config = self.get_config()
        if int(keras.ops.convert_to_numpy(self.iterations)):
            for player, rate in zip(_PLAYERS, self._rates, strict=True):
                if rate is not None:
                    innermost(config[player])["learning_rate"] = rate
        return {player: config[player] for player in _PLAYERS}

    def build_players(self, g_variables: Sequence, d_variables: Sequence) -> None:
        """Create the slots of both optimizers, each for its player's variables.

        Raises:
            ValueError: If one has those of another player or GAN.
        """
        for name, optimizer, variables in (
            ("g_optimizer", self.g_optimizer, g_variables),
            ("d_optimizer", self.d_optimizer, d_variables),
        ):
            _check_owner(name, optimizer, variables)
            if not optimizer.built:
                optimizer.build(list(variables))
            _OWNERS[optimizer] = [weakref.ref(v) for v in variables]
        super().build([*g_variables, *d_variables])
        self._of_generator = frozenset(map(id, g_variables))

    def finalize_variable_values(self, var_list: Sequence) -> None:
        """Let each optimizer with ``use_ema`` write its averages, as Keras asks.

        Not while ``goes_on``: a `fit` ends, and the training does not.
        """
        if self.goes_on:
            return
        for optimizer, mine in zip(self.optimizers, (True, False), strict=True):
            optimizer.finalize_variable_values(
                [v for v in var_list if (id(v) in self._of_generator) is mine]
            )

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Refuse: gradients of both players at once have no meaning here."""
        raise TypeError(
            "AdversarialOptimizer applies no gradients itself: use its "
            "`g_optimizer` and `d_optimizer`, one for each player."
        )

    def save_own_variables(self, store: Any) -> None:
        """Save the step counter; Keras saves the two optimizers beside it."""
        store["0"] = keras.ops.convert_to_numpy(self.iterations)

    def load_own_variables(self, store: Any) -> None:
        """Load the step counter."""
        self.iterations.assign(store["0"][()])

    def get_config(self) -> dict[str, Any]:
        """Return the two optimizers' configurations."""
        return {
            "g_optimizer": keras.saving.serialize_keras_object(self.g_optimizer),
            "d_optimizer": keras.saving.serialize_keras_object(self.d_optimizer),
            "name": self.name,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "AdversarialOptimizer":
        """Rebuild both optimizers."""
        g_optimizer, d_optimizer = (
            keras.saving.deserialize_keras_object(config[key], custom_objects)
            for key in ("g_optimizer", "d_optimizer")
        )
        return cls(g_optimizer, d_optimizer, name=config["name"])


def innermost(serialized: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration of an optimizer, or of the one within a loss scale.

    Args:
        serialized: What Keras makes of the optimizer.

    Example:
        >>> adam = keras.saving.serialize_keras_object(keras.optimizers.Adam(1e-4))
        >>> innermost(adam)["learning_rate"]  # 1e-4
    """
    config: dict[str, Any] = serialized["config"]
    inner = config.get("inner_optimizer")
    return innermost(inner) if inner else config


def _unscaled(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """Return the optimizer within a loss scale, or as it is."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def rate_of(optimizer: keras.optimizers.Optimizer) -> float:
    """Return the learning rate of an optimizer as it is now.

    Example:
        >>> rate_of(keras.optimizers.SGD(0.5))
        0.5
    """
    return float(optimizer.learning_rate * 1.0)  # a mirrored variable is no number


def _rate(optimizer: keras.optimizers.Optimizer) -> float | None:
    """The learning rate, if it is a number."""
    if not isinstance(optimizer.learning_rate, keras.Variable):
        return None  # of a schedule, which stays what it is
    return rate_of(optimizer)


def _check_owner(name: str, optimizer: Any, variables: Sequence) -> None:
    """Refuse an optimizer whose slots are of other variables that still live."""
    owned = _OWNERS.get(optimizer)
    if owned is None:
        return
    before = [ref() for ref in owned]
    if len(before) != len(variables) or any(
        a is not b for a, b in zip(before, variables, strict=True)
    ):
        raise ValueError(
            f"{name} was compiled for other variables, which its state is of: another "
            "player's or GAN's, or before layers were frozen or thawed. Received: "
            f"{name}={optimizer!r}. Create a new optimizer."
        )


def _no_learning_rate() -> float:
    return 0.0
