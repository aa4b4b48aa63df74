"""Every registered penalty: settings, names, and those of the critic's slope.

One harness for all of them. It follows the registry, so a new penalty is tested as
soon as it has a name, and needs one thing more: its formula in `FORMULAS` if it is a
function of the critic's gradient, or else a test file of its own, named in `OTHERS`.
"""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import losses, penalties
from tests.penalties.players import (
    IMAGE,
    VECTOR,
    Curved,
    Eye,
    Normed,
    NormedByLayer,
    array,
    assert_gradients,
    batch_of,
    input_gradient,
    mean_and_gradients,
    tensor,
)


def _norm(slopes: np.ndarray) -> np.ndarray:
    return np.sqrt((slopes.reshape(len(slopes), -1) ** 2).sum(axis=1))


# The penalty of each sample, from the critic's gradient where the penalty looks.
FORMULAS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "gradient_penalty": lambda slopes: (_norm(slopes) - 1) ** 2,
    "r1": lambda slopes: _norm(slopes) ** 2 / 2,
    "r2": lambda slopes: _norm(slopes) ** 2 / 2,
    "zero_centered": lambda slopes: _norm(slopes) ** 2,
    "dragan": lambda slopes: (_norm(slopes) - 1) ** 2,
}

# Penalties that are something else, and where they are tested.
OTHERS = {
    "lecam": "test_lecam.py",
    "consistency": "test_consistency.py",
    "balanced_consistency": "test_consistency.py",
    "latent_consistency": "test_latent_consistency.py",
    "code_consistency": "test_code_consistency.py",
    "path_length": "test_path_length.py",
    "orthogonal": "test_orthogonal.py",
    "mode_seeking": "test_mode_seeking.py",
}

# Settings other than the defaults, beside weight, name and every.
SETTINGS: dict[str, dict[str, Any]] = {
    "gradient_penalty": {"seed": 4, "one_sided": True, "target": 0.5},
    "zero_centered": {"seed": 4},
    "dragan": {"seed": 4, "one_sided": True, "target": 0.5, "spread": 0.25},
    "lecam": {"decay": 0.9, "start": 7},
    "consistency": {"seed": 4, "flip": False, "shift": 0.25},
    "balanced_consistency": {"seed": 4, "flip": False, "shift": 0.25},
    "latent_consistency": {"seed": 4, "g_weight": 0.25, "noise": 0.1},
    "code_consistency": {"seed": 4, "policy": "cutout,color", "heads": 2},
    "path_length": {"seed": 4, "decay": 0.1},
    "orthogonal": {"player": "discriminator"},
}

every_penalty = pytest.mark.parametrize("name", penalties.names())
of_the_slope = pytest.mark.parametrize("name", FORMULAS)


@every_penalty
def test_has_a_formula_here_or_tests_of_its_own(name: str) -> None:
    if name not in FORMULAS:
        tests = OTHERS.get(name, "no file")
        assert (Path(__file__).parent / tests).is_file(), (
            f"The penalty {name!r} is registered and has no formula here. Add one to "
            "FORMULAS in this file, or a test file of its own to OTHERS."
        )


def _pair(
    rng: np.random.Generator, shape: tuple[int, ...] = IMAGE
) -> tuple[np.ndarray, np.ndarray]:
    real, fake = rng.uniform(-1, 1, (2, 4, *shape))
    return real, fake


def _seeded(name: str) -> penalties.Penalty:
    """A penalty whose random numbers are the same each time it is made."""
    config = penalties.get(name).get_config()
    if "seed" in config:
        config["seed"] = 7
    return type(penalties.get(name))(**config)


def _axes(samples: Any) -> tuple[int, ...]:
    return tuple(range(1, len(samples.shape)))


def _linear(weights: np.ndarray) -> Callable:
    """The critic D(x) = w·x, of slope w everywhere."""
    return lambda x: ops.sum(x * tensor(weights), axis=_axes(x))[:, None]


def _quadratic(curvature: float) -> Callable:
    """The critic D(x) = c‖x‖² / 2, of slope c·x."""
    return lambda x: curvature / 2 * ops.sum(ops.square(x), axis=_axes(x))


def _values(name: str, critic: Callable, real: Any, fake: Any, look: Any) -> np.ndarray:
    return array(_seeded(name)(critic, tensor(real), tensor(fake), look))


@of_the_slope
@pytest.mark.parametrize("length", [0.2, 3.0])
def test_linear_critic(name: str, length: float, rng: np.random.Generator) -> None:
    weights = rng.normal(size=IMAGE)
    weights *= length / np.sqrt((weights**2).sum())
    values = _values(name, _linear(weights), *_pair(rng), Eye())
    expected = FORMULAS[name](np.broadcast_to(weights, (4, *IMAGE)))
    np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6)


