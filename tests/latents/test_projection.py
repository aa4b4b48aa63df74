"""Projection: back to latents, by gradients that finite differences agree with."""

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan
from keras_gan.latents import project
from keras_gan.latents.projection import Search
from keras_gan.networks import mlp
from tests import small_gan

DIM = small_gan.LATENT_DIM


def gan_of(num_classes=None, **options):
    """A generator in which every latent dimension shows, and its average."""
    gan = keras_gan.GAN(
        mlp.generator(small_gan.SHAPE, DIM, hidden=(32,), num_classes=num_classes),
        mlp.discriminator(small_gan.SHAPE, hidden=(8,), num_classes=num_classes),
        ema=0.9,
        **options,
    )
    for mean in gan.ema_generator.weights:  # or it would not show which one runs
        mean.assign(mean.value * 1.1)
    return gan


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_its_own_images_are_found(distribution):
    gan = gan_of(latent_distribution=distribution)
    images = gan.generate(3, seed=0)
    found = project(gan, images, steps=60, learning_rate=0.3, starts=3)
    assert found.latents.shape == (3, DIM)
    assert found.distances.max() < 1e-3
    np.testing.assert_allclose(found.latents, gan.draw_latents(3, seed=0), atol=0.4)
    np.testing.assert_allclose(found.images, images, atol=0.3)
    assert found.history.shape == (61, 3)
    # Not from the answer: the starts are other latents than those of the same seed.
    assert found.history[0].min() > 20 * found.distances.max()


def test_distances_are_those_of_the_images(rng):
    gan = gan_of()
    images = rng.uniform(-1, 1, (4, *small_gan.SHAPE)).astype("float32")
    found = project(gan, images, steps=10, starts=2)
    np.testing.assert_allclose(
        found.images, gan.generate_from(found.latents), atol=1e-6
    )
    naive = ((found.images.astype("float64") - images) ** 2).mean((1, 2, 3))
    np.testing.assert_allclose(found.distances, naive, rtol=1e-4)
    np.testing.assert_allclose(found.history.min(0), naive, rtol=1e-4)
    # In pieces: the same starts, so the same end.
    pieces = project(gan, images, steps=10, starts=2, batch_size=3)
    np.testing.assert_allclose(pieces.latents, found.latents, atol=1e-4)
    assert pieces.history.shape == (11, 4)


def test_labels():
    gan = gan_of(num_classes=3)
    images = gan.generate(3, labels=[2, 0, 1], seed=0)
    found = project(
        gan, images, steps=40, learning_rate=0.3, labels=[2, 0, 1], starts=3
    )
    assert found.distances.max() < 0.1 * found.history[0].min()
    with pytest.raises(ValueError, match="labels must be a class number"):
        project(gan, images, steps=2)


def test_more_starts_are_no_worse(rng):
    gan = gan_of()
    images = gan.generate(2, seed=0)
    search = Search(gan, np.repeat(images, 3, axis=0), None, rng.normal(size=(6, DIM)))
    best, latents, distances, history = search.run(5, 0.1)
    np.testing.assert_allclose(best, history.min(0))
    np.testing.assert_allclose(distances, best)  # without a prior
    again = ((gan.generate_from(latents) - np.repeat(images, 3, axis=0)) ** 2).mean(
        (1, 2, 3)
    )
    np.testing.assert_allclose(best, again, rtol=1e-3, atol=1e-7)


def forward(weights, latents):
    """The generator as it is written, in float64."""
    (w1, b1), (w2, b2) = weights
    hidden = latents @ w1 + b1
    return np.tanh(np.where(hidden > 0, hidden, 0.2 * hidden) @ w2 + b2)


@pytest.mark.parametrize("prior", [0.0, 0.5])
def test_gradient_is_that_of_finite_differences(rng, prior):
    gan = gan_of()
    images = rng.uniform(-1, 1, (2, *small_gan.SHAPE)).astype("float32")
    latents = rng.normal(size=(2, DIM)).astype("float32")
    values = [w.astype("float64") for w in gan.ema_generator.get_weights()]
    weights = [values[:2], values[2:]]

    def naive(z):
        distance = ((forward(weights, z) - images.reshape(2, -1)) ** 2).mean(1)
        return (distance + prior * ((z**2).mean(1) - 1) ** 2).sum()

    z = latents.astype("float64")
    slopes = np.zeros_like(z)
    for index in np.ndindex(*z.shape):
        step = np.zeros_like(z)
        step[index] = 1e-5
        slopes[index] = (naive(z + step) - naive(z - step)) / 2e-5
    rows, _, gradient = Search(gan, images, None, latents, prior).gradient()
    assert rows.sum() == pytest.approx(naive(z), rel=1e-5)
    np.testing.assert_allclose(
        ops.convert_to_numpy(gradient), slopes, rtol=1e-3, atol=1e-5
    )


