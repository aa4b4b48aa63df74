"""Every registered penalty: analytic values, second-order gradients, configs.

One harness for all of them. It follows the registry, so a new penalty is tested as
soon as it has a name, and needs one thing more: its formula in `FORMULAS`.
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend, losses, penalties

IMAGE = (3, 3, 2)
HIDDEN = 5

# The penalty of each sample, from the critic's gradient at real samples and at x̂
# (`GradientPenalty`'s points between real and fake), float64, ``(batch, ...)``.
FORMULAS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "gradient_penalty": lambda at_real, at_mixed: (_norm(at_mixed) - 1) ** 2,
    "r1": lambda at_real, at_mixed: _norm(at_real) ** 2 / 2,
}

every_penalty = pytest.mark.parametrize("name", penalties.names())


def _formula(name: str) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    if name not in FORMULAS:
        pytest.fail(
            f"The penalty {name!r} is registered and has no formula here. Add one to "
            "FORMULAS in this file: per sample, from the critic's gradients."
        )
    return FORMULAS[name]


def _norm(gradients: np.ndarray) -> np.ndarray:
    return np.sqrt((gradients.reshape(len(gradients), -1) ** 2).sum(axis=1))


def _tensor(values: np.ndarray) -> Any:
    return ops.convert_to_tensor(values, dtype="float32")


class Eye:
    """`input_gradient` as the step gives it, which remembers where it looked."""

    def __init__(self, state: list[keras.Variable] | None = None) -> None:
        self.state = state or []
        self.seen: list[np.ndarray] = []

    def __call__(self, critic: Callable, images: Any) -> Any:
        self.seen.append(ops.convert_to_numpy(ops.stop_gradient(images)))
        return backend.input_gradient(critic, images, self.state)


def _pair(rng: np.random.Generator, batch: int = 4) -> tuple[np.ndarray, np.ndarray]:
    real, fake = rng.uniform(-1, 1, (2, batch, *IMAGE))
    return real, fake


def _seeded(name: str) -> penalties.Penalty:
    """A penalty whose random numbers are the same each time it is made."""
    config = penalties.get(name).get_config()
    if "seed" in config:
        config["seed"] = 7
    return type(penalties.get(name))(**config)


def _linear(weights: np.ndarray) -> Callable:
    """The critic D(x) = w·x, of slope w everywhere."""
    return lambda images: ops.sum(images * _tensor(weights), axis=(1, 2, 3))[:, None]


def _quadratic(curvature: float) -> Callable:
    """The critic D(x) = c‖x‖² / 2, of slope c·x."""
    return lambda images: curvature / 2 * ops.sum(ops.square(images), axis=(1, 2, 3))


def _values(name: str, critic: Callable, real: Any, fake: Any) -> np.ndarray:
    penalty = _seeded(name)
    return ops.convert_to_numpy(penalty(critic, _tensor(real), _tensor(fake), Eye()))


@every_penalty
@pytest.mark.parametrize("length", [0.2, 1.0, 3.0])
def test_linear_critic(name: str, length: float, rng: np.random.Generator) -> None:
    weights = rng.normal(size=IMAGE)
    weights *= length / np.sqrt((weights**2).sum())
    slopes = np.broadcast_to(weights, (4, *IMAGE))
    values = _values(name, _linear(weights), *_pair(rng))
    assert values.shape == (4,)
    np.testing.assert_allclose(
        values, _formula(name)(slopes, slopes), rtol=1e-5, atol=1e-6
    )


@every_penalty
def test_quadratic_critic(name: str, rng: np.random.Generator) -> None:
    real, _ = _pair(rng)
    for curvature in (0.5, -2.0):
        # Where real and fake coincide, so does every point between them.
        values = _values(name, _quadratic(curvature), real, real)
        expected = _formula(name)(curvature * real, curvature * real)
        np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6)


@every_penalty
def test_each_sample_is_on_its_own(name: str, rng: np.random.Generator) -> None:
    """Another sample in the batch changes nothing: no norm runs over the batch."""
    real, _ = _pair(rng, batch=3)
    other = np.concatenate([real[:2], 5 * real[2:]])
    values, changed = (_values(name, _quadratic(1.0), x, x) for x in (real, other))
    np.testing.assert_allclose(values[:2], changed[:2], rtol=1e-6)
    assert abs(values[2] - changed[2]) > 0.1


@every_penalty
def test_patch_critic_gives_one_value_per_sample(
    name: str, rng: np.random.Generator
) -> None:
    values = _values(name, lambda images: ops.tanh(images)[..., :1], *_pair(rng))
    assert values.shape == (4,)


class Curved:
    """The critic D(x) = v·tanh(Wx), on Keras variables and in float64 NumPy."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.weights = [
            rng.normal(0, 0.5, (int(np.prod(IMAGE)), HIDDEN)),
            rng.normal(0, 1, HIDDEN),
        ]
        self.variables = [keras.Variable(w, dtype="float32") for w in self.weights]

    def __call__(self, images: Any) -> Any:
        first, second = self.variables
        flat = ops.reshape(images, (-1, int(np.prod(IMAGE))))
        return ops.matmul(ops.tanh(ops.matmul(flat, first)), second[:, None])

    @staticmethod
    def slope(weights: list[np.ndarray], images: np.ndarray) -> np.ndarray:
        """The gradient of D at each image."""
        first, second = weights
        hidden = np.tanh(images.reshape(len(images), -1) @ first)
        return (((1 - hidden**2) * second) @ first.T).reshape(images.shape)


