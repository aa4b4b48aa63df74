"""Inputs that are nearly right: what is valid, changed in a few places."""

import copy
import json
import math
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.fuzz.guard import INPUTS

#: Values that a JSON file can hold and hardly any key can have.
ODD = (
    *(None, True, False, "", "\0", "\ud800", "../x", "/etc/x", "x" * 5000, "nan"),
    *(0, -1, 1, 2, 3, 7, 1.0, 0.5, 2**31, 2**63, 10**18, -(10**18), 10**300),
    *(math.nan, math.inf, -math.inf, 1e308, [], {}, [[]], [None], {"": None}),
)


def some(subject: str) -> settings:
    """Return the settings of a test: the same inputs in every run, nothing kept."""
    return settings(
        max_examples=INPUTS[subject],
        derandomize=True,
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )


def changed_bytes(most: int = 4) -> st.SearchStrategy:
    """A function that changes bytes in up to `most` places."""
    place = st.integers(0, 2**16) | st.integers(0, 64)
    step = st.one_of(
        st.tuples(st.just("flip"), place, st.integers(0, 7)),
        st.tuples(st.just("flip"), place, st.integers(0, 7)),
        st.tuples(st.just("set"), place, st.sampled_from([0, 1, 127, 128, 254, 255])),
        st.tuples(st.just("delete"), place, st.integers(1, 24)),
        st.tuples(st.just("insert"), place, st.binary(min_size=1, max_size=8)),
        st.tuples(st.just("repeat"), place, st.integers(1, 24)),
        st.tuples(st.just("cut"), place, st.none()),
    )
    return st.lists(step, max_size=most).map(lambda steps: lambda b: _apply(b, steps))


def _apply(content: bytes, steps: list[tuple[str, int, Any]]) -> bytes:
    changed = bytearray(content)
    for kind, place, value in steps:
        at = place % (len(changed) or 1)
        if kind == "flip" and changed:
            changed[at] ^= 1 << value
        elif kind == "set" and changed:
            changed[at] = value
        elif kind == "delete":
            del changed[at : at + value]
        elif kind == "insert":
            changed[at:at] = value
        elif kind == "repeat":
            changed[at:at] = changed[at : at + value]
        elif kind == "cut":
            del changed[at:]
    return bytes(changed)


def changed_json(most: int = 3) -> st.SearchStrategy:
    """A function that changes a value of JSON in up to `most` places."""
    scalars = st.integers() | st.floats() | st.text(max_size=12)
    value = st.sampled_from(ODD) | scalars | st.lists(scalars, max_size=3)
    kinds = ("set", "set", "set", "delete", "rename", "add", "wrap", "swap")
    step = st.tuples(
        st.sampled_from(kinds), st.lists(st.integers(0, 200), max_size=9), value
    )
    return st.lists(step, max_size=most).map(lambda steps: lambda v: _edit(v, steps))


def _edit(value: Any, steps: list[tuple[str, list[int], Any]]) -> Any:
    root = [copy.deepcopy(value)]
    for kind, path, given in steps:
        new = copy.deepcopy(given)
        holder, key = _walk(root, path)
        old = holder[key]
        if kind == "set":
            holder[key] = new
        elif kind == "wrap":
            holder[key] = [old]
        elif kind == "delete" and holder is not root:
            del holder[key]
        elif kind == "rename" and isinstance(holder, dict):
            holder[str(new)[:20]] = holder.pop(key)
        elif kind == "add" and isinstance(old, dict):
            old[str(new)[:20]] = new
        elif kind == "add" and isinstance(old, list):
            old.append(new)
        elif kind == "swap" and isinstance(holder, dict):
            other = list(holder)[len(path) % len(holder)]
            holder[key], holder[other] = holder[other], old
    return root[0]


def _walk(root: list, path: list[int]) -> tuple[Any, Any]:
    """The place that a path leads to: a list or an object, and a key of it."""
    holder, key = root, 0
    for number in path:
        inner = holder[key]
        if not isinstance(inner, dict | list) or not inner:
            break
        holder = inner
        key = (
            list(inner)[number % len(inner)]
            if isinstance(inner, dict)
            else number % len(inner)
        )
    return holder, key


def as_json(value: Any) -> bytes:
    """Write a value as JSON, whatever is in it."""
    return json.dumps(value).encode()


_PARTS = (
    *("..", "/", "../", "//", "\0", "\n", "~", ":", ",", "=", "*", "%", "[", " ", "."),
    *("\x1b[31m", "\udcff", "\u202e", "folder:", "tfds:", ".npy", ".npz", "x" * 300),
    *("/etc/passwd", "gs://", "http://", "hf://", "$HOME", "mnist", "config=", "1.0.0"),
)


def changed_text(most: int = 3) -> st.SearchStrategy:
    """A function that changes a text in up to `most` places."""
    part = st.sampled_from(_PARTS) | st.text(max_size=4)
    step = st.tuples(st.integers(0, 40), st.integers(0, 3), part)

    def change(steps: list[tuple[int, int, str]]) -> Any:
        def changed(text: str) -> str:
            for place, removed, new in steps:
                at = place % (len(text) + 1)
                text = text[:at] + new + text[at + removed :]
            return text

        return changed

    return st.lists(step, max_size=most).map(change)
