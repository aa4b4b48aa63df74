"""Train recipes with their fast settings and judge what they make, epoch by epoch.

    python benchmarks/recipes.py --out DIR [--recipes dcgan,cgan] [--seeds 1]
        [--data builtin] [--epochs N] [--limit IMAGES] [--set KEY=VALUE]

For every recipe: the Fréchet distance of 5,000 generated images after each epoch, or
after twenty of more (see `judge.py`, which needs Fashion-MNIST from TensorFlow
Datasets), the best and the last of them; precision, recall and coverage of the last
5,000; images that were learned from in a second; and, in `DIR/RECIPE.png`, 32 samples
of the first seed, none picked. Figures are means and sample standard deviations over
the seeds, 1, 2 and so on. Data is `builtin` or any other name of 28x28 grey images,
such as `fashion_mnist`, all 60,000. Of a recipe that is told classes, the share of
samples that the judge sees as the class that was asked for; of `infogan`, the purity
of its categorical code: the share of real test images whose class is the one most
frequent under the code that Q reads from them.

A training whose results lie in DIR already is not run again: `RECIPE.json` of the
first seed, `RECIPE_SEED.json` of others. All is written to `DIR/recipes.md` as well.
The backend is Keras's, `KERAS_BACKEND`.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import trials
from judge import Judge, load_split

import keras_gan
from keras_gan import datasets, recipes
from keras_gan.callbacks import LinearDecay
from keras_gan.files.atomic_write import replacing
from keras_gan.pictures.grid import grid
from keras_gan.pictures.png import write_png
from keras_gan_cli import settings as command_line

SCORED = 5_000
TIMES = 20
SHOWN = (4, 8)
SEED = 1


def train(
    name: str, seed: int, judge: Judge, arguments: argparse.Namespace
) -> dict[str, Any]:
    """Train one recipe from one seed and return what was measured."""
    recipe = recipes.get(name)
    given = command_line.parse(arguments.set, recipe.settings(), recipe.make)
    chosen = {**recipe.fast_settings(), **given}
    epochs = arguments.epochs or recipe.fast.get("epochs", recipe.epochs)
    batch_size = recipe.fast.get("batch_size", recipe.batch_size)
    keras.utils.set_random_seed(seed)
    source = datasets.open_source(arguments.data)
    labels = recipe.labels == "required"
    if arguments.limit:
        images, classes = _few(source, arguments.limit)
        data: Any = (images, classes) if labels else (images, None)
    else:
        data = (source.batches(batch_size, labels=labels, seed=seed), None)
    gan = recipe.build((28, 28, 1), source.num_classes if labels else None, **chosen)

    def look(gan: keras_gan.GAN) -> dict[str, float]:
        images = gan.generate(SCORED, seed=SEED, batch_size=500)
        known = np.isfinite(images).all()
        distance = judge.distance(images) if known else float("inf")
        print(f"  {distance:.2f}", flush=True)
        return {"distance": distance}

    times = {int(e) for e in np.linspace(1, epochs, min(epochs, TIMES)).round()}
    scores = trials.Scores(times, look)
    decay = [LinearDecay(epochs)] if recipe.decay else []
    history = gan.fit(
        *data,
        batch_size=batch_size if arguments.limit else None,
        epochs=epochs,
        verbose=0,
        callbacks=[*decay, scores],
    )
    if seed == SEED:
        _draw(gan, arguments.out / f"{name}.png")
    finite = all(np.isfinite(v).all() for v in history.history.values())
    steps = int(keras.ops.convert_to_numpy(gan.optimizer.iterations))
    return {
        "recipe": name,
        "backend": keras.backend.backend(),
        "seed": seed,
        "data": arguments.data,
        "settings": {**recipe.settings(), **chosen},
        "epochs": epochs,
        "batch_size": batch_size,
        "steps": steps,
        "minutes": scores.seconds / 60,
        "images_per_second": steps * batch_size / scores.seconds,
        "finite": finite,
        "scored_at": scores.scored_at,
        "distances": [score["distance"] for score in scores.scores],
        **_of_the_last(gan, judge, finite),
        **_of_classes(gan, judge, labels),
    }


def _draw(gan: keras_gan.GAN, path: Path) -> None:
    """Write samples of a fixed seed; a GAN that is told classes gets all in turn."""
    n = SHOWN[0] * SHOWN[1]
    shown = np.arange(n) % gan.num_classes if gan.conditional else None
    samples = gan.generate(n, shown, seed=SEED)
    write_png(path, grid(samples, columns=SHOWN[1], scale=2))


def _of_the_last(gan: keras_gan.GAN, judge: Judge, finite: bool) -> dict[str, float]:
    """Quality and variety at the end."""
    if not finite:
        return {}
    return judge.quality(gan.generate(SCORED, seed=SEED, batch_size=500))


def _few(source: Any, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The first images of the data set, and their classes."""
    batch = next(iter(source.batches(n, labels=True, seed=SEED)))
    return tuple(part.numpy() for part in batch)  # type: ignore[return-value]


