"""MinibatchStdDev: the deviations against NumPy, for every batch."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.layers import MinibatchStdDev


def _expected(x: np.ndarray, group: int, features: int) -> np.ndarray:
    """The appended channels, one sample and one block of channels at a time."""
    stride = len(x) // group  # a group's samples are this far apart
    block = x.shape[-1] // features
    appended = np.zeros((*x.shape[:-1], features))
    for i in range(len(x)):
        members = x[i % stride :: stride]
        assert len(members) == group
        for f in range(features):
            part = members[..., f * block : (f + 1) * block]
            appended[i, ..., f] = np.sqrt(part.var(axis=0) + 1e-8).mean()
    return appended


@pytest.mark.parametrize(
    ("shape", "group_size", "features", "group"),
    [
        ((6, 2, 3, 4), 4, 2, 3),
        ((8, 2, 3, 4), 4, 1, 4),
        ((8, 6), 4, 3, 4),
        ((5, 6), 4, 1, 1),
        ((1, 6), 4, 1, 1),
    ],
)
def test_appended_channels(
    shape: tuple[int, ...],
    group_size: int,
    features: int,
    group: int,
    rng: np.random.Generator,
) -> None:
    x = rng.normal(size=shape) * np.arange(1, shape[-1] + 1)
    layer = MinibatchStdDev(group_size, features)
    outputs = layer(ops.cast(x, "float32"))
    assert outputs.shape == layer.compute_output_shape(shape)
    outputs = ops.convert_to_numpy(outputs)
    np.testing.assert_allclose(outputs[..., : shape[-1]], x, rtol=1e-6)
    np.testing.assert_allclose(
        outputs[..., shape[-1] :], _expected(x, group, features), rtol=1e-5, atol=1e-7
    )


def test_batches_of_several_sizes_in_one_model(rng: np.random.Generator) -> None:
    """Where the batch is not known while the model is traced, too."""
    model = keras.Sequential([keras.Input((6,)), MinibatchStdDev()])
    x = rng.normal(size=(6, 6)).astype("float32")
    outputs = model.predict(x, batch_size=4, verbose=0)  # 4, then 2
    expected = np.concatenate([_expected(x[:4], 4, 1), _expected(x[4:], 2, 1)])
    np.testing.assert_allclose(outputs[:, 6:], expected, rtol=1e-5)


def test_equal_samples_have_finite_gradients_twice() -> None:
    """The root of their variance, which is 0, has an infinite slope without ε."""
    layer = MinibatchStdDev()
    x = keras.Variable(np.ones((4, 3), "float32"))

    def objective() -> tuple[Any, None]:
        slope = backend.input_gradient(
            lambda x: ops.sum(layer(x), axis=-1), ops.convert_to_tensor(x) * 1, [x]
        )
        return ops.sum(ops.square(slope)) + ops.sum(layer(x)), None

    _, (gradient,) = backend.value_and_grad(objective, [x], [x])
    assert np.isfinite(ops.convert_to_numpy(gradient)).all()


def test_low_precision_is_computed_in_float32() -> None:
    """Squares above 65504 overflow float16."""
    x = np.array([[1000.0], [-1000.0]])
    outputs = MinibatchStdDev(dtype="float16")(ops.cast(x, "float16"))
    assert keras.backend.standardize_dtype(outputs.dtype) == "float16"
    np.testing.assert_allclose(ops.convert_to_numpy(outputs)[:, 1], 1000, rtol=1e-3)


def test_configuration_and_bad_arguments() -> None:
    layer = MinibatchStdDev(2, 3, name="a")
    assert MinibatchStdDev.from_config(layer.get_config()).get_config() == (
        layer.get_config()
    )
    for name in ("group_size", "num_features"):
        for value in (0, 1.5, True):
            with pytest.raises(ValueError, match=f"{name}={value}"):
                MinibatchStdDev(**{name: value})
    with pytest.raises(ValueError, match="num_features=3 must divide"):
        layer.build((None, 4, 4, 8))