@of_the_slope
@pytest.mark.parametrize("shape", [IMAGE, VECTOR])
def test_quadratic_critic(
    name: str, shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    """The norm is one sample's over all its axes, of images and of vectors."""
    real, fake = _pair(rng, shape)
    for curvature in (0.5, -2.0):
        values = _values(name, _quadratic(curvature), real, 3 * fake, look := Eye())
        expected = FORMULAS[name](curvature * look.seen[0].astype("float64"))
        np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6)


@of_the_slope
def test_patch_critic_gives_one_value_per_sample(
    name: str, rng: np.random.Generator
) -> None:
    """Its outputs for a sample are added up."""
    patches = _values(name, lambda x: x**2 * 0.7, *_pair(rng), Eye())
    whole = _values(name, _quadratic(1.4), *_pair(np.random.default_rng(1406)), Eye())
    np.testing.assert_allclose(patches, whole, rtol=1e-5)


def _check_second_order(name: str, critic: Curved, pair: tuple) -> None:
    penalty, look = _seeded(name), Eye(critic.state)
    _seeded(name)(critic, *map(tensor, pair), look)
    points = look.seen[0].astype("float64")  # where this seed looks

    def mean(weights: list[np.ndarray]) -> float:
        return FORMULAS[name](critic.slopes(weights, points)).mean()

    state = [*critic.state, *penalty.variables]
    value, gradients = mean_and_gradients(
        lambda: penalty(critic, *map(tensor, pair), input_gradient(state)),
        critic.variables,
        state,
    )
    np.testing.assert_allclose(value, mean(critic.weights), rtol=1e-4)
    assert_gradients(gradients, mean, critic.weights)


@of_the_slope
@pytest.mark.parametrize(
    ("kind", "shape"),
    [(Curved, IMAGE), (Curved, VECTOR), (Normed, VECTOR), (NormedByLayer, VECTOR)],
)
def test_second_order_gradient(
    name: str, kind: type[Curved], shape: tuple, rng: np.random.Generator
) -> None:
    """What reaches the critic's weights through the slope is the right gradient."""
    _check_second_order(name, kind(rng, shape), _pair(rng, shape))


@of_the_slope
def test_flat_critic_has_a_finite_gradient(name: str, rng: np.random.Generator) -> None:
    """The root of a norm has an infinite slope at 0, which must not come through."""
    scale, penalty = keras.Variable(0.0), _seeded(name)
    real, fake = map(tensor, _pair(rng))
    state = [scale, *penalty.variables]
    _, (gradient,) = mean_and_gradients(
        lambda: penalty(
            lambda images: scale * ops.sum(images, axis=(1, 2, 3)),
            real,
            fake,
            input_gradient(state),
        ),
        [scale],
        state,
    )
    assert np.isfinite(gradient)


@pytest.mark.parametrize(("name", "place"), [("r1", "real"), ("r2", "fake")])
def test_where_r1_and_r2_look(name: str, place: str, rng: np.random.Generator) -> None:
    real, fake = _pair(rng)
    _values(name, _quadratic(1.0), real, fake, look := Eye())
    (seen,) = look.seen
    np.testing.assert_allclose(seen, {"real": real, "fake": fake}[place], rtol=1e-6)


def test_zero_centered_looks_where_the_gradient_penalty_does(
    rng: np.random.Generator,
) -> None:
    looks = [Eye(), Eye()]
    for name, look in zip(("gradient_penalty", "zero_centered"), looks, strict=True):
        _values(name, _quadratic(1.0), *_pair(np.random.default_rng(3)), look)
    np.testing.assert_array_equal(looks[0].seen, looks[1].seen)


def test_the_step_gives_the_fake_samples_without_gradient(
    rng: np.random.Generator,
) -> None:
    """A discriminator's penalty leaves the generator alone."""
    critic, (real, fake), made = Curved(rng, VECTOR), _pair(rng, VECTOR), []
    scale = keras.Variable(1.0)

    def values() -> Any:
        batch = batch_of(critic, real, input_gradient=input_gradient(critic.state))
        batch.fake = scale * tensor(fake)
        made.append(penalties.R2().discriminator(batch))
        return made[0] + 0 * scale

    _, (gradient,) = mean_and_gradients(values, [scale], [scale, *critic.state])
    assert gradient == 0


# Of all of them.


@every_penalty
def test_configuration(name: str) -> None:
    kind = type(penalties.get(name))
    settings = {"weight": 2.5, "name": "mine", "every": 3, **SETTINGS.get(name, {})}
    assert set(settings) == set(inspect.signature(kind).parameters)
    penalty = kind(**settings)
    assert penalty.get_config() == settings
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(penalty)
    )
    assert type(copy) is kind
    assert copy.get_config() == settings
    assert copy.players == penalty.players


