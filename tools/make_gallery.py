"""Make the gallery: samples of every recipe, and the command that made them.

    python benchmarks/recipes.py --out RUNS
    python tools/make_gallery.py RUNS --machine "two cores of a laptop's CPU"

Writes docs/gallery.md and docs/gallery/RECIPE.png from the results of the benchmark,
which trains each recipe with its fast settings and draws samples of a fixed seed,
none picked. Results of other settings are refused, since the commands on the page
would not give them. A recipe without results is left out and named; the tool then
exits with 1.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keras_gan import recipes
from keras_gan.recipes import Recipe

DOCS = Path(__file__).resolve().parents[1] / "docs"

_HEAD = """\
# Gallery

What each recipe makes of the built-in images in the minutes of `--fast`, to show
that it works and what to expect; a recipe's full settings take longer and make better
images. Each picture shows 32 samples of the averaged generator after the last epoch,
of a fixed seed: **none is picked**. A recipe that is told classes is asked for them
in order, again and again, row by row.

FD is the Fréchet distance of 5,000 samples to the 10,000 test images in the features
of a classifier (`benchmarks/judge.py`; real training images have 0.2), after the best
and after the last epoch. Trained on {machine}, with

    python benchmarks/recipes.py --recipes NAME --out runs/gallery

and drawn up by `tools/make_gallery.py`. The command under a picture is the same
training from a shell, without the scores.
"""


def main() -> int:
    """Write the gallery of the results in a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("runs", type=Path, help="folder with the benchmark's results")
    parser.add_argument("--machine", required=True, help="what the runs were timed on")
    parser.add_argument("--docs", type=Path, default=DOCS, help="where to write")
    arguments = parser.parse_args()
    (arguments.docs / "gallery").mkdir(parents=True, exist_ok=True)
    parts = [_HEAD.format(machine=arguments.machine)]
    missing = []
    for name in recipes.names():
        file = arguments.runs / f"{name}.json"
        if not file.is_file():
            missing.append(name)
            continue
        parts.append(entry(recipes.get(name), json.loads(file.read_text())))
        shutil.copyfile(
            file.with_suffix(".png"), arguments.docs / "gallery" / f"{name}.png"
        )
    (arguments.docs / "gallery.md").write_text("\n".join(parts))
    if missing:
        print(f"no results of {', '.join(missing)}", file=sys.stderr)
    return 1 if missing else 0


def entry(recipe: Recipe, result: Mapping[str, Any]) -> str:
    """Return the section of one recipe; exit if its settings were others.

    Args:
        recipe: The recipe.
        result: What the benchmark measured.
    """
    fast = {**recipe.settings(), **dict(recipe.fast)}
    loop = {
        "epochs": fast.pop("epochs", recipe.epochs),
        "batch_size": fast.pop("batch_size", recipe.batch_size),
    }
    ran = {**result["settings"], **{key: result[key] for key in loop}}
    as_json = json.loads(json.dumps({**fast, **loop}))  # tuples become lists
    differ = [key for key in as_json if ran.get(key) != as_json[key]]
    if differ or len(ran) != len(as_json):
        sys.exit(
            f"{recipe.name}: its results are of other settings than its fast ones "
            f"({', '.join(differ) or 'of other names'}). Train it anew."
        )
    best, last = min(result["distances"]), result["distances"][-1]
    measured = [f"FD {last:.1f} (best {best:.1f})", f"{result['minutes']:.1f} minutes"]
    measured += [f"{result['epochs']} epochs of {result['batch_size']} at a time"]
    for key, said in (
        ("asked_and_judged", "judged to be of the class asked for"),
        ("purity", "purity of the code that Q reads from real images"),
    ):
        measured += [f"{result[key]:.1%} {said}"] if key in result else []
    backend = "" if result["backend"] == "tensorflow" else f", on {result['backend']}"
    return f"""\
## {recipe.name}

{recipe.summary}. {recipe.reference}.

![32 samples of {recipe.name}](gallery/{recipe.name}.png)

    {command(recipe, result)}

{"; ".join(measured)}{backend}.
"""


def command(recipe: Recipe, result: Mapping[str, Any]) -> str:
    """Return the command line that trains as the benchmark has trained."""
    words = f"keras-gan train {recipe.name} --data builtin --fast"
    if result["backend"] != "tensorflow":
        words += f" --backend {result['backend']}"
    return f"{words} --seed {result['seed']} --out runs/{recipe.name}"


if __name__ == "__main__":
    sys.exit(main())
