"""Kill a real `keras-gan train` again and again, and see whether anything is lost.

    python tools/kill_and_resume.py --out DIR [--kills 20] [--epochs 12] [--seed 0]

One training runs undisturbed; another, of the same command with `--resume`, is killed
with SIGKILL at so many moments: while it starts, in the middle of an epoch, while a
checkpoint is written, during an evaluation. It is started again each time, and left
alone in the end. Then weights, averages, optimizers, random states and history must
be the same, bit for bit. The GAN has penalties of both players, adaptive augmentation,
`d_steps=2` and metrics of samples. The backend is Keras's, `KERAS_BACKEND`.

Prints a table of the kills: the moment that was aimed at, where the process really
was, by its own stack, and the step that it had saved. Exits with 1 if any bit differs.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

AIMS = ("start", "training", "checkpoint", "evaluation")
_STACK = "KERAS_GAN_STACK_FILE"  # where a child writes its stack
_POLL = 0.01  # seconds
_LONGEST = 900  # seconds that a process may take

# Functions in a stack that tell where the process is, the innermost first.
_PLACES = {
    "checkpoint": ('checkpointing/folders.py"', 'checkpointing/state.py"'),
    "evaluation": ("in evaluate\n", 'keras_gan/scoring.py"'),
    "training": ("in train_function\n", "in fit\n"),
}


def child(arguments: list[str]) -> int:
    """Be `keras-gan`, with one more recipe, and tell where it is, if that is asked."""
    if _STACK in os.environ:
        main_thread = threading.get_ident()
        threading.Thread(target=_tell, args=(main_thread,), daemon=True).start()
    from keras_gan_cli import training
    from keras_gan_cli.main import main as keras_gan

    training._SHARE = None  # write all checkpoints, however small the steps
    from keras_gan import recipes

    recipes.register(
        recipes.Recipe("everything", "all that has a state", "", 50, 12, everything)
    )
    return keras_gan(arguments)


def _tell(main_thread: int) -> None:
    """Write down where the main thread is, again and again."""
    file = Path(os.environ[_STACK])
    while True:
        frame = sys._current_frames().get(main_thread)
        stack = "".join(traceback.format_stack(frame))
        temporary = file.with_suffix(".new")
        temporary.write_text(stack)
        temporary.replace(file)
        del frame
        time.sleep(_POLL)


def everything(
    sample_shape: tuple[int, ...], num_classes: int | None = None, *, filters: int = 8
) -> Any:
    """A GAN with all that changes while it is trained."""
    import keras

    import keras_gan
    from keras_gan.networks import dcgan

    gan = keras_gan.GAN(
        dcgan.generator(sample_shape, 16, filters=filters),
        dcgan.discriminator(sample_shape, filters=filters, dropout=0.2),
        ema=keras_gan.EMA(half_life=500),
        augment="ada",
        seed=5,
    )
    gan.compile(
        keras.optimizers.Adam(1e-3, beta_1=0.5),
        keras.optimizers.Adam(1e-3, beta_1=0.5),
        penalties=[
            keras_gan.penalties.R1(1.0, every=4),
            keras_gan.penalties.LeCam(0.1),
            keras_gan.penalties.PathLength(0.1, every=8),
        ],
        d_steps=2,
    )
    return gan


class Run:
    """A run that is started, watched and killed.

    Args:
        out: Its folder.
        epochs: Epochs in all.
    """

    def __init__(self, out: Path, epochs: int) -> None:
        self.out = out
        self.stack = out.with_suffix(".stack")
        self.log = out.with_suffix(".log")
        self.arguments = [
            *("train", "everything", "--data", "builtin", "--limit", "1000"),
            *("--epochs", str(epochs), "--out", str(out), "--resume"),
            *("--checkpoint-every", "7", "--metrics", "fashion_fid,sliced_wasserstein"),
            *("--metric-images", "500"),
        ]
        self.process: subprocess.Popen | None = None
        self.killed_at: set[Path] = set()

    def start(self) -> None:
        """Start the process."""
        self.killed_at = self._written()
        environment = {**os.environ, _STACK: str(self.stack)}
        self.stack.unlink(missing_ok=True)
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, __file__, "--child", *self.arguments],
                stdout=log,
                stderr=log,
                env=environment,
            )

    def wait(self) -> None:
        """Let it end by itself, and make sure that it ends well."""
        assert self.process is not None
        if self.process.wait(_LONGEST):
            sys.exit(f"{self.out} failed:\n{self.log.read_text()[-2000:]}")

    def kill(self, aim: str, delay: float) -> str:
        """Wait for a moment, and a delay, and kill; return where the process was."""
        assert self.process is not None
        end = time.monotonic() + _LONGEST
        while aim != "start" and self.process.poll() is None:
            if time.monotonic() > end:
                sys.exit(f"{self.out}: no {aim} within {_LONGEST} seconds.")
            if self._is_at(aim):
                break
            time.sleep(_POLL)
        time.sleep(delay)
        place = self._place()
        if self.process.poll() is not None:
            return f"over, with {self.process.returncode}"
        self.process.kill()
        self.process.wait()
        return place

    def saved_step(self) -> int:
        """The step of the newest checkpoint that is whole."""
        from keras_gan.checkpointing import folders

        for path in reversed(folders.found(self.out / "checkpoints")):
            if folders.damage(path) is None:
                return json.loads((path / "training.json").read_text())["step"]
        return 0

    def _is_at(self, aim: str) -> bool:
        if aim == "checkpoint":
            return bool(self._written() - self.killed_at)
        return self._place() == aim

    def _written(self) -> set[Path]:
        """What is being written as a checkpoint, or was when the process was killed."""
        return set((self.out / "checkpoints").glob(".writing_*"))

    def _place(self) -> str:
        """Where the process is, by its own stack."""
        if not self.stack.is_file():  # not even Python is ready
            return "start"
        stack = self.stack.read_text()
        for place, marks in _PLACES.items():
            if any(mark in stack for mark in marks):
                return place
        return "start"


def differences(one: Path, other: Path) -> list[str]:
    """Return what differs between two runs that are over."""
    import keras
    import numpy as np

    import keras_gan  # noqa: F401  (registers what is loaded)

    found = []
    gans = [keras.saving.load_model(run / "model.keras") for run in (one, other)]
    lists = [[*gan.variables, *gan.optimizer.variables] for gan in gans]
    passing = gans[0].evaluation_seed.state.path
    for a, b in zip(*lists, strict=True):
        values = [keras.ops.convert_to_numpy(v) for v in (a, b)]
        if a.path != passing and not np.array_equal(*values):
            found.append(f"{a.path}: {np.abs(values[0] - values[1]).max()}")
    histories = [json.loads((run / "history.json").read_text()) for run in (one, other)]
    for history in histories:
        history.pop("seconds")
    if histories[0] != histories[1]:
        found.append("history.json")
    return found


def main() -> None:
    """Run both trainings and compare them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.out, ignore_errors=True)
    arguments.out.mkdir(parents=True)
    chance = random.Random(arguments.seed)

    straight = Run(arguments.out / "straight", arguments.epochs)
    start = time.monotonic()
    straight.start()
    straight.wait()
    print(f"undisturbed: {time.monotonic() - start:.0f} s", flush=True)

    killed = Run(arguments.out / "killed", arguments.epochs)
    places: Counter[str] = Counter()
    print("| kill | aimed at | was at | saved step |\n|---|---|---|---|", flush=True)
    for number in range(arguments.kills):
        aim = AIMS[number % len(AIMS)]
        longest = {"start": 8.0, "training": 1.5, "checkpoint": 0.1, "evaluation": 0.3}
        killed.start()
        place = killed.kill(aim, chance.uniform(0, longest[aim]))
        places[place] += 1
        step = killed.saved_step()
        print(f"| {number + 1} | {aim} | {place} | {step} |", flush=True)
        if place.startswith("over"):
            said = killed.log.read_text()[-500:]
            sys.exit(f"It ended before all kills; pass more --epochs?\n{said}")
    killed.start()
    killed.wait()
    found = differences(straight.out, killed.out)
    counts = ", ".join(f"{n} at {place}" for place, n in places.items())
    print(f"{arguments.kills} kills ({counts}): {len(found)} differences")
    if found:
        sys.exit("\n".join(found[:20]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        sys.exit(child(sys.argv[2:]))
    main()