@every_penalty
def test_weight_as_a_schedule(name: str) -> None:
    fades = keras.optimizers.schedules.PolynomialDecay(10.0, 4, 0.0)
    penalty = type(penalties.get(name))(weight=fades)
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(penalty)
    )
    assert copy.weight.get_config() == fades.get_config()
    assert copy.get_config() == penalty.get_config()


@every_penalty
def test_names(name: str) -> None:
    penalty = penalties.get(name)
    assert penalty.name == name
    assert penalties.get(penalty) is penalty
    assert penalties.get(name) is not penalty
    assert not penalty.trainable_variables
    assert set(penalty.players) <= {"discriminator", "generator"}


@every_penalty
def test_parameters_are_described(name: str) -> None:
    kind = type(penalties.get(name))
    for parameter in inspect.signature(kind).parameters:
        assert f"    {parameter}: " in kind.__doc__, parameter


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("wgan_gp", "gradient_penalty"),
        ("zero-centred", "zero_centered"),
        ("0-GP", "zero_centered"),
        ("CR", "consistency"),
        ("bCR", "balanced_consistency"),
        ("zCR", "latent_consistency"),
    ],
)
def test_names_from_the_literature(alias: str, name: str) -> None:
    assert type(penalties.get(alias)) is type(penalties.get(name))
    assert alias not in penalties.names()


@every_penalty
@pytest.mark.parametrize("weight", [-0.1, float("nan"), "10", None])
def test_bad_weight(name: str, weight: Any) -> None:
    with pytest.raises(ValueError, match=f"weight must be .* weight={weight!r}"):
        type(penalties.get(name))(weight=weight)


@every_penalty
@pytest.mark.parametrize("every", [0, 1.5, True])
def test_bad_every(name: str, every: Any) -> None:
    with pytest.raises(ValueError, match=f"every must be .* every={every!r}"):
        type(penalties.get(name))(every=every)


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        ("gradient_penalty", "target", -1.0),
        ("dragan", "spread", "0.5"),
        ("lecam", "decay", 1.1),
        ("lecam", "start", -1),
        ("lecam", "start", 0.5),
        ("consistency", "shift", 0.6),
        ("latent_consistency", "g_weight", -0.5),
        ("latent_consistency", "noise", None),
        ("code_consistency", "heads", 0),
        ("path_length", "decay", -0.1),
        ("orthogonal", "player", "critic"),
    ],
)
def test_bad_setting(name: str, setting: str, value: Any) -> None:
    with pytest.raises(
        ValueError, match=f"{setting} must be .* {setting}={value!r}"
    ) as e:
        type(penalties.get(name))(**{setting: value})
    assert "LearningRateSchedule" not in str(e.value)


def _draw() -> list[type]:
    found = [type(penalties.get(name)) for name in penalties.names()]
    return [each for each in found if "seed" in inspect.signature(each).parameters]


@pytest.mark.parametrize("penalty", _draw())
@pytest.mark.parametrize("seed", [2**32, -1, 1.0, "a"])
def test_bad_seed(penalty: type, seed: Any) -> None:
    with pytest.raises(ValueError, match=f"seed must be .* seed={seed!r}"):
        penalty(seed=seed)


def test_a_setting_that_cannot_be_a_schedule() -> None:
    fades = keras.optimizers.schedules.PolynomialDecay(10.0, 4, 0.0)
    with pytest.raises(ValueError, match="only weight can follow a schedule"):
        penalties.GradientPenalty(target=fades)


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="Unknown penalty 'r2d2'") as error:
        penalties.get("r2d2")
    for name in penalties.names():
        assert name in str(error.value)


def test_a_penalty_without_call_says_so(rng: np.random.Generator) -> None:
    real, fake = map(tensor, _pair(rng))
    with pytest.raises(NotImplementedError, match="Penalty must define `__call__`"):
        penalties.Penalty()(_quadratic(1.0), real, fake, Eye())
    with pytest.raises(NotImplementedError, match=r"must define `generator\(batch\)`"):
        penalties.Penalty().generator(batch_of())


def test_the_documented_subclass_works(rng: np.random.Generator) -> None:
    class SmallOutputs(penalties.Penalty):
        def __call__(
            self, critic: Callable, real: Any, fake: Any, input_gradient: Callable
        ) -> Any:
            return losses.per_sample(ops.square(critic(real)))

    real, fake = _pair(rng)
    values = SmallOutputs(weight=0.1)(_quadratic(2.0), tensor(real), fake, Eye())
    expected = (real**2).sum(axis=(1, 2, 3)) ** 2
    np.testing.assert_allclose(array(values), expected, rtol=1e-5)


def test_squared_norm_is_over_all_axes_of_a_sample(rng: np.random.Generator) -> None:
    for shape in [(4, 3), (4, 3, 2, 1)]:
        x = rng.normal(size=shape)
        np.testing.assert_allclose(
            array(penalties.squared_norm(tensor(x))),
            (x.reshape(4, -1) ** 2).sum(axis=1),
            rtol=1e-5,
        )
