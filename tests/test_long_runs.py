"""Long runs: nothing is compiled, opened or kept anew with every repetition."""

import gc
import os
import weakref
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

import keras_gan
from keras_gan import penalties
from keras_gan.callbacks import CollapseGuard, SampleGrid
from keras_gan.networks import mlp

SHAPE, LATENT_DIM, BATCH = (4, 4, 1), 3, 4
TORCH = keras.backend.backend() == "torch"
OPEN_FILES = Path("/proc/self/fd")

compiles = pytest.mark.skipif(TORCH, reason="PyTorch compiles nothing")


class Counted(keras_gan.GAN):
    """A GAN that counts how often the Python body of each of its steps is run.

    Where steps are compiled, that is once for each compilation.
    """

    runs: ClassVar[Counter[str]] = Counter()  # Keras would wrap a GAN's own

    def adversarial_step(self, data: Any) -> dict[str, Any]:
        self.runs["train"] += 1
        return super().adversarial_step(data)

    def evaluation_step(self, data: Any) -> dict[str, Any]:
        self.runs["evaluate"] += 1
        return super().evaluation_step(data)

    def call(self, inputs: Any, training: bool = False) -> Any:
        self.runs["generate"] += 1
        return super().call(inputs, training=training)


def images(n: int = 2 * BATCH + 1) -> np.ndarray:
    """Return images of two batches, and of a smaller one."""
    rng = np.random.default_rng(0)
    return rng.uniform(-1, 1, (n, *SHAPE)).astype("float32")


def compile_(gan: keras_gan.GAN, **given: Any) -> None:
    """Compile with new optimizers, a lazy penalty and one that remembers."""
    gan.compile(
        keras.optimizers.Adam(1e-3),
        keras.optimizers.Adam(1e-3),
        penalties=[penalties.R1(every=2), penalties.LeCam()],
        metrics=[keras.metrics.MeanAbsoluteError(name="distance")],
        **given,
    )


def built(**given: Any) -> Counted:
    """Return a GAN with an average of its generator, compiled."""
    gan = Counted(
        mlp.generator(SHAPE, LATENT_DIM, hidden=(8,)),
        mlp.discriminator(SHAPE, hidden=(8,)),
        ema=0.9,
        seed=0,
    )
    Counted.runs.clear()
    compile_(gan, **given)
    return gan


class RunsOfEachEpoch(keras.callbacks.Callback):
    """Note how often the bodies have been run at the end of each epoch."""

    def __init__(self, runs: Counter[str]) -> None:
        super().__init__()
        self.runs = runs
        self.seen: list[Counter[str]] = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.seen.append(self.runs.copy())


# Steps are compiled once.


@compiles
def test_an_epoch_is_compiled_once() -> None:
    """With a last smaller batch, and held-out samples of another number."""
    gan = built(d_steps=2)
    watch = RunsOfEachEpoch(gan.runs)
    gan.fit(
        images(),
        batch_size=BATCH,
        epochs=4,
        validation_data=images(BATCH + 3),
        callbacks=[watch],
        verbose=0,
    )
    first, *later = watch.seen
    assert 1 <= first["train"] <= 3
    assert 1 <= first["evaluate"] <= 3
    assert later == [first] * 3


@compiles
def test_a_fit_and_an_evaluation_after_others_compile_nothing() -> None:
    gan = built()

    def repeat() -> None:
        gan.fit(images(), batch_size=BATCH, validation_data=images(), verbose=0)
        gan.evaluate(images(), batch_size=BATCH, verbose=0)
        gan.generate(5)

    repeat()
    runs = gan.runs.copy()
    assert {"train", "evaluate", "generate"} <= set(runs)
    for _ in range(3):
        repeat()
    assert gan.runs == runs


@compiles
def test_any_number_of_samples_takes_few_functions() -> None:
    """Those of 1, 2, 4, ... 16 samples at most."""
    gan = built()
    for n in range(1, 71):
        assert gan.generate(n, batch_size=16).shape == (n, *SHAPE)
    runs = gan.runs["generate"]
    assert 1 <= runs <= 5
    for n in range(71, 90):
        gan.generate(n, batch_size=16)
    assert gan.runs["generate"] == runs


