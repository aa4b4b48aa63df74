"""--strategy: what goes together, before anything is started."""

import click
import pytest

from keras_gan_cli import strategies


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    for name in ("KERAS_BACKEND", "TF_CONFIG", "RANK"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("strategy", "backend"),
    [("mirrored", "tensorflow"), ("data-parallel", "jax"), ("ddp", "torch")],
)
def test_a_strategy_says_its_backend(strategy, backend):
    assert strategies.check(strategy, 2, None) == backend
    assert strategies.check(strategy, None, backend) == backend


def test_without_one_all_is_as_it_was():
    assert strategies.check(None, None, None) is None
    assert strategies.check(None, None, "jax") == "jax"
    with strategies.begin(None, None):
        pass


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ddp", 2, "jax"), "ddp runs on torch. Received: --backend jax"),
        ((None, 2, None), "--devices is for --strategy"),
        (("multi-worker", None, None), "needs the environment variable TF_CONFIG"),
    ],
)
def test_what_does_not_go_together(arguments, message):
    with pytest.raises(click.UsageError, match=message):
        strategies.check(*arguments)


def test_the_environment_chooses_a_backend_too(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    with pytest.raises(click.UsageError, match="Received: --backend tensorflow"):
        strategies.check("data-parallel", None, None)


def test_workers_have_no_devices(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", "{}")
    assert strategies.check("multi-worker", None, None) == "tensorflow"
    with pytest.raises(click.UsageError, match="no --devices"):
        strategies.check("multi-worker", 2, None)


def test_too_many_devices():
    with pytest.raises(click.ClickException, match="--devices 3: this host has 2"):
        strategies._checked(3, 2)
