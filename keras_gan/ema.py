"""EMA: the moving average of the generator that makes the better pictures."""

import math
import warnings
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan import schedule
from keras_gan.arguments import checked_positive


@keras.saving.register_keras_serializable(package="keras_gan")
class EMA:
    r"""How the generator's weights and moving statistics are averaged.

    After each step every floating-point weight :math:`a` of the average follows
    the generator's :math:`w` by :math:`a \leftarrow \beta a + (1 - \beta) w`. Give
    :math:`\beta` as it is, or as the number of images after which a weight counts
    half, :math:`\beta = 0.5^{batch / half\_life}`, which means the same at any
    batch size. While the training is young the half-life is at most ``ramp_up``
    times the images seen, so that the first, poor weights are soon forgotten.

    Args:
        decay: :math:`\beta` in [0, 1), for example 0.999.
        half_life: Half-life in images, for example 10_000. Instead of ``decay``.
            Either may be a Keras `LearningRateSchedule` over the training steps.
        ramp_up: Largest half-life as a fraction of the images seen so far, or
            ``None`` for no ramp.

    Raises:
        ValueError: If not exactly one of ``decay`` and ``half_life`` is given, or
            one is out of its range.

    Reference:
        Karras et al., 2018, Progressive Growing of GANs, arXiv:1710.10196, section
        6.1; the ramp as in Karras et al., 2020, arXiv:2006.06676, appendix.

    Example:
        >>> gan = GAN(generator, discriminator, ema=EMA(half_life=10_000))
    """

    def __init__(
        self,
        decay: Any = None,
        *,
        half_life: Any = None,
        ramp_up: float | None = 0.05,
    ) -> None:
        if (decay is None) == (half_life is None):
            raise ValueError(
                "EMA takes either decay or half_life (in images). Received: "
                f"decay={decay}, half_life={half_life}."
            )
        if decay is not None and not _scheduled(decay) and not is_decay(decay):
            raise ValueError(f"decay must be in [0, 1). Received: decay={decay!r}.")
        if half_life is not None and not _scheduled(half_life):
            checked_positive("half_life", half_life)
        if ramp_up is not None:
            checked_positive("ramp_up", ramp_up)
        self.decay = decay
        self.half_life = half_life
        self.ramp_up = ramp_up

    def decay_at(self, step: Any, batch_size: Any) -> Any:
        """Return :math:`β` for one update.

        Args:
            step: Scalar tensor, training steps so far, this one included.
            batch_size: Images in the batch, over all replicas.

        Returns:
            Scalar float32 tensor.
        """
        # In steps, both forms are one: beta = 0.5 ** (1 / half_life).
        if self.half_life is not None:
            half_life = schedule.value_at(self.half_life, step)
            half_life = half_life / ops.cast(batch_size, "float32")
        elif _scheduled(self.decay):
            decay = schedule.value_at(self.decay, step)
            half_life = math.log(0.5) / ops.log(ops.maximum(decay, 1e-30))
        elif self.decay:
            half_life = ops.convert_to_tensor(math.log(0.5) / math.log(self.decay))
        else:
            return ops.convert_to_tensor(0.0)
        half_life = ops.cast(half_life, "float32")
        if self.ramp_up is not None:
            half_life = ops.minimum(half_life, self.ramp_up * ops.cast(step, "float32"))
        return ops.power(0.5, 1 / half_life)

    def update(
        self,
        average: keras.Model,
        generator: keras.Model,
        step: Any,
        batch_size: Any,
    ) -> None:
        """Move ``average``'s weights towards ``generator``'s, once."""
        decay = self.decay_at(step, batch_size)
        for mean, weight in zip(average.weights, generator.weights, strict=True):
            if keras.backend.is_float_dtype(mean.dtype):
                change = ops.cast(1 - decay, mean.dtype) * (weight.value - mean.value)
                mean.assign(mean.value + change)
            else:
                mean.assign(weight.value)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            "decay": schedule.serialize(self.decay),
            "half_life": schedule.serialize(self.half_life),
            "ramp_up": self.ramp_up,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "EMA":
        """Return the average that a configuration describes."""
        return cls(
            **{key: schedule.deserialize(value) for key, value in config.items()}
        )


def _scheduled(value: Any) -> bool:
    return isinstance(value, schedule.Schedule)


def is_decay(value: Any) -> bool:
    """Whether a value is a number in [0, 1)."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return number and bool(0 <= value < 1)


def get(ema: "EMA | float | None") -> EMA | None:
    """Return the `EMA` for what `GAN` accepts: a decay, an object or ``None``.

    Raises:
        TypeError: For anything else.
    """
    if ema is None or isinstance(ema, EMA):
        return ema
    if isinstance(ema, int | float | np.number) and not isinstance(ema, bool):
        return EMA(decay=float(ema))
    raise TypeError(
        "ema must be None, a decay such as 0.999, or keras_gan.EMA(...). "
        f"Received: ema={ema!r}."
    )


def average_of(generator: keras.Model, inputs: Any = None) -> keras.Model:
    """Return a copy of ``generator`` with its weights, for the average to live in.

    Args:
        generator: A model that can be made anew from its configuration.
        inputs: Symbolic inputs to build the copy on, if it comes unbuilt, as a
            subclassed model does.

    Raises:
        ValueError: If there is no copy, or it has other weights than the generator.
    """
    try:
        with keras.name_scope("ema"):  # or two variables would have one path
            average = generator.__class__.from_config(generator.get_config())
            if inputs is not None and not (average.built and average.weights):
                average(inputs)
    except ValueError as error:
        raise ValueError(
            "ema needs a generator that can be made anew by its `get_config` and "
            f"`from_config`. Received: {type(generator).__name__} {generator.name!r}, "
            "where that fails, as with a Lambda: write it as a layer of your own. "
            f"{str(error).strip().splitlines()[0]}"
        ) from error
    try:
        average.set_weights(generator.get_weights())
    except ValueError as error:
        raise ValueError(
            "ema needs a generator that can be made anew by its `get_config` and "
            f"`from_config`. Received: {type(generator).__name__}, whose copy has "
            "other weights."
        ) from error
    average.trainable = False
    coarse = {str(w.dtype) for w in average.weights} & {"bfloat16", "float16"}
    if coarse:
        warnings.warn(
            f"An average of weights in {coarse.pop()} hardly moves, as what a step "
            "adds is lost in rounding. Give the generator weights in float32, as the "
            "dtype policy 'mixed_bfloat16' does.",
            stacklevel=3,
        )
    return average
