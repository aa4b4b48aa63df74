"""The Inception network of 2015 as a Keras model."""

import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers

from keras_gan.metrics.extractors.inception_weights import Constants
from keras_gan.metrics.extractors.resize import SIDE

FEATURES = 2048
CLASSES = 1008

_EPSILON = 1e-3
_NHWC: dict[str, Any] = {"data_format": "channels_last", "dtype": "float32"}

Convolve = Callable[..., Any]


def build(constants: Constants) -> keras.Model:
    """Build the network of TensorFlow's graph of 2015 with the weights of one.

    It differs from the Inception v3 of keras.applications: it was trained otherwise
    and has 1008 classes, its last block pools by the maximum, and so on. Its
    averages leave the padding out, and batch normalization is folded into the
    convolutions.

    Args:
        constants: The graph's nodes by their official names.

    Returns:
        A model from images ``(n, 299, 299, 3)`` in 0..255 to the 2048 features of
        `pool_3` and the 1008 logits. The logits leave out the biases, as in the code
        of the Inception score, whose values all papers report.

    Raises:
        ValueError: If a node is missing or has another shape.

    Example:
        >>> network = build(parse(read("classify_image_graph_def.pb"), "a file"))
        >>> features, logits = network.predict(images)

    Reference:
        Szegedy, Vanhoucke, Ioffe, Shlens and Wojna (2015), Rethinking the Inception
        Architecture for Computer Vision, arXiv:1512.00567.
    """
    conv = functools.partial(_convolution, constants)
    images = keras.Input((SIDE, SIDE, 3), dtype="float32", name="images")
    x = layers.Rescaling(1 / 128, offset=-1, dtype="float32")(images)
    x = _stem(conv, x)
    for name, pool in (("mixed", 32), ("mixed_1", 64), ("mixed_2", 64)):
        x = _grid_of_35(conv, x, name, pool)
    x = _to_grid_of_17(conv, x, "mixed_3")
    for name, width in zip(
        ("mixed_4", "mixed_5", "mixed_6", "mixed_7"), (128, 160, 160, 192), strict=True
    ):
        x = _grid_of_17(conv, x, name, width)
    x = _to_grid_of_8(conv, x, "mixed_8")
    x = _grid_of_8(conv, x, "mixed_9", _average(x))
    # A slip of the original that every published value rests on.
    x = _grid_of_8(conv, x, "mixed_10", _maximum(x))
    features = layers.GlobalAveragePooling2D(name="pool_3", **_NHWC)(x)
    logits = _logits(constants, features)
    constants.check()
    return keras.Model(images, [features, logits], name="inception_2015")


def _stem(conv: Convolve, x: Any) -> Any:
    """From 299×299 pixels to a grid of 35×35."""
    x = conv(x, "conv", 32, 3, strides=2)
    x = conv(x, "conv_1", 32, 3, padding="valid")
    x = conv(x, "conv_2", 64, 3)
    x = _shrink(x)
    x = conv(x, "conv_3", 80, 1)
    x = conv(x, "conv_4", 192, 3, padding="valid")
    return _shrink(x)


def _grid_of_35(conv: Convolve, x: Any, name: str, pool: int) -> Any:
    return _concatenate(
        conv(x, f"{name}/conv", 64, 1),
        _tower(conv, x, f"{name}/tower", (48, 1), (64, 5)),
        _tower(conv, x, f"{name}/tower_1", (64, 1), (96, 3), (96, 3)),
        conv(_average(x), f"{name}/tower_2/conv", pool, 1),
    )


def _to_grid_of_17(conv: Convolve, x: Any, name: str) -> Any:
    return _concatenate(
        conv(x, f"{name}/conv", 384, 3, strides=2),
        _tower(conv, x, f"{name}/tower", (64, 1), (96, 3), (96, 3, 2)),
        _shrink(x),
    )


