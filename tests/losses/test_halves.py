"""Halves: loss objects and textbook functions, each as one player's half."""

import functools
from typing import Any

import pytest

from keras_gan import losses
from keras_gan.losses.halves import discriminator_half, generator_half

REAL, FAKE = "outputs for real", "outputs for fake"


def test_d_loss_is_bound_by_name_in_either_order() -> None:
    def textbook(pred_fake: Any, pred_real: Any) -> Any:
        return {"fake": pred_fake, "real": pred_real}

    def reversed_(real_output: Any, fake_output: Any) -> Any:
        return {"fake": fake_output, "real": real_output}

    for function in (textbook, reversed_):
        half = discriminator_half(function)
        assert half.function(REAL, FAKE) == {"fake": FAKE, "real": REAL}
        assert half.uses_real
        assert half.loss is None


def test_g_loss_gets_what_it_names() -> None:
    half = generator_half(lambda pred_fake: pred_fake)
    assert half.function(None, FAKE) == FAKE
    assert not half.uses_real

    half = generator_half(lambda fake_logits, real_logits: (fake_logits, real_logits))
    assert half.function(REAL, FAKE) == (FAKE, REAL)
    assert half.uses_real


def test_parameters_with_defaults_are_left_alone() -> None:
    def smoothed(
        pred_fake: Any, pred_real: Any, label: float = 0.9, **rest: Any
    ) -> Any:
        return pred_fake, pred_real, label, rest

    assert discriminator_half(smoothed).function(REAL, FAKE) == (FAKE, REAL, 0.9, {})
    partial = functools.partial(smoothed, label=0.8)
    assert discriminator_half(partial).function(REAL, FAKE) == (FAKE, REAL, 0.8, {})


def test_loss_objects_give_their_own_halves() -> None:
    loss = losses.Hinge()
    d_half, g_half = discriminator_half(loss), generator_half(loss)
    assert d_half.function == loss.discriminator
    assert g_half.function == loss.generator
    assert (d_half.uses_real, g_half.uses_real) == (True, False)
    assert d_half.loss is g_half.loss is loss


def test_a_loss_that_looks_at_real_outputs_for_g_gets_them() -> None:
    class Relative(losses.Hinge):
        generator_uses_real = True

    assert generator_half(Relative()).uses_real


def _keras_style(y_true: Any, y_pred: Any) -> Any:
    return y_true - y_pred


def _fake_alone(pred_fake: Any) -> Any:
    return pred_fake


def _twice_fake(fake_a: Any, fake_b: Any) -> Any:
    return fake_a - fake_b


def _both_in_one(pred_real_or_fake: Any, pred_fake: Any) -> Any:
    return pred_fake


def _one_more(pred_fake: Any, pred_real: Any, epoch: Any) -> Any:
    return pred_fake


def _nothing() -> Any:
    return 0


@pytest.mark.parametrize(
    "function",
    [_keras_style, _fake_alone, _twice_fake, _both_in_one, _one_more, _nothing],
)
def test_d_loss_of_another_signature_is_refused(function: Any) -> None:
    with pytest.raises(ValueError, match=r"d_loss\(pred_fake, pred_real\)") as error:
        discriminator_half(function)
    assert f"d_loss={function.__name__}" in str(error.value)


@pytest.mark.parametrize(
    "function", [_keras_style, _twice_fake, _nothing, lambda pred_real: pred_real]
)
def test_g_loss_of_another_signature_is_refused(function: Any) -> None:
    with pytest.raises(ValueError, match=r"g_loss\(pred_fake\)") as error:
        generator_half(function)
    assert f"g_loss={function.__name__}" in str(error.value)