def test_each_step_is_counted_where_none_is_compiled() -> None:
    """That the tests above count what they say."""
    gan = built(run_eagerly=True)
    gan.fit(images(), batch_size=BATCH, epochs=2, verbose=0)
    gan.evaluate(images(), batch_size=BATCH, verbose=0)
    assert gan.runs["train"] == 6
    assert gan.runs["evaluate"] == 3


# Files and figures are closed.


def repeated(gan: keras_gan.GAN, folder: Path) -> None:
    """Fit with all that writes and draws, evaluate and generate."""
    gan.fit(
        images(),
        batch_size=BATCH,
        epochs=2,
        validation_data=images(),
        verbose=0,
        callbacks=[
            SampleGrid(folder / "grids", n=4, show=False, tensorboard=folder / "board"),
            CollapseGuard(warmup=10**9, n=4),
            keras.callbacks.CSVLogger(folder / "log.csv"),
            keras.callbacks.TensorBoard(folder / "board"),
        ],
    )
    gan.evaluate(images(), batch_size=BATCH, verbose=0)
    gan.generate(5, seed=0)


def open_files() -> Counter[str]:
    """Return what this process holds open: files and sockets, by name."""
    gc.collect()
    found: Counter[str] = Counter()
    for number in OPEN_FILES.iterdir():
        try:
            found[os.readlink(number)] += 1
        except FileNotFoundError:  # the list's own
            continue
    return found


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="needs /proc/self/fd")
def test_no_file_is_left_open(tmp_path: Path) -> None:
    gan = built()
    repeated(gan, tmp_path / "first")  # what frameworks open once
    before = open_files()
    for i in range(3):
        repeated(gan, tmp_path / f"again {i}")
        assert (tmp_path / f"again {i}" / "log.csv").is_file()
    after = open_files()
    assert sum((after - before).values()) == 0, after - before


def test_no_figure_is_left_open(tmp_path: Path) -> None:
    gan = built()
    before = plt.get_fignums()
    for i in range(2):
        repeated(gan, tmp_path / str(i))
    assert plt.get_fignums() == before


# What is replaced is freed.


def parts(gan: keras_gan.GAN) -> dict[str, weakref.ref]:
    """Return weak references to all that a compilation has made."""
    made: dict[str, Any] = {
        "optimizer": gan.optimizer,
        "g_optimizer": gan.g_optimizer,
        "d_optimizer": gan.d_optimizer,
        "rules": gan.rules,
        "players": gan.players,
    }
    made |= {f"penalty {p.name}": p for p in gan.penalties}
    made |= {f"metric {m.name}": m for m in gan.metrics}
    return {name: weakref.ref(part) for name, part in made.items()}


def nothing(gan: keras_gan.GAN) -> None:
    """Use it for nothing."""


def a_fit(gan: keras_gan.GAN) -> None:
    """Train, evaluate and generate."""
    gan.fit(images(), batch_size=BATCH, validation_data=images(), verbose=0)
    gan.generate(5)


@pytest.mark.parametrize("use", [nothing, a_fit])
def test_what_is_compiled_anew_is_freed(use: Callable[[keras_gan.GAN], None]) -> None:
    """Optimizers, penalties and metrics go, with all that steps were compiled to."""
    gan = built()
    use(gan)
    old = parts(gan)
    assert {"metric distance", "metric r1", "penalty lecam", "g_optimizer"} <= set(old)
    compile_(gan)
    use(gan)
    gc.collect()
    assert [name for name, part in old.items() if part() is not None] == []
    assert all(part() is not None for part in parts(gan).values())


def test_variables_and_layers_stay_as_many() -> None:
    gan = built()

    def counts() -> tuple[int, ...]:
        tracked = (gan.variables, gan.layers, gan.metrics, gan.optimizer.variables)
        return tuple(map(len, tracked))

    before = counts()
    for _ in range(5):
        compile_(gan)
        assert counts() == before


def test_a_gan_that_nobody_holds_is_freed() -> None:
    gan = built()
    a_fit(gan)
    of_gan = [weakref.ref(x) for x in (gan, gan.generator, gan.optimizer)]
    del gan
    keras.utils.clear_session()
    assert [reference() for reference in of_gan] == [None] * 3
