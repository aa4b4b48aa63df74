"""Every registered augmentation: unchanged at 0, gradients, types, configs.

One harness for all of them. It follows the registry, so a new augmentation is tested
as soon as it has a name. That a transform does what it should is tested in its file.
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan
from keras_gan import augmentations, backend

SHAPE = (40, 17, 17, 3)  # as in test_ada.py: JAX compiles each shape anew
WEIGHTS = np.random.default_rng(0).normal(size=SHAPE).astype("float32")

every_augmentation = pytest.mark.parametrize("name", augmentations.names())


@pytest.fixture
def pictures(rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(-1, 1, SHAPE).astype("float32")


def _at(name: str, strength: float) -> augmentations.Augmentation:
    """An augmentation of a strength, whose draws are the same each time it is made."""
    known = augmentations.get(name)
    key = "initial" if name == "ada" else "strength"
    return type(known)(**{key: strength}, seed=3)


def _rewind(augment: augmentations.Augmentation) -> None:
    augment.seed_generator.state.assign([3, 0])


def _seen(augment: Any, images: Any, training: bool = True) -> np.ndarray:
    return ops.convert_to_numpy(augment(ops.array(images), training=training))


@every_augmentation
def test_nothing_happens_at_strength_0(name: str, pictures: np.ndarray) -> None:
    pictures[0, 0, 0, 0] = -0.0
    seen = _seen(_at(name, 0.0), pictures)
    assert seen.tobytes() == pictures.tobytes()


@every_augmentation
def test_nothing_happens_in_inference(name: str, pictures: np.ndarray) -> None:
    seen = _seen(_at(name, 1.0), pictures, training=False)
    assert seen.tobytes() == pictures.tobytes()


@every_augmentation
def test_each_sample_and_each_call_is_drawn_anew(
    name: str, pictures: np.ndarray
) -> None:
    same = np.repeat(pictures[:1], len(pictures), axis=0)
    augment = _at(name, 1.0)
    seen = np.concatenate([_seen(augment, same)[:4], _seen(augment, same)[:4]])
    assert np.isfinite(seen).all()
    for i in range(8):
        for j in range(i):
            assert np.abs(seen[i] - seen[j]).max() > 0.01


@every_augmentation
def test_a_seed_repeats_the_draws(name: str, pictures: np.ndarray) -> None:
    first, second = (_seen(_at(name, 1.0), pictures) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@every_augmentation
def test_strength_is_the_chance_of_each_transform(
    name: str, pictures: np.ndarray
) -> None:
    """Of several independent transforms at p, more than p change, and not all."""
    augment = _at(name, 0.1)
    changed = [_seen(augment, pictures) != pictures for _ in range(4)]
    assert 0.1 < np.any(changed, axis=(2, 3, 4)).mean() < 0.85


@every_augmentation
def test_gradient_reaches_the_generator(name: str, pictures: np.ndarray) -> None:
    """It is the slope of what is seen, which is linear in the images."""
    images, augment = keras.Variable(pictures), _at(name, 0.7)
    state = [images, *augment.variables]

    def objective() -> tuple[Any, Any]:
        value = ops.sum(augment(images.value, training=True) * ops.array(WEIGHTS))
        return value, value

    def value(at: np.ndarray) -> tuple[float, np.ndarray]:
        images.assign(at)
        _rewind(augment)
        value, (gradient,) = backend.value_and_grad(objective, [images], state)
        return float(ops.stop_gradient(value)), ops.convert_to_numpy(gradient)

    gradient = value(pictures)[1]
    assert (np.abs(gradient).max(axis=(1, 2, 3)) > 0.1).all()
    ahead, behind = (value(pictures + sign * gradient)[0] for sign in (1, -1))
    np.testing.assert_allclose((gradient**2).sum(), (ahead - behind) / 2, rtol=1e-3)


@every_augmentation
def test_second_order_gradient(name: str, pictures: np.ndarray) -> None:
    """R1 through the augmentation reaches the critic's weights."""
    weights, augment = keras.Variable(WEIGHTS), _at(name, 0.7)
    state = [weights, *augment.variables]

    def critic(images: Any) -> Any:
        seen = augment(images, training=True)
        return ops.sum(weights * ops.square(seen), axis=(1, 2, 3))

    def objective() -> tuple[Any, Any]:
        slopes = backend.input_gradient(critic, ops.array(pictures), state)
        value = ops.mean(ops.sum(ops.square(slopes), axis=(1, 2, 3)))
        return value, value

    def value(at: np.ndarray) -> tuple[float, np.ndarray]:
        weights.assign(at)
        _rewind(augment)
        value, (gradient,) = backend.value_and_grad(objective, [weights], state)
        return float(ops.stop_gradient(value)), ops.convert_to_numpy(gradient)

    direction = WEIGHTS[::-1]
    ahead, behind = value(WEIGHTS + direction)[0], value(WEIGHTS - direction)[0]
    slope = (ahead - behind) / 2  # exact: it is quadratic in the weights
    found = (value(WEIGHTS)[1] * direction).sum()
    np.testing.assert_allclose(found, slope, rtol=1e-3)


class Always(keras.Model):
    """A model whose `predict` augments, compiled, in batches of any size."""

    def __init__(self, augment: keras.layers.Layer) -> None:
        super().__init__()
        self.augment = augment

    def call(self, images: Any) -> Any:
        return self.augment(images, training=True)


@every_augmentation
def test_compiled_as_eager(name: str, pictures: np.ndarray) -> None:
    augment = _at(name, 0.7)
    expected = _seen(augment, pictures)
    _rewind(augment)
    compiled = Always(augment).predict(pictures, len(pictures), verbose=0)
    np.testing.assert_allclose(compiled, expected, atol=1e-4)


