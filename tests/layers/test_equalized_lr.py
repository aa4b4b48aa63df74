"""EqualizedLearningRate: what is stored, what is run, and how large signals are."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan.layers import EqualizedLearningRate

# A layer, the shape of its input, and how many weights one output sums over.
CASES: dict[str, tuple[layers.Layer, tuple[int, ...], int]] = {
    "dense": (layers.Dense(4), (6,), 6),
    "conv": (layers.Conv2D(4, 3), (3, 3, 2), 18),
    "transposed": (layers.Conv2DTranspose(4, 3), (1, 1, 2), 18),
    "embedding": (layers.Embedding(6, 4), (), 1),
}


@pytest.mark.parametrize("name", CASES)
def test_the_kernel_is_scaled_by_gain_over_root_fan_in(name: str) -> None:
    template, shape, fan_in = CASES[name]
    layer = EqualizedLearningRate(
        type(template).from_config(template.get_config()), 3.0, keep_initializer=True
    )
    layer.build((None, *shape))
    stored = layer.kernel.numpy()
    effective = layer.effective_kernel(ops.convert_to_tensor(stored), training=True)
    np.testing.assert_allclose(
        ops.convert_to_numpy(effective), stored * 3 / np.sqrt(fan_in), rtol=1e-6
    )


def test_the_kernel_is_stored_as_standard_normal_and_keeps_the_signal(
    rng: np.random.Generator,
) -> None:
    layer = EqualizedLearningRate(layers.Dense(500), seed=0)
    outputs = layer(ops.cast(rng.normal(size=(64, 40)), "float32"))
    kernel = layer.kernel.numpy()  # 20000 draws: five standard errors on both
    assert abs(kernel.mean()) < 5 / np.sqrt(20000)
    assert abs(kernel.std() - 1) < 5 / np.sqrt(40000)
    # He: half of the power is lost in a ReLU, and the gain √2 makes up for it.
    power = np.mean(np.maximum(ops.convert_to_numpy(outputs), 0) ** 2)
    assert power == pytest.approx(1, abs=0.15)


def test_seed_and_the_layers_own_initializer() -> None:
    def kernel(*args: Any, **kwargs: Any) -> np.ndarray:
        dense = layers.Dense(500, kernel_initializer="ones")
        layer = EqualizedLearningRate(dense, *args, **kwargs)
        layer.build((None, 40))
        return layer.kernel.numpy()

    np.testing.assert_array_equal(kernel(seed=1), kernel(seed=1))
    assert np.abs(kernel(seed=1) - kernel(seed=2)).max() > 0.1
    assert (kernel(keep_initializer=True) == 1).all()


def test_configuration() -> None:
    dense = layers.Dense(2, kernel_initializer="ones")
    layer = EqualizedLearningRate(dense, 0.5, seed=4, keep_initializer=True, name="a")
    copy = EqualizedLearningRate.from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()
    assert (copy.gain, copy.seed, copy.keep_initializer) == (0.5, 4, True)
    assert isinstance(copy.layer.kernel_initializer, keras.initializers.Ones)


@pytest.mark.parametrize("gain", [0, -1.0, float("nan"), float("inf"), "2"])
def test_bad_gain(gain: Any) -> None:
    with pytest.raises(ValueError, match=f"gain={gain!r}"):
        EqualizedLearningRate(layers.Dense(1), gain=gain)
