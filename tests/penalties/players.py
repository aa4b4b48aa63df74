"""Tiny players on Keras variables and in float64 NumPy, to compare gradients with."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan import backend
from keras_gan.batch import Batch
from keras_gan.layers import BatchNormalization

HIDDEN = 5
LATENT_DIM = 3
IMAGE = (4, 4, 1)
VECTOR = (3,)

Weights = list[np.ndarray]


def tensor(values: Any) -> Any:
    return ops.convert_to_tensor(np.asarray(values), dtype="float32")


def array(values: Any) -> np.ndarray:
    return ops.convert_to_numpy(ops.stop_gradient(values))


class Eye:
    """`input_gradient` as the step gives it, which remembers where it looked."""

    def __init__(self, state: Sequence[keras.Variable] = ()) -> None:
        self.state = list(state)
        self.seen: list[np.ndarray] = []

    def __call__(self, function: Callable, samples: Any) -> Any:
        self.seen.append(array(samples))
        return input_gradient(self.state)(function, samples)


def input_gradient(state: Sequence[keras.Variable]) -> Callable:
    return lambda function, samples: backend.input_gradient(
        function, samples, list(state)
    )


class Curved:
    """The critic D(x) = v·tanh(Wx)."""

    def __init__(self, rng: np.random.Generator, shape: tuple[int, ...]) -> None:
        self.size = int(np.prod(shape))
        self.weights = [
            rng.normal(0, 0.5, (self.size, HIDDEN)),
            rng.normal(0, 1, (HIDDEN, 1)),
        ]
        self.variables = [keras.Variable(w, dtype="float32") for w in self.weights]
        self.state = list(self.variables)

    def hidden(self, values: Any) -> Any:
        """What comes between the first layer and the tanh."""
        return values

    @staticmethod
    def hidden_array(values: np.ndarray) -> np.ndarray:
        """The same for arrays (..., batch, hidden)."""
        return values

    def __call__(self, samples: Any) -> Any:
        first, second = self.variables
        flat = ops.reshape(samples, (-1, self.size))
        return ops.matmul(ops.tanh(self.hidden(ops.matmul(flat, first))), second)

    @classmethod
    def outputs(cls, weights: Weights, flat: np.ndarray) -> np.ndarray:
        """D of samples (..., batch, size): (..., batch)."""
        first, second = weights
        return (np.tanh(cls.hidden_array(flat @ first)) @ second)[..., 0]

    @classmethod
    def slopes(cls, weights: Weights, samples: np.ndarray) -> np.ndarray:
        """The gradient of the sum of D's outputs, by complex steps: exact."""
        n = len(samples)
        flat, tiny = samples.reshape(n, -1), 1e-30
        steps = tiny * 1j * np.eye(flat.size).reshape(flat.size, *flat.shape)
        outputs = cls.outputs(weights, flat + steps)
        return outputs.imag.sum(axis=-1).reshape(samples.shape) / tiny


class Normed(Curved):
    """The critic D(x) = v·tanh(BN(Wx)), batch normalization in training."""

    def hidden(self, values: Any) -> Any:
        centred = values - ops.mean(values, axis=0, keepdims=True)
        variance = ops.mean(ops.square(centred), axis=0, keepdims=True)
        return centred / ops.sqrt(variance + 1e-3)

    @staticmethod
    def hidden_array(values: np.ndarray) -> np.ndarray:
        centred = values - values.mean(axis=-2, keepdims=True)
        # Not np.var, which takes absolute values of complex numbers.
        return centred / np.sqrt((centred**2).mean(axis=-2, keepdims=True) + 1e-3)


class NormedByLayer(Normed):
    """The same by our layer."""

    def __init__(self, rng: np.random.Generator, shape: tuple[int, ...]) -> None:
        super().__init__(rng, shape)
        self.layer = BatchNormalization(epsilon=1e-3)
        self.layer.build((None, HIDDEN))
        self.state += self.layer.variables

    def hidden(self, values: Any) -> Any:
        return self.layer(values, training=True)


class Generator:
    """The generator G(z) = B·tanh(Az)."""

    def __init__(self, rng: np.random.Generator, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.weights = [
            rng.normal(0, 1, (LATENT_DIM, HIDDEN)),
            rng.normal(0, 1, (HIDDEN, int(np.prod(shape)))),
        ]
        self.variables = [keras.Variable(w, dtype="float32") for w in self.weights]
        self.state = list(self.variables)

    def __call__(self, latents: Any) -> Any:
        first, second = self.variables
        flat = ops.matmul(ops.tanh(ops.matmul(latents, first)), second)
        return ops.reshape(flat, (-1, *self.shape))

    def samples(self, weights: Weights, latents: np.ndarray) -> np.ndarray:
        flat = np.tanh(latents @ weights[0]) @ weights[1]
        return flat.reshape(len(latents), *self.shape)

    @staticmethod
    def jacobians(weights: Weights, latents: np.ndarray) -> np.ndarray:
        """∂G(z)/∂z of each sample: (batch, latent, size)."""
        first, second = weights
        bend = 1 - np.tanh(latents @ first) ** 2
        return np.einsum("lh,nh,hs->nls", first, bend, second)


def batch_of(
    critic: Any = None, real: Any = None, fake: Any = None, **more: Any
) -> Any:
    """A `Batch` as the step makes one, of a critic and arrays."""
    arrays = [None if x is None else tensor(x) for x in (real, fake)]
    if more.get("latents") is not None:
        more["latents"] = tensor(more["latents"])
    look = more.pop("input_gradient", None)
    batch = Batch(lambda samples: [critic(samples)], *arrays, **more)
    batch.input_gradient = look  # type: ignore[method-assign]
    return batch


def mean_and_gradients(
    values: Callable[[], Any],
    variables: Sequence[keras.Variable],
    state: Sequence[keras.Variable],
) -> tuple[float, list[np.ndarray]]:
    """The mean of a penalty and its gradients, by the backend that is in use."""

    def objective() -> tuple[Any, Any]:
        value = ops.mean(values())
        return value, value

    value, gradients = backend.value_and_grad(objective, list(variables), list(state))
    return float(array(value)), [array(g) for g in gradients]


def assert_gradients(
    gradients: list[np.ndarray], mean: Callable[[Weights], float], weights: Weights
) -> None:
    """Compare with central differences of a float64 formula."""
    step = 1e-6
    for i, gradient in enumerate(gradients):
        expected = np.zeros_like(weights[i])
        for index in np.ndindex(expected.shape):
            ends = []
            for sign in (1, -1):
                moved = [w.copy() for w in weights]
                moved[i][index] += sign * step
                ends.append(mean(moved))
            expected[index] = (ends[0] - ends[1]) / (2 * step)
        np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-5)
