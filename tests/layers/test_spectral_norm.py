"""SpectralNormalization: σ, its gradient, and when u moves."""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan import backend
from keras_gan.layers import SpectralNormalization, iterate_once


def _normal(shape: Any, dtype: Any = None) -> Any:
    """Initial weights whose σ is far from 1."""
    values = np.random.default_rng(0).normal(0, 3, shape)
    return ops.convert_to_tensor(values.astype("float32"))


Dense, Conv2D, Conv2DTranspose = (
    partial(kind, kernel_initializer=_normal)
    for kind in (layers.Dense, layers.Conv2D, layers.Conv2DTranspose)
)
Embedding = partial(layers.Embedding, embeddings_initializer=_normal)

# A layer of 4 outputs, the shape of its input, and the axis of its kernel's outputs.
CASES: dict[str, tuple[Callable[[], layers.Layer], tuple[int, ...], int]] = {
    "dense": (partial(Dense, 4), (6,), -1),
    "conv": (partial(Conv2D, 4, (1, 2), strides=2), (2, 4, 3), -1),
    "transposed": (partial(Conv2DTranspose, 4, (1, 2), strides=2), (2, 2, 3), -2),
    "embedding": (partial(Embedding, 6, 4), (), -1),
}

every_case = pytest.mark.parametrize("name", CASES)


def _case(name: str, **kwargs: Any) -> tuple[SpectralNormalization, Any]:
    """A layer and a batch for it."""
    make, shape, _ = CASES[name]
    layer = SpectralNormalization(make(), **kwargs)
    layer.build((None, *shape))
    rng = np.random.default_rng(0)
    layer.u.assign(rng.normal(size=4))
    batch = rng.integers(6, size=3) if name == "embedding" else None
    if batch is None:
        batch = rng.normal(size=(3, *shape)).astype("float32")
    return layer, ops.convert_to_tensor(batch)


def _kernel(layer: SpectralNormalization) -> np.ndarray:
    return layer.kernel.numpy().astype("float64")


def _rows(name: str, kernel: np.ndarray) -> np.ndarray:
    """The kernel as a matrix with one column for each output."""
    return np.moveaxis(kernel, CASES[name][2], -1).reshape(-1, 4)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.sqrt((vector**2).sum())


def _iterated(matrix: np.ndarray, u: np.ndarray) -> np.ndarray:
    return _unit(matrix.T @ _unit(matrix @ u))


def _divided(name: str, kernel: np.ndarray, u: np.ndarray) -> np.ndarray:
    return kernel / np.sqrt(((_rows(name, kernel) @ _unit(u)) ** 2).sum())


def _u(layer: SpectralNormalization) -> np.ndarray:
    return layer.u.numpy().astype("float64")


def _numpy(tensor: Any) -> np.ndarray:
    return ops.convert_to_numpy(tensor)


