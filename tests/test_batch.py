"""Batch: outputs computed when they are asked for, and once."""

from typing import Any

from keras_gan.batch import Batch


class Critic:
    """A discriminator that counts what it is asked."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, samples: str) -> str:
        self.seen.append(samples)
        return f"D({samples})"


def _batch(critic: Any, **more: Any) -> Batch:
    return Batch(critic, "x", "G(z)", labels="y", latents="z", **more)


def test_holds_what_it_is_given() -> None:
    batch = _batch(critic := Critic())
    assert (batch.real, batch.fake) == ("x", "G(z)")
    assert (batch.labels, batch.latents, batch.critic) == ("y", "z", critic)


def test_outputs_are_computed_once_and_only_when_asked_for() -> None:
    batch = _batch(critic := Critic())
    assert critic.seen == []
    assert batch.fake_logits == batch.fake_logits == "D(G(z))"
    assert critic.seen == ["G(z)"]  # real samples cost nothing
    assert batch.real_logits == batch.real_logits == "D(x)"
    assert critic.seen == ["G(z)", "x"]


def test_recorded_outputs_are_not_computed_again() -> None:
    batch = _batch(critic := Critic(), real_logits="r", fake_logits="f")
    assert (batch.real_logits, batch.fake_logits) == ("r", "f")
    assert critic.seen == []


def test_labels_and_latents_are_optional() -> None:
    batch = Batch(Critic(), "x", "G(z)")
    assert batch.labels is None
    assert batch.latents is None
