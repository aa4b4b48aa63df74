"""Sampling: latents alike on every backend, truncation, labels, batches."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan
from keras_gan import sampling
from tests.small_gan import LATENT_DIM, networks

# NumPy's own numbers: whatever the backend, a seed gives these.
NORMAL = [
    [1.1176220178604126, -1.3871248960494995, -0.4265716075897217],
    [-0.8035872578620911, 0.6014277338981628, -0.07499324530363083],
]
UNIFORM = [
    [0.25019094347953796, 0.7944275736808777],
    [0.5513713955879211, -0.5495856404304504],
]


def test_latents_are_the_same_on_every_backend() -> None:
    latents = sampling.draw_latents(2, 3, "normal", seed=0)
    assert latents.dtype == np.float32
    np.testing.assert_array_equal(latents, np.array(NORMAL, "float32"))
    latents = sampling.draw_latents(2, 2, "uniform", seed=7)
    assert latents.dtype == np.float32
    np.testing.assert_array_equal(latents, np.array(UNIFORM, "float32"))


@pytest.mark.parametrize("distribution", sampling.DISTRIBUTIONS)
def test_seed(distribution: str) -> None:
    first, again = (sampling.draw_latents(5, 4, distribution, 1) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert (first != sampling.draw_latents(5, 4, distribution, 2)).any()
    new, newer = (sampling.draw_latents(5, 4, distribution) for _ in range(2))
    assert (new != newer).any()


def test_drawing_leaves_the_global_state_alone() -> None:
    before = np.random.get_state()[1].copy()
    sampling.draw_latents(5, 4, "normal")
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize(
    ("distribution", "mean", "std"), [("normal", 0, 1), ("uniform", 0, 3**-0.5)]
)
def test_distributions(distribution: str, mean: float, std: float) -> None:
    """Latents of `generate` and of the training step have the same law."""
    drawn = sampling.draw_latents(2000, 4, distribution, 0)
    seed = keras.random.SeedGenerator(0)
    trained_on = sampling.random_latents((2000, 4), distribution, seed)
    for latents in (drawn, ops.convert_to_numpy(trained_on)):
        assert latents.shape == (2000, 4)
        assert abs(latents.mean() - mean) < 0.05
        assert abs(latents.std() - std) < 0.05
        if distribution == "uniform":
            assert -1 <= latents.min() < -0.99 < 0.99 < latents.max() <= 1


def test_latents_of_the_step_advance() -> None:
    seed = keras.random.SeedGenerator(0)
    first, second = (
        ops.convert_to_numpy(sampling.random_latents((3, 2), "normal", seed))
        for _ in range(2)
    )
    assert (first != second).all()


@pytest.mark.parametrize("n", [0, -1, 2.5, "4", None])
def test_bad_number(n: Any) -> None:
    with pytest.raises(ValueError, match=f"n must be a whole number.*n={n!r}"):
        sampling.draw_latents(n, 3, "normal", 0)


def test_numbers_of_numpy_are_numbers() -> None:
    assert sampling.draw_latents(np.int64(2), 3, "normal", 0).shape == (2, 3)


def test_check_distribution() -> None:
    for name in ("normal", "uniform"):
        assert sampling.check_distribution(name) == name
    with pytest.raises(ValueError, match=r"'normal'.*'uniform'.*Received: 'gaussian'"):
        sampling.check_distribution("gaussian")


def test_truncation() -> None:
    latents = np.array(NORMAL, "float32")
    assert sampling.truncate(latents, None) is latents
    np.testing.assert_array_equal(sampling.truncate(latents, 1), latents)
    half = sampling.truncate(latents, 0.5)
    np.testing.assert_array_equal(half, latents * np.float32(0.5))
    assert half.dtype == np.float32
    assert not sampling.truncate(latents, 0).any()


@pytest.mark.parametrize("truncation", [-0.1, 1.1, float("nan")])
def test_bad_truncation(truncation: float) -> None:
    with pytest.raises(ValueError, match=r"truncation must be in \[0, 1\]"):
        sampling.truncate(np.ones((1, 1), "float32"), truncation)


def test_labels_are_those_given_or_one_for_all() -> None:
    np.testing.assert_array_equal(sampling.checked_labels([2, 0], 2, 3, 0), [2, 0])
    np.testing.assert_array_equal(sampling.checked_labels(1, 3, 3, 0), [1, 1, 1])
    assert sampling.checked_labels([257.0], 1, 300, 0).dtype == "int32"
    one_hot = np.eye(3)[[0, 2]]
    np.testing.assert_array_equal(sampling.checked_labels(one_hot, 2, 3, 0), one_hot)


def test_labels_by_default_are_random_classes() -> None:
    drawn = sampling.checked_labels(None, 6, 10, seed=3)
    np.testing.assert_array_equal(drawn, [8, 0, 1, 2, 1, 8])
    many = sampling.checked_labels(None, 1000, 4, seed=0)
    assert set(many.tolist()) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1, 2], "one class number or 2, one per image. Received: 3 labels"),
        ([0, 3], r"labels must be in 0..2, .* values from 0 to 3"),
        ([-1, 1], r"labels must be in 0..2, .* values from -1 to 1"),
        (3, r"labels must be in 0..2, .* values from 3 to 3"),
        ([0.5, 1], r"whole class numbers.*float64.*\[0.5, 1.0\]"),
        ([np.nan, 1], "whole class numbers"),
        (["cat", "dog"], "whole class numbers.*cat"),
        ([[1, 0], [0, 1]], "one-hot rows of 3. Received: rows of 2"),
    ],
)
def test_bad_labels(labels: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sampling.checked_labels(labels, 2, 3, 0)


def test_class_numbers_in_other_types_and_shapes_pass() -> None:
    for labels in (
        np.array([0, 2], "uint8"),
        np.array([0.0, 2.0], "float32"),
        np.array([[0], [2]]),
    ):
        sampling.check_class_numbers(labels, 3)
    sampling.check_class_numbers(np.array([0, 99]), None)  # of unknown range


class Recorder:
    """A model that doubles its latents and writes down what it was asked."""

    def __init__(self) -> None:
        self.batches: list[Any] = []

    def predict_on_batch(self, inputs: Any) -> np.ndarray:
        self.batches.append(inputs)
        latents = inputs[0] if isinstance(inputs, list) else inputs
        return 2 * latents


@pytest.mark.parametrize("n", [1, 2, 3, 8, 9, 21])
def test_generate_in_batches(n: int) -> None:
    latents = np.arange(2 * n, dtype="float32").reshape(n, 2)
    model = Recorder()
    samples = sampling.generate(model, latents, None, None, batch_size=8)
    np.testing.assert_array_equal(samples, 2 * latents)
    sizes = [len(batch) for batch in model.batches]
    assert set(sizes) <= {1, 2, 4, 8}  # no other function is ever compiled
    assert sum(sizes) < 2 * n + 1


def test_generate_never_exceeds_the_batch_size() -> None:
    model = Recorder()
    samples = sampling.generate(model, np.ones((14, 2), "float32"), None, None, 6)
    assert [len(batch) for batch in model.batches] == [6, 6, 6]  # one shape
    assert samples.shape == (14, 2)


@pytest.mark.parametrize(
    ("label_shape", "expected"),
    [((), [2, 0, 1]), ((1,), [[2], [0], [1]]), ((3,), np.eye(3)[[2, 0, 1]])],
)
def test_generate_with_labels(label_shape: tuple, expected: Any) -> None:
    model = Recorder()
    latents, labels = np.ones((3, 2), "float32"), np.array([2, 0, 1])
    samples = sampling.generate(model, latents, labels, label_shape, batch_size=8)
    assert samples.shape == (3, 2)
    ((first, codes),) = model.batches
    assert len(first) == len(codes) == 4
    np.testing.assert_array_equal(codes[:3], expected)


class Noise(keras.layers.Layer):
    """A layer that draws, in inference too, as a StyleGAN's do."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1)

    def call(self, inputs: Any) -> Any:
        shape = keras.ops.shape(inputs)
        return inputs + 0.1 * keras.random.normal(shape, seed=self.seed_generator)


def test_noise_of_the_generators_own() -> None:
    """Samples are of the seed; and what the training draws next is what it was."""
    g, d = networks()
    noisy = keras.Model(g.inputs, Noise()(g.outputs[0]))
    gan = keras_gan.GAN(noisy, d, latent_dim=LATENT_DIM, seed=3)
    state = gan.generator.layers[-1].seed_generator.state
    before = keras.ops.convert_to_numpy(state).tolist()
    one, again, other = (gan.generate(4, seed=s) for s in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 0
    latents = gan.draw_latents(2, seed=0)
    new, newer = (gan.generate_from(latents) for _ in range(2))
    assert np.abs(new - newer).max() > 0
    assert keras.ops.convert_to_numpy(state).tolist() == before
