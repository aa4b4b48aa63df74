"""ConditionalBatchNormalization: each class has its own scale and shift."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan import backend
from keras_gan.layers import ConditionalBatchNormalization

LABELS = np.array([2, 0, 2, 1])


def _batch(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.normal(1, 2, (4, *shape)).astype("float32")


def _filled(rng: np.random.Generator, *shape: int) -> ConditionalBatchNormalization:
    layer = ConditionalBatchNormalization(3, momentum=0.8, epsilon=0.1)
    layer.build([(None, *shape), (None,)])
    layer.gamma.assign(rng.normal(size=(3, shape[-1])))
    layer.beta.assign(rng.normal(size=(3, shape[-1])))
    return layer


def _run(layer: Any, x: np.ndarray, training: bool) -> np.ndarray:
    labels = ops.convert_to_tensor(LABELS)
    inputs = [ops.convert_to_tensor(x), labels]
    return ops.convert_to_numpy(layer(inputs, training=training))


@pytest.mark.parametrize("shape", [(5,), (2, 3, 5)])
def test_against_numpy(shape: tuple[int, ...], rng: np.random.Generator) -> None:
    layer, x = _filled(rng, *shape), _batch(rng, *shape)
    gamma, beta = layer.gamma.numpy(), layer.beta.numpy()
    axes = tuple(range(x.ndim - 1))
    moving_mean, moving_variance = np.zeros(5), np.ones(5)

    def expected(mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
        normal = (x - mean) / np.sqrt(variance + 0.1)
        return np.stack([gamma[y] * n + beta[y] for n, y in zip(normal, LABELS)])

    mean, variance = x.mean(axes), x.var(axes)
    for _ in range(2):
        outputs = _run(layer, x, training=True)
        np.testing.assert_allclose(outputs, expected(mean, variance), atol=1e-5)
        moving_mean = 0.8 * moving_mean + 0.2 * mean
        moving_variance = 0.8 * moving_variance + 0.2 * variance
    outputs = _run(layer, x, training=False)
    np.testing.assert_allclose(
        outputs, expected(moving_mean, moving_variance), atol=1e-5
    )


def test_it_begins_as_batch_normalization(rng: np.random.Generator) -> None:
    ours = ConditionalBatchNormalization(3)
    plain = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
    x = _batch(rng, 5)
    for training in (True, False):
        expected = plain(ops.convert_to_tensor(x), training=training)
        np.testing.assert_allclose(
            _run(ours, x, training), ops.convert_to_numpy(expected), atol=1e-6
        )


def test_only_the_classes_in_a_batch_are_trained(rng: np.random.Generator) -> None:
    layer, x = _filled(rng, 5), _batch(rng, 5)
    labels = ops.convert_to_tensor(np.array([2, 0, 2, 0]))

    def objective() -> tuple[Any, None]:
        outputs = layer([ops.convert_to_tensor(x), labels], training=True)
        return ops.sum(ops.square(outputs)), None

    variables = [layer.gamma, layer.beta]
    _, gradients = backend.value_and_grad(objective, variables, layer.variables)
    for gradient in gradients:
        gradient = ops.convert_to_numpy(ops.convert_to_tensor(gradient))
        assert (gradient[1] == 0).all()
        assert (np.abs(gradient[[0, 2]]).max(axis=1) > 0.1).all()


def test_in_a_model(rng: np.random.Generator, tmp_path: Any) -> None:
    inputs = [keras.Input((5,)), keras.Input((), dtype="int32")]
    layer = ConditionalBatchNormalization(3, dtype="mixed_bfloat16")
    outputs = layer(inputs)
    assert (outputs.dtype, outputs.shape) == ("bfloat16", (None, 5))
    model = keras.Model(inputs, outputs)
    model.compile("sgd", "mse")
    x = _batch(rng, 5)
    model.fit([x, LABELS], np.ones((4, 5)), batch_size=2, verbose=0)
    assert np.abs(layer.normalization.moving_mean.numpy()).max() > 0
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        loaded.predict([x, LABELS], verbose=0), model.predict([x, LABELS], verbose=0)
    )
    assert loaded.layers[-1].get_config() == layer.get_config()


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match="num_classes=0"):
        ConditionalBatchNormalization(0)
    with pytest.raises(ValueError, match=r"momentum must be in \[0, 1\).*1.0"):
        ConditionalBatchNormalization(3, momentum=1.0)
    with pytest.raises(ValueError, match="epsilon must be above 0"):
        ConditionalBatchNormalization(3, epsilon=0.0)
    with pytest.raises(ValueError, match=r"two inputs, \[x, labels\]"):
        ConditionalBatchNormalization(3)(keras.Input((5,)))
