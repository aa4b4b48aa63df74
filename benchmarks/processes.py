"""What a second process is worth: images per second of one and of two.

    python benchmarks/processes.py --backend torch --out DIR [--recipe dcgan]

One process pinned to one core, and two that train together, each on a core of its own,
with the same batch for each process, through `fit`. They run in turn, three times each;
a rate is the median of its epochs but the first, which compiles. Prints the medians and
their ratio. Linux, two cores or more.
"""

import argparse
import statistics
import time
from pathlib import Path

import engines

EPOCHS, SECONDS = 6, 300
MODULE = "processes"


def train(options):
    """Be one of the processes: train, and print the rate of all together."""
    import keras

    from keras_gan import datasets, distribution, recipes
    from keras_gan_cli import strategies

    strategy = engines.STRATEGY[options.backend] if options.processes > 1 else None
    scope = strategies.begin(strategy, None)
    if options.backend == "torch":
        import torch

        torch.set_num_threads(1)
    with scope:
        gan = recipes.get(options.recipe).build((28, 28, 1))
    batch = options.batch * options.processes
    part = distribution.part() if options.backend == "torch" else None
    images = datasets.load("builtin", batch, part=part).repeat()
    images.part = part
    seconds = []

    class Clock(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.start = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            seconds.append(time.perf_counter() - self.start)

    fit = {"epochs": EPOCHS, "steps_per_epoch": options.steps, "verbose": 0}
    gan.fit(images, callbacks=[Clock()], **fit)
    print(f"rate {batch * options.steps / statistics.median(seconds[1:])}", flush=True)


def rate(options, processes, folder):
    """Images per second, of a training in so many processes."""
    folder.mkdir(parents=True, exist_ok=True)
    arguments = [
        *(MODULE, "--backend", options.backend, "--recipe", options.recipe),
        *("--batch", str(options.batch), "--steps", str(options.steps)),
        *("--processes", str(processes), "--out", str(folder)),
    ]
    started = engines.start(arguments, options.backend, processes, folder, pinned=True)
    engines.finish(started, folder, SECONDS)
    lines = (folder / "log.0").read_text().splitlines()
    return float(next(x for x in lines if x.startswith("rate ")).split()[1])


def main():
    """Measure in turn, and print a row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", choices=list(engines.STRATEGY), required=True)
    parser.add_argument("--recipe", default="dcgan")
    parser.add_argument("--batch", type=int, default=64, help="of each process")
    parser.add_argument("--steps", type=int, default=15, help="of each epoch")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, required=True, help="folder for results")
    parser.add_argument("--processes", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.processes:
        train(options)
        return
    rates = {1: [], 2: []}
    for _ in range(options.rounds):
        for processes, found in rates.items():
            found.append(rate(options, processes, options.out / options.backend))
    one, two = (statistics.median(found) for found in rates.values())
    print(
        f"| {options.backend} | {options.recipe} | {options.batch} | {one:.0f} "
        f"| {two:.0f} | {two / one:.2f} |"
    )
    print(f"all: {rates}")


if __name__ == "__main__":
    main()
