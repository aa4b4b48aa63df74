"""InfoGAN: its codes, and what both players want of them, against float64."""

import math

import keras
import numpy as np
import pytest

from keras_gan import InfoGAN
from keras_gan.batch import Batch
from keras_gan.infogan import gaussian_nll
from keras_gan.networks import mlp
from tests.small_gan import assert_same_state

BATCH, SHAPE = 5, (4,)
NOISE, CATEGORIES, CONTINUOUS = 3, (3, 2), 2
LATENTS = NOISE + sum(CATEGORIES) + CONTINUOUS


def networks(latent_dim=LATENTS, heads=(*CATEGORIES, 2 * CONTINUOUS), packing=1):
    return (
        mlp.generator(SHAPE, latent_dim, hidden=(8,), output_activation=None),
        mlp.discriminator(
            SHAPE, hidden=(16,), heads=heads, packing=packing, dropout=0.0
        ),
    )


def small(categories=CATEGORIES, continuous=CONTINUOUS, **arguments):
    heads = (*categories, *((2 * continuous,) if continuous else ()))
    pair = networks(NOISE + sum(categories) + continuous, heads)
    gan = InfoGAN(
        *pair, categories=categories, continuous=continuous, seed=1, **arguments
    )
    return gan


def compiled(update="alternating", **arguments):
    gan = small(**arguments)
    adams = [keras.optimizers.Adam(1e-2, beta_1=0.5) for _ in range(2)]
    gan.compile(*adams, update=update)
    return gan


def points(n=60):
    return np.random.default_rng(0).standard_normal((n, *SHAPE)).astype("float32")


def softplus(x):
    return np.log1p(np.exp(x))


def cross_entropy(code, logits):
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return -np.log((code * shares).sum(1))


def negative_log_density(codes, mean, log_variance):
    """Of normal distributions, each code's on its own, then summed."""
    deviation = np.exp(log_variance / 2)
    density = np.exp(-0.5 * ((codes - mean) / deviation) ** 2)
    density /= deviation * math.sqrt(2 * math.pi)
    return -np.log(density).sum(-1)


def assert_close(value, expected):
    value = keras.ops.convert_to_numpy(value)
    assert value.shape == np.shape(expected)
    np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)


def batch_of(rng, gan, step=0):
    """A batch of outputs alone; also them in float64, and its latents."""
    latents = gan.draw_latents(BATCH, seed=0).astype("float64")
    widths = [1, *gan.categories, *([2 * gan.continuous] if gan.continuous else [])]
    real, fake = (
        [rng.standard_normal((BATCH, width)) for width in widths] for _ in range(2)
    )
    tensors = [
        [keras.ops.convert_to_tensor(x.astype("float32")) for x in some]
        for some in (real, fake)
    ]
    as_tensor = keras.ops.convert_to_tensor(latents.astype("float32"))
    samples = keras.ops.zeros((BATCH, 1))
    batch = Batch(None, samples, samples, None, as_tensor, *tensors, step=step)
    return batch, real, fake, latents


class TestObjectives:
    def test_gaussian_nll(self, rng):
        codes, mean, log_variance = 2 * rng.standard_normal((3, BATCH, 3))
        given = [
            keras.ops.convert_to_tensor(x.astype("float32"))
            for x in (codes, mean, log_variance)
        ]
        expected = negative_log_density(codes, mean, log_variance)
        assert_close(gaussian_nll(*given), expected)

    def test_both_players(self, rng):
        gan = compiled(info_weight=0.7, continuous_weight=0.3)
        batch, real, fake, latents = batch_of(rng, gan)
        first = cross_entropy(latents[:, 3:6], fake[1])
        second = cross_entropy(latents[:, 6:8], fake[2])
        codes, head = latents[:, 8:], fake[3]
        nll = negative_log_density(codes, head[:, :2], head[:, 2:])
        information = 0.7 * (first + second) + 0.3 * nll

        loss, logs = gan.discriminator_objective(batch)
        adversarial = (0.5 * (softplus(-real[0]) + softplus(fake[0])))[:, 0]
        assert_close(loss, adversarial + information)
        assert_close(logs["d_loss"], adversarial.mean())

        loss, logs = gan.generator_objective(batch)
        assert_close(loss, softplus(-fake[0])[:, 0] + information)
        assert_close(logs["category_loss"], (first + second).mean())
        assert_close(logs["continuous_loss"], nll.mean())

    @pytest.mark.parametrize(("categories", "continuous"), [((), 1), ((3,), 0)])
    def test_codes_of_one_kind(self, rng, categories, continuous):
        gan = small(categories, continuous, continuous_weight=0.3)
        batch, _, fake, latents = batch_of(rng, gan)
        information, logs = gan.information_loss(batch)
        if categories:
            expected = cross_entropy(latents[:, 3:], fake[1])
            assert_close(logs["continuous_loss"], 0.0)
        else:
            mean, log_variance = np.split(fake[1], 2, axis=1)
            nll = negative_log_density(latents[:, 3:], mean, log_variance)
            expected = 0.3 * nll
            assert_close(logs["category_loss"], 0.0)
        assert_close(information, expected)

    def test_weights_may_follow_schedules(self, rng):
        rises = keras.optimizers.schedules.PolynomialDecay(0.0, 8, 4.0)
        gan = small(info_weight=rises, continuous_weight=0.0)
        batch, _, fake, latents = batch_of(rng, gan, step=2)
        first = cross_entropy(latents[:, 3:6], fake[1])
        second = cross_entropy(latents[:, 6:8], fake[2])
        assert_close(gan.information_loss(batch)[0], 1.0 * (first + second))