@every_case
@pytest.mark.parametrize("training", [True, False])
def test_outputs_are_those_of_the_divided_kernel(name: str, training: bool) -> None:
    layer, batch = _case(name)
    kernel, u = _kernel(layer), _u(layer)
    if training:
        u = _iterated(_rows(name, kernel), u)
    outputs = layer(batch, training=training)
    np.testing.assert_allclose(_u(layer), u, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(_kernel(layer), kernel)
    plain = CASES[name][0]()
    plain.build((None, *CASES[name][1]))
    plain.set_weights([_divided(name, kernel, u), *layer.layer.get_weights()[1:]])
    np.testing.assert_allclose(
        _numpy(outputs), _numpy(plain(batch)), rtol=1e-5, atol=1e-5
    )


@every_case
def test_the_largest_singular_value_comes_to_1(name: str) -> None:
    layer, batch = _case(name, power_iterations=10)
    for _ in range(4):
        layer(batch, training=True)
    stored = ops.convert_to_tensor(layer.kernel)
    effective = _numpy(layer.effective_kernel(stored, training=False))
    largest = np.linalg.svd(_rows(name, effective), compute_uv=False)[0]
    assert largest == pytest.approx(1, abs=0.01)
    assert np.linalg.svd(_rows(name, _kernel(layer)), compute_uv=False)[0] > 2


def _slopes(function: Callable, at: np.ndarray, step: float = 1e-6) -> np.ndarray:
    slopes = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        ends = []
        for sign in (1, -1):
            moved = at.copy()
            moved[index] += sign * step
            ends.append(function(moved))
        slopes[index] = (ends[0] - ends[1]) / (2 * step)
    return slopes


def _held(name: str, kernel: np.ndarray, u: np.ndarray) -> Callable:
    """The divided kernel as a function of the kernel, with u and v constant."""
    u = _unit(u)
    v = _unit(_rows(name, kernel) @ u)
    return lambda kernel: kernel / (v @ _rows(name, kernel) @ u)


def _gradient(layer: SpectralNormalization, objective: Callable) -> np.ndarray:
    _, (gradient,) = backend.value_and_grad(
        lambda: (objective(), None), [layer.kernel], layer.variables
    )
    return _numpy(gradient)


@every_case
def test_gradient_holds_u_and_v(name: str, rng: np.random.Generator) -> None:
    layer, _ = _case(name)
    kernel = _kernel(layer)
    factors = rng.normal(size=kernel.shape)
    effective = _held(name, kernel, _iterated(_rows(name, kernel), _u(layer)))

    def objective() -> Any:
        divided = layer.effective_kernel(ops.convert_to_tensor(layer.kernel), True)
        return ops.sum(ops.square(divided + ops.cast(factors, "float32")))

    expected = _slopes(lambda k: ((effective(k) + factors) ** 2).sum(), kernel)
    gradient = _gradient(layer, objective)
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-4)


def test_gradient_of_a_slope(rng: np.random.Generator) -> None:
    """A gradient penalty reaches the kernel through σ, too."""
    layer, batch = _case("dense")
    kernel, last = _kernel(layer), rng.normal(size=4)
    effective = _held("dense", kernel, _iterated(kernel, _u(layer)))
    x = _numpy(batch).astype("float64")

    def critic(images: Any) -> Any:
        hidden = ops.tanh(layer(images, training=True))
        return ops.sum(hidden * ops.cast(last, "float32"), axis=-1)

    def objective() -> Any:
        with iterate_once():
            slope = backend.input_gradient(critic, batch, layer.variables)
        return ops.sum(ops.square(slope))

    def expected(kernel: np.ndarray) -> float:
        divided = effective(kernel)
        slope = ((1 - np.tanh(x @ divided) ** 2) * last) @ divided.T
        return (slope**2).sum()

    gradient = _gradient(layer, objective)
    np.testing.assert_allclose(
        gradient, _slopes(expected, kernel), rtol=1e-3, atol=1e-4
    )


def test_every_training_call_iterates() -> None:
    layer, batch = _case("dense")
    once = _iterated(_kernel(layer), _u(layer))
    twice = _iterated(_kernel(layer), once)
    first, second = layer(batch, training=True), layer(batch, training=True)
    np.testing.assert_allclose(_u(layer), twice, rtol=1e-5)
    assert np.abs(once - twice).max() > 0.01
    assert np.abs(_numpy(first) - _numpy(second)).max() > 0.01


def test_iterate_once_gives_one_sigma() -> None:
    layer, batch = _case("dense")
    kernel, u = _kernel(layer), _u(layer)
    with iterate_once():
        first = layer(batch, training=True)
        with iterate_once():  # a part of the outer one
            second = layer(batch, training=True)
        inference = layer(batch, training=False)
    np.testing.assert_allclose(_u(layer), _iterated(kernel, u), rtol=1e-5)
    np.testing.assert_array_equal(_numpy(first), _numpy(second))
    np.testing.assert_array_equal(_numpy(first), _numpy(inference))
    with iterate_once():
        layer(batch, training=True)
    twice = _iterated(kernel, _iterated(kernel, u))
    np.testing.assert_allclose(_u(layer), twice, rtol=1e-5)
    with iterate_once():  # each layer on its own
        other, batch = _case("conv")
        layer(ops.ones((3, 6)), training=True)
        before = _u(other)
        other(batch, training=True)
    assert np.abs(_u(other) - before).max() > 0.01


