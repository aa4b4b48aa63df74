"""keras_gan against every other way to train the same GAN, in one interleaved run.

    python benchmarks/peers.py --out DIR [--networks mlp,dcgan,dcgan64,resnet]
        [--penalties none,r1,wgan-gp] [--rules alternating,simultaneous]
        [--contenders ours-tensorflow,example,...] [--rounds 5] [--seconds 3]
        [--batch N]

The same networks, batch, optimizer and images through keras_gan's `fit` on TensorFlow,
JAX and PyTorch, and through: the step of Keras's official examples, a loop under
`tf.function` with and without XLA, a loop written by hand in JAX, and PyTorch's loop,
eager and compiled (`benchmarks/contenders`). Each is a process of its own, with all
cores and its library's default threads. They take turns, one at a time, round by round,
so that a machine's changing speed touches them alike; a figure is the median over the
rounds, a ratio the median of the ratios within a round, with its least and greatest,
and then that of CPU time. Time counts from the beginning of the epoch: what `fit` does
before, it does once. keras_gan in `mixed_bfloat16` computes something else, and runs
only if it is asked for (`--contenders bfloat16-tensorflow,...`).

GFLOP/s are products of matrices alone, by keras_gan's rule, over the machine's own rate
at products of 2048x2048 floats, measured in the same run. `generate` makes 1,000
samples. The first step is from the networks to the end of one step, imports left out.
MB are the most memory of the process, training and samples included, and in brackets
what it had after its imports.
What was measured is kept in DIR/peers.json after each case, and a case that is there is
not run again; the tables are in DIR/peers.md.

Needs `pip install -e ".[jax,torch,peers]"`, and a compiler for `torch.compile`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from contenders.case import NETWORKS, PENALTIES, RULES, Case
from contenders.registry import CONTENDERS, FLOAT32

from keras_gan.files.atomic_write import replacing

_GENERATED = 1000
_HERE = Path(__file__).parent


class Worker:
    """A contender in a process of its own.

    Args:
        name: Of `CONTENDERS`.
        case: What it trains.
        log: File for what it says.
    """

    def __init__(self, name, case, log):
        self.log = log
        words = [case.network, case.penalty, case.rule, str(case.batch)]
        with log.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "contenders.worker", name, *words],
                env=os.environ
                | {
                    "KERAS_BACKEND": CONTENDERS[name].engine,
                    "TF_CPP_MIN_LOG_LEVEL": "3",
                    "PYTHONPATH": str(_HERE),
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        self.start = self._answer()

    def ask(self, request):
        """Let it do something; return what it measured."""
        self.process.stdin.write(f"{request}\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"a contender ended:\n{self.log.read_text()[-2000:]}")
        return json.loads(line)

    def end(self):
        """Let it go."""
        self.process.stdin.close()
        self.process.wait()


def measure(case, names, options):
    """Let all contenders of a case take turns; return what was measured."""
    workers, failed = {}, {}
    try:
        for name in names:
            log = options.out / f"{name}.log"
            try:
                workers[name] = Worker(name, case, log)
            except RuntimeError as error:
                if name.startswith("ours"):
                    raise
                failed[name] = str(error).strip().splitlines()[-1]
                print(f"  {name} failed: {failed[name]}", flush=True)
                continue
            print(f"  {name}: {workers[name].start}", flush=True)
        return _rounds(case, workers, options) | {"failed": failed}
    finally:
        for worker in workers.values():
            worker.end()


def _rounds(case, workers, options):
    steps = {}
    for name, worker in workers.items():  # warm, and choose how many steps
        worker.ask("train 3")
        seconds = worker.ask("train 5")["seconds"]
        steps[name] = max(3, round(5 * options.seconds / seconds))
    found = {name: {"rates": [], "cpu": [], "generate": []} for name in workers}
    for _ in range(options.rounds):
        for name, worker in workers.items():
            answer = worker.ask(f"train {steps[name]}")
            found[name]["rates"].append(steps[name] / answer["seconds"])
            found[name]["cpu"].append(answer["cpu_seconds"] / steps[name])
    for n in (_GENERATED, *[_GENERATED] * options.rounds):  # the first compiles
        for name, worker in workers.items():
            found[name]["generate"].append(n / worker.ask(f"generate {n}")["seconds"])
    for name, worker in workers.items():
        found[name]["generate"].pop(0)
        found[name] |= worker.start | worker.ask("memory")
    return {
        "network": case.network,
        "penalty": case.penalty,
        "rule": case.rule,
        "batch": case.batch,
        "contenders": found,
    }


def products(case):
    """Return GFLOP of one step, and the machine's rate, in a process of its own."""
    code = (
        "from contenders.case import Case; from contenders import products as p;"
        f"print(p.of_step({case!r}), p.machine_rate())"
    )
    paths = {"PYTHONPATH": str(_HERE), "KERAS_BACKEND": "tensorflow"}
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | paths | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=True,
    )
    gflop, rate = map(float, answer.stdout.split()[-2:])
    return {"gflop": gflop, "machine_rate": rate}


