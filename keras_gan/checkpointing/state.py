"""What a checkpoint holds of a training, beside the GAN itself."""

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_gan import backend
from keras_gan.checkpointing import memory

MODEL, RECORD, ARRAYS = "model.keras", "training.json", "arrays.npz"
FORMAT = 1


@dataclass
class Progress:
    """How far a training is.

    Attributes:
        epoch: The epoch under way, counted from 0.
        batch: Batches of it that are done.
        consumed: Batches that were taken from the data in all.
        stopped: Whether a callback has ended the training for good.
        epochs: Numbers of the epochs that are over, as `History` has them.
        history: What was logged at their ends, a list for each name.
    """

    epoch: int = 0
    batch: int = 0
    consumed: int = 0
    stopped: bool = False
    epochs: list[int] = field(default_factory=list)
    history: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class Record:
    """What is written as JSON.

    Attributes:
        progress: How far the training is.
        settings: What decides how it goes, see `settings`.
        data: Fingerprint of the data; ``None`` if its place is not kept.
        step: Training steps that the GAN has done.
        callbacks: What callbacks remember.
        versions: Of all that computes.
    """

    progress: Progress
    settings: dict[str, Any]
    data: str | None
    step: int
    callbacks: dict[str, Any]
    versions: dict[str, str]


def write(
    folder: Path,
    gan: Any,
    record: Record,
    means: Sequence[np.ndarray],
    arrays: dict[str, np.ndarray],
) -> None:
    """Write the GAN, the record, the running means of its epoch, and arrays."""
    gan.save(folder / MODEL)
    content = {"format": FORMAT, **asdict(record), "random": _python_and_numpy()}
    text = json.dumps(content, default=memory.number) + "\n"
    (folder / RECORD).write_text(text, encoding="utf-8")
    more: dict[str, Any] = {f"metric/{i}": value for i, value in enumerate(means)}
    more |= {f"random/{name}": v for name, v in backend.random_state().items()}
    more |= arrays
    with (folder / ARRAYS).open("wb") as file:
        np.savez(file, **more)


def read(folder: Path) -> Record:
    """Read the record of a checkpoint that is not damaged.

    Raises:
        ValueError: If a version of the package wrote it that this one cannot read.
    """
    content = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    if content.pop("format") != FORMAT:
        raise ValueError(
            f"{folder}: another version of keras_gan has written this checkpoint. "
            "Continue with that, or choose another directory."
        )
    content.pop("random")
    progress = Progress(**content.pop("progress"))
    return Record(progress, **content)


def load(folder: Path, gan: Any) -> dict[str, np.ndarray]:
    """Set a GAN and the random states to what they were; return the arrays.

    The running means are among the arrays, see `put_means_back`.
    """
    gan.load_weights(folder / MODEL)
    content = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    with np.load(folder / ARRAYS, allow_pickle=False) as file:
        arrays = dict(file)
    _set_python_and_numpy(content["random"])
    states = {k[7:]: v for k, v in arrays.items() if k.startswith("random/")}
    backend.set_random_state(states)
    return arrays


def means_of(gan: Any) -> list[np.ndarray]:
    """Return the running means of the epoch under way."""
    return [np.array(keras.ops.convert_to_numpy(v)) for v in gan.metrics_variables]


def put_means_back(gan: Any, arrays: dict[str, np.ndarray]) -> None:
    """Set the running means of the epoch under way."""
    for i, variable in enumerate(gan.metrics_variables):
        if f"metric/{i}" in arrays:
            variable.assign(arrays[f"metric/{i}"])


def _python_and_numpy() -> dict[str, Any]:
    version, numbers, gauss = random.getstate()
    kind, keys, *rest = np.random.get_state()
    return {
        "python": [version, list(numbers), gauss],
        "numpy": [kind, np.asarray(keys).tolist(), *rest],
    }


def _set_python_and_numpy(state: dict[str, Any]) -> None:
    version, numbers, gauss = state["python"]
    random.setstate((version, tuple(numbers), gauss))
    kind, keys, *rest = state["numpy"]
    np.random.set_state((kind, np.array(keys, np.uint32), *rest))
