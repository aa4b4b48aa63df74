"""Measure what callbacks and held-out data add to an epoch.

    python benchmarks/callbacks_cost.py [--recipe dcgan] [--batch 64] [--steps 100]
        [--rounds 5]

An epoch of so many steps on the built-in images through `fit`, alone and with each
callback. They take turns, round by round; a time is the median over the rounds of the
third epoch, from its beginning to that of the next, and what is added the median of the
differences from the training alone in the same round. Prints a table in Markdown.
Backend: Keras's `KERAS_BACKEND`.
"""

import argparse
import contextlib
import io
import statistics
import tempfile
import time
from pathlib import Path

import keras

from keras_gan import callbacks, datasets, recipes

EPOCHS, WATCHED = 4, 2
HELD_OUT = 1_000
ALONE = "alone"


class Beginnings(keras.callbacks.Callback):
    """The clock at the beginning of each epoch."""

    def __init__(self):
        super().__init__()
        self.times = []

    def on_epoch_begin(self, epoch, logs=None):
        """Look at the clock."""
        self.times.append(time.perf_counter())


def cases(steps, held_out, folder):
    """Return what `fit` is given beside the data, by what it is called."""
    quarter = max(1, steps // 4)
    return {
        ALONE: dict,
        "Keras's progress bar": lambda: {"verbose": 1},
        "SampleGrid, each epoch": lambda: _with(callbacks.SampleGrid(folder / "each")),
        "SampleGrid, four in an epoch": lambda: _with(
            callbacks.SampleGrid(folder / "four", every=quarter)
        ),
        "Checkpoint, each epoch": lambda: _with(
            callbacks.Checkpoint(folder / "saved", data_position=False)
        ),
        "CollapseGuard": lambda: _with(callbacks.CollapseGuard()),
        "TensorBoard": lambda: _with(keras.callbacks.TensorBoard(folder / "board")),
        f"validation_data, {HELD_OUT:,} images": lambda: {"validation_data": held_out},
    }


def _with(callback):
    return {"callbacks": [callback]}


def epoch_seconds(gan, data, steps, given):
    """Train some epochs and return how long one of them took."""
    clock = Beginnings()
    given = {"verbose": 0, **given}
    given["callbacks"] = [*given.get("callbacks", []), clock]
    with contextlib.redirect_stdout(io.StringIO()):  # the progress bar
        gan.fit(data, epochs=EPOCHS, steps_per_epoch=steps, **given)
    return clock.times[WATCHED + 1] - clock.times[WATCHED]


def measure(options):
    """Return the seconds of each case, round by round."""
    gan = recipes.get(options.recipe).build((28, 28, 1), seed=0)
    data = datasets.load("builtin", options.batch).repeat()
    held_out = datasets.load("builtin", options.batch).take(HELD_OUT // options.batch)
    found = {}
    for turn in range(options.rounds + 1):
        with tempfile.TemporaryDirectory() as folder:
            made = cases(options.steps, held_out, Path(folder))
            for name, given in made.items():
                seconds = epoch_seconds(gan, data, options.steps, given())
                if turn:  # the first compiles
                    found.setdefault(name, []).append(seconds)
    return found


def table(found):
    """Return the medians as Markdown."""
    lines = ["| with | epoch, s | adds, ms | adds |", "|---|---:|---:|---:|"]
    alone = found[ALONE]
    for name, seconds in found.items():
        added = statistics.median(b - a for a, b in zip(alone, seconds, strict=True))
        cells = [name, f"{statistics.median(seconds):.2f}"]
        if name == ALONE:
            cells += ["", ""]
        else:
            share = added / statistics.median(alone)
            cells += [f"{1000 * added:.0f}", f"{share:.1%}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", default="dcgan")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(table(measure(options)))


if __name__ == "__main__":
    main()