def table(result):
    """Return one case as Markdown."""
    found = result["contenders"]
    best = result["machine_rate"]
    lines = [
        f"### {result['network']}, batch {result['batch']}, "
        f"penalty {result['penalty']}, {result['rule']}",
        "",
        f"{result['gflop']:.1f} GFLOP a step; products of matrices at {best:.0f} "
        "GFLOP/s.",
        "",
        "| engine | training | steps/s | keras_gan is faster by (least, greatest), CPU "
        "| GFLOP/s | of products | CPU ms a step | samples/s | first step, s | MB "
        "(imports) |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, row in found.items():
        entry = CONTENDERS[name]
        ours = found.get(f"ours-{entry.engine}")
        rate = statistics.median(row["rates"])
        gflops = rate * result["gflop"]
        cells = [entry.engine, entry.label, f"{rate:.1f}"]
        cells += ["" if row is ours or not ours else ratios(ours, row)]
        cells += [f"{gflops:.0f}", f"{gflops / best:.0%}"]
        cells += [f"{1000 * statistics.median(row['cpu']):.0f}"]
        cells += [f"{statistics.median(row['generate']):.0f}"]
        cells += [f"{row['build'] + row['first_step']:.1f}", megabytes(row)]
        lines.append(f"| {' | '.join(cells)} |")
    for name, error in result["failed"].items():
        entry = CONTENDERS[name]
        lines.append(f"| {entry.engine} | {entry.label} | fails |" + " |" * 7)
        print(f"{name}: {error}")
    return "\n".join(lines)


def summary(results):
    """Return what keras_gan's speed is to that of others, a row for each case."""
    lines = [
        "| networks | penalty | rule | TensorFlow: of the fastest other way | of the "
        "example | of PyTorch's eager loop | of products | JAX: of the loop by hand "
        "| PyTorch: of the eager loop |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        found = result["contenders"]
        ours = found.get("ours-tensorflow")
        others = _others(found, "tensorflow")
        fastest = max(others, key=lambda r: statistics.median(r["rates"]), default=None)
        share = ""
        if ours:
            gflops = statistics.median(ours["rates"]) * result["gflop"]
            share = f"{gflops / result['machine_rate']:.0%}"
        cells = [
            *(result["network"], result["penalty"], result["rule"]),
            ratios(ours, fastest),
            ratios(ours, found.get("example")),
            ratios(ours, found.get("loop-torch")),
            share,
            ratios(found.get("ours-jax"), found.get("loop-jax")),
            ratios(found.get("ours-torch"), found.get("loop-torch")),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def memory(results):
    """Return keras_gan's memory beside that of the leanest other way, as a table."""
    engines = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
    heads = "".join(f" {e}: keras_gan, leanest other way |" for e in engines.values())
    lines = [f"| networks | penalty | rule |{heads}", "|---|---|---|---|---|---|"]
    for result in results:
        found = result["contenders"]
        cells = [result["network"], result["penalty"], result["rule"]]
        for engine in engines:
            ours = found.get(f"ours-{engine}")
            others = _others(found, engine)
            leanest = min(others, key=lambda row: row["megabytes"], default=None)
            both = (
                f"{megabytes(ours)}, {megabytes(leanest)}" if ours and leanest else ""
            )
            cells.append(both)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _others(found, engine):
    """What was measured of the ways on an engine that are not keras_gan."""
    return [
        row
        for name, row in found.items()
        if CONTENDERS[name].engine == engine and CONTENDERS[name].module != "ours"
    ]


def megabytes(row):
    """Say how much memory a process took at most, and how much its imports alone."""
    return f"{row['megabytes']:.0f} ({row['imported_megabytes']:.0f})"


def ratios(ours, other):
    """Say how many times as fast ours is, within a round; nothing if one is missing."""
    if not ours or not other:
        return ""
    found = [a / b for a, b in zip(ours["rates"], other["rates"], strict=True)]
    work = statistics.median(other["cpu"]) / statistics.median(ours["cpu"])
    spread = f"({min(found):.2f}, {max(found):.2f})"
    return f"{statistics.median(found):.2f} {spread}, CPU {work:.2f}"


def parsed():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    choices = (
        ("networks", NETWORKS),
        ("penalties", PENALTIES),
        ("rules", RULES),
        ("contenders", CONTENDERS),
    )
    for name, known in choices:
        usual = FLOAT32 if known is CONTENDERS else known
        parser.add_argument(f"--{name}", default=",".join(usual))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of a turn")
    parser.add_argument("--batch", type=int, default=0)
    options = parser.parse_args()
    for name, known in choices:
        for word in getattr(options, name).split(","):
            if word not in known:
                parser.error(f"--{name}: {word!r} is none of {', '.join(known)}")
    return options


def main():
    """Measure the cases that are not there yet, and write the tables."""
    options = parsed()
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / "peers.json"
    results = json.loads(file.read_text()) if file.exists() else []
    keys = ("network", "penalty", "rule", "batch")
    known = [tuple(result[key] for key in keys) for result in results]
    cases = [
        Case(network, penalty, rule, options.batch)
        for rule in options.rules.split(",")
        for network in options.networks.split(",")
        for penalty in options.penalties.split(",")
    ]
    for case in cases:
        names = [
            name
            for name in options.contenders.split(",")
            if case.rule in CONTENDERS[name].rules
        ]
        if tuple(getattr(case, key) for key in keys) in known or not names:
            continue
        print(case, flush=True)
        results.append(measure(case, names, options) | products(case))
        with replacing(file) as temporary:
            temporary.write_text(json.dumps(results, indent=1) + "\n")
        print(table(results[-1]), flush=True)
    tables = [summary(results), memory(results), *map(table, results)]
    (options.out / "peers.md").write_text("\n\n".join(tables) + "\n")


if __name__ == "__main__":
    main()
