"""Ways between latents: against the formulas, and SciPy's along the sphere."""

import keras
import numpy as np
import pytest

import keras_gan
from keras_gan.latents import interpolate, lerp, slerp, walk, way_of
from keras_gan.networks import mlp
from tests import small_gan


def shoemake(u, v, t):
    """The formula as it is printed, of unit vectors, in float64."""
    angle = np.arccos(u @ v)
    return (np.sin((1 - t) * angle) * u + np.sin(t * angle) * v) / np.sin(angle)


def unit(rng, dim):
    vector = rng.normal(size=dim)
    return vector / np.linalg.norm(vector)


def test_lerp(rng):
    a, b = rng.normal(size=(2, 5, 7))
    np.testing.assert_allclose(lerp(a, b, 0.3), 0.7 * a + 0.3 * b, rtol=1e-6)
    assert lerp(a, b, 0.3).dtype == np.float32


@pytest.mark.parametrize("dim", [2, 3, 64])
def test_slerp_is_the_printed_formula(rng, dim):
    u, v = unit(rng, dim), unit(rng, dim)
    for t in (0.0, 0.1, 0.5, 0.93, 1.0):
        expected = shoemake(u, v, t)
        np.testing.assert_allclose(slerp(u, v, t), expected, atol=1e-7)
        # Vectors as long as each other: White's weights of the vectors themselves.
        np.testing.assert_allclose(slerp(7 * u, 7 * v, t), 7 * expected, atol=1e-6)
    # The length goes evenly, the direction does not care.
    way = slerp(2 * u, 6 * v, 0.25)
    np.testing.assert_allclose(way, 3 * shoemake(u, v, 0.25), atol=1e-6)


@pytest.mark.peers
def test_slerp_is_scipys(rng):
    from scipy.spatial import geometric_slerp

    u, v, t = unit(rng, 16), unit(rng, 16), np.linspace(0, 1, 9)
    np.testing.assert_allclose(slerp(u, v, t), geometric_slerp(u, v, t), atol=1e-7)


def test_many_at_once(rng):
    a, b, t = rng.normal(size=(4, 6)), rng.normal(size=(4, 6)), rng.uniform(size=4)
    for way in (lerp, slerp):
        one_by_one = [way(a[i], b[i], t[i]) for i in range(4)]
        np.testing.assert_array_equal(way(a, b, t), one_by_one)
        np.testing.assert_array_equal(way(a[0], b[0], t)[2], way(a[0], b[0], t[2]))
        assert way(a.reshape(2, 2, 6), b.reshape(2, 2, 6), 0.5).shape == (2, 2, 6)


def test_ends_are_met_exactly(rng):
    a, b = rng.normal(size=(2, 50, 3)).astype("float32")
    np.testing.assert_array_equal(slerp(a, b, 0), a)
    np.testing.assert_array_equal(slerp(a, b, 1), b)


def test_parallel_vectors():
    np.testing.assert_allclose(slerp([1.0, 2.0], [3.0, 6.0], 0.5), [2, 4], rtol=1e-6)
    # An angle too small for the cosine in float64 to tell from none.
    u, v = np.array([1.0, 0.0]), np.array([1.0, 1e-9])
    np.testing.assert_allclose(slerp(u, v, 0.25), [1.0, 0.25e-9], rtol=1e-6)


@pytest.mark.parametrize("factor", [-1.0, -3.0])
def test_opposite_vectors_go_half_around(rng, factor):
    a = rng.normal(size=5)
    way = slerp(a, factor * a, np.linspace(0, 1, 5)).astype("float64")
    np.testing.assert_allclose(way[-1], factor * a, rtol=1e-6)
    lengths = np.linalg.norm(way, axis=1) / np.linalg.norm(a)
    np.testing.assert_allclose(lengths, np.linspace(1, -factor, 5), rtol=1e-6)
    directions = way / np.linalg.norm(way, axis=1, keepdims=True)
    np.testing.assert_allclose(
        directions @ directions[0], np.cos(np.linspace(0, np.pi, 5)), atol=1e-6
    )


def test_nearly_opposite_vectors_stay_as_long_as_they_are():
    way = slerp([1.0, 0.0], [-1.2, 1e-4], np.linspace(0, 1, 9))
    lengths = np.linalg.norm(way, axis=1)
    np.testing.assert_allclose(lengths, np.linspace(1, 1.2, 9), rtol=1e-6)


def test_zero_vectors():
    zero, b = np.zeros(3), np.array([0.0, 3.0, 4.0])
    np.testing.assert_allclose(slerp(zero, b, 0.5), b / 2)
    np.testing.assert_allclose(slerp(b, zero, 0.25), 0.75 * b)
    np.testing.assert_array_equal(slerp(zero, zero, 0.5), zero)
    np.testing.assert_allclose(slerp([2.0], [-2.0], 0.5), [0.0], atol=1e-7)


@pytest.mark.parametrize("t", [-0.1, 1.5, np.nan, [[0.5]]])
def test_t_out_of_range(t):
    with pytest.raises(ValueError, match=r"t must be a number in \[0, 1\]"):
        slerp([1.0, 0.0], [0.0, 1.0], t)


def test_what_does_not_fit():
    with pytest.raises(ValueError, match="start and end must be"):
        lerp([1.0, 0.0], [0.0, 1.0, 2.0], 0.5)
    with pytest.raises(ValueError, match="start and end must be"):
        lerp(np.zeros((3, 2)), np.zeros((3, 2)), np.zeros(4))
    with pytest.raises(ValueError, match="finite"):
        slerp([np.inf, 0.0], [0.0, 1.0], 0.5)