def assert_codes(latents):
    """Noise, two categorical codes, two continuous ones."""
    for code in (latents[:, 3:6], latents[:, 6:8]):
        np.testing.assert_array_equal(np.sort(code, axis=1)[:, :-1], 0)
        np.testing.assert_array_equal(code.max(1), 1)
        np.testing.assert_allclose(code.mean(0), 1 / code.shape[1], atol=0.08)
    continuous = latents[:, 8:]
    assert np.abs(continuous).max() < 1
    np.testing.assert_allclose(continuous.mean(0), 0, atol=0.1)
    np.testing.assert_allclose(continuous.std(0), 1 / math.sqrt(3), atol=0.05)
    noise = latents[:, :3]
    np.testing.assert_allclose(noise.std(0), 1, atol=0.1)
    of_both = np.corrcoef(latents[:, [0, 3, 6, 8, 9]].T)  # all are independent
    np.testing.assert_allclose(of_both, np.eye(5), atol=0.15)


class TestLatents:
    def test_in_training(self):
        gan = small()
        drawn = [
            keras.ops.convert_to_numpy(gan.random_latents(800, seed))
            for seed in map(keras.random.SeedGenerator, (3, 3, 4))
        ]
        assert drawn[0].shape == (800, LATENTS)
        assert_codes(drawn[0])
        np.testing.assert_array_equal(drawn[0], drawn[1])
        assert not np.array_equal(drawn[0], drawn[2])

    def test_on_demand(self):
        gan = small()
        latents = gan.draw_latents(800, seed=3)
        assert (latents.shape, latents.dtype) == ((800, LATENTS), np.float32)
        assert_codes(latents)
        np.testing.assert_array_equal(latents, gan.draw_latents(800, seed=3))
        assert not np.array_equal(latents, gan.draw_latents(800, seed=4))

    def test_codes_as_asked_for(self):
        gan = small()
        free = gan.draw_latents(4, seed=0)
        asked = gan.draw_latents(4, seed=0, categorical=2, continuous=[0.5, -1.5])
        np.testing.assert_array_equal(asked[:, 3:6], np.eye(3)[[2] * 4])
        np.testing.assert_array_equal(asked[:, 8:], [[0.5, -1.5]] * 4)
        np.testing.assert_array_equal(asked[:, :3], free[:, :3])  # the rest stays
        np.testing.assert_array_equal(asked[:, 6:8], free[:, 6:8])
        rows = np.arange(8).reshape(4, 2) / 8
        asked = gan.draw_latents(4, categorical=[0, 1, 2, 1], continuous=rows)
        np.testing.assert_array_equal(asked[:, 3:6], np.eye(3)[[0, 1, 2, 1]])
        np.testing.assert_array_equal(asked[:, 8:], rows)

    @pytest.mark.parametrize(
        ("asked", "message"),
        [
            ({"categorical": 3}, "whole number below 3.*categorical=3"),
            ({"categorical": -1}, "whole number below 3.*categorical=-1"),
            ({"categorical": 0.5}, "whole number below 3.*categorical=0.5"),
            ({"categorical": [0, 1]}, "one for all or 4"),
            ({"continuous": 0.5}, r"shape \(4, 2\).*shape \(\)"),
            ({"continuous": [[0.5, 0.5]] * 3}, r"shape \(4, 2\).*shape \(3, 2\)"),
        ],
    )
    def test_codes_that_there_are_not(self, asked, message):
        with pytest.raises(ValueError, match=message):
            small().draw_latents(4, **asked)

    def test_codes_of_a_kind_that_there_is_not(self):
        with pytest.raises(ValueError, match="categorical"):
            small((), 1).draw_latents(4, categorical=0)
        with pytest.raises(ValueError, match="continuous"):
            small((3,), 0).draw_latents(4, continuous=0.0)

    def test_truncation_leaves_the_codes(self):
        gan = small()
        latents = gan.draw_latents(4, seed=0)
        pulled = gan.truncated(latents, 0.25)
        np.testing.assert_allclose(pulled[:, :3], 0.25 * latents[:, :3])
        np.testing.assert_array_equal(pulled[:, 3:], latents[:, 3:])
        expected = keras.ops.convert_to_numpy(gan(pulled))
        made = gan.generate(4, seed=0, truncation=0.25)
        np.testing.assert_allclose(made, expected, atol=1e-6)


