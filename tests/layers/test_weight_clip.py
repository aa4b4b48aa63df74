"""WeightClip and constrained: no weight of a critic leaves the box."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan import backend
from keras_gan.layers import (
    SelfAttention2D,
    SpectralNormalization,
    WeightClip,
    constrained,
)


def _critic() -> keras.Model:
    """Nested, wrapped, shared, normalized: every way to hold a weight."""
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(4)], name="inner")
    x = keras.Input((4,))
    shared = SpectralNormalization(layers.Dense(4))
    y = layers.BatchNormalization()(shared(shared(inner(x))))
    return keras.Model(x, layers.PReLU()(y))


def test_clip() -> None:
    clipped = WeightClip(0.5)(ops.convert_to_tensor([-2.0, -0.5, 0.1, 3.0]))
    np.testing.assert_allclose(ops.convert_to_numpy(clipped), [-0.5, -0.5, 0.1, 0.5])
    assert WeightClip().limit == 0.01


def test_every_trainable_weight_is_constrained_and_copied() -> None:
    critic, clip = _critic(), WeightClip(0.02)
    copy = constrained(critic, clip)
    assert [w.constraint for w in copy.trainable_weights] == [clip] * 7
    assert not any(w.constraint for w in critic.trainable_weights)
    for mine, theirs in zip(copy.weights, critic.weights, strict=True):
        assert mine is not theirs
        np.testing.assert_array_equal(mine.numpy(), theirs.numpy())
    x = np.ones((2, 4), "float32")
    np.testing.assert_allclose(
        ops.convert_to_numpy(copy(x)), ops.convert_to_numpy(critic(x)), rtol=1e-6
    )


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_optimizers_apply_it(name: str) -> None:
    """By the path of a step: the pure form of the optimizer on JAX."""
    critic = constrained(_critic(), WeightClip(0.02))
    variables = critic.trainable_variables
    optimizer = keras.optimizers.get(name)
    optimizer.build(variables)
    gradients = [ops.ones(v.shape) * 0.01 for v in variables]
    backend.apply_gradients(optimizer, gradients, variables)
    values = np.concatenate([v.numpy().ravel() for v in variables])
    assert np.abs(values).max() == pytest.approx(0.02)
    assert np.abs(values).min() < 0.019


def test_it_survives_saving_and_holds_in_fit(tmp_path: Any) -> None:
    constrained(_critic(), WeightClip(0.02)).save(tmp_path / "critic.keras")
    critic = keras.saving.load_model(tmp_path / "critic.keras")
    limits = [w.constraint.limit for w in critic.trainable_weights]
    assert limits == [0.02] * 7
    critic.compile("sgd", "mse")
    critic.fit(np.ones((2, 4)), np.ones((2, 4)), verbose=0)
    for weight in critic.trainable_weights:
        assert np.abs(weight.numpy()).max() <= 0.02


def test_an_earlier_constraint_is_replaced() -> None:
    critic = keras.Sequential(
        [keras.Input((3,)), layers.Dense(2, kernel_constraint="non_neg")]
    )
    copy = constrained(critic, WeightClip())
    assert all(isinstance(w.constraint, WeightClip) for w in copy.trainable_weights)


@pytest.mark.usefixtures("drawn")
def test_what_cannot_be_constrained_is_refused() -> None:
    clip = WeightClip()
    attentive = keras.Sequential([keras.Input((4, 4, 2)), SelfAttention2D()])
    with pytest.raises(ValueError, match=r"These are not: .*gamma.*query/kernel"):
        constrained(attentive, clip)
    with pytest.raises(ValueError, match="must be built first"):
        constrained(keras.Sequential([layers.Dense(1)]), clip)

    class Subclassed(keras.Model):
        pass

    with pytest.raises(ValueError, match="Functional and Sequential networks"):
        constrained(Subclassed(), clip)


@pytest.mark.parametrize("limit", [0, -0.1, float("nan"), float("inf"), "1"])
def test_bad_limit(limit: Any) -> None:
    with pytest.raises(ValueError, match=f"limit={limit!r}"):
        WeightClip(limit)
