"""Whether a long training stays as it began: memory, compiled steps, open files.

    python benchmarks/long_run.py [--steps 5000] --out DIR

A small GAN with all that a training may keep: a lazy R1, ADA, an average of the
generator, two updates of the discriminator a step, a last smaller batch in every
epoch, and the callbacks `SampleGrid`, `CollapseGuard`, `CSVLogger` and `TensorBoard`.
It is trained for so many steps in one `fit`; then fitted, compiled, sampled and
evaluated over and over. Each scenario is measured after its first tenth, when all is
loaded and compiled, and at its end.

Memory is what is resident of this process, in MB, after a garbage collection. A trace
is a run of a step's Python body, which TensorFlow and JAX then compile; PyTorch
compiles nothing. DIR gets `memory.csv`, the memory at every 500 steps, and what the
callbacks write. Fails if memory grows by more than 3 % over the steps, or a step is
traced after the first epoch. Backend: Keras's `KERAS_BACKEND`. Linux only.
"""

import argparse
import csv
import gc
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

import keras_gan
from keras_gan.callbacks import CollapseGuard, SampleGrid
from keras_gan.networks import mlp

SHAPE, LATENT_DIM, BATCH = (8, 8, 1), 8, 16
STEPS_AN_EPOCH, EVERY = 100, 500  # steps
GROWTH = 3.0  # most of it, in percent of the memory

TRACES: Counter[str] = Counter()


class Traced(keras_gan.GAN):
    """A GAN that counts how often the body of each of its steps is run."""

    def adversarial_step(self, data: Any) -> dict[str, Any]:
        """Count a step of the training."""
        TRACES["train"] += 1
        return super().adversarial_step(data)

    def evaluation_step(self, data: Any) -> dict[str, Any]:
        """Count a step of an evaluation."""
        TRACES["evaluate"] += 1
        return super().evaluation_step(data)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Count a batch of generated samples."""
        TRACES["generate"] += 1
        return super().call(inputs, training=training)


@dataclass(frozen=True)
class State:
    """What a process holds: MB of memory, open files, traces so far."""

    memory: float
    files: int
    traces: Counter[str]

    @classmethod
    def now(cls) -> "State":
        """Look at this process."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        files = len(os.listdir("/proc/self/fd"))
        return cls(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, files, TRACES.copy())


@dataclass(frozen=True)
class Row:
    """A scenario, and what was held at its beginning and at its end."""

    name: str
    counted: str  # which traces
    before: State
    after: State

    @property
    def growth(self) -> float:
        """Memory gained, in percent."""
        return 100 * (self.after.memory / self.before.memory - 1)

    @property
    def traces(self) -> int:
        """Traces in between."""
        return self.after.traces[self.counted] - self.before.traces[self.counted]


