"""Trials of recipes, several seeds each: settings, training, results that are kept."""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import click
import keras
import numpy as np

import keras_gan
from keras_gan import recipes
from keras_gan.callbacks import LinearDecay
from keras_gan.files.atomic_write import replacing
from keras_gan_cli import settings as command_line

Trial = dict[str, Any]


def parse(
    parser: argparse.ArgumentParser,
    arguments: Sequence[str] | None,
    *,
    seeds: int,
    steps: int,
    batch_size: int,
) -> argparse.Namespace:
    """Add the options that all such benchmarks have, with their defaults, and parse.

    Returns:
        The options; `chosen` among them holds the settings of each recipe that was
        named, those not given at their defaults. Exits with what is wrong.
    """
    parser.add_argument("--recipes", required=True, help="names, with commas")
    parser.add_argument("--out", type=Path, required=True, help="folder for results")
    parser.add_argument("--seeds", type=_positive, default=seeds, help="trials of each")
    parser.add_argument("--steps", type=_positive, default=steps)
    parser.add_argument("--batch-size", type=_positive, default=batch_size)
    parser.add_argument("--set", action="append", default=[], help="RECIPE.KEY=VALUE")
    options = parser.parse_args(arguments)
    options.chosen = _settings(parser, options.recipes.split(","), options.set)
    return options


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more. Received: {text}")
    return number


def _settings(
    parser: argparse.ArgumentParser, names: Sequence[str], pairs: Sequence[str]
) -> dict[str, dict[str, Any]]:
    for pair in pairs:
        if pair.partition(".")[0] not in names:
            parser.error(f"--set {pair}: expected RECIPE.KEY=VALUE, of {names}")
    chosen = {}
    for name in names:
        own = [p.removeprefix(f"{name}.") for p in pairs if p.startswith(f"{name}.")]
        try:
            recipe = recipes.get(name)
            given = command_line.parse(own, recipe.settings(), recipe.make)
        except (ValueError, click.ClickException) as error:
            parser.error(str(error))
        chosen[name] = {**recipe.settings(), **given}
    return chosen


