"""What a player's objective is made of: a value for each sample, and scalars to log."""

from typing import Any

from keras import ops

from keras_gan.losses import per_sample


def of_each_sample(what: str, value: Any, batch: Any) -> Any:
    """Return what a loss or a penalty made as one value for each sample.

    Args:
        what: What made it, for the error.
        value: A tensor ``(batch, ...)``, of which the mean for each sample is taken,
            or one value for the batch.
        batch: The `keras_gan.batch.Batch` that it is of.

    Returns:
        Tensor of shape ``(batch,)``.

    Raises:
        TypeError: If it is no tensor.
        ValueError: If it is of another number of samples.

    Example:
        >>> of_each_sample("the penalty 'drift'", ops.square(batch.real_logits), batch)
    """
    expected = "a value for each sample, (batch,) or (batch, ...), or their mean"
    if isinstance(value, int | float):
        value = ops.convert_to_tensor(value, "float32")
    if not ops.is_tensor(value):
        raise TypeError(f"{what} must return {expected}. Received: {value!r}.")
    samples, given = batch.real.shape[0], tuple(value.shape)
    if given and None not in (samples, given[0]) and given[0] != samples:
        raise ValueError(
            f"{what} must return {expected}. Received: shape {given} for {samples} "
            "samples."
        )
    if not given:
        return ops.broadcast_to(value, (ops.shape(batch.real)[0],))
    return value if len(given) == 1 else per_sample(value)


def check_logs(logs: Any, known: Any, owner: str) -> None:
    """Make sure that what a step logs can be logged.

    Args:
        logs: Scalars by name.
        known: The names that are declared.
        owner: Class of the GAN, for the error.

    Raises:
        ValueError: If a name is not declared, or a value is no scalar.
    """
    unknown = sorted(set(logs) - set(known))
    if unknown:
        raise ValueError(
            f"An objective logs {unknown}, which are not declared. Set "
            f"`extra_logs = {tuple(unknown)}` on {owner}."
        )
    for name, value in logs.items():
        shape = tuple(getattr(value, "shape", ()))
        if shape:
            raise ValueError(
                f"What an objective logs must be a scalar: take its mean. Received: "
                f"{name!r} of shape {shape}."
            )