def test_prior_pulls_to_the_shell(rng):
    gan = gan_of()
    images = rng.uniform(-1, 1, (3, *small_gan.SHAPE)).astype("float32")  # far away
    free, pulled = (
        project(gan, images, steps=40, starts=1, prior=prior) for prior in (0.0, 10.0)
    )
    off = [np.abs((f.latents**2).mean(1) - 1).max() for f in (free, pulled)]
    assert off[1] < 0.02 < off[0]


def test_uniform_latents_are_the_best_in_their_cube(rng):
    # Of a linear generator: least squares within bounds, which has one solution.
    gan = keras_gan.GAN(
        mlp.generator((12,), 3, hidden=(), output_activation=None),
        mlp.discriminator((12,), hidden=(8,)),
        latent_distribution="uniform",
    )
    w, b = (x.astype("float64") for x in gan.generator.get_weights())
    targets = (rng.choice([-1.5, 0.3, 1.5], (4, 3)) @ w + b).astype("float32")
    best = np.zeros((4, 3))
    for _ in range(2000):
        best = np.clip(best - 0.2 * (best @ w + b - targets) @ w.T, -1, 1)
    found = project(gan, targets, steps=80, learning_rate=0.2, starts=1)
    assert np.abs(best).max() == 1
    np.testing.assert_allclose(found.latents, best, atol=0.01)
    with pytest.raises(ValueError, match="Uniform latents lie on no shell"):
        project(gan, targets, prior=1.0)


def test_features():
    gan = gan_of()
    images = gan.generate(2, seed=0)
    features = keras.Sequential(
        [
            keras.Input(small_gan.SHAPE),
            keras.layers.AveragePooling2D(4),
            keras.layers.Flatten(),
        ]
    )
    found = project(gan, images, steps=60, features=features, starts=2)
    pooled = [x.reshape(2, 4, 4, 4, 4).mean((2, 4)) for x in (found.images, images)]
    naive = ((pooled[0] - pooled[1]) ** 2).mean((1, 2))
    np.testing.assert_allclose(found.distances, naive, rtol=1e-3, atol=1e-7)
    assert found.distances.max() < 1e-3
    with pytest.raises(TypeError, match=r"features must be a keras\.Model"):
        project(gan, images, features=np.mean)


def test_features_of_16_bits():
    gan = gan_of()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        features = keras.Sequential(
            [keras.Input(small_gan.SHAPE), keras.layers.Flatten()]
        )
    finally:
        keras.config.set_dtype_policy("float32")
    found = project(gan, gan.generate(2, seed=0), steps=2, features=features)
    assert np.isfinite(found.distances).all()


def test_the_gan_is_left_as_it_is():
    gan = small_gan.compiled("dcgan", num_classes=3)
    before = small_gan.state_of(gan)
    project(gan, small_gan.images(2), steps=3, labels=1, starts=2)
    for old, new in zip(before, small_gan.state_of(gan), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"steps": 0}, "steps must be a whole number, at least 1"),
        ({"starts": 0}, "starts must be a whole number"),
        ({"batch_size": 0}, "batch_size must be"),
        ({"learning_rate": 0.0}, "learning_rate must be a number above 0"),
        ({"prior": -1.0}, "prior must be a number, 0 or more"),
        ({"labels": 1}, "takes no labels"),
        ({"images": np.zeros((2, 3, 3, 1), "float32")}, "samples of shape"),
        ({"images": np.zeros((2, *small_gan.SHAPE), "uint8")}, "dtype uint8"),
    ],
)
def test_arguments_out_of_range(arguments, message):
    with pytest.raises(ValueError, match=message):
        project(gan_of(), **{"images": small_gan.images(2), **arguments})