def test_walk(rng):
    points = rng.normal(size=(3, 4))
    frames = walk(points, 12)
    assert frames.shape == (12, 4)
    np.testing.assert_allclose(frames[[0, 4, 8]], points, rtol=1e-6)
    np.testing.assert_allclose(frames[9], slerp(points[2], points[0], 0.25), rtol=1e-6)
    there = walk(points, 9, closed=False, how="lerp")
    np.testing.assert_allclose(there[[0, 4, 8]], points, rtol=1e-6)
    np.testing.assert_allclose(there[1], 0.75 * points[0] + 0.25 * points[1], rtol=1e-5)
    assert walk(points, 1).shape == (1, 4)


def test_walk_refuses(rng):
    points = rng.normal(size=(3, 4))
    for bad, message in (
        ({"points": points[:1], "frames": 2}, "k at least 2"),
        ({"points": points, "frames": 0}, "frames must be"),
        ({"points": points, "frames": 2, "how": "cubic"}, "'slerp' or 'lerp'"),
    ):
        with pytest.raises(ValueError, match=message):
            walk(**bad)


def test_interpolate():
    gan = keras_gan.GAN(*small_gan.networks())
    a, b = gan.draw_latents(2, seed=0)
    images = interpolate(gan, a, b, 5)
    np.testing.assert_allclose(images[[0, 4]], gan.generate(2, seed=0), atol=1e-6)
    halfway = keras.ops.convert_to_numpy(gan(slerp(a, b, 0.5)[None]))[0]
    np.testing.assert_allclose(images[2], halfway, atol=1e-6)
    many = interpolate(gan, np.stack([a, b]), np.stack([b, a]), 5)
    np.testing.assert_allclose(many[:, 0], images, atol=1e-6)
    np.testing.assert_allclose(many[:, 1], images[::-1], atol=1e-6)


def test_interpolate_with_labels():
    gan = keras_gan.GAN(*small_gan.networks(num_classes=3))
    a, b = gan.draw_latents(2, seed=0)
    images = interpolate(gan, np.stack([a, b]), np.stack([b, a]), 3, labels=[2, 1])
    expected = gan.generate(2, labels=[2, 1], seed=0)
    np.testing.assert_allclose(images[0], expected, atol=1e-6)
    with pytest.raises(ValueError, match="labels must be a class number"):
        interpolate(gan, a, b, 3)
    with pytest.raises(ValueError, match=r"labels must be in 0\.\.2"):
        interpolate(gan, a, b, 3, labels=3)


def test_interpolate_refuses():
    gan = keras_gan.GAN(*small_gan.networks())
    a, b = gan.draw_latents(2, seed=0)
    for (start, end, steps, more), message in (
        ((a, b, 1, {}), "steps must be a whole number, at least 2"),
        ((a, b[:3], 2, {}), "must have one shape"),
        ((a[:3], b[:3], 2, {}), r"shape \(n, 8\)"),
        ((a, b, 2, {"labels": 0}), "takes no labels"),
        ((a, b, 2, {"how": "cubic"}), "'slerp' or 'lerp'"),
    ):
        with pytest.raises(ValueError, match=message):
            interpolate(gan, start, end, steps, **more)


def test_uniform_latents_go_straight():
    networks = small_gan.networks()
    uniform = keras_gan.GAN(*networks, latent_distribution="uniform")
    assert way_of(uniform) is lerp
    assert way_of(uniform, "slerp") is slerp
    assert way_of(keras_gan.GAN(*networks)) is slerp


def test_an_infogans_codes_go_straight():
    gan = keras_gan.InfoGAN(
        mlp.generator((4,), 5 + 3 + 1, hidden=(8,)),
        mlp.discriminator((4,), hidden=(8,), heads=(3, 2)),
        categories=(3,),
        continuous=1,
    )
    a, b = gan.draw_latents(2, seed=0, categorical=[0, 2])
    between = way_of(gan)(a, b, 0.5)
    np.testing.assert_allclose(between[:5], slerp(a[:5], b[:5], 0.5))
    np.testing.assert_allclose(between[5:8], [0.5, 0, 0.5])
    np.testing.assert_allclose(between[8], (a[8] + b[8]) / 2)


def test_generate_from(rng):
    gan = keras_gan.GAN(*small_gan.networks(num_classes=3), ema=0.9)
    latents = gan.draw_latents(5, seed=2)
    expected = gan.generate(5, labels=1, seed=2)
    np.testing.assert_allclose(gan.generate_from(latents, 1), expected, atol=1e-6)
    np.testing.assert_allclose(
        gan.generate_from(latents, 1, batch_size=2), expected, atol=1e-6
    )
    with pytest.raises(ValueError, match="batch_size must be a whole number"):
        gan.generate_from(latents, 1, batch_size=0)
    with pytest.raises(ValueError, match="finite"):
        gan.generate_from(latents * np.nan, 1)


def test_a_generators_own_noise_stands_still():
    gan = keras_gan.GAN(*small_gan.noisy_networks())
    z = gan.draw_latents(2, seed=0)
    images = interpolate(gan, z, z, steps=3)
    np.testing.assert_array_equal(images[0], images[2])
    np.testing.assert_array_equal(images, interpolate(gan, z, z, steps=3))
    assert np.abs(images - interpolate(gan, z, z, steps=3, seed=1)).max() > 1e-3