class TestTraining:
    @pytest.mark.parametrize("update", ["alternating", "simultaneous"])
    def test_the_codes_are_read_back(self, update):
        gan = compiled(update, categories=(3,), continuous=1, continuous_weight=1.0)
        before = [w.copy() for w in gan.get_weights()]
        history = gan.fit(points(), batch_size=20, epochs=20, verbose=0).history
        assert {"d_loss", "g_loss", *gan.extra_logs} < set(history)
        assert all(np.isfinite(values).all() for values in history.values())
        assert history["category_loss"][-1] < 0.7 * math.log(3)
        assert history["continuous_loss"][-1] < history["continuous_loss"][0]
        pairs = zip(before, gan.get_weights())
        assert all((a != b).any() for a, b in pairs if a.dtype == "float32")

    def test_evaluate(self):
        gan = compiled()
        scores = gan.evaluate(points(20), batch_size=20, verbose=0, return_dict=True)
        assert set(gan.extra_logs) < set(scores)
        assert np.isfinite(list(scores.values())).all()

    def test_saved_and_loaded(self, tmp_path):
        rises = keras.optimizers.schedules.PolynomialDecay(0.0, 8, 4.0)
        gan = compiled(ema=0.5, info_weight=rises, continuous_weight=0.2)
        gan.fit(points(40), batch_size=20, verbose=0)
        gan.save(tmp_path / "gan.keras")
        loaded = keras.saving.load_model(tmp_path / "gan.keras")
        assert type(loaded) is InfoGAN
        assert (loaded.categories, loaded.continuous) == (CATEGORIES, CONTINUOUS)
        assert loaded.info_weight.get_config() == rises.get_config()
        assert loaded.continuous_weight == 0.2
        for each in (gan, loaded):
            each.fit(points(40), batch_size=20, shuffle=False, verbose=0)
        assert_same_state(gan, loaded)


@pytest.mark.parametrize(
    ("pair", "arguments", "message"),
    [
        ({}, {}, "outputs of 3 and 2 units.*heads="),  # no continuous code
        ({}, {"continuous": 1}, "outputs of 3 and 2 and 2 units"),
        ({"latent_dim": 7}, {"continuous": 2}, "codes have 7 dimensions"),
        ({"packing": 2}, {"continuous": 2, "packing": 2}, "InfoGAN has packing=1"),
        ({}, {"continuous": -1}, "continuous=-1"),
        ({}, {"categories": (3, 1)}, r"2 or more each.*categories=\(3, 1\)"),
        ({}, {"categories": 3}, r"such as \(10,\).*categories=3"),
        ({}, {"categories": ()}, "needs a code"),
        ({}, {"continuous": 2, "info_weight": -1}, "info_weight=-1"),
        ({}, {"continuous": 2, "continuous_weight": "x"}, "continuous_weight='x'"),
    ],
)
def test_what_does_not_fit_is_refused(pair, arguments, message):
    with pytest.raises(ValueError, match=message):
        InfoGAN(*networks(**pair), **{"categories": CATEGORIES, **arguments})
