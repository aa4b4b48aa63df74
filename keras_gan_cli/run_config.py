"""The exact configuration of a training, and whether two are the same."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

#: Policies of Keras that a network can be trained in.
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")

#: Options that make a run what it is: a run is continued with the same ones.
FIXED = (
    "recipe",
    "fast",
    "data",
    "split",
    "image_size",
    "channels",
    "labels",
    "limit",
    "batch_size",
    "steps_per_epoch",
    "seed",
    "backend",
    "precision",
    "metrics",
    "metric_images",
)

# Of these, what has chosen the run's settings, and does no more.
_SETTLED = ("recipe", "fast")

#: Options that may change when a run is continued, and are kept if they are not given.
KEPT = ("data_dir", "epochs", "sample_every", "checkpoint_every")


#: What runs had that were begun before an option was there.
ADDED = {
    "fast": False,
    "precision": "float32",
    "metrics": None,
    "metric_images": 1000,
    "checkpoint_every": "epoch",
}


def absolute(name: str) -> str:
    """Return a data set's name, its path absolute if it is one."""
    prefix, folder = ("folder:", name[7:]) if name.startswith("folder:") else ("", name)
    path = os.path.expanduser(folder)
    is_path = prefix or os.path.exists(path) or path.lower().endswith((".npy", ".npz"))
    return prefix + os.path.abspath(path) if is_path and name != "builtin" else name


def check_apart(data: str, out: Path) -> None:
    """Make sure that the run's folder cannot be taken for the data later.

    Args:
        data: What ``--data`` names, as `absolute` returns it.
        out: The run's folder, which is empty or not there yet.

    Raises:
        click.ClickException: If it will be a folder of the data's name, or in one.
    """
    place, run = Path(os.path.abspath(data)), Path(os.path.abspath(out))
    is_above = place in run.parents and not place.exists()
    if data != "builtin" and (place == run or is_above):
        raise click.ClickException(
            f"--data {data}: --out {out} makes a folder of that name, which would be "
            "taken for the data when the run goes on. Choose another --out, or write "
            "tfds: before the name of a TFDS set."
        )


def continued(
    stored: Mapping[str, Any],
    options: Mapping[str, Any],
    given: set[str],
    allow_changes: bool = False,
) -> dict[str, Any]:
    """Return the options of a run that is continued.

    Args:
        stored: The run's configuration, as `config_check.checked` returns it.
        options: The options of this command line.
        given: Names of those that were written on it; the others are the run's.
        allow_changes: Whether those that were given may be others than the run's.

    Raises:
        click.ClickException: If one that was given makes it another run. The
            message names each, with both values.
    """
    stored = {**ADDED, **stored}
    differing = {
        key: f"{_flag(key)} is {_shown(stored[key])} there and {_shown(options[key])} "
        "here"
        for key in FIXED
        if key in given and options[key] != stored[key]
    }
    settled = [text for key, text in differing.items() if key in _SETTLED]
    if settled and allow_changes:
        raise click.ClickException(
            f"--resume: {'; '.join(settled)}. What that sets is in the run already: "
            "change it by --set KEY=VALUE, or choose another --out."
        )
    if differing and not allow_changes:
        shown = "; ".join(differing.values())
        or_allow = "" if settled else ", or pass --allow-changes"
        raise click.ClickException(
            f"--resume: this would be another run: {shown}. Leave such "
            f"options out to take the run's own or choose another --out{or_allow}."
        )
    kept = {key: stored[key] for key in (*FIXED, *KEPT) if key not in given}
    return {**options, **kept}


def check_settings(stored: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Make sure that settings given anew are those of the run.

    Raises:
        click.ClickException: Naming each that differs, with both values.
    """
    differing = [
        f"{key} is {_shown(stored.get(key))} there and {_shown(value)} here"
        for key, value in given.items()
        if _listed(value) != stored.get(key)
    ]
    if differing:
        raise click.ClickException(
            f"--resume: this would be another run: {'; '.join(differing)}. Leave such "
            "settings out, choose another --out, or pass --allow-changes."
        )


def _flag(key: str) -> str:
    return key.upper() if key == "recipe" else "--" + key.replace("_", "-")


def _shown(value: Any) -> str:
    return "not set" if value is None else str(value)


def _listed(value: Any) -> Any:
    """A value as JSON gives it back."""
    return list(value) if isinstance(value, tuple) else value
