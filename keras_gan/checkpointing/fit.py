"""Keras's `fit`, begun where a checkpoint says, in the middle of an epoch too."""

from collections.abc import Callable
from typing import Any

import keras

from keras_gan.callback_list import CallbackList
from keras_gan.checkpointing import position
from keras_gan.checkpointing.state import Progress


def find(callbacks: Any) -> Any:
    """Return the `Checkpoint` among callbacks, or ``None``.

    It is known by what it can do, as a GAN knows no callbacks.

    Raises:
        ValueError: If there are several.
    """
    found = [c for c in _listed(callbacks) if hasattr(c, "under_way")]
    if len(found) > 1:
        raise ValueError(
            "callbacks may hold one Checkpoint, as a training has one place to go on "
            f"from. Received: {len(found)}."
        )
    return found[0] if found else None


def fit(
    gan: Any, run: Callable, x: Any, y: Any, given: dict[str, Any]
) -> keras.callbacks.History:
    """Train, from the newest checkpoint on where there is one.

    Args:
        gan: A compiled `GAN`.
        run: Keras's own `fit`.
        x: As in `fit`, or a `PerEpoch`.
        y: As in `fit`.
        given: The other arguments of `fit`.
    """
    given = dict(given)
    checkpoint = find(given.get("callbacks"))
    first = given.pop("initial_epoch", 0)  # a checkpoint may say another
    if checkpoint is None:
        given = _of_stream(given, x.batches)
        start = x.stream(*divmod(first * given["steps_per_epoch"], x.batches))
        return run(start, y, initial_epoch=first, **given)
    data = steps = None
    if checkpoint.data_position:
        data = position.per_epoch(x, y, given, gan.seed)
        given = _of_stream(given, data.batches)
        steps = given["steps_per_epoch"]
        _check_divides(gan.steps_per_execution, steps)
    callbacks = [c for c in _listed(given.pop("callbacks")) if c is not checkpoint]
    callbacks.append(checkpoint)  # last: it saves what the others have done
    begun = checkpoint.prepare(gan, data, steps, callbacks, first)
    epochs = given.pop("epochs", 1)
    first = epochs if begun.stopped else begun.epoch

    def rest(consumed: int) -> tuple[Any, Any]:
        """The data from a batch on, or all of it if its place is not kept."""
        if data is None:
            return x, y
        return data.stream(*divmod(consumed, data.batches)), None

    with checkpoint.under_way(gan):
        if begun.batch and first < epochs:
            _in_two(gan, run, rest, begun, callbacks, given, epochs)
        else:
            given |= {"callbacks": callbacks, "epochs": epochs, "initial_epoch": first}
            run(*rest(begun.consumed), **given)
    return _whole(gan.history, begun)


def _in_two(
    gan: Any,
    run: Callable,
    rest: Callable,
    begun: Progress,
    callbacks: list[Any],
    given: dict[str, Any],
    epochs: int,
) -> None:
    """End the epoch that was begun, then train as ever; to callbacks it is one."""
    steps = given.pop("steps_per_epoch")
    parts = _Parts(
        callbacks,
        add_history=True,
        add_progbar=given.get("verbose", "auto") != 0,
        model=gan,
        verbose=given.get("verbose", "auto"),
        epochs=epochs,
        steps=steps,
    )
    given["callbacks"] = parts
    done = begun.epoch + 1
    left = max(0, steps - begun.batch)  # a changed epoch may be shorter
    gan.optimizer.goes_on = True
    try:
        if left:
            one = {"steps_per_epoch": left, "initial_epoch": begun.epoch}
            run(*rest(begun.consumed), epochs=done, **one, **given)
        else:
            _end_epoch(gan, begun.epoch, parts, given)
    finally:
        gan.optimizer.goes_on = False
    parts.last = True
    over = {"epochs": done, "initial_epoch": done} if gan.stop_training else {}
    others = {"epochs": epochs, "initial_epoch": done, "steps_per_epoch": steps}
    run(*rest(begun.consumed + left), **{**others, **over}, **given)


def _end_epoch(gan: Any, epoch: int, parts: "_Parts", given: dict[str, Any]) -> None:
    """Do what `fit` does after the last batch of an epoch."""
    gan.stop_training = False
    parts.on_train_begin()
    gan.reset_metrics()
    parts.on_epoch_begin(epoch)
    logs = {name: float(mean.result()) for name, mean in gan.trackers.items()}
    held_out = given.get("validation_data")
    if held_out is not None and _is_due(epoch, given.get("validation_freq", 1)):
        x, y, _ = keras.utils.unpack_x_y_sample_weight(held_out)
        scores = gan.evaluate(
            x,
            y,
            batch_size=given.get("validation_batch_size"),
            steps=given.get("validation_steps"),
            callbacks=parts,
            return_dict=True,
        )
        logs |= {f"val_{name}": value for name, value in scores.items()}
    parts.on_epoch_end(epoch, logs)
    parts.on_train_end(logs)


class _Parts(CallbackList):
    """Callbacks that two calls of `fit` are one training to."""

    last = False
    _logs: dict[str, Any] | None = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Tell it of the first part alone."""
        if not self.last:
            super().on_train_begin(logs)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Tell it of the last part alone, which may have no epoch."""
        self._logs = logs or self._logs
        if self.last:
            super().on_train_end(self._logs)


def _listed(callbacks: Any) -> list[Any]:
    if isinstance(callbacks, keras.callbacks.CallbackList):
        return list(callbacks.callbacks)
    return keras.tree.flatten(callbacks) if callbacks else []


def _of_stream(given: dict[str, Any], steps: int) -> dict[str, Any]:
    """The arguments for data without an end."""
    batch_size = given.pop("batch_size", None)  # a stream has its own
    if batch_size and not given.get("validation_batch_size"):
        given["validation_batch_size"] = batch_size
    steps = given.get("steps_per_epoch") or steps
    return {**given, "shuffle": False, "steps_per_epoch": steps}


def _check_divides(steps_per_execution: int, steps: int) -> None:
    if steps % steps_per_execution:
        raise ValueError(
            "steps_per_execution must divide the steps of an epoch, for a checkpoint "
            "to find its place again. Received: "
            f"steps_per_execution={steps_per_execution}, {steps} steps."
        )


def _is_due(epoch: int, frequency: Any) -> bool:
    if isinstance(frequency, int):
        return (epoch + 1) % frequency == 0
    return epoch + 1 in frequency


def _whole(history: keras.callbacks.History, begun: Progress) -> Any:
    """Put what was logged before in front of what is logged now."""
    now = history.history
    names = [*begun.history, *(name for name in now if name not in begun.history)]
    both = {n: [*begun.history.get(n, []), *now.get(n, [])] for n in names}
    history.history = both
    history.epoch = [*begun.epochs, *history.epoch]
    return history
