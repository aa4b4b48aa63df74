"""Count the modes of two mixtures of Gaussians that recipes reach.

    python benchmarks/modes.py --data ring --recipes vanilla,r3gan --out DIR
        [--seeds 10] [--steps 20000] [--batch-size 256] [--points 100000]
        [--set RECIPE.KEY=VALUE]

The data: a ring of 8 modes on the unit circle, σ = 0.01; a grid of 25 modes on
{-4, -2, 0, 2, 4}², σ = 0.05; all modes equally likely.

The protocol is that of PacGAN (Lin et al., 2018, arXiv:1712.04086, section 4.1, and
the authors' code): a fixed set of 100,000 training points, ten trials; they train for
400 epochs in batches of 100, 40 million points, which is the most that a trial here
should use. Definitions:

- high quality: the share of 10,000 samples that lie within 3σ of a mode. Of a perfect
  generator 1 - exp(-9/2) = 98.9 % do.
- modes: those with at least one high-quality sample among the 10,000; and, as PacGAN
  counts, among the first 2,500 of them, which is harder.
- KL: KL(p ‖ uniform) in nats, p the shares of samples nearest to each mode, of high
  quality or not ("reverse KL" there).

A cloud of noise over all modes hits each once and is even: modes and KL tell something
only where the samples are of high quality.

Means, sample standard deviations and worst cases are over the seeds, and of the state
at the end of training, not of the best. A recipe that has to be told classes is told
the mode's number, and then asked for random ones, so for it modes mean little. Samples
come from the averaged generator where a recipe has one. Points seen are the real
points that D was shown, `steps * batch_size`, whatever the updates D makes of each.

In DIR: `DATA.json` with every trial, which is not run again; `DATA.md` with the table;
`DATA.png` with samples of seed 0, none picked. Backend: Keras's `KERAS_BACKEND`; JAX
is the fastest of them here.
"""

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import trials
from matplotlib.figure import Figure

from keras_gan import recipes

SCORED = 10_000
PACGAN_SCORED = 2_500
TIMES = 8
SHOWN = 1_000
DATA_SEED, SCORE_SEED, REAL_SEED = 2018, 7, 11