@every_penalty
def test_second_order_gradient(name: str, rng: np.random.Generator) -> None:
    """What reaches the critic's weights through the slope is the right gradient."""
    formula, critic, (real, fake) = _formula(name), Curved(rng), _pair(rng)
    look, penalty = Eye(), _seeded(name)
    penalty(critic, _tensor(real), _tensor(fake), look)
    mixed = look.seen[-1].astype("float64")  # the points that this seed looks at

    def mean(weights: list[np.ndarray]) -> float:
        slopes = Curved.slope(weights, real), Curved.slope(weights, mixed)
        return formula(*slopes).mean()

    penalty = _seeded(name)
    state = [*critic.variables, *penalty.variables]

    def objective() -> tuple[Any, Any]:
        value = ops.mean(
            penalty(
                critic,
                _tensor(real),
                _tensor(fake),
                lambda f, x: backend.input_gradient(f, x, state),
            )
        )
        return value, value

    value, gradients = backend.value_and_grad(objective, critic.variables, state)
    np.testing.assert_allclose(
        ops.convert_to_numpy(value), mean(critic.weights), rtol=1e-5
    )
    for i, gradient in enumerate(gradients):
        expected = _slope_of_mean(mean, critic.weights, i)
        np.testing.assert_allclose(
            ops.convert_to_numpy(gradient), expected, rtol=1e-3, atol=1e-5
        )


def _slope_of_mean(
    mean: Callable, weights: list[np.ndarray], i: int, step: float = 1e-6
) -> np.ndarray:
    slope = np.zeros_like(weights[i])
    for index in np.ndindex(slope.shape):
        ends = []
        for sign in (1, -1):
            moved = [w.copy() for w in weights]
            moved[i][index] += sign * step
            ends.append(mean(moved))
        slope[index] = (ends[0] - ends[1]) / (2 * step)
    return slope


@every_penalty
def test_flat_critic_has_a_finite_gradient(name: str, rng: np.random.Generator) -> None:
    """The root of a norm has an infinite slope at 0, which must not come through."""
    scale = keras.Variable(0.0)
    real, fake = map(_tensor, _pair(rng))
    penalty = _seeded(name)
    state = [scale, *penalty.variables]

    def objective() -> tuple[Any, None]:
        values = penalty(
            lambda images: scale * ops.sum(images, axis=(1, 2, 3)),
            real,
            fake,
            lambda f, x: backend.input_gradient(f, x, state),
        )
        return ops.mean(values), None

    _, (gradient,) = backend.value_and_grad(objective, [scale], state)
    assert np.isfinite(ops.convert_to_numpy(gradient))


@every_penalty
def test_configuration(name: str) -> None:
    penalty = type(penalties.get(name))(weight=2.5, name="mine")
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(penalty)
    )
    assert type(copy) is type(penalty)
    assert copy.get_config() == penalty.get_config()
    assert (copy.weight, copy.name) == (2.5, "mine")


@every_penalty
def test_names(name: str) -> None:
    penalty = penalties.get(name)
    assert penalty.name == name
    assert penalties.get(penalty) is penalty
    assert penalties.get(name) is not penalty
    assert not penalty.trainable_variables


@every_penalty
@pytest.mark.parametrize("weight", [-0.1, float("nan"), "10", None])
def test_bad_weight(name: str, weight: Any) -> None:
    with pytest.raises(ValueError, match=f"weight must be .* weight={weight!r}"):
        type(penalties.get(name))(weight=weight)


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="Unknown penalty 'r2d2'") as error:
        penalties.get("r2d2")
    for name in penalties.names():
        assert name in str(error.value)


def test_a_penalty_without_call_says_so(rng: np.random.Generator) -> None:
    real, fake = map(_tensor, _pair(rng))
    with pytest.raises(NotImplementedError, match="Penalty must define `__call__`"):
        penalties.Penalty()(_quadratic(1.0), real, fake, Eye())


def test_the_documented_subclass_works(rng: np.random.Generator) -> None:
    class SmallOutputs(penalties.Penalty):
        def __call__(
            self, critic: Callable, real: Any, fake: Any, input_gradient: Callable
        ) -> Any:
            return losses.per_sample(ops.square(critic(real)))

    real, fake = _pair(rng)
    values = SmallOutputs(weight=0.1)(_quadratic(2.0), _tensor(real), fake, Eye())
    expected = (real**2).sum(axis=(1, 2, 3)) ** 2
    np.testing.assert_allclose(ops.convert_to_numpy(values), expected, rtol=1e-5)


def test_squared_norm_is_over_all_axes_of_a_sample(rng: np.random.Generator) -> None:
    for shape in [(4, 3), (4, 3, 2, 1)]:
        x = rng.normal(size=shape)
        np.testing.assert_allclose(
            ops.convert_to_numpy(penalties.squared_norm(_tensor(x))),
            (x.reshape(4, -1) ** 2).sum(axis=1),
            rtol=1e-5,
        )


def test_r1_looks_at_real_samples_alone(rng: np.random.Generator) -> None:
    real, fake = _pair(rng)
    look = Eye()
    penalties.R1()(_quadratic(1.0), _tensor(real), _tensor(fake), look)
    assert len(look.seen) == 1
    np.testing.assert_allclose(look.seen[0], real, rtol=1e-6)
