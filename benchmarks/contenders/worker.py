"""A process that is one contender: it starts, and then trains when it is told.

It reads one request a line from its standard input and answers in JSON: `train N`,
`generate N`, `memory`.
"""

import json
import os
import re
import sys
import time
from pathlib import Path

from contenders.case import Case
from contenders.registry import CONTENDERS


def main():
    """Start, say how long it took, and answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    name, *case = sys.argv[1:]
    entry = CONTENDERS[name]
    start = time.perf_counter()
    _import(entry)
    imported, occupied = time.perf_counter(), peak()
    contender = entry.make(Case(*case[:3], int(case[3])))
    built = time.perf_counter()
    contender.train(1)
    stepped = time.perf_counter()
    first = {
        "import": imported - start,
        "build": built - imported,
        "first_step": stepped - built,
        "imported_megabytes": occupied,
    }
    print(json.dumps(first), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(contender, *line.split())), file=answers, flush=True)


def _import(entry):
    """Import what the contender stands on, which is not its own time."""
    module = {"jax_loop": "jax", "torch_loop": "torch", "ours": "keras_gan"}
    __import__(module.get(entry.module, "keras"))


def peak():
    """Return the most memory that this program has held, in MB.

    Not by `resource.getrusage`, which counts the program that started it, too.
    """
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024


def _answer(contender, request, n="0"):
    if request == "memory":
        return {"megabytes": peak()}
    called = time.perf_counter(), time.process_time()
    done = getattr(contender, request)(int(n))
    start, cpu_start = done if request == "train" and done else called
    return {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time() - cpu_start,
    }


if __name__ == "__main__":
    main()