class Watch(keras.callbacks.Callback):
    """Look at the process at every 500 steps; count traces from the second epoch on."""

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[int, State] = {}
        self.first_traces: Counter[str] = Counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Look if it is time."""
        if epoch == 0:
            self.first_traces = TRACES.copy()
        step = (epoch + 1) * STEPS_AN_EPOCH
        if step % EVERY == 0:
            self.states[step] = State.now()


def images(steps: int) -> np.ndarray:
    """Return random images for so many batches, the last of them smaller."""
    n = steps * BATCH - BATCH // 2
    rng = np.random.default_rng(0)
    return rng.uniform(-1, 1, (n, *SHAPE)).astype("float32")


def built() -> Traced:
    """Return the GAN, compiled."""
    gan = Traced(
        mlp.generator(SHAPE, LATENT_DIM, hidden=(32,)),
        mlp.discriminator(SHAPE, hidden=(32,)),
        ema=0.999,
        augment=keras_gan.augmentations.ADA(target=0.6),
        seed=0,
    )
    compile_(gan)
    return gan


def compile_(gan: Traced) -> None:
    """Compile it, with new optimizers."""
    gan.compile(
        keras.optimizers.Adam(1e-4),
        keras.optimizers.Adam(1e-4),
        penalties=[keras_gan.penalties.R1(1.0, every=4)],
        d_steps=2,
    )


def callbacks(folder: Path) -> list[keras.callbacks.Callback]:
    """Return new callbacks that write into a folder."""
    return [
        SampleGrid(folder / "grids", n=16, show=False),
        CollapseGuard(warmup=10**9, n=16),
        keras.callbacks.CSVLogger(folder / "log.csv"),
        keras.callbacks.TensorBoard(folder / "tensorboard"),
    ]


def one_fit(gan: Traced, steps: int, out: Path) -> tuple[Row, dict[int, State]]:
    """Train in one `fit`."""
    watch = Watch()
    gan.fit(
        images(STEPS_AN_EPOCH),
        batch_size=BATCH,
        epochs=steps // STEPS_AN_EPOCH,
        verbose=0,
        callbacks=[*callbacks(out), watch],
    )
    first, last = watch.states[EVERY], watch.states[max(watch.states)]
    since = State(first.memory, first.files, watch.first_traces)
    return Row(f"{steps} steps of one `fit`", "train", since, last), watch.states


def repeated(
    name: str, counted: str, run: Callable[[int], Any], times: int = 100
) -> Row:
    """Do something over and over."""
    for i in range(times):
        if i == times // 10:
            before = State.now()
        run(i)
    return Row(name, counted, before, State.now())


def scenarios(gan: Traced, out: Path) -> list[Row]:
    """Repeat all that a user repeats in one session."""
    few = images(5)

    def fit(i: int) -> None:
        gan.fit(few, batch_size=BATCH, verbose=0, callbacks=callbacks(out / "fits"))

    def compile_and_fit(i: int) -> None:
        compile_(gan)
        gan.fit(few[:BATCH], batch_size=BATCH, verbose=0)

    def evaluate(i: int) -> None:
        gan.evaluate(few, batch_size=BATCH, verbose=0)

    return [
        repeated("100 `fit`s of an epoch", "train", fit),
        repeated(
            "`generate(n)`, n = 1..100", "generate", lambda i: gan.generate(i + 1)
        ),
        repeated("50 `evaluate`s", "evaluate", evaluate, 50),
        repeated("30 `compile`s, a step each", "train", compile_and_fit, 30),
    ]


def table(rows: list[Row]) -> str:
    """Return the rows as Markdown."""
    traced = keras.backend.backend() != "torch"
    lines = [
        "| scenario | MB before | MB after | growth | open files | traces |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        before, after = row.before, row.after
        lines.append(
            f"| {row.name} | {before.memory:.1f} | {after.memory:.1f} "
            f"| {row.growth:+.1f} % | {before.files} → {after.files} "
            f"| {row.traces if traced else '–'} |"
        )
    return "\n".join(lines)


def failures(row: Row) -> list[str]:
    """Return what is wrong with the long training."""
    found = []
    if row.growth > GROWTH:
        found.append(f"memory grew by {row.growth:.1f} %, more than {GROWTH} %")
    if row.traces and keras.backend.backend() != "torch":
        found.append(f"{row.traces} traces after the first epoch")
    return found


def main() -> None:
    """Run all scenarios, print the table, and fail if the training is not steady."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--out", type=Path, required=True, help="folder for results")
    options = parser.parse_args()
    if options.steps < 2 * EVERY or options.steps % EVERY:
        parser.error(f"--steps must be a multiple of {EVERY}, at least {2 * EVERY}")
    (options.out / "fits").mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(0)
    gan = built()
    training, states = one_fit(gan, options.steps, options.out)
    with (options.out / "memory.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["step", "MB", "open files", "traces"])
        for step, state in states.items():
            writer.writerow([step, state.memory, state.files, state.traces["train"]])
    print(table([training, *scenarios(gan, options.out)]))
    sys.exit("; ".join(failures(training)) or None)


if __name__ == "__main__":
    main()
