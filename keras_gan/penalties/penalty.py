"""Penalty: a term added to a player's objective, once per sample."""

from collections.abc import Callable
from typing import Any

import keras


class Penalty(keras.layers.Layer):
    """A regularizer of the discriminator, seen as a function of images.

    A subclass writes `__call__` and, if it has arguments of its own, `get_config`.
    It is a layer so that what it remembers (seeds, moving averages) is carried and
    saved with the model; it is called with functions, not through a layer's `call`.
    It returns **one value per sample**; the step adds ``weight`` times it to the
    discriminator's objective and logs its mean, unweighted, under ``name``.

    Args:
        weight: Factor of the penalty in the objective, at least 0.
        name: Key of the penalty in the logs.

    Raises:
        ValueError: If ``weight`` is negative or not a number.

    Example:
        >>> class SmallOutputs(Penalty):
        ...     def __call__(self, critic, real, fake, input_gradient):
        ...         return losses.per_sample(ops.square(critic(real)))
    """

    #: Key in the logs where none is given.
    default_name = "penalty"

    def __init__(self, weight: float = 1.0, name: str | None = None) -> None:
        if not isinstance(weight, int | float) or not weight >= 0:
            raise ValueError(
                "weight must be a number, at least 0. Received: "
                f"weight={weight!r} for {type(self).__name__}."
            )
        super().__init__(name=name or self.default_name)
        self.weight = float(weight)
        self.built = True

    def __call__(  # a layer's own would cast and trace what it is given
        self,
        critic: Callable[[Any], Any],
        real: Any,
        fake: Any,
        input_gradient: Callable[[Callable, Any], Any],
    ) -> Any:
        """Return the penalty of each sample.

        Args:
            critic: The discriminator as a function of images; returns logits.
            real: Real images, ``(batch, ...)``.
            fake: Generated images of the same shape, without gradient.
            input_gradient: ``input_gradient(critic, images)`` is the gradient of
                each image's output with respect to that image, differentiable.

        Returns:
            Tensor of shape ``(batch,)``.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `__call__`.")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {"weight": self.weight, "name": self.name}


def squared_norm(gradients: Any) -> Any:
    """Return the squared L2 norm of each sample's gradient, over all its axes.

    Example:
        >>> squared_norm(ops.ones((2, 3, 3, 1)))  # 9 each
    """
    axes = tuple(range(1, len(gradients.shape)))
    return keras.ops.sum(keras.ops.square(gradients), axis=axes)
