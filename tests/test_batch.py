"""Batch: outputs computed when they are asked for, and once."""

from typing import Any

from keras_gan.batch import Batch


class Discriminator:
    """A discriminator with a head, which counts what it is asked."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, samples: str) -> list[str]:
        self.seen.append(samples)
        return [f"D({samples})", f"Q({samples})"]


def _batch(discriminator: Any, **more: Any) -> Batch:
    return Batch(discriminator, "x", "G(z)", labels="y", latents="z", **more)


def test_holds_what_it_is_given() -> None:
    batch = _batch(Discriminator(), step=3, generator="G")
    assert (batch.real, batch.fake) == ("x", "G(z)")
    assert (batch.labels, batch.latents) == ("y", "z")
    assert (batch.step, batch.update, batch.generator) == (3, 3, "G")


def test_outputs_are_computed_once_and_only_when_asked_for() -> None:
    batch = _batch(d := Discriminator())
    assert d.seen == []
    assert batch.fake_logits == batch.fake_logits == "D(G(z))"
    assert d.seen == ["G(z)"]  # real samples cost nothing
    assert batch.real_logits == batch.real_logits == "D(x)"
    assert batch.real_outputs == ["D(x)", "Q(x)"]
    assert batch.fake_outputs == ["D(G(z))", "Q(G(z))"]
    assert d.seen == ["G(z)", "x"]


def test_the_critic_is_the_first_output() -> None:
    batch = _batch(d := Discriminator())
    assert batch.critic("a") == "D(a)"
    assert d.seen == ["a"]


def test_recorded_outputs_are_not_computed_again() -> None:
    batch = _batch(d := Discriminator(), real_outputs=["r", 1], fake_outputs=["f", 2])
    assert (batch.real_logits, batch.fake_logits) == ("r", "f")
    assert (batch.real_outputs, batch.fake_outputs) == (["r", 1], ["f", 2])
    assert d.seen == []


def test_labels_and_latents_are_optional() -> None:
    batch = Batch(Discriminator(), "x", "G(z)")
    assert batch.labels is None
    assert batch.latents is None


def _look(function: Any, samples: str) -> tuple[list[str], str]:
    return function(samples), f"slope at {samples}"


def test_a_slope_at_its_samples_gives_the_outputs_too() -> None:
    d = Discriminator()
    batch = _batch(d, outputs_and_slope=_look, fake_is_fixed=True)
    assert batch.fixed_fake is batch.fake
    assert batch.input_gradient(batch.critic, batch.real) == "slope at x"
    assert batch.input_gradient(batch.critic, batch.fixed_fake) == "slope at G(z)"
    assert batch.real_outputs == ["D(x)", "Q(x)"]
    assert batch.fake_outputs == ["D(G(z))", "Q(G(z))"]
    assert d.seen == ["x", "G(z)"]


def test_a_slope_elsewhere_or_of_another_function_keeps_nothing() -> None:
    batch = _batch(d := Discriminator(), outputs_and_slope=_look)
    batch.input_gradient(batch.critic, batch.fake)  # through which a gradient goes
    batch.input_gradient(batch.critic, "between")
    batch.input_gradient(lambda samples: f"f({samples})", batch.real)
    assert (batch.real_logits, batch.fake_logits) == ("D(x)", "D(G(z))")
    assert d.seen == ["G(z)", "between", "x", "G(z)"]
