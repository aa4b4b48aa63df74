"""A penalty that is a plain function."""

import inspect
from collections.abc import Callable
from typing import Any

import keras

from keras_gan.objectives import of_each_sample
from keras_gan.penalties.penalty import Penalty

#: What a function may ask for, by the names of its parameters.
PARAMETERS = (
    "critic",
    "real",
    "fake",
    "input_gradient",
    "labels",
    "latents",
    "real_logits",
    "fake_logits",
    "step",
)


@keras.saving.register_keras_serializable(package="keras_gan")
class FunctionPenalty(Penalty):
    """Make a penalty of the discriminator of a function.

    The function is given what its parameters name: ``critic``, ``real``, ``fake``,
    ``input_gradient``, ``labels``, ``latents``, ``real_logits``, ``fake_logits``,
    ``step``. It returns one value per sample, ``(batch,)`` or ``(batch, 1)``, or one
    for the batch; of several for a sample the mean is taken.

    Args:
        function: The function. To be saved with a model, it must be registered by
            `keras.saving.register_keras_serializable`.
        weight: As in `Penalty`.
        name: Key in the logs; by default the function's name.
        every: As in `Penalty`.

    Raises:
        ValueError: If the function has a parameter of another name.

    Example:
        >>> def drift(real_logits):
        ...     return ops.square(real_logits[:, 0])
        >>> gan.compile("adam", "adam", penalties=[FunctionPenalty(drift, 1e-3)])
    """

    def __init__(
        self,
        function: Callable[..., Any],
        weight: Any = 1.0,
        name: str | None = None,
        every: int = 1,
    ) -> None:
        name = name or getattr(function, "__name__", "function").strip("<>")
        super().__init__(weight, name, every)
        self.function = function
        self.parameters = [
            parameter.name
            for parameter in inspect.signature(function).parameters.values()
            if parameter.default is parameter.empty
        ]
        unknown = [name for name in self.parameters if name not in PARAMETERS]
        if unknown:
            raise ValueError(
                "A function as a penalty is given what its parameters name: "
                f"{', '.join(PARAMETERS)}. Received: {self.name} with parameters "
                f"{self.parameters}."
            )

        self.takes_slope = "input_gradient" in self.parameters

    def discriminator(self, batch: Any) -> Any:
        """Return the function's values."""
        values = self.function(**{p: getattr(batch, p) for p in self.parameters})
        return of_each_sample(f"The penalty {self.name!r}", values, batch)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        function = keras.saving.serialize_keras_object(self.function)
        return {**super().get_config(), "function": function}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Penalty":
        """Return the penalty that a configuration describes."""
        function = keras.saving.deserialize_keras_object(config["function"])
        return super().from_config({**config, "function": function})