@every_augmentation
def test_images_keep_their_shape_and_type(name: str, pictures: np.ndarray) -> None:
    exact = _seen(_at(name, 0.7), pictures)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        augment = _at(name, 0.7)
        np.testing.assert_array_equal(_seen(augment, pictures), exact)
        for dtype in ("float16", "bfloat16"):
            for shape in (SHAPE, (*SHAPE[:3], 1)):
                halves = keras.KerasTensor(shape, dtype)
                seen = augment(halves, training=True)
                assert (seen.dtype, seen.shape) == (dtype, shape)
    finally:
        keras.config.set_dtype_policy(before)


@every_augmentation
def test_names_and_configuration(name: str) -> None:
    augment = augmentations.get(name)
    assert augmentations.get(augment) is augment
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(augment)
    )
    assert type(copy) is type(augment)
    assert copy.get_config() == augment.get_config()
    assert not augment.trainable_variables


@every_augmentation
@pytest.mark.parametrize("shape", [(4, 8), (4, 8, 8), (4, None, 8, 3)])
def test_what_is_no_image_is_refused(name: str, shape: tuple) -> None:
    augment = augmentations.get(name)
    with pytest.raises(ValueError, match="takes images of a fixed size"):
        augment(keras.Input(shape[1:]))


@every_augmentation
def test_whole_numbers_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"floating-point images.*type uint8"):
        augmentations.get(name)(np.zeros(SHAPE, "uint8"), training=True)


def test_get() -> None:
    flip = keras.layers.RandomFlip()
    assert augmentations.get(None) is None
    assert augmentations.get(flip) is flip
    assert isinstance(augmentations.get("Diff-Augment"), augmentations.DiffAugment)
    with pytest.raises(ValueError, match=r"Unknown augmentation 'adda'\. .*'ada'"):
        augmentations.get("adda")
    with pytest.raises(TypeError, match="augmentation must be a name"):
        augmentations.get(3)


# The base class: its strength, and subclasses.


class Negative(augmentations.Augmentation):
    def transform(self, images: Any) -> Any:
        (chosen,) = self.chances(images, 1)
        return self.sometimes(chosen, -images, images)


def _linear(initial: float, end: float, steps: int) -> Any:
    return keras.optimizers.schedules.PolynomialDecay(initial, steps, end)


def test_each_sample_changes_with_the_probability_of_the_strength() -> None:
    images = ops.ones((2000, 1, 1, 1))
    for strength, low, high in ((0.0, 0, 0), (0.3, 0.25, 0.35), (1.0, 1, 1)):
        seen = _seen(Negative(strength, seed=1), images)
        assert low <= (seen == -1).mean() <= high
        assert np.isin(seen, [-1, 1]).all()


def test_scheduled_strength() -> None:
    augment = Negative(_linear(-0.5, 1.5, 4), seed=1)
    assert augment.changes
    found = [float(augment.strength.value)]
    for step in range(1, 5):
        augment.advance(ops.array(step), ops.zeros((2, 1)), 2)
        found.append(float(augment.strength.value))
    np.testing.assert_allclose(found, [0, 0, 0.5, 1, 1])  # kept in [0, 1]
    copy = Negative.from_config(augment.get_config())
    assert copy.get_config() == augment.get_config()


def test_a_number_stays() -> None:
    augment = Negative(0.3)
    assert not augment.changes
    augment.advance(ops.array(4), ops.ones((2, 1)), 2)
    assert float(augment.strength.value) == pytest.approx(0.3)


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan"), "1", None])
def test_bad_strength(strength: Any) -> None:
    with pytest.raises(ValueError, match=f"strength must be .* strength={strength!r}"):
        Negative(strength)


def test_one_from_outside_is_known_by_its_name(
    monkeypatch: pytest.MonkeyPatch, small_networks: Callable
) -> None:
    known = augmentations._AUGMENTATIONS
    monkeypatch.setattr(known, "members", dict(known.members))
    augmentations.register("negative", Negative)
    assert augmentations.names()[-1] == "negative"
    gan = keras_gan.GAN(*small_networks((8, 8, 1)), augment="Negative")
    assert type(gan.augment) is Negative


def test_a_subclass_without_transform_says_so() -> None:
    with pytest.raises(NotImplementedError, match="must define `transform`"):
        augmentations.Augmentation()(ops.ones((1, 2, 2, 1)), training=True)


@pytest.mark.parametrize(
    "make",
    [
        lambda: augmentations.DiffAugment(strength=_linear(0.0, 1.0, 8)),
        lambda: augmentations.ADA(interval=2, ramp_images=16),
    ],
    ids=["scheduled", "adaptive"],
)
def test_saved_and_loaded_as_it_was(make: Callable, tmp_path: Any) -> None:
    """In the middle of an interval, too: the two go on alike."""
    model = keras.Sequential([keras.Input(SHAPE[1:]), make()])
    for step in range(1, 4):
        model.layers[0].advance(ops.array(step), ops.ones((4, 1)), 4)
    model.save(tmp_path / "model.keras")
    pair = [model, keras.saving.load_model(tmp_path / "model.keras")]
    augments = [m.layers[0] for m in pair]
    first, second = (float(a.strength.value) for a in augments)
    assert first == second
    assert 0 < first < 1
    for augment in augments:
        augment.advance(ops.array(4), ops.ones((4, 1)), 4)
    first, second = (float(a.strength.value) for a in augments)
    assert first == second
