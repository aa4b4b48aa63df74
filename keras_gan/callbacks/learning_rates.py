"""Learning rates multiplied while a training runs, constant ones and schedules."""

import warnings
from typing import Any

import keras

from keras_gan.optimizer import rate_of
from keras_gan.schedule import Schedule


@keras.saving.register_keras_serializable(package="keras_gan")
class ScaledSchedule(Schedule):
    """A learning-rate schedule times a factor.

    Args:
        schedule: A Keras `LearningRateSchedule`.
        factor: What its values are multiplied with, above 0.

    Raises:
        ValueError: If ``factor`` is not above 0.

    Example:
        >>> cosine = keras.optimizers.schedules.CosineDecay(1e-3, 500)
        >>> float(ScaledSchedule(cosine, 0.5)(0))
        0.0005
    """

    def __init__(self, schedule: Schedule, factor: float) -> None:
        if not factor > 0:
            raise ValueError(f"factor must be above 0. Received: factor={factor}.")
        self.schedule = schedule
        self.factor = float(factor)

    def __call__(self, step: Any) -> Any:
        """Return the rate at a step."""
        return self.schedule(step) * self.factor

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        schedule = keras.saving.serialize_keras_object(self.schedule)
        return {"schedule": schedule, "factor": self.factor}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "ScaledSchedule":
        """Rebuild it, the schedule included."""
        schedule = keras.saving.deserialize_keras_object(config["schedule"])
        return cls(schedule, config["factor"])


def multiply(gan: Any, factor: float) -> None:
    """Multiply both players' learning rates, from the next step on.

    A constant rate is a variable and is set. A schedule is replaced by a
    `ScaledSchedule`, for which the step is compiled anew.

    Args:
        gan: A compiled `GAN`.
        factor: The factor, above 0.

    Raises:
        ValueError: If a rate is neither a number nor a schedule.

    Example:
        >>> multiply(gan, 0.5)
    """
    for optimizer in gan.optimizer.optimizers:
        if schedule_of(optimizer) is None:
            optimizer.learning_rate = rate_of(optimizer) * factor
    multiply_schedules(gan, factor)


def multiply_schedules(gan: Any, factor: float) -> None:
    """Multiply the learning rates of players that have a schedule; see `multiply`.

    A rate that is a number is saved with the optimizer, a schedule is not.

    Example:
        >>> multiply_schedules(gan, 0.5)
    """
    schedules = [schedule_of(o) for o in gan.optimizer.optimizers]
    for optimizer, schedule in zip(gan.optimizer.optimizers, schedules, strict=True):
        if schedule is None:
            continue
        total = factor
        if isinstance(schedule, ScaledSchedule):  # one factor, not a chain of them
            schedule, total = schedule.schedule, schedule.factor * factor
        optimizer.learning_rate = ScaledSchedule(schedule, total)
    if any(schedules):  # the compiled step knows the old ones
        gan.make_train_function(force=True)


def schedule_of(optimizer: keras.optimizers.Optimizer) -> Schedule | None:
    """Return a copy of an optimizer's schedule; ``None`` if its rate is a number.

    Raises:
        ValueError: If its rate is neither.
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)  # under a loss scale
    if isinstance(inner.learning_rate, keras.Variable):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a lambda, which is refused below
            config = inner.get_config()["learning_rate"]
        schedule = keras.saving.deserialize_keras_object(config)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise ValueError(_refusal(inner, str(error))) from error
    if not isinstance(schedule, Schedule):
        raise ValueError(_refusal(inner, f"learning_rate={schedule!r}"))
    return schedule


def _refusal(optimizer: keras.optimizers.Optimizer, received: str) -> str:
    return (
        "A learning rate that is to be multiplied must be a number or a Keras "
        "LearningRateSchedule that can be made anew from its configuration. Received: "
        f"{type(optimizer).__name__} with {received}."
    )
