"""CollapseGuard: notices that a GAN's training has failed, and does something."""

import warnings
from typing import Any, Literal

import keras
import numpy as np

from keras_gan import data_checks
from keras_gan.arguments import (
    check_choice,
    check_within,
    checked_count,
)
from keras_gan.callbacks import learning_rates
from keras_gan.callbacks.collapse_triggers import (
    LowDiversity,
    Outplayed,
    Worse,
    not_finite,
)
from keras_gan.callbacks.training_state import TrainingState, steps_of

ACTIONS = ("warn", "stop", "restore")
MODES = ("min", "max")


# The attributes that say what a guard has seen and done.
_REMEMBERED = ("events", "_restores", "_first_step", "_over", "_in_a_row")


class CollapseGuard(keras.callbacks.Callback):
    """Watch a training for NaN and collapse; warn, stop, or go back and slow down.

    There is trouble when

    - a logged number or a generated sample is NaN or infinite (``nan_every``): at
      once. Running means stay NaN, so a look now and then misses nothing.
    - samples of fixed latents lie closer together than ``diversity`` times real
      ones, by mean pairwise Euclidean distance; within classes if the GAN is
      conditional. It finds a generator that makes much the same of all latents, not
      one that leaves some modes out. The share is logged as ``sample_diversity``.
    - D's accuracies of real and of generated samples are both above ``accuracy``.
      Off by default, as healthy trainings do that too: the recipe "wgan" on the
      built-in images did between steps 40 and 240. A critic has no threshold.
    - the logs' ``monitor`` is ``tolerance`` times as bad as its best so far.

    The last three are judged at the end of each epoch, and are trouble after
    ``patience`` such epochs in a row, once ``warmup`` is over. What is done then:

    - ``"warn"``: a `RuntimeWarning`, and on.
    - ``"stop"``: the training ends, its state as it is.
    - ``"restore"``: both networks, the average, what penalties and augmentation
      remember and both optimizers' state go back to the best state, and both
      learning rates are multiplied by ``factor``. The best state is that of the best
      ``monitor``, or without one that of the last epoch without a sign of trouble.
      The count of steps and the random state go on. After ``max_restores`` times the
      state goes back once more and the training ends.

    The best state is kept in the host's memory. Learning rates may be numbers or
    schedules; a schedule is replaced by a scaled one and the step compiled anew.

    Args:
        action: ``"warn"``, ``"stop"`` or ``"restore"``.
        nan_every: Look for NaN in the logs every so many batches, and at the end of
            an epoch, there in samples too; ``None`` for never.
        diversity: Least share of the real samples' mean distance, in (0, 1);
            ``None`` not to look.
        accuracy: Largest healthy accuracy of D, in (0.5, 1), such as 0.99; ``None``
            not to look.
        monitor: A name in the logs, such as ``"val_fid"``; ``None`` for none.
        mode: ``"min"`` if a smaller ``monitor`` is better, or ``"max"``.
        tolerance: How many times as bad as the best is healthy, above 1.
        patience: Epochs in a row, at least 1.
        warmup: Training steps of this `fit` before anything but NaN is trouble: an
            untrained generator is neither varied nor hard to tell, and the game has
            to settle.
        n: Number of samples that are compared, at least 2; no more than there are
            real ones.
        real: Real samples to compare with, an array or a pair of arrays (samples,
            labels); by default those of the first batch, at most 64.
        seed: Integer seed of the latents.
        factor: What the learning rates are multiplied with, in (0, 1].
        max_restores: How often to go back before giving up, at least 1.

    Attributes:
        events: What happened, a list of dictionaries: ``step``, ``epoch``,
            ``trigger`` ("nan", "diversity", "accuracy" or "monitor"), ``message`` and
            ``action``. It begins anew with each `fit`.

    Raises:
        ValueError: If an argument is out of range; when a training begins, if the
            real samples have no two that differ, or of one class, or a learning rate
            cannot be multiplied; after an epoch, if ``monitor`` is not logged.
        TypeError: When a training begins, if the model is no `GAN`.

    Reference:
        Salimans et al., 2016, Improved Techniques for Training GANs,
        arXiv:1606.03498, section 3.2, on what collapse is.

    Example:
        >>> guard = CollapseGuard("restore", monitor="val_fid")
        >>> gan.fit(images, epochs=50, validation_data=held_out, callbacks=[guard])
        >>> [event["message"] for event in guard.events]
    """

    def __init__(
        self,
        action: Literal["warn", "stop", "restore"] = "warn",
        *,
        nan_every: int | None = 50,
        diversity: float | None = 0.1,
        accuracy: float | None = None,
        monitor: str | None = None,
        mode: Literal["min", "max"] = "min",
        tolerance: float = 1.5,
        patience: int = 3,
        warmup: int = 1000,
        n: int = 64,
        real: Any = None,
        seed: int = 0,
        factor: float = 0.5,
        max_restores: int = 3,
    ) -> None:
        super().__init__()
        check_choice("action", action, ACTIONS)
        check_choice("mode", mode, MODES)
        if nan_every is not None:
            checked_count("nan_every", nan_every, 1)
        checked_count("patience", patience, 1)
        checked_count("warmup", warmup, 0)
        checked_count("n", n, 2)
        checked_count("max_restores", max_restores, 1)
        check_within("diversity", diversity, 0, 1, optional=True)
        check_within("accuracy", accuracy, 0.5, 1, optional=True)
        check_within("tolerance", tolerance, 1, float("inf"))
        check_within("factor", factor, 0, 1, closed=True)
        self.action = action
        self.nan_every = nan_every
        self.diversity = diversity
        self.accuracy = accuracy
        self.monitor = monitor
        self.mode = mode
        self.tolerance = tolerance
        self.patience = patience
        self.warmup = warmup
        self.n = n
        self.real = real
        self.seed = seed
        self.factor = factor
        self.max_restores = max_restores
        self.events: list[dict[str, Any]] = []
        self._best: TrainingState | None = None

    # For a checkpoint.

    def get_memory(self) -> dict[str, Any]:
        """Return what was seen, and the best state."""
        best = self._best
        return {
            **{key: getattr(self, key) for key in _REMEMBERED},
            "best_of_monitor": [t.best for t in self._triggers if isinstance(t, Worse)],
            "best_step": None if best is None else best.step,
            "best_state": [] if best is None else best.values,
        }

    def set_memory(self, memory: dict[str, Any]) -> None:
        """Go on with what was seen, with the learning rates as they were scaled."""
        for key in _REMEMBERED:
            setattr(self, key, memory[key])
        # What is watched may be other than what was.
        in_a_row: dict[str, int] = memory["_in_a_row"]
        self._in_a_row = {t.name: in_a_row.get(t.name, 0) for t in self._triggers}
        monitored = [t for t in self._triggers if isinstance(t, Worse)]
        for trigger, best in zip(monitored, memory["best_of_monitor"], strict=False):
            trigger.best, trigger.seen = best, best is not None
        if memory["best_step"] is not None:
            self._best = TrainingState(self.model)
            self._best.step = memory["best_step"]
            self._best.values = memory["best_state"]
        if self._restores:
            learning_rates.multiply_schedules(self.model, self.factor**self._restores)

    # When.

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Make sure that all can be watched and done that is asked for."""
        gan = self.model
        if not callable(getattr(gan, "generate", None)):
            raise TypeError(
                "CollapseGuard watches what a GAN generates. Received: a "
                f"{type(gan).__name__}, which has no `generate`."
            )
        if self.action == "restore":
            for optimizer in gan.optimizer.optimizers:
                learning_rates.schedule_of(optimizer)  # refuses what it cannot scale
        self.events = []
        self._restores = 0
        self._best = None
        self._first_step: int | None = None
        self._over = False
        self._set_triggers(gan)
        self._in_a_row = dict.fromkeys((t.name for t in self._triggers), 0)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep the first state; count batches from here."""
        self._epoch = epoch
        self._looked = 0
        self._nan_seen = False
        self._ended = False
        if self._first_step is None:  # now: other callbacks may have restored weights
            self._first_step = steps_of(self.model)
        if self._best is None:
            self._keep_state()

    # At the beginning of a batch, not at the end of the one before, as a callback
    # for the latter makes Keras wait for every batch; and without reading the
    # model unless a look is due, as this makes JAX copy its state.
    def on_train_batch_begin(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        """Look for NaN in the running means, if it is time."""
        every = self.nan_every
        if every is None or self._over or self._nan_seen:
            return
        if batch // every > self._looked // every:
            self._looked = batch
            self._act_on_nan(not_finite(self._means()))

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Look for NaN before validation, as metrics of samples refuse it."""
        if not getattr(self.model, "fitting", False):
            return
        self._stay_back()
        if self.nan_every and not self._over and not self._nan_seen:
            found = not_finite(self._means(), self._samples())
            self._ended = self._act_on_nan(found)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Judge the epoch; keep its state if it is the best."""
        self._stay_back()
        logs = {} if logs is None else logs
        samples = self._samples()
        found = not_finite(logs, samples) if self.nan_every else ""
        troubles = {t.name: t.trouble(logs, samples) for t in self._triggers}
        for trigger in self._triggers:
            if isinstance(trigger, LowDiversity):
                logs["sample_diversity"] = trigger.share
        if self._over or self._ended or self._nan_seen:
            return
        if found:
            self._act_on_nan(found)
            return
        if steps_of(self.model) - (self._first_step or 0) < self.warmup:
            troubles = dict.fromkeys(troubles, "")  # not yet
        if not any(troubles.values()) and self._is_best():
            self._keep_state()
        self._count(troubles)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Say so if a metric to be watched was never there."""
        for trigger in self._triggers:
            if isinstance(trigger, Worse) and not trigger.seen:
                warnings.warn(
                    f"CollapseGuard watched monitor={trigger.monitor!r}, which was "
                    "never logged. Pass validation_data to `fit`, with the metric in "
                    "`compile`.",
                    RuntimeWarning,
                    stacklevel=2,
                )

    # What is watched.

    def _set_triggers(self, gan: Any) -> None:
        self._triggers: list[LowDiversity | Outplayed | Worse] = []
        self._labels: np.ndarray | None = None
        self._count_of_samples = self.n
        if self.diversity is not None:
            real, self._labels = self._real(gan)
            self._count_of_samples = len(real)
            self._triggers.append(LowDiversity(real, self._labels, self.diversity))
        elif gan.conditional and gan.real_labels is not None:
            self._labels = np.resize(
                gan.real_labels, (self.n, *gan.real_labels.shape[1:])
            )
        if self.accuracy is not None:
            self._triggers.append(Outplayed(self.accuracy))
        if self.monitor is not None:
            self._triggers.append(Worse(self.monitor, self.mode, self.tolerance))

    def _real(self, gan: Any) -> tuple[np.ndarray, np.ndarray | None]:
        """The real samples to compare with, and their labels if the GAN takes any."""
        real, labels = gan.real_images, gan.real_labels
        if self.real is not None:
            pair = isinstance(self.real, tuple | list) and len(self.real) == 2
            real, labels = self.real if pair else (self.real, None)
            real = np.asarray(real)
            labels = None if labels is None else np.asarray(labels)
            if labels is not None or not gan.conditional:  # else see below
                data_checks.check(real, labels, gan.pair)
        real = np.asarray(real)[: self.n]
        if not gan.conditional:
            return real, None
        if labels is None:
            raise ValueError(
                "The real samples of a conditional GAN need labels. Received: real "
                "without any. Pass real=(samples, labels)."
            )
        return real, np.asarray(labels)[: self.n]

    def _means(self) -> dict[str, float]:
        """What the logs hold by now."""
        return {k: float(t.result()) for k, t in self.model.trackers.items()}

    def _samples(self) -> np.ndarray | None:
        """Samples of the fixed latents, if anything is to be seen in them."""
        if self.nan_every is None and self.diversity is None:
            return None
        n = self._count_of_samples
        return self.model.generate(n, labels=self._labels, seed=self.seed)

    def _act_on_nan(self, found: str) -> bool:
        """Act, once in an epoch if it goes on; return whether anything was found."""
        if found:
            self._nan_seen = True
            self._act("nan", found)
        return bool(found)

    def _count(self, troubles: dict[str, str | None]) -> None:
        """Act on the first sign that has been there for long enough."""
        for name, message in troubles.items():
            if message is not None:  # a metric that was not logged was not judged
                self._in_a_row[name] = self._in_a_row[name] + 1 if message else 0
        for name, message in troubles.items():
            if self._in_a_row[name] >= self.patience:
                epochs = "epoch" if self.patience == 1 else "epochs in a row"
                self._act(name, f"{message} ({self.patience} {epochs})")
                return

    def _is_best(self) -> bool:
        monitored = [t for t in self._triggers if isinstance(t, Worse)]
        return all(trigger.improved for trigger in monitored)

    # What is done.

    def _keep_state(self) -> None:
        if self.action == "restore":
            self._best = TrainingState(self.model)

    def _act(self, trigger: str, trouble: str) -> None:
        """Do what is to be done about trouble, and say so."""
        step = steps_of(self.model)
        action, done = {
            "warn": lambda: ("warn", "The training goes on."),
            "stop": lambda: ("stop", "The training ends."),
            "restore": self._restore,
        }[self.action]()
        if action == "stop":
            self._over = True
            self.model.stop_training = True
        self._in_a_row = dict.fromkeys(self._in_a_row, 0)
        message = f"Epoch {self._epoch + 1}, step {step}: {trouble}. {done}"
        event = {"step": step, "epoch": self._epoch, "trigger": trigger}
        self.events.append({**event, "message": message, "action": action})
        warnings.warn(message, RuntimeWarning, stacklevel=2)

    def _restore(self) -> tuple[str, str]:
        """Go back to the best state; return the action and what it was."""
        gan, best = self.model, self._best
        assert best is not None  # kept before the first batch
        best.put_back(gan)
        gan.reset_metrics()  # the running means are NaN, or of a state that is gone
        self._nan_seen = False
        back = f"Back to the state of step {best.step}"
        if self._restores == self.max_restores:
            return "stop", f"{back}; the training ends after {self._restores} restores."
        self._restores += 1
        learning_rates.multiply(gan, self.factor)
        return "restore", (
            f"{back}, with the learning rates times {self.factor:g} (restore "
            f"{self._restores} of {self.max_restores})."
        )

    def _stay_back(self) -> None:
        """Undo the batch that Keras still plays after it was told to end."""
        if self._over and self._best is not None:
            self._best.put_back(self.model)