def _of_classes(gan: keras_gan.GAN, judge: Judge, labels: bool) -> dict[str, float]:
    """How well the samples are of the classes asked for, or codes of classes."""
    if labels:
        asked = np.arange(SCORED) % gan.num_classes
        images = gan.generate(SCORED, asked, seed=SEED, batch_size=500)
        return {"asked_and_judged": float((judge.classes(images) == asked).mean())}
    if isinstance(gan, keras_gan.InfoGAN):
        images, truth = load_split("test")
        heads = gan.discriminator.predict(images, batch_size=500, verbose=0)
        return {"purity": purity(np.argmax(heads[1], axis=-1), truth)}
    return {}


def purity(codes: np.ndarray, classes: np.ndarray) -> float:
    """Return the share of items whose class is their code's most frequent one."""
    counts = [np.bincount(classes[codes == code]).max() for code in np.unique(codes)]
    return float(sum(counts) / len(codes))


def table(results: dict[str, list[dict[str, Any]]]) -> str:
    """Return the results, of several seeds for each recipe, as Markdown."""
    lines = [
        "| recipe | backend | seeds | epochs | steps | minutes | images/s | best FD "
        "| last FD | last / best | precision | recall | coverage | classes |",
        "|---" * 14 + "|",
    ]
    for name, rows in results.items():
        first = rows[0]
        best = [min(row["distances"]) for row in rows]
        last = [row["distances"][-1] for row in rows]
        worst = max(after / before for after, before in zip(last, best))
        cells = [name, first["backend"], str(len(rows)), str(first["epochs"])]
        cells += [f"{first['steps']:,}", _over(rows, "minutes", ".1f")]
        cells += [_over(rows, "images_per_second", ".0f")]
        cells += [trials.spread(best, ".1f"), trials.spread(last, ".1f")]
        cells += [f"{worst:.2f}"]
        cells += [
            _over(rows, key, ".2f") for key in ("precision", "recall", "coverage")
        ]
        classes = [
            f"{_over(rows, key, '.1%')} {key}".replace("_", " ")
            for key in ("asked_and_judged", "purity")
            if key in first
        ]
        lines.append(f"| {' | '.join([*cells, ', '.join(classes)])} |")
    return "\n".join(lines)


def _over(rows: list[dict[str, Any]], key: str, form: str) -> str:
    """Mean and deviation over the seeds, if all of them have it."""
    if not all(key in row for row in rows):
        return ""
    return trials.spread([row[key] for row in rows], form)


def main() -> None:
    """Train, print the table, and keep all in JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipes", default=",".join(recipes.names()))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--data", default="builtin")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--limit", type=int, help="train on so many images only")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    arguments = parser.parse_args()
    names = arguments.recipes.split(",")
    for name in names:
        recipes.get(name)  # a wrong name is told before hours of training
    arguments.out.mkdir(parents=True, exist_ok=True)
    judge = Judge()
    results: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for seed in range(SEED, SEED + arguments.seeds):
        for name in names:
            stem = name if seed == SEED else f"{name}_{seed}"
            file = arguments.out / f"{stem}.json"
            if not file.exists():
                print(stem, flush=True)
                result = train(name, seed, judge, arguments)
                with replacing(file) as temporary:
                    temporary.write_text(json.dumps(result, indent=1) + "\n")
            results[name].append(json.loads(file.read_text()))
    text = table(results)
    print(text)
    (arguments.out / "recipes.md").write_text(text + "\n")
    if not all(row["finite"] for rows in results.values() for row in rows):
        sys.exit("a training became NaN or infinite")


if __name__ == "__main__":
    main()
