"""Fitting: the part of `GAN` that is handed data, to learn from or to be scored on."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_gan import backend, callback_list, data_checks, scoring, validation
from keras_gan.checkpointing import fit as checkpointed
from keras_gan.datasets import untuned
from keras_gan.datasets.per_epoch import PerEpoch
from keras_gan.host_batches import host_batches

_SHOWN = 64  # real samples kept from the first batch, for callbacks to show
# What Keras's `fit` takes after x and y, in its order.
_FIT = (
    *("batch_size", "epochs", "verbose", "callbacks", "validation_split"),
    *("validation_data", "shuffle", "class_weight", "sample_weight", "initial_epoch"),
    *("steps_per_epoch", "validation_steps", "validation_batch_size"),
    "validation_freq",
)


class Fitting(keras.Model):
    """The part of `GAN` that checks data and hands it to Keras's own loops."""

    fitting: bool
    looked_at: int | None  # held-out data that `fit` has checked
    real_images: np.ndarray | None
    real_labels: np.ndarray | None
    train_function: Any
    test_function: Any

    def fit(self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Train, as `keras.Model.fit` does, on samples or (samples, labels).

        The first batch is looked at before the training starts, and kept as
        ``real_images`` and ``real_labels`` for callbacks to show. Arrays are looked at
        whole; of a data set, what is wrong in a later batch is not seen, and a label
        out of range there makes NaN on JAX.

        Args:
            x: Real samples: an array, or a dataset, loader or generator of samples
                or of (samples, labels), or a `keras_gan.datasets.PerEpoch`.
            y: Labels, where ``x`` is an array.
            *args: As in `keras.Model.fit`.
            **kwargs: As in `keras.Model.fit`; sample and class weights are refused.

        Returns:
            A `keras.callbacks.History`.

        Raises:
            ValueError: If the data does not fit the networks, or these have other
                variables to train than when the GAN was compiled.
        """
        given = _by_name(args, kwargs)
        if data_checks.is_ordered(x):
            given.setdefault("shuffle", False)  # Keras warns that it would be ignored
        if self.compiled:  # else Keras's own error
            x = self._look_at(x, y, given)
            given |= self._look_at_held_out(given)
            self._catch_up()
            backend.begin(self, [*self.variables, *self.optimizer.variables])
        self.fitting = True
        try:
            if isinstance(x, PerEpoch) or checkpointed.find(given.get("callbacks")):
                return checkpointed.fit(self, self._fit, x, y, given)
            return self._fit(x, y, **given)
        finally:
            self.fitting, self.looked_at = False, None

    def _look_at(self, x: Any, y: Any, given: dict[str, Any]) -> Any:
        """Refuse what cannot be trained on; return the data to be used from now on."""
        self.players.check_unchanged(self.generator, self.discriminator)
        x, samples, labels = data_checks.first_batch(x, y)
        data_checks.check(samples, labels, self.pair)
        self._show(samples, labels)
        split = given.get("validation_split")
        shares = backend.shares(self)
        data_checks.check_shares(x, given.get("batch_size"), shares, split)
        data_checks.check_lengths(x, given.get("steps_per_epoch"))
        self.parted = data_checks.is_part(x)
        return x

    def _look_at_held_out(self, given: dict[str, Any]) -> dict[str, Any]:
        """Refuse what cannot be evaluated on; return what `fit` gets in its place."""
        shares = backend.shares(self)
        read = validation.checked(given, self.pair, self.sample_metrics, shares)
        read |= untuned.held_out({**given, **read}, self._makes_datasets())
        data = {**given, **read}.get("validation_data")
        # Its number alone: TensorFlow would hold a data set for good.
        self.looked_at = id(data[0] if isinstance(data, list | tuple) else data)
        return read

    def _catch_up(self) -> None:
        """Go on counting where a callback has put back earlier weights, and the count.

        Learning rates follow the optimizer's count, all other schedules this one.
        """
        counts = [self.steps_done, self.optimizer.iterations]
        done = max(int(keras.ops.convert_to_numpy(count)) for count in counts)
        self.steps_done.assign(done)

    def _show(self, samples: np.ndarray, labels: np.ndarray | None) -> None:
        """Keep some real samples for callbacks to show."""
        before = self.real_labels
        self.real_images = samples[:_SHOWN]
        self.real_labels = None if labels is None else labels[:_SHOWN]
        if before is not None and labels is not None and before.ndim != labels.ndim:
            # A function of TensorFlow that is traced again takes any rank, which is
            # none: labels in another form want another function.
            self.train_function = self.test_function = None

    def _fit(self, x: Any, y: Any, **given: Any) -> keras.callbacks.History:
        """Train by Keras's own `fit`."""
        x, y, given = untuned.for_fit(x, y, given, self._makes_datasets())
        given["callbacks"] = callback_list.for_fit(self, x, given)
        return super().fit(x, y, **given)

    def _makes_datasets(self) -> bool:
        """Whether Keras makes data sets of arrays, for this process alone."""
        return keras.backend.backend() == "tensorflow" and backend.shares(self) == 1

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: str | int = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Score held-out samples, as `keras.Model.evaluate` does.

        As many samples are generated, from the same latents at every evaluation:
        for the losses of the game batch by batch, and then for metrics of samples,
        which read the real ones again.

        Args:
            x: Real samples, as in `fit`.
            y: Labels, where ``x`` is an array.
            batch_size: As in `keras.Model.evaluate`.
            verbose: As in `keras.Model.evaluate`.
            sample_weight: Refused: a GAN has none.
            steps: As in `keras.Model.evaluate`.
            callbacks: As in `keras.Model.evaluate`.
            return_dict: As in `keras.Model.evaluate`; else a list, in the order of
                ``metrics`` and then of the metrics of samples.
            **kwargs: As in `keras.Model.evaluate`.

        Raises:
            ValueError: If the data does not fit the networks or the metrics.
        """
        if sample_weight is not None:
            raise ValueError("A GAN has no sample weights. Received: sample_weight.")
        of_samples = self.sample_metrics if self.compiled else []
        data_checks.check_whole(x, "x")
        if of_samples or isinstance(x, PerEpoch):
            x = validation.held(x, steps, "steps")
        if self.compiled and id(x) != self.looked_at:  # else `fit` has done it
            x, samples, labels = data_checks.first_batch(x, y)
            data_checks.check(samples, labels, self.pair)
            data_checks.check_shares(x, batch_size, backend.shares(self))
        x = untuned.untuned(x)
        logs = super().evaluate(
            x, y, batch_size, verbose, None, steps, callbacks, True, **kwargs
        )
        if batch_size is None and steps is not None:
            batch_size = untuned.BATCH_SIZE  # which steps count
        scores = self._scores(of_samples, x, y, batch_size, steps)
        if scores and verbose and not self.fitting:
            print(" - ".join(f"{name}: {value:.4f}" for name, value in scores.items()))
        if return_dict:
            return logs | scores
        names = [metric.name for metric in self.metrics if metric.name in logs]
        names += sorted(logs.keys() - set(names))  # of a metric of several numbers
        return [*(logs[name] for name in names), *scores.values()]

    def train_on_batch(self, x: Any, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Play one step, as `keras.Model.train_on_batch` does.

        Args:
            x: Real samples, an array ``(batch, *sample_shape)``.
            y: Their labels.
            *args: As in `keras.Model.train_on_batch`.
            **kwargs: As in `keras.Model.train_on_batch`.

        Raises:
            ValueError: As in `fit`.
        """
        self._check_batch(x, y)
        return super().train_on_batch(x, y, *args, **kwargs)

    def test_on_batch(self, x: Any, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Score one batch of held-out samples, as `keras.Model.test_on_batch` does.

        Args:
            x: Real samples, an array ``(batch, *sample_shape)``.
            y: Their labels.
            *args: As in `keras.Model.test_on_batch`.
            **kwargs: As in `keras.Model.test_on_batch`.

        Raises:
            ValueError: As in `fit`.
        """
        self._check_batch(x, y)
        return super().test_on_batch(x, y, *args, **kwargs)

    def _check_batch(self, x: Any, y: Any) -> None:
        """Refuse what `fit` would, where there is but one batch."""
        if self.compiled:  # else Keras's own error
            self.players.check_unchanged(self.generator, self.discriminator)
            _, samples, labels = data_checks.first_batch(x, y)
            data_checks.check(samples, labels, self.pair)

    def _scores(self, metrics: Sequence[Any], *data: Any) -> dict[str, float]:
        """Return the metrics of all samples, if there are any."""
        if not metrics:
            return {}
        return scoring.score(self, metrics, lambda: host_batches(*data))


def _by_name(args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return what `fit` was given after x and y by name, without sample weights."""
    twice = sorted(kwargs.keys() & set(_FIT[: len(args)]))
    if twice or len(args) > len(_FIT):
        raise TypeError(
            f"fit takes x, y and {', '.join(_FIT)}. Received: "
            f"{f'{twice} twice' if twice else f'{len(args) + 2} by position'}."
        )
    given = {**kwargs, **dict(zip(_FIT, args, strict=False))}
    for weights in ("sample_weight", "class_weight"):
        if given.get(weights) is not None:
            raise ValueError(f"A GAN has no sample weights. Received: {weights}.")
    return given