class Kept:
    """Finished trials in a JSON file, so that a run that was cut short goes on.

    Args:
        file: The file; it need not exist.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.trials: list[Trial] = json.loads(file.read_text()) if file.exists() else []

    def find(self, recipe: str, seed: int, conditions: dict[str, Any]) -> Trial | None:
        """Return the trial if it is finished; exit if it had other conditions."""
        conditions = json.loads(json.dumps(conditions))  # tuples become lists
        for trial in self.trials:
            if (trial["recipe"], trial["seed"]) != (recipe, seed):
                continue
            old = trial["conditions"]
            differ = [k for k in conditions if old.get(k) != conditions[k]]
            if differ or old.keys() != conditions.keys():
                sys.exit(
                    f"{self.file} holds {recipe}, seed {seed}, under other conditions "
                    f"({', '.join(differ) or 'of other names'}). Use another --out."
                )
            return trial
        return None

    def add(
        self, recipe: str, seed: int, conditions: dict[str, Any], results: Trial
    ) -> Trial:
        """Keep a trial, on disk at once."""
        head = {"recipe": recipe, "seed": seed, "conditions": conditions}
        trial = json.loads(json.dumps({**head, **results}))
        self.trials.append(trial)
        with replacing(self.file) as temporary:
            temporary.write_text(json.dumps(self.trials, indent=1) + "\n")
        return trial

    def complete(
        self,
        recipe: str,
        seeds: int,
        conditions: dict[str, Any],
        run: Callable[[int], tuple[Trial, np.ndarray]],
    ) -> tuple[list[Trial], np.ndarray]:
        """Run the trials of a recipe that are not finished.

        Args:
            recipe: Its name.
            seeds: Number of trials; their seeds are 0, 1 and so on.
            conditions: What a kept trial must have been run under, beside Keras's
                backend, to count.
            run: Function of the seed that returns results and samples.

        Returns:
            All trials, and the samples of seed 0, which lie in a file of their own.
        """
        conditions = {"backend": keras.backend.backend(), **conditions}
        file = self.file.with_name(f"{self.file.stem}_{recipe}.npy")
        trials = []
        for seed in range(seeds):
            trial = self.find(recipe, seed, conditions)
            if trial is None:
                results, samples = run(seed)
                if seed == 0:
                    np.save(file, samples)
                trial = self.add(recipe, seed, conditions, results)
            numbers = {k: v for k, v in trial.items() if isinstance(v, int | float)}
            told = (f"{k} {v:.4g}" for k, v in numbers.items())
            print(f"{recipe}:", ", ".join(told), flush=True)
            trials.append(trial)
        return trials, np.load(file)


class Scores(keras.callbacks.Callback):
    """Score after some epochs, time the training alone, and stop if it is lost.

    Args:
        epochs: The epochs, counted from 1, after which to score.
        score: Function of the GAN.
    """

    def __init__(
        self, epochs: Collection[int], score: Callable[[keras_gan.GAN], Any]
    ) -> None:
        super().__init__()
        self.epochs = epochs
        self.score = score
        self.scores: list[Any] = []
        self.scored_at: list[int] = []
        self.seconds = 0.0
        self.finite = True

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start the clock."""
        self._start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Stop the clock, and look at the losses and the samples."""
        self.seconds += time.perf_counter() - self._start
        self.finite = bool(np.isfinite((logs or {})["loss"]))
        self.model.stop_training = not self.finite
        if epoch + 1 in self.epochs or not self.finite:
            self.scores.append(self.score(self.model))
            self.scored_at.append(epoch + 1)

    def results(self, per_epoch: int) -> Trial:
        """Return the last scores, and all, and when they were taken.

        Args:
            per_epoch: Steps or samples in an epoch, the unit of `scored_at`.
        """
        return {
            **self.scores[-1],
            "finite": self.finite,
            "seconds": self.seconds,
            "scored_at": [epoch * per_epoch for epoch in self.scored_at],
            "scores": self.scores,
        }


def train(
    recipe: recipes.Recipe,
    settings: dict[str, Any],
    seed: int,
    data: dict[str, Any],
    shape: tuple[int, ...],
    num_classes: int | None,
    scores: Scores,
) -> None:
    """Build a recipe and fit it, everything random from one seed.

    Args:
        recipe: The recipe, which lowers its learning rates if it is made to.
        settings: Its settings; a setting `seed` is replaced.
        seed: Seed of the networks' weights, the latents and the order of the data.
        data: What `fit` gets: `x`, `epochs`, and perhaps `y` and `batch_size`.
        shape: Shape of a sample.
        num_classes: Number of classes for a conditional GAN.
        scores: What is measured.
    """
    keras.utils.set_random_seed(seed)
    gan = recipe.build(shape, num_classes, **{**settings, "seed": seed})
    if keras.backend.backend() != "torch":  # which has no such thing
        gan.steps_per_execution = 10
    decay = [LinearDecay(data["epochs"])] if recipe.decay else []
    gan.fit(**data, verbose=0, callbacks=[*decay, scores])
    keras.utils.clear_session()


def kl_to_uniform(numbers: np.ndarray, count: int) -> float:
    """Return KL(p ‖ uniform) in nats, p the shares of the numbers 0..count-1."""
    shares = np.bincount(numbers, minlength=count) / len(numbers)
    shares = shares[shares > 0]
    return float((shares * np.log(shares * count)).sum())


def spread(values: Sequence[float], form: str) -> str:
    """Return mean ± sample standard deviation in words, `24.8 ± 0.4`."""
    text = format(statistics.mean(values), form)
    if len(values) < 2:
        return text
    return f"{text} ± {format(statistics.stdev(values), form)}"


def lost(trials: Sequence[Trial]) -> str:
    """Return a remark on trials that became NaN or infinite, or nothing."""
    n = sum(not trial["finite"] for trial in trials)
    return f" ({n} lost)" if n else ""
