"""Start a command on an engine: in one process, or in several that train together."""

import json
import os
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]

#: The command line's name for several processes on each engine.
STRATEGY = {"tensorflow": "multi-worker", "jax": "data-parallel", "torch": "ddp"}


def start(arguments, backend, processes, folder, pinned=False):
    """Start a module in so many processes; return them, the chief first.

    Args:
        arguments: The module and its arguments.
        backend: What Keras runs on.
        processes: How many. The engine's own variables tell each who it is.
        folder: Where each writes what it says, `log.0` and so on.
        pinned: Whether each has a core of its own.
    """
    ports = free_ports(processes + 1)
    started = []
    for index in range(processes):
        roles = role(backend, ports, index, processes) if processes > 1 else {}
        with (folder / f"log.{index}").open("w") as log:
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", *arguments],
                    env=environment(backend) | roles,
                    cwd=ROOT,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=partial(os.sched_setaffinity, 0, {index})
                    if pinned
                    else None,
                )
            )
    return started


def environment(backend):
    """What a process of one thread gets."""
    return os.environ | {
        "KERAS_BACKEND": backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONPATH": str(ROOT / "benchmarks"),
        "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "2",
    }


def role(backend, ports, index, count):
    """What an engine tells one of its processes, as its own launcher would."""
    hosts = [f"127.0.0.1:{port}" for port in ports[:count]]
    if backend == "tensorflow":
        task = {"type": "worker", "index": index}
        return {"TF_CONFIG": json.dumps({"cluster": {"worker": hosts}, "task": task})}
    if backend == "jax":
        return {
            "KERAS_DISTRIBUTION_JOB_ADDRESSES": ",".join(hosts),
            "KERAS_DISTRIBUTION_NUM_PROCESSES": str(count),
            "KERAS_DISTRIBUTION_PROCESS_ID": str(index),
        }
    return {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(ports[count]),
        "RANK": str(index),
        "LOCAL_RANK": str(index),
        "WORLD_SIZE": str(count),
    }


def free_ports(count):
    """Ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def finish(started, folder, seconds):
    """Wait until all have ended well; kill all and fail if not."""
    try:
        for process in started:
            process.wait(seconds)
    finally:
        for process in started:
            process.kill()
    codes = [process.returncode for process in started]
    logs = [(folder / f"log.{i}").read_text()[-3000:] for i in range(len(started))]
    assert not any(codes), "\n".join([str(codes), *logs])