@dataclass(frozen=True)
class Mixture:
    """Gaussians of one standard deviation in the plane, all equally likely.

    Args:
        centres: Their means, `(modes, 2)`.
        sigma: Their standard deviation along each axis.
    """

    centres: np.ndarray
    sigma: float

    def draw(self, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw points, float32 `(n, 2)`, and the numbers of their modes, `(n,)`."""
        rng = np.random.default_rng(seed)
        modes = rng.integers(len(self.centres), size=n)
        points = self.centres[modes] + self.sigma * rng.standard_normal((n, 2))
        return points.astype("float32"), modes


def ring() -> Mixture:
    """Eight modes on the unit circle."""
    angles = 2 * np.pi * np.arange(8) / 8
    return Mixture(np.stack([np.cos(angles), np.sin(angles)], axis=1), 0.01)


def grid() -> Mixture:
    """Five by five modes, 2 apart."""
    side = np.array([-4.0, -2.0, 0.0, 2.0, 4.0])
    return Mixture(np.array([(x, y) for x in side for y in side]), 0.05)


MIXTURES = {"ring": ring(), "grid": grid()}


def score(points: np.ndarray, mixture: Mixture) -> dict[str, float]:
    """Score samples as the module says; NaN and infinity are far from all.

    Args:
        points: Samples, `(n, 2)`.
        mixture: What they should be samples of.

    Returns:
        `modes`, `modes_in_2500`, `high_quality` in [0, 1], and `kl` in nats.
    """
    points = np.nan_to_num(np.asarray(points, "float64"), nan=1e9).clip(-1e9, 1e9)
    offsets = points[:, None] - mixture.centres
    distances = np.hypot(offsets[..., 0], offsets[..., 1])
    nearest = distances.argmin(axis=1)
    good = distances.min(axis=1) < 3 * mixture.sigma
    first = slice(PACGAN_SCORED)
    return {
        "modes": len(np.unique(nearest[good])),
        "modes_in_2500": len(np.unique(nearest[first][good[first]])),
        "high_quality": float(good.mean()),
        "kl": trials.kl_to_uniform(nearest, len(mixture.centres)),
    }


def epochs_for(steps: int, batch_size: int, points: int) -> int:
    """Return the whole epochs, of whole batches, that hold so many steps."""
    return math.ceil(steps / (points // batch_size))


def scored_epochs(epochs: int) -> list[int]:
    """Return the epochs to score after: the first, the last, and some between."""
    return sorted({int(e) for e in np.linspace(1, epochs, TIMES).round()})


def classes_for(recipe: recipes.Recipe, mixture: Mixture) -> int | None:
    """Return the number of modes for a recipe that has to be told classes."""
    return len(mixture.centres) if recipe.labels == "required" else None


def run(
    name: str, settings: dict[str, Any], options: argparse.Namespace, seed: int
) -> tuple[dict[str, Any], np.ndarray]:
    """Train one recipe from one seed.

    Returns:
        What is kept of it, and the samples at each time, `(times, SHOWN, 2)`.
    """
    mixture, recipe = MIXTURES[options.data], recipes.get(name)
    per_epoch = options.points // options.batch_size
    # Whole batches only: JAX would compile anew for a smaller one.
    points, modes = mixture.draw(per_epoch * options.batch_size, DATA_SEED)
    epochs = epochs_for(options.steps, options.batch_size, options.points)
    times = scored_epochs(epochs)
    shown: list[np.ndarray] = []

    def look(gan: Any) -> dict[str, float]:
        samples = gan.generate(SCORED, seed=SCORE_SEED, batch_size=SCORED)
        shown.append(samples[:SHOWN])
        return score(samples, mixture)

    scores = trials.Scores(times, look)
    data = {"x": points, "batch_size": options.batch_size, "epochs": epochs}
    classes = classes_for(recipe, mixture)
    data |= {"y": modes} if classes else {}
    trials.train(recipe, settings, seed, data, (2,), classes, scores)
    return scores.results(len(points)), np.stack(shown)


def table(found: dict[str, list[dict[str, Any]]], mixture: Mixture) -> str:
    """Return the trials of each recipe as Markdown, under a row of real points."""
    count = len(mixture.centres)
    real = score(mixture.draw(SCORED, REAL_SEED)[0], mixture)
    lines = [
        f"| recipe | trials | modes of {count} | worst | modes in 2,500 | high quality "
        "| worst | KL | points seen | seconds |",
        "|---|---|---|---|---|---|---|---|---|---|",
        f"| real points | 1 | {real['modes']} | | {real['modes_in_2500']} "
        f"| {real['high_quality']:.1%} | | {real['kl']:.3f} | | |",
    ]
    for name, rows in found.items():
        of = {key: [row[key] for row in rows] for key in (*real, "seconds")}
        lines.append(
            f"| {name}{trials.lost(rows)} | {len(rows)} "
            f"| {trials.spread(of['modes'], '.1f')} | {min(of['modes'])} "
            f"| {trials.spread(of['modes_in_2500'], '.1f')} "
            f"| {trials.spread(of['high_quality'], '.1%')} "
            f"| {min(of['high_quality']):.1%} | {trials.spread(of['kl'], '.3f')} "
            f"| {max(row['scored_at'][-1] for row in rows):,} "
            f"| {trials.spread(of['seconds'], '.0f')} |"
        )
    return "\n".join(lines)


def picture(
    rows: dict[str, tuple[dict[str, Any], np.ndarray]], mixture: Mixture, path: Path
) -> None:
    """Draw a row for each recipe and a column for each time, with the scores.

    Args:
        rows: For each recipe a trial and its samples, `(times, n, 2)`.
        mixture: Its modes are drawn as grey circles behind the samples.
        path: The PNG file.
    """
    columns = max(len(trial["scored_at"]) for trial, _ in rows.values())
    limit = 1.35 * np.abs(mixture.centres).max()
    figure = Figure((1.7 * columns, 2.2 * len(rows)), dpi=100, layout="constrained")
    panels = figure.subplots(len(rows), columns, squeeze=False)
    for axes in panels.flat:
        axes.set_axis_off()
    for axes_row, (name, (trial, samples)) in zip(panels, rows.items(), strict=True):
        for i, (axes, points) in enumerate(zip(axes_row, samples)):
            axes.set_axis_on()
            axes.set(xlim=(-limit, limit), ylim=(-limit, limit), xticks=[], yticks=[])
            axes.set_aspect("equal")
            axes.scatter(*mixture.centres.T, s=40, facecolors="none", edgecolors="#aaa")
            axes.scatter(*points.T, s=2.5, linewidths=0, color="#d1495b")
            result = trial["scores"][i]
            axes.set_title(
                f"{trial['scored_at'][i] / 1e6:.2g}M points\n"
                f"{result['modes']} modes, {result['high_quality']:.0%}",
                fontsize=8,
            )
        axes_row[0].set_ylabel(name, fontsize=11)
    figure.savefig(path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is not yet kept, then print the table and draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=MIXTURES, required=True)
    parser.add_argument("--points", type=int, default=100_000, help="training points")
    options = trials.parse(parser, arguments, seeds=10, steps=20_000, batch_size=256)
    if options.points < options.batch_size:
        parser.error("--points must be at least --batch-size")
    stem, mixture = options.out / options.data, MIXTURES[options.data]
    for name, settings in options.chosen.items():
        recipe = recipes.get(name)
        try:  # what cannot be built is told before hours of training
            recipe.build((2,), classes_for(recipe, mixture), **settings)
        except ValueError as error:
            parser.error(f"{name}: {error}")
    options.out.mkdir(parents=True, exist_ok=True)
    kept = trials.Kept(stem.with_suffix(".json"))
    found, rows = {}, {}
    for name, settings in options.chosen.items():
        conditions = {
            "settings": settings,
            "steps": options.steps,
            "batch_size": options.batch_size,
            "points": options.points,
        }
        found[name], samples = kept.complete(
            name, options.seeds, conditions, partial(run, name, settings, options)
        )
        rows[name] = (found[name][0], samples)
        picture(rows, mixture, stem.with_suffix(".png"))
    text = table(found, mixture)
    stem.with_suffix(".md").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
