"""Augmentation: what is done to all that the discriminator sees in training."""

from typing import Any

import keras
from keras import ops

from keras_gan import replicas, schedule
from keras_gan.random_state import seed_generator


class Augmentation(keras.layers.Layer):
    """Random changes of images, real and generated alike, that gradients go through.

    A subclass writes `transform`, of the functions in
    `keras_gan.augmentations.colour` and `keras_gan.augmentations.geometry` and of
    `chances` and `sometimes` here. Each call draws anew, for each sample on its own.
    Images keep their own type, whatever the policy of mixed precision.

    Args:
        strength: Probability in [0, 1] with which each transform is applied to
            each sample; at 0 images pass unchanged. Or a Keras
            `LearningRateSchedule` of it over the training steps, whose values are
            kept in [0, 1].
        seed: Integer seed of the draws.
        name: Name of the layer.

    Attributes:
        strength: The strength as it is: a float32 weight, saved with the model.

    Raises:
        ValueError: If ``strength`` is neither a number in [0, 1] nor a schedule;
            at build, if the input is not images of a fixed size; in training, if
            they are not floating-point.

    Example:
        >>> class Mirror(Augmentation):
        ...     def transform(self, images):
        ...         (chosen,) = self.chances(images, 1)
        ...         return geometry.flip(images, chosen)
        >>> Mirror(strength=0.5)(ops.ones((2, 4, 4, 1)), training=True)
    """

    def __init__(
        self,
        strength: float | keras.optimizers.schedules.LearningRateSchedule = 1.0,
        seed: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name, autocast=False)
        self.given_strength = schedule.check("strength", strength, 0.0, 1.0)
        self.seed = seed
        self.seed_generator = seed_generator(seed)
        self.strength = self.add_weight(
            name="strength",
            shape=(),
            dtype="float32",
            initializer=lambda shape, dtype: self._scheduled(0),
            trainable=False,
            autocast=False,
            aggregation="mean",
        )

    @property
    def changes(self) -> bool:
        """Whether the strength changes during the training."""
        return isinstance(self.given_strength, schedule.Schedule)

    def build(self, input_shape: Any) -> None:
        """Refuse all but images ``(batch, height, width, channels)``."""
        if len(input_shape) != 4 or None in input_shape[1:]:
            raise ValueError(
                f"{type(self).__name__} takes images of a fixed size, (batch, height, "
                f"width, channels). Received: input of shape {tuple(input_shape)}."
            )

    def call(self, images: Any, training: bool = False) -> Any:
        """Return the images, transformed in training and else as they are.

        Args:
            images: ``(batch, height, width, channels)``, floating-point, scaled to
                [-1, 1].
            training: Whether to transform them.

        Returns:
            Images of the same shape and type.
        """
        if not training:
            return images
        dtype = keras.backend.standardize_dtype(images.dtype)
        if not keras.backend.is_float_dtype(dtype):
            raise ValueError(
                f"{type(self).__name__} takes floating-point images, scaled to "
                f"[-1, 1]. Received: images of type {dtype}."
            )
        return self.transform(images)

    def of_range(self, images: Any, bounds: tuple[float, float] | None) -> Any:
        """Return images of other bounds than [-1, 1], transformed, as in training.

        Args:
            images: ``(batch, height, width, channels)``.
            bounds: Least and greatest value of a pixel, such as ``(0, 1)``; ``None``,
                where they are not known, is [-1, 1].

        Returns:
            Images of the same shape, type and bounds.

        Example:
            >>> DiffAugment("color").of_range(ops.ones((2, 8, 8, 1)), (0.0, 1.0))
        """
        low, high = bounds or (-1.0, 1.0)
        if (low, high) == (-1.0, 1.0):
            return self(images, training=True)
        middle, half = (low + high) / 2, (high - low) / 2
        return self((images - middle) / half, training=True) * half + middle

    def transform(self, images: Any) -> Any:
        """Return transformed images, of the same shape and type."""
        raise NotImplementedError(f"{type(self).__name__} must define `transform`.")

    def advance(self, step: Any, real_logits: Any, batch_size: Any) -> None:
        """Set the strength for the next step; once per step, outside of gradients.

        Args:
            step: Scalar integer tensor, training steps done, this one included.
            real_logits: D's verdicts on the real batch, ``(batch, ...)``: above 0
                where D takes a sample for real, by its loss.
            batch_size: Scalar, images in the batch, over all replicas.
        """
        if self.changes:
            self.strength.assign(self._scheduled(step))

    def chances(self, images: Any, count: int) -> list[Any]:
        """Return masks ``(batch,)`` of samples: which of them each transform meets.

        Args:
            images: The images, for their number.
            count: Number of masks, independent of each other.
        """
        return [ops.less(u, self.strength) for u in self.uniform(images, count)]

    def uniform(self, images: Any, count: int) -> list[Any]:
        """Return ``count`` draws ``(batch,)`` from U[0, 1), float32."""
        shape = (ops.shape(images)[0], count)
        draws = replicas.uniform(shape, self.seed_generator, "float32")
        return list(ops.unstack(draws, count, axis=1))

    def normal(self, images: Any, count: int) -> list[Any]:
        """Return ``count`` draws ``(batch,)`` from N(0, 1), float32."""
        shape = (ops.shape(images)[0], count)
        draws = replicas.normal(shape, self.seed_generator, "float32")
        return list(ops.unstack(draws, count, axis=1))

    def sometimes(self, chosen: Any, transformed: Any, images: Any) -> Any:
        """Return the transformed images where they are chosen, else the images.

        Args:
            chosen: A mask from `chances`.
            transformed: All images, transformed.
            images: All images, as they were.
        """
        return ops.where(ops.reshape(chosen, (-1, 1, 1, 1)), transformed, images)

    def _scheduled(self, step: Any) -> Any:
        strength = schedule.value_at(self.given_strength, step)
        return ops.clip(ops.cast(strength, "float32"), 0.0, 1.0)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        strength = schedule.serialize(self.given_strength)
        return {"strength": strength, "seed": self.seed, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Augmentation":
        """Return the augmentation that a configuration describes."""
        return cls(
            **{key: schedule.deserialize(value) for key, value in config.items()}
        )
