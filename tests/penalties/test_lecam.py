"""LeCam: its formula, and the moving averages that it compares with."""

from typing import Any

import numpy as np
import pytest

from keras_gan.penalties import LeCam
from tests.penalties.players import (
    VECTOR,
    Curved,
    array,
    assert_gradients,
    batch_of,
    mean_and_gradients,
)


def _formula(real: Any, fake: Any, real_average: float, fake_average: float) -> Any:
    return (
        np.maximum(real - fake_average, 0) ** 2
        + np.maximum(real_average - fake, 0) ** 2
    )


def _updates(penalty: LeCam, outputs: np.ndarray) -> list[np.ndarray]:
    """The values at one update after another, of D's outputs (update, 2, batch)."""
    return [
        array(penalty.discriminator(_batch(*pair, update=i)))
        for i, pair in enumerate(outputs)
    ]


def _batch(real: np.ndarray, fake: np.ndarray, update: int = 0) -> Any:
    return batch_of(lambda logits: logits, real[:, None], fake[:, None], update=update)


def test_formula_and_averages(rng: np.random.Generator) -> None:
    outputs = rng.normal(0, 2, (6, 2, 4))
    penalty, averages = LeCam(decay=0.6, start=0), np.zeros(2)
    for i, values in enumerate(_updates(penalty, outputs)):
        # A plain mean until 1 / (i + 1) is below 1 - decay.
        averages += max(0.4, 1 / (i + 1)) * (outputs[i].mean(axis=1) - averages)
        expected = _formula(*outputs[i], *averages)
        np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-5)
    kept = [array(penalty.real_average), array(penalty.fake_average)]
    np.testing.assert_allclose(kept, averages, rtol=1e-5)


def test_nothing_before_the_start_but_the_averages_move(
    rng: np.random.Generator,
) -> None:
    outputs = rng.normal(0, 2, (4, 2, 4))
    early, late = (_updates(LeCam(start=start), outputs) for start in (0, 2))
    np.testing.assert_array_equal(late[:2], np.zeros((2, 4)))
    np.testing.assert_allclose(late[2:], early[2:], rtol=1e-6)
    assert np.abs(early[:2]).max() > 0.1


@pytest.mark.parametrize(("real", "fake"), [(-1.0, 1.0), (0.0, 0.0)])
def test_no_penalty_where_real_is_below_fake(real: float, fake: float) -> None:
    values = _updates(LeCam(start=0), np.full((1, 2, 3), [[real], [fake]]))
    np.testing.assert_array_equal(values, np.zeros((1, 3)))


def test_patches_count_as_one_sample(rng: np.random.Generator) -> None:
    real, fake = rng.normal(0, 2, (2, 3, 2, 2, 1))
    batch = batch_of(lambda logits: logits, real, fake)
    values = array(LeCam(start=0).discriminator(batch))
    expected = _formula(real, fake, real.mean(), fake.mean()).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(values, expected, rtol=1e-5)


def test_gradient_takes_the_averages_for_constants(rng: np.random.Generator) -> None:
    critic, penalty = Curved(rng, VECTOR), LeCam(decay=0.5, start=0)
    real, fake = rng.uniform(-1, 1, (2, 4, *VECTOR))
    outputs = [critic.outputs(critic.weights, x) for x in (real, fake)]
    averages = [x.mean() for x in outputs]  # of the first batch, as they are

    def mean(weights: list[np.ndarray]) -> float:
        outputs = [critic.outputs(weights, x) for x in (real, fake)]
        return _formula(*outputs, *averages).mean()

    value, gradients = mean_and_gradients(
        lambda: penalty.discriminator(batch_of(critic, real, fake)),
        critic.variables,
        [*critic.state, *penalty.variables],
    )
    assert value == pytest.approx(mean(critic.weights), rel=1e-4)
    assert_gradients(gradients, mean, critic.weights)


def test_state_is_three_numbers() -> None:
    assert [v.name for v in LeCam().weights] == ["real_average", "fake_average", "seen"]