def _grid_of_17(conv: Convolve, x: Any, name: str, width: int) -> Any:
    row, column = (1, 7), (7, 1)
    once = ((width, 1), (width, row), (192, column))
    twice = ((width, 1), (width, column), (width, row), (width, column), (192, row))
    return _concatenate(
        conv(x, f"{name}/conv", 192, 1),
        _tower(conv, x, f"{name}/tower", *once),
        _tower(conv, x, f"{name}/tower_1", *twice),
        conv(_average(x), f"{name}/tower_2/conv", 192, 1),
    )


def _to_grid_of_8(conv: Convolve, x: Any, name: str) -> Any:
    across = ((192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3, 2))
    return _concatenate(
        _tower(conv, x, f"{name}/tower", (192, 1), (320, 3, 2)),
        _tower(conv, x, f"{name}/tower_1", *across),
        _shrink(x),
    )


def _grid_of_8(conv: Convolve, x: Any, name: str, pooled: Any) -> Any:
    def forked(x: Any, name: str) -> Any:
        row = conv(x, f"{name}/mixed/conv", 384, (1, 3))
        return _concatenate(row, conv(x, f"{name}/mixed/conv_1", 384, (3, 1)))

    once = _tower(conv, x, f"{name}/tower", (384, 1))
    twice = _tower(conv, x, f"{name}/tower_1", (448, 1), (384, 3))
    return _concatenate(
        conv(x, f"{name}/conv", 320, 1),
        forked(once, f"{name}/tower"),
        forked(twice, f"{name}/tower_1"),
        conv(pooled, f"{name}/tower_2/conv", 192, 1),
    )


def _tower(conv: Convolve, x: Any, name: str, *steps: tuple[Any, ...]) -> Any:
    """Convolve by turns; each step is filters, kernel and perhaps strides."""
    for index, step in enumerate(steps):
        x = conv(x, f"{name}/conv_{index}" if index else f"{name}/conv", *step)
    return x


def _convolution(
    constants: Constants,
    x: Any,
    name: str,
    filters: int,
    kernel: int | tuple[int, int],
    strides: int = 1,
    padding: str | None = None,
) -> Any:
    """Convolution, batch normalization and ReLU, as one layer."""
    size = (kernel, kernel) if isinstance(kernel, int) else kernel
    weights = constants.take(f"{name}/conv2d_params", (*size, x.shape[-1], filters))
    beta, gamma, mean, variance = (
        constants.take(f"{name}/batchnorm/{part}", (filters,))
        for part in ("beta", "gamma", "moving_mean", "moving_variance")
    )
    factor = gamma / np.sqrt(variance + _EPSILON)
    return layers.Conv2D(
        filters,
        size,
        strides=strides,
        padding=padding or ("same" if strides == 1 else "valid"),
        activation="relu",
        kernel_initializer=_given(weights * factor),
        bias_initializer=_given(beta - mean * factor),
        trainable=False,
        name=name.replace("/", "-"),
        **_NHWC,
    )(x)


def _logits(constants: Constants, features: Any) -> Any:
    weights = constants.take("softmax/weights", (FEATURES, CLASSES))
    constants.take("softmax/biases", (CLASSES,))  # the graph's; the score is without
    return layers.Dense(
        CLASSES,
        use_bias=False,
        kernel_initializer=_given(weights),
        trainable=False,
        dtype="float32",
        name="softmax",
    )(features)


def _given(values: np.ndarray) -> Callable[..., Any]:
    """Return an initializer to values that are known."""
    return lambda shape, dtype=None: keras.ops.convert_to_tensor(values, dtype)


def _concatenate(*parts: Any) -> Any:
    return layers.Concatenate(dtype="float32")(list(parts))


def _shrink(x: Any) -> Any:
    return layers.MaxPooling2D(3, strides=2, **_NHWC)(x)


def _maximum(x: Any) -> Any:
    return layers.MaxPooling2D(3, strides=1, padding="same", **_NHWC)(x)


def _average(x: Any) -> Any:
    return layers.AveragePooling2D(3, strides=1, padding="same", **_NHWC)(x)
