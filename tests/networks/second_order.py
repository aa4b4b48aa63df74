"""The R1 penalty of a network, and its gradients: second-order ones."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan import backend


def r1_and_gradients(
    network: keras.Model, *inputs: np.ndarray
) -> tuple[float, list[np.ndarray]]:
    """Return the mean of ‖∇D‖² over the samples, and its gradient for each weight.

    The gradients are in the order of ``network.trainable_variables``.
    """
    samples, *labels = (ops.convert_to_tensor(values) for values in inputs)

    def logits(x: Any) -> Any:
        return network([x, *labels] if labels else x, training=True)

    def objective() -> tuple[Any, Any]:
        slopes = backend.input_gradient(logits, samples, network.variables)
        value = ops.mean(ops.sum(ops.square(ops.cast(slopes, "float32")), (1, 2, 3)))
        return value, value

    def run() -> Any:
        return backend.value_and_grad(
            objective, network.trainable_variables, network.variables
        )

    value, gradients = _compiled(run, network.variables)
    return float(_array(value)), [
        # A bias may not reach the slope at all, and TensorFlow says so.
        np.zeros(variable.shape) if gradient is None else _array(gradient)
        for variable, gradient in zip(network.trainable_variables, gradients)
    ]


def _compiled(function: Callable[[], Any], state: list[keras.Variable]) -> Any:
    """Call a function of variables; compiled on JAX, which else is slow."""
    if keras.backend.backend() != "jax":
        return function()
    import jax

    def of_values(values: list[Any]) -> Any:
        with keras.StatelessScope(list(zip(state, values))):
            return function()

    return jax.jit(of_values)([v.value for v in state])


def _array(values: Any) -> np.ndarray:
    return ops.convert_to_numpy(ops.cast(ops.stop_gradient(values), "float32"))


def randomized(network: keras.Model, rng: np.random.Generator) -> keras.Model:
    """Give random values to all kernels and leave vectors, such as biases, at 0."""
    network.set_weights(
        [
            rng.normal(size=w.shape, scale=np.prod(w.shape[:-1]) ** -0.5)
            if w.ndim > 1
            else w
            for w in network.get_weights()
        ]
    )
    return network


def along(weights: list[np.ndarray], gradients: list[np.ndarray]) -> float:
    """Return the slope when these weights grow, all by the same share.

    By Euler's theorem it is n times the value, of a function of degree n.
    """
    products = (np.sum(w * g, dtype="float64") for w, g in zip(weights, gradients))
    return float(sum(products))
