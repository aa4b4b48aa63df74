"""Train recipes with their fast settings and judge what they make, epoch by epoch.

    python benchmarks/recipes.py --out DIR [--recipes dcgan,cgan] [--epochs N]
        [--limit IMAGES] [--set KEY=VALUE]

For every recipe: the Fréchet distance of 5,000 generated images after each epoch, or
after twenty of more (see `judge.py`, which needs Fashion-MNIST from TensorFlow
Datasets), the best and the last of them, and, in `DIR/RECIPE.png`, 32 samples of a
fixed seed, none picked. Of a recipe that is told classes, the share of samples that
the judge sees as the class that was asked for; of `infogan`, the purity of its
categorical code: the share of real test images whose class is the one most frequent
under the code that Q reads from them.

A recipe whose results lie in DIR already is not trained again. The backend is Keras's,
`KERAS_BACKEND`.
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
from keras_gan.callbacks.grid import grid
from keras_gan.callbacks.picture_file import write_png
from keras_gan_cli import settings as command_line

SCORED = 5_000
TIMES = 20
SHOWN = (4, 8)
SEED = 1


def train(name: str, judge: Judge, arguments: argparse.Namespace) -> dict[str, Any]:
    """Train one recipe, write its picture and return what was measured."""
    recipe = recipes.get(name)
    given = command_line.parse(arguments.set, recipe.settings(), recipe.make)
    chosen = {**recipe.fast_settings(), **given}
    epochs = arguments.epochs or recipe.fast.get("epochs", recipe.epochs)
    batch_size = recipe.fast.get("batch_size", recipe.batch_size)
    keras.utils.set_random_seed(SEED)
    source = datasets.open_source("builtin")
    labels = recipe.labels == "required"
    if arguments.limit:
        images, classes = _few(source, arguments.limit)
        data: Any = (images, classes) if labels else (images, None)
    else:
        data = (source.batches(batch_size, labels=labels, seed=SEED), None)
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
    shown = None
    if labels:
        shown = np.arange(SHOWN[0] * SHOWN[1]) % source.num_classes
    samples = gan.generate(SHOWN[0] * SHOWN[1], shown, seed=SEED)
    write_png(arguments.out / f"{name}.png", grid(samples, columns=SHOWN[1], scale=2))
    finite = all(np.isfinite(v).all() for v in history.history.values())
    steps = int(keras.ops.convert_to_numpy(gan.optimizer.iterations))
    return {
        "recipe": name,
        "backend": keras.backend.backend(),
        "seed": SEED,
        "settings": {**recipe.settings(), **chosen},
        "epochs": epochs,
        "batch_size": batch_size,
        "steps": steps,
        "minutes": scores.seconds / 60,
        "finite": finite,
        "scored_at": scores.scored_at,
        "distances": [score["distance"] for score in scores.scores],
        **_of_classes(gan, judge, labels),
    }


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


def table(results: list[dict[str, Any]]) -> str:
    """Return the results as Markdown."""
    lines = [
        "| recipe | backend | epochs | steps | minutes | best | last | last / best "
        "| classes |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for r in results:
        best, last = min(r["distances"]), r["distances"][-1]
        classes = [f"{r[k]:.1%} {k}" for k in ("asked_and_judged", "purity") if k in r]
        lines.append(
            f"| {r['recipe']} | {r['backend']} | {r['epochs']} | {r['steps']:,} "
            f"| {r['minutes']:.1f} | {best:.1f} | {last:.1f} | {last / best:.2f} "
            f"| {', '.join(classes).replace('_', ' ')} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Train, print the table, and keep all in JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipes", default=",".join(recipes.names()))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--limit", type=int, help="train on so many images only")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    arguments = parser.parse_args()
    names = arguments.recipes.split(",")
    for name in names:
        recipes.get(name)  # a wrong name is told before hours of training
    arguments.out.mkdir(parents=True, exist_ok=True)
    judge = Judge()
    results = []
    for name in names:
        file = arguments.out / f"{name}.json"
        if not file.exists():
            print(name, flush=True)
            result = train(name, judge, arguments)
            file.write_text(json.dumps(result, indent=1) + "\n")
        results.append(json.loads(file.read_text()))
    print(table(results))
    if not all(result["finite"] for result in results):
        sys.exit("a training became NaN or infinite")


if __name__ == "__main__":
    main()
