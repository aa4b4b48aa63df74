"""Settings that are the same, and where they are not."""

import json

import keras
import pytest

from keras_gan.checkpointing import settings
from tests.small_gan import compiled


def test_two_gans_of_one_program_are_the_same():
    one = settings.of(compiled(penalties=["r1"]), 5)
    other = settings.of(compiled(penalties=["r1"]), 5)  # whose layers have other names
    assert settings.differences(json.loads(json.dumps(one)), other) == []


def test_each_difference_is_named_with_both_values():
    adams = keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3, beta_1=0.5)
    one = settings.of(compiled(penalties=["r1"], d_steps=2), 5)
    other = settings.of(compiled(ema=None, optimizers=adams), 6)
    found = settings.differences(one, other)
    for part in (
        "GAN.ema is EMA there and not set here",
        "compile.d_steps is 2 there and 1 here",
        "compile.penalties",
        "compile.d_optimizer.beta_1 is 0.9 there and 0.5 here",
        "steps_per_epoch is 5 there and 6 here",
    ):
        assert any(part in difference for difference in found), (part, found)


def test_learning_rates():
    one = settings.of(compiled(), 5)
    adams = keras.optimizers.Adam(1e-4), keras.optimizers.Adam(2e-3)
    other = settings.of(compiled(optimizers=adams), 5)
    ratios = settings.learning_rate_ratios(one, other)
    assert ratios == [pytest.approx(0.1), pytest.approx(1.0)]
