"""Penalty: a term added to a player's objective, once per sample."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_gan import schedule
from keras_gan.arguments import checked_count
from keras_gan.packing import pack


class Penalty(keras.layers.Layer):
    """A regularizer of a player, seen as a function of images.

    A penalty of the discriminator that needs no more than the critic and two
    batches writes `__call__`. One that needs more (labels, latents, the networks),
    or that is the generator's, names its ``players`` and writes `discriminator` or
    `generator`, of all that a step knows: a `keras_gan.batch.Batch`. Each returns
    **one value per sample**; of several the mean is taken. The step adds ``weight``
    times it to that player's objective and logs its mean, unweighted, under ``name``.

    It is a layer so that what it remembers (seeds, moving averages) is carried and
    saved with the model; it is called with functions, not through a layer's `call`.

    Args:
        weight: Factor of the penalty in the objective, at least 0; or a Keras
            `LearningRateSchedule` of it over the training steps.
        name: Key of the penalty in the logs.
        every: Apply it in every k-th update of its player only, k times as strong
            (lazy regularization: Karras et al., 2020, arXiv:1912.04958, section
            3.1). In between it costs nothing, but for several replicas or XLA on
            TensorFlow, which compute it in every update and leave it out.

    Raises:
        ValueError: If ``weight`` is negative or no number, or ``every`` is not a
            whole number above 0.

    Example:
        >>> class SmallOutputs(Penalty):
        ...     def __call__(self, critic, real, fake, input_gradient):
        ...         return losses.per_sample(ops.square(critic(real)))
    """

    #: Key in the logs where none is given.
    default_name = "penalty"

    #: Whose objective it joins.
    players: tuple[str, ...] = ("discriminator",)

    #: Whether it differentiates the player's network by its input.
    takes_slope: bool = False

    def __init__(
        self, weight: Any = 1.0, name: str | None = None, every: int = 1
    ) -> None:
        super().__init__(name=name or self.default_name)
        self.weight = schedule.check("weight", weight)
        self.every = checked_count("every", every, 1)
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

    def check_shape(self, sample_shape: tuple[int | None, ...]) -> None:
        """Raise `ValueError` if it does not take samples of a shape; before training.

        Args:
            sample_shape: Of one sample, without the batch axis.
        """

    def discriminator(self, batch: Any) -> Any:
        """Return what it adds to the discriminator's objective, per sample.

        Args:
            batch: A `keras_gan.batch.Batch`.
        """
        return self(batch.critic, batch.real, batch.fixed_fake, batch.input_gradient)

    def generator(self, batch: Any) -> Any:
        """Return what it adds to the generator's objective, per sample.

        Args:
            batch: A `keras_gan.batch.Batch`.
        """
        raise NotImplementedError(
            f"{type(self).__name__} says that it is a penalty of the generator: it "
            "must define `generator(batch)`."
        )

    def moving(self, name: str) -> keras.Variable:
        """Return a number that it moves itself, 0 at first, saved with the model.

        It must move alike on all replicas, by `keras_gan.replicas.batch_mean`: none
        asks the others, so that it may do so in a branch of lazy regularization.

        Args:
            name: Name of the variable.
        """
        with keras.name_scope(self.name):
            return keras.Variable(  # `add_weight` synchronizes replicas as it is set
                0.0, dtype="float32", trainable=False, autocast=False, name=name
            )

    def log_name(self, player: str) -> str:
        """Return its key in the logs: its name, and for a second player a suffix."""
        return self.name if player == self.players[0] else f"{self.name}_{player[0]}"

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        weight = schedule.serialize(self.weight)
        return {"weight": weight, "name": self.name, "every": self.every}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Penalty":
        """Return the penalty that a configuration describes."""
        return cls(**{**config, "weight": schedule.deserialize(config["weight"])})


def squared_norm(gradients: Any) -> Any:
    """Return the squared L2 norm of each sample's gradient, over all its axes.

    In float32 where the gradient has 16 bits.

    Example:
        >>> squared_norm(ops.ones((2, 3, 3, 1)))  # 9 each
    """
    axes = tuple(range(1, len(gradients.shape)))
    dtype = keras.backend.result_type(gradients.dtype, "float32")
    return ops.sum(ops.square(ops.cast(gradients, dtype)), axis=axes)


def resampled(batch: Any, latents: Any) -> Any:
    """Return the generator's samples for other latents, in the form of ``batch.fake``.

    Args:
        batch: A `keras_gan.batch.Batch`.
        latents: As many latents as the batch has, ``(batch, latent_dim)``.

    Example:
        >>> again = resampled(batch, batch.latents)  # batch.fake, made once more
    """
    samples = ops.cast(batch.synthesize(latents), batch.fake.dtype)
    return pack(samples, batch.fake.shape[-1] // samples.shape[-1])


def images_only(penalty: Penalty, sample_shape: tuple[int | None, ...]) -> None:
    """Refuse samples that are no images: the `check_shape` of what transforms them."""
    if len(sample_shape) != 3:
        raise ValueError(
            f"{type(penalty).__name__} transforms images, (height, width, channels). "
            f"Received: samples of shape {sample_shape}."
        )


def number(
    argument: str, value: Any, low: float = 0.0, high: float = float("inf")
) -> float:
    """Return a setting that no schedule can change, as a float.

    Args:
        argument: Name of the setting, for the error.
        value: A number.
        low: Smallest value.
        high: Largest value.

    Raises:
        ValueError: If it is no number, or out of range.

    Example:
        >>> number("decay", 0.99, high=1.0)
        0.99
    """
    if isinstance(value, schedule.Schedule):
        raise ValueError(
            f"{argument} must be a number; only weight can follow a schedule. "
            f"Received: {argument}={value!r}."
        )
    return schedule.number(argument, value, low, high)
