"""Whether it is the same training: its settings, and where two of them differ."""

from collections.abc import Iterator
from typing import Any

import keras

from keras_gan.optimizer import innermost

# Keras numbers the names of what it makes in one process; the state of random seeds is
# in a checkpoint, so that where they began does not matter.
_LEFT_OUT = ("name", "shared_object_id", "build_config", "seed")

_OTHER_SHAPES = "has variables of other shapes"


def of(gan: Any, steps_per_epoch: int | None) -> dict[str, Any]:
    """Return what decides how a GAN is trained, as JSON.

    The networks are told by the shapes of their variables.
    """
    config = gan.get_config()
    for key in ("generator", "discriminator"):
        shapes = [list(v.shape) for v in getattr(gan, key).variables]
        config[key] = {"variables": shapes}
    return _plain(
        {
            "GAN": {k: v for k, v in config.items() if k not in ("dtype", "trainable")},
            "compile": {
                **gan.get_compile_config(),
                **gan.optimizer.settings,
                "metrics": None,
            },
            "dtype": keras.config.dtype_policy().name,
            "steps_per_epoch": steps_per_epoch,
        }
    )


def differences(before: Any, now: Any, name: str = "") -> list[str]:
    """Return where two settings differ, as ``"compile.d_steps is 1 there and 2 here"``.

    Args:
        before: Those of the checkpoint.
        now: Those of this training.
        name: What they are called.
    """
    return list(_differences(before, now, name))


def learning_rate_ratios(before: Any, now: Any) -> list[float]:
    """Return how many times as high each player's learning rate is, if a number."""
    ratios = []
    for player in ("g_optimizer", "d_optimizer"):
        old, new = (innermost(s["compile"][player]) for s in (before, now))
        rates = [new["learning_rate"], old["learning_rate"]]
        numbers = all(isinstance(rate, int | float) and rate for rate in rates)
        ratios.append(rates[0] / rates[1] if numbers else 1.0)
    return ratios


def other_shapes(changes: list[str]) -> list[str]:
    """Return those of the differences that no weights can be loaded over."""
    return [change for change in changes if change.endswith(_OTHER_SHAPES)]


def _differences(before: Any, now: Any, name: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in [*before, *(k for k in now if k not in before)]:
            inner = name if key == "config" else f"{name}.{key}".lstrip(".")
            yield from _differences(before.get(key), now.get(key), inner)
    elif name.endswith(".variables") and before != now:
        yield f"{name.removesuffix('.variables')} {_OTHER_SHAPES}"
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for i, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from _differences(one, other, f"{name}[{i}]")
    elif before != now:
        yield f"{name} is {_shown(before)} there and {_shown(now)} here"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("class_name", value))
    return "not set" if value is None else repr(value)


def _plain(value: Any) -> Any:
    """Return settings as JSON gives them back, without what does not matter."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k not in _LEFT_OUT}
        return {str(k): _plain(v) for k, v in kept.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return type(value).__name__
