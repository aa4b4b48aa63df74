"""Count the classes of stacked images, of 1,000, that recipes reach.

    python benchmarks/stacked.py --recipes dcgan,pacgan --out DIR
        [--steps 10000] [--batch-size 64] [--seeds 1] [--set RECIPE.KEY=VALUE]

A stacked image has three random built-in images (Fashion-MNIST, ten classes) as its
three colour channels, so it is one of 10³ classes, all equally likely. New stacks are
made in every epoch. Definitions, as in PacGAN (Lin et al., 2018, arXiv:1712.04086,
section 4.2, and the authors' code), there with MNIST, 128,000 stacks and ten trials:

- modes: the classes that the channels of 26,000 samples have, each channel read by
  the classifier of `judge.py`, which needs Fashion-MNIST from TensorFlow Datasets.
  (Metz et al., 2016, arXiv:1611.02163, took 25,600 samples.)
- KL: KL(p ‖ uniform) in nats, p the shares of the 1,000 classes.
- distance: the Fréchet distance of `judge.py`, of the single channels of 5,000 samples.

The classifier is trained on the 60,000 training images, some of which are the built-in
ones, and is not always right; so the table begins with 26,000 stacks of test images,
what a perfect generator would score. It gives a class to any image, good or bad, and
varied blots reach hundreds: modes and KL tell something only where the distance is
small. With MNIST, easier to make and to read, other numbers result: compare only here.

A recipe that has to be told classes would be given the answer, and is refused. In DIR:
`stacked.json` with every trial, which is not run again; `stacked.md` with the table;
`stacked.png` with samples of seed 0, none picked. Backend: Keras's `KERAS_BACKEND`.
"""

import argparse
import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import trials
from matplotlib.figure import Figure

from keras_gan import datasets, recipes
from keras_gan.pictures.grid import grid

SHAPE = (28, 28, 3)
SCORED = 26_000
JUDGED = 5_000
SHOWN = (2, 16)
TIMES = 4
SCORE_SEED, REAL_SEED = 7, 11


def stacked(batch_size: int, seed: int) -> Any:
    """Return a `tf.data.Dataset` of batches, 10,000 random stacks an epoch."""
    import tensorflow as tf

    source = datasets.open_source("builtin")
    channels = [source.batches(batch_size, seed=3 * seed + i) for i in range(3)]
    joined = tf.data.Dataset.zip(*channels)
    return joined.map(lambda *images: tf.concat(images, axis=-1))


def real_stacks(images: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Return `n` random stacks, `(n, height, width, 3)`, of grey images."""
    chosen = np.random.default_rng(seed).integers(len(images), size=(n, 3))
    return np.concatenate([images[chosen[:, i]] for i in range(3)], axis=-1)


def score(
    stacks: np.ndarray, classify: Callable[[np.ndarray], np.ndarray]
) -> dict[str, float]:
    """Count the classes of stacked images, and tell how evenly they occur.

    Args:
        stacks: Images in [-1, 1], `(n, height, width, 3)`.
        classify: Function from grey images to classes in 0..9.

    Returns:
        `modes` and `kl` in nats.
    """
    numbers = np.zeros(len(stacks), int)
    for i in range(3):
        numbers = 10 * numbers + classify(stacks[..., i : i + 1])
    return {"modes": len(np.unique(numbers)), "kl": trials.kl_to_uniform(numbers, 1000)}


def run(
    name: str,
    settings: dict[str, Any],
    options: argparse.Namespace,
    judge: Any,
    seed: int,
) -> tuple[dict[str, Any], np.ndarray]:
    """Train one recipe from one seed; return what is kept of it, and samples."""
    data = stacked(options.batch_size, seed)
    per_epoch = int(data.cardinality())
    epochs = math.ceil(options.steps / per_epoch)
    times = {math.ceil(epochs * i / TIMES) for i in range(1, TIMES + 1)}
    shown: list[np.ndarray] = []

    def look(gan: Any) -> dict[str, float]:
        samples = gan.generate(SCORED, seed=SCORE_SEED, batch_size=500)
        shown[:] = [samples[: math.prod(SHOWN)]]
        single = np.moveaxis(samples[:JUDGED], -1, 0).reshape(-1, *SHAPE[:2])
        return {**score(samples, judge.classes), "distance": judge.distance(single)}

    scores = trials.Scores(times, look)
    trials.train(
        recipes.get(name),
        settings,
        seed,
        {"x": data, "epochs": epochs},
        SHAPE,
        None,
        scores,
    )
    return scores.results(per_epoch), shown[0]


def table(found: dict[str, list[dict[str, Any]]], real: dict[str, float]) -> str:
    """Return the trials of each recipe as Markdown, under a row of real stacks."""
    lines = [
        "| recipe | trials | modes of 1,000 | worst | KL | distance | steps "
        "| minutes |",
        "|---|---|---|---|---|---|---|---|",
        f"| real test images | 1 | {real['modes']} | | {real['kl']:.3f} | | | |",
    ]
    for name, rows in found.items():
        of = {key: [row[key] for row in rows] for key in ("modes", "kl", "distance")}
        minutes = [row["seconds"] / 60 for row in rows]
        steps = max(row["scored_at"][-1] for row in rows)
        lines.append(
            f"| {name}{trials.lost(rows)} | {len(rows)} "
            f"| {trials.spread(of['modes'], '.1f')} | {min(of['modes'])} "
            f"| {trials.spread(of['kl'], '.3f')} "
            f"| {trials.spread(of['distance'], '.1f')} | {steps:,} "
            f"| {trials.spread(minutes, '.1f')} |"
        )
    return "\n".join(lines)


def picture(rows: dict[str, np.ndarray], path: Path) -> None:
    """Draw the stacks of each row, in colours, under the row's title."""
    figure = Figure((9, 1.5 * len(rows)), dpi=100, layout="constrained")
    panels = figure.subplots(len(rows), 1, squeeze=False)
    for axes, (title, stacks) in zip(panels[:, 0], rows.items(), strict=True):
        axes.imshow(grid(stacks, columns=SHOWN[1]), interpolation="nearest")
        axes.set_title(title, fontsize=10, loc="left")
        axes.set_axis_off()
    figure.savefig(path)


def title(name: str, result: dict[str, Any]) -> str:
    """Return a row's title in the picture."""
    return f"{name}: {result['modes']} modes, KL {result['kl']:.2f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is not yet kept, then print the table and draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options = trials.parse(parser, arguments, seeds=1, steps=10_000, batch_size=64)
    for name in options.chosen:
        if recipes.get(name).labels == "required":
            parser.error(f"{name} is told classes, and would be given the answer")
    from judge import Judge, load_split  # here, as it takes TensorFlow Datasets

    judge = Judge()
    print(f"classifier's test accuracy: {judge.accuracy:.4f}")
    tests = real_stacks(load_split("test")[0], SCORED, REAL_SEED)
    real = score(tests, judge.classes)
    options.out.mkdir(parents=True, exist_ok=True)
    kept = trials.Kept(options.out / "stacked.json")
    shown = {title("real test images", real): tests[: math.prod(SHOWN)]}
    found = {}
    for name, settings in options.chosen.items():
        conditions = {
            "settings": settings,
            "steps": options.steps,
            "batch_size": options.batch_size,
        }
        found[name], samples = kept.complete(
            name,
            options.seeds,
            conditions,
            partial(run, name, settings, options, judge),
        )
        shown[title(name, found[name][0])] = samples
        picture(shown, options.out / "stacked.png")
    text = table(found, real)
    (options.out / "stacked.md").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
