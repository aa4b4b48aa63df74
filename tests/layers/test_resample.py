"""Blur2D, Downsample2D, Upsample2D: against sums written out, and known theory."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.layers import Blur2D, Downsample2D, Upsample2D

LAYERS = {"blur": Blur2D, "down": Downsample2D, "up": Upsample2D}


def _filtered(x: np.ndarray, kernel: Sequence[float]) -> np.ndarray:
    """Each pixel of an image as a weighted sum of those around it."""
    taps = np.outer(kernel, kernel) / np.sum(kernel) ** 2
    before = (len(kernel) - 1) // 2
    result = np.zeros_like(x)
    for i, j in np.ndindex(*x.shape[1:3]):
        for a, b in np.ndindex(*taps.shape):
            row, column = i + a - before, j + b - before
            if 0 <= row < x.shape[1] and 0 <= column < x.shape[2]:
                result[:, i, j] += taps[a, b] * x[:, row, column]
    return result


def _expected(name: str, x: np.ndarray, kernel: Sequence[float]) -> np.ndarray:
    if name == "up":
        batch, height, width, channels = x.shape
        inserted = np.zeros((batch, 2 * height, 2 * width, channels))
        inserted[:, ::2, ::2] = x
        return 4 * _filtered(inserted, kernel)
    filtered = _filtered(x, kernel)
    return filtered[:, ::2, ::2] if name == "down" else filtered


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("kernel", [(1, 2, 1), (1, 3, 3, 1), (3, 1)])
def test_against_numpy(
    name: str, kernel: Sequence[float], rng: np.random.Generator
) -> None:
    x = rng.normal(size=(2, 5, 4, 3))
    layer = LAYERS[name](kernel)
    outputs = layer(ops.cast(x, "float32"))
    assert outputs.shape == layer.compute_output_shape(x.shape)
    np.testing.assert_allclose(
        ops.convert_to_numpy(outputs), _expected(name, x, kernel), rtol=1e-5, atol=1e-6
    )


def _image(values: Any) -> Any:
    return ops.convert_to_tensor(np.asarray(values, "float32")[None, :, :, None])


def test_one_layer_for_maps_of_any_sides(rng: np.random.Generator) -> None:
    blur = Blur2D()
    for side in (8, 6):
        x = rng.normal(size=(1, side, side, 1))
        made = ops.convert_to_numpy(blur(ops.convert_to_tensor(x, dtype="float32")))
        np.testing.assert_allclose(made, _filtered(x, (1, 2, 1)), rtol=1e-4, atol=1e-5)


def test_theory() -> None:
    """A constant stays away from the border, a chequerboard goes, a ramp goes on."""
    constant, rows = np.ones((7, 7)), np.arange(7.0)[:, None] * np.ones(7)
    chequers = (-1.0) ** np.add.outer(np.arange(7), np.arange(7))
    blurred = [
        ops.convert_to_numpy(Blur2D()(_image(x)))[0, 1:-1, 1:-1, 0]
        for x in (constant, chequers)
    ]
    np.testing.assert_allclose(blurred[0], 1, rtol=1e-6)
    np.testing.assert_allclose(blurred[1], 0, atol=1e-6)
    doubled = ops.convert_to_numpy(Upsample2D()(_image(rows)))[0, :-1, :-1, 0]
    bilinear = np.arange(13)[:, None] / 2 * np.ones(13)
    np.testing.assert_allclose(doubled, bilinear, rtol=1e-6)


def test_up_is_the_transpose_of_down_times_4(rng: np.random.Generator) -> None:
    large, small = rng.normal(size=(1, 8, 8, 1)), rng.normal(size=(1, 4, 4, 1))
    down = ops.convert_to_numpy(Downsample2D()(ops.cast(large, "float32")))
    up = ops.convert_to_numpy(Upsample2D()(ops.cast(small, "float32")))
    assert (up * large).sum() == pytest.approx(4 * (small * down).sum(), rel=1e-4)


@pytest.mark.parametrize(
    ("name", "sides"), [("up", (7, 14, 28)), ("down", (28, 14, 7, 4))]
)
def test_sides(name: str, sides: tuple[int, ...]) -> None:
    x = keras.Input((sides[0], sides[0], 2))
    for side in sides[1:]:
        x = LAYERS[name]()(x)
        assert x.shape == (None, side, side, 2)


def test_two_gradients(rng: np.random.Generator) -> None:
    """‖∂ Σ s·(Ax)² / ∂x‖² = ‖2s Aᵀ(Ax)‖², whose slope in s is known: 8s‖Aᵀ(Ax)‖²."""
    x = ops.cast(rng.normal(size=(1, 4, 4, 1)), "float32")
    scale = keras.Variable(0.5)
    layer = Downsample2D()

    def objective() -> tuple[Any, Any]:
        slope = backend.input_gradient(
            lambda x: scale * ops.sum(ops.square(layer(x)), axis=(1, 2, 3)), x, [scale]
        )
        value = ops.sum(ops.square(slope))
        return value, None

    _, (gradient,) = backend.value_and_grad(objective, [scale], [scale])
    transposed = Upsample2D()(layer(x)) / 4
    expected = 8 * 0.5 * np.sum(ops.convert_to_numpy(transposed) ** 2)
    assert float(ops.convert_to_numpy(gradient)) == pytest.approx(expected, rel=1e-4)


def test_saving_and_low_precision(tmp_path: Any, rng: np.random.Generator) -> None:
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), Upsample2D((1, 3, 3, 1)), Blur2D(), Downsample2D()]
    )
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    x = rng.normal(size=(1, 4, 4, 1)).astype("float32")
    np.testing.assert_array_equal(
        *(ops.convert_to_numpy(m(x)) for m in (model, loaded))
    )
    assert loaded.layers[0].kernel == (1, 3, 3, 1)
    low = Blur2D(dtype="mixed_bfloat16")(ops.convert_to_tensor(x))
    assert keras.backend.standardize_dtype(low.dtype) == "bfloat16"
    low = ops.convert_to_numpy(ops.cast(low, "float32"))
    np.testing.assert_allclose(low, _expected("blur", x, (1, 2, 1)), atol=0.02)


def test_bad_arguments() -> None:
    for kernel in [(), (1, -1), ((1, 2), (2, 1)), (1, float("nan"))]:
        with pytest.raises(ValueError, match=r"taps along one axis"):
            Blur2D(kernel)
    with pytest.raises(ValueError, match=r"Upsample2D takes images .* known sides"):
        Upsample2D()(keras.Input((None, 4, 1)))
