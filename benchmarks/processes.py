"""What a second process is worth: images per second of one and of two.

    python benchmarks/processes.py --backend torch --out DIR [--recipe dcgan]

One `keras-gan train` pinned to one core, and two that train together, each on a core
of its own, with the same batch for each process. They run in turn, three times each;
the first epoch, which loads and compiles, is not counted. Prints the medians, their
ratio, and the share of the ideal. Linux, two cores or more.
"""

import argparse
import csv
import shutil
import statistics
import sys
from pathlib import Path

import engines

EPOCHS, ROUNDS, SECONDS = 4, 3, 900


def command(options, processes, folder):
    """The training's arguments: the batch is that of all processes together."""
    images = options.images * processes
    arguments = [
        *("keras_gan_cli", "train", options.recipe, "--data", "builtin", "--fast"),
        *("--limit", str(images), "--epochs", str(EPOCHS)),
        *("--out", str(folder / "run")),
        *("--batch-size", str(options.batch * processes), "--sample-every", "100000"),
        *("--checkpoint-every", "100000"),
    ]
    if processes > 1:
        arguments += ["--strategy", engines.STRATEGY[options.backend]]
    return arguments


def rate(options, processes, folder):
    """Images per second after the first epoch."""
    folder.mkdir(parents=True)
    started = engines.start(
        command(options, processes, folder),
        options.backend,
        processes,
        folder,
        pinned=True,
    )
    engines.finish(started, folder, SECONDS)
    with (folder / "run" / "history.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    steps = int(rows[-1]["step"]) - int(rows[0]["step"])
    seconds = float(rows[-1]["seconds"]) - float(rows[0]["seconds"])
    return steps * options.batch * processes / seconds


def main():
    """Measure in turn, and print a row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", choices=list(engines.STRATEGY), required=True)
    parser.add_argument("--recipe", default="dcgan")
    parser.add_argument("--batch", type=int, default=32, help="of each process")
    parser.add_argument("--images", type=int, default=1600, help="of each process")
    parser.add_argument("--out", type=Path, required=True, help="folder for results")
    options = parser.parse_args()
    rates = {1: [], 2: []}
    for turn in range(ROUNDS):
        for processes, found in rates.items():
            folder = options.out / f"{options.backend}-{turn}-{processes}"
            shutil.rmtree(folder, ignore_errors=True)
            found.append(rate(options, processes, folder))
    one, two = (statistics.median(found) for found in rates.values())
    print("| backend | recipe | batch | one, images/s | two, images/s | ratio |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    print(
        f"| {options.backend} | {options.recipe} | {options.batch} | {one:.0f} "
        f"| {two:.0f} | {two / one:.2f} |"
    )
    print(f"all: {rates}", file=sys.stderr)


if __name__ == "__main__":
    main()