def test_iterate_once_in_a_differentiated_step() -> None:
    """As in an update: each call in a pure function of its own on JAX."""
    layer, batch = _case("dense")
    kernel, u = _kernel(layer), _u(layer)
    state = layer.variables

    def objective(outputs: Any) -> tuple[Any, Any]:
        again = layer(batch, training=True)
        return ops.sum(outputs) + ops.sum(again), again

    with iterate_once():
        recording = backend.record(
            lambda: layer(batch, training=True), [layer.kernel], state
        )
        again, _ = backend.value_and_grad(objective, [layer.kernel], state, recording)
        slope = backend.input_gradient(
            lambda x: ops.sum(layer(x, training=True), axis=-1), batch, state
        )
    seen = [_numpy(ops.stop_gradient(x)) for x in (recording.value, again, slope)]
    u = _iterated(kernel, u)
    divided = _divided("dense", kernel, u)
    np.testing.assert_allclose(_u(layer), u, rtol=1e-5)
    np.testing.assert_allclose(seen[0], _numpy(batch) @ divided, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(seen[1], seen[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(
        seen[2], np.tile(divided.sum(axis=1), (3, 1)), rtol=1e-4, atol=1e-5
    )


def test_a_later_iteration_leaves_earlier_gradients_alone() -> None:
    """u is assigned in place, and earlier outputs were made with its old value."""
    layer, batch = _case("dense")
    kernel, u = _kernel(layer), _u(layer)

    def objective() -> Any:
        before = layer(batch, training=False)
        layer(batch, training=True)
        return ops.sum(ops.square(before))

    effective, x = _held("dense", kernel, u), _numpy(batch)
    expected = _slopes(lambda k: ((x @ effective(k)) ** 2).sum(), kernel)
    gradient = _gradient(layer, objective)
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-3)


def test_a_kernel_of_zeros_stays_and_can_be_left() -> None:
    layer, batch = _case("dense")
    layer.kernel.assign(ops.zeros((6, 4)))
    u = _u(layer)
    np.testing.assert_array_equal(_numpy(layer(batch, training=True)), np.zeros((3, 4)))
    np.testing.assert_array_equal(_u(layer), u)
    gradient = _gradient(layer, lambda: ops.sum(layer(batch, training=True)))
    expected = _numpy(batch).sum(axis=0)[:, None] * np.ones((6, 4))
    np.testing.assert_allclose(gradient, expected, rtol=1e-4)


def test_seed() -> None:
    def first(seed: int) -> np.ndarray:
        layer = SpectralNormalization(layers.Dense(4), seed=seed)
        layer.build((None, 6))
        return _u(layer)

    np.testing.assert_array_equal(first(1), first(1))
    assert np.abs(first(1) - first(2)).max() > 0.01


def test_u_is_state_and_the_rest_is_trained() -> None:
    layer, _ = _case("dense")
    assert {v.name for v in layer.trainable_variables} == {"kernel", "bias"}
    assert [v.name for v in layer.non_trainable_variables] == ["u"]


def test_training_and_saving(tmp_path: Any) -> None:
    layer = SpectralNormalization(layers.Dense(4), power_iterations=2, seed=5)
    model = keras.Sequential([keras.Input((6,)), layer])
    before = [w.numpy().copy() for w in model.weights]
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    model.fit(x, np.ones((4, 4)), batch_size=2, verbose=0)
    for weight, old in zip(model.weights, before, strict=True):
        assert np.abs(weight.numpy() - old).max() > 0, weight.path
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert (loaded.layers[0].power_iterations, loaded.layers[0].seed) == (2, 5)
    for weight, copy in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(weight.numpy(), copy.numpy())
    np.testing.assert_array_equal(_numpy(loaded(x[:2])), _numpy(model(x[:2])))


@pytest.mark.parametrize("iterations", [0, 1.5, True])
def test_bad_power_iterations(iterations: Any) -> None:
    with pytest.raises(ValueError, match=f"power_iterations={iterations}"):
        SpectralNormalization(layers.Dense(1), power_iterations=iterations)
