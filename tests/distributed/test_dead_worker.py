"""A process that dies ends the job with an error, and a checkpoint continues it."""

import json
import time
from importlib.util import find_spec

import engines
import pytest

EPOCHS, STEPS = 3, 20
SECONDS = 240

pytestmark = [pytest.mark.slow, pytest.mark.backends]


def command(folder):
    """A short training, with two checkpoints in an epoch."""
    return [
        *("keras_gan_cli", "train", "dcgan", "--data", "builtin", "--fast"),
        *("--limit", str(32 * STEPS), "--epochs", str(EPOCHS), "--set", "filters=8"),
        *("--checkpoint-every", "10", "--resume", "--out", str(folder / "run")),
    ]


# JAX's coordinator needs more than a minute to miss a process.
@pytest.mark.parametrize("backend", ["tensorflow", "torch"])
def test_killed_and_started_again(backend, tmp_path):
    if find_spec(backend) is None:
        pytest.skip(f"needs {backend}")
    arguments = [*command(tmp_path), "--strategy", engines.STRATEGY[backend]]
    started = engines.start(arguments, backend, 2, tmp_path)
    try:
        wait_for_checkpoint(tmp_path / "run" / "checkpoints", started)
        started[1].kill()
        assert started[0].wait(60) == 1
    finally:
        for process in started:
            process.kill()
    said = (tmp_path / "log.0").read_text()
    assert "keras-gan: error: the processes lost each other" in said
    assert "--resume goes on from the last checkpoint" in said

    again = engines.start(arguments, backend, 2, tmp_path)
    engines.finish(again, tmp_path, SECONDS)
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert history["step"] == [STEPS * (i + 1) for i in range(EPOCHS)]
    assert "Epoch 1/3" not in (tmp_path / "log.0").read_text()  # that is done


def wait_for_checkpoint(folder, started):
    """Wait until there are two, so that the training is in its first epoch or later."""
    end = time.monotonic() + SECONDS
    while len(list(folder.glob("checkpoint_*"))) < 2:
        assert time.monotonic() < end
        assert all(process.poll() is None for process in started)
        time.sleep(0.1)
