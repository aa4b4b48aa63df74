"""A process that is one contender: it starts, and then trains when it is told.

It reads one request a line from its standard input and answers in JSON: `train N`,
`generate N`, `memory`.
"""

import json
import os
import resource
import sys
import time

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
    imported = time.perf_counter()
    contender = entry.make(Case(*case[:3], int(case[3])))
    built = time.perf_counter()
    contender.train(1)
    stepped = time.perf_counter()
    first = {
        "import": imported - start,
        "build": built - imported,
        "first_step": stepped - built,
    }
    print(json.dumps(first), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(contender, *line.split())), file=answers, flush=True)


def _import(entry):
    """Import what the contender stands on, which is not its own time."""
    module = {"jax_loop": "jax", "torch_loop": "torch", "ours": "keras_gan"}
    __import__(module.get(entry.module, "keras"))


def _answer(contender, request, n="0"):
    if request == "memory":
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"megabytes": peak / 1024}
    called = time.perf_counter(), time.process_time()
    done = getattr(contender, request)(int(n))
    start, cpu_start = done if request == "train" and done else called
    return {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time() - cpu_start,
    }


if __name__ == "__main__":
    main()
