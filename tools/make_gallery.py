"""Make the gallery: samples of every recipe, and the command that made them.

    for RECIPE in $(names of `keras-gan recipes`); do
        keras-gan train $RECIPE --data builtin --fast --out RUNS/$RECIPE; done
    python tools/make_gallery.py RUNS --machine "two cores of a laptop's CPU"

Writes docs/gallery.md and docs/gallery/RECIPE.png, 8x4 samples of a fixed seed, none
picked, from the runs' models, configurations and histories. A recipe without a run is
left out and named; the tool then exits with 1.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_gan import GAN, recipes
from keras_gan.callbacks.picture import draw
from keras_gan.callbacks.picture_file import write_png
from keras_gan.recipes import Recipe
from keras_gan_cli.run_folder import RunFolder

ROWS, COLUMNS = 4, 8
SEED = 0
DOCS = Path(__file__).resolve().parents[1] / "docs"

#: Options of `keras-gan train` and their defaults; those of recipes are added.
_DEFAULTS = {
    "split": "train",
    "image_size": None,
    "channels": None,
    "limit": None,
    "steps_per_epoch": None,
    "seed": 0,
    "backend": "tensorflow",
}

_HEAD = """\
# Gallery

What each recipe makes of the built-in images in the few minutes of `--fast`, to show
that it works and what to expect; a recipe's full settings take longer and make better
images. Each picture shows {n} samples of the weights after the last epoch, drawn with
seed {seed}: **none is picked**. A recipe that is told classes is asked for them in
order, one after the other, row by row.

Trained on {machine}. Made by `tools/make_gallery.py`.
"""


def main() -> int:
    """Write the gallery of the runs in a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("runs", type=Path, help="folder with a run for each recipe")
    parser.add_argument("--machine", required=True, help="what the runs were timed on")
    parser.add_argument("--docs", type=Path, default=DOCS, help="where to write")
    arguments = parser.parse_args()
    (arguments.docs / "gallery").mkdir(parents=True, exist_ok=True)
    parts = [
        _HEAD.format(n=ROWS * COLUMNS, seed=SEED, machine=arguments.machine),
    ]
    missing = []
    for name in recipes.names():
        run = RunFolder(arguments.runs / name)
        if not (run.config.is_file() and run.model.is_file()):
            missing.append(name)
            continue
        config = run.read_config()
        history = json.loads(run.history_json.read_text())
        picture = arguments.docs / "gallery" / f"{name}.png"
        write_png(picture, samples(run.model))
        parts.append(entry(recipes.get(name), config, history))
        print(f"{name}: {picture.stat().st_size / 1000:.0f} kB")
    (arguments.docs / "gallery.md").write_text("\n".join(parts))
    if missing:
        print(f"no run of {', '.join(missing)} in {arguments.runs}", file=sys.stderr)
    return 1 if missing else 0


def samples(model: Path) -> np.ndarray:
    """Return a picture of samples of a saved GAN, the same in every call."""
    gan: GAN = keras.saving.load_model(model, compile=False)
    n = ROWS * COLUMNS
    labels = np.arange(n) % gan.num_classes if gan.conditional else None
    images = gan.generate(n, labels, seed=SEED)
    return draw(images, COLUMNS, gan.pair.generator.output_range)


def entry(
    recipe: Recipe, config: Mapping[str, Any], history: Mapping[str, list[float]]
) -> str:
    """Return the section of one run.

    Args:
        recipe: Its recipe.
        config: Its configuration, of ``config.json``.
        history: Its history, of ``history.json``.
    """
    epochs, seen = len(history["epoch"]), history["step"][-1] * config["batch_size"]
    minutes = history["seconds"][-1] / 60
    stopped = "" if epochs == config["epochs"] else f" of {config['epochs']}"
    return f"""\
## {recipe.name}

{recipe.summary}. {recipe.reference}.

![{ROWS * COLUMNS} samples of {recipe.name}](gallery/{recipe.name}.png)

```sh
{command(recipe, config)}
```

{minutes:.1f} minutes; epochs: {epochs}{stopped}; real images seen: {seen:,}.
"""


def command(recipe: Recipe, config: Mapping[str, Any]) -> str:
    """Return the command line that trains as a run was trained.

    What the recipe sets by itself is left out, so that the line is short, and right
    even if the recipe has changed since.

    Args:
        recipe: The run's recipe.
        config: The run's configuration.
    """
    fast = recipe.fast if config.get("fast") else {}
    defaults = {
        **_DEFAULTS,
        "epochs": fast.get("epochs", recipe.epochs),
        "batch_size": fast.get("batch_size", recipe.batch_size),
    }
    settings = {**recipe.settings(), **(recipe.fast_settings() if fast else {})}
    words = ["keras-gan train", recipe.name, f"--data {Path(config['data']).name}"]
    words += ["--fast"] * bool(fast)
    words += ["--labels"] * (config["labels"] and recipe.labels != "required")
    for key, default in defaults.items():
        if config[key] != default:
            words.append(f"--{key.replace('_', '-')} {config[key]}")
    for key, value in config["settings"].items():
        if _plain(value) != _plain(settings.get(key)):
            words.append(f"--set {key}={_written(value)}")
    return " ".join([*words, f"--out runs/{recipe.name}"])


def _plain(value: Any) -> Any:
    """A setting as JSON gives it back."""
    return list(value) if isinstance(value, tuple) else value


def _written(value: Any) -> str:
    """A setting as `--set` takes it."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value).lower()


if __name__ == "__main__":
    sys.exit(main())
