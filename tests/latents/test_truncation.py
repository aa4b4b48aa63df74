"""The same latents at several truncations."""

import numpy as np
import pytest

import keras_gan
from keras_gan.latents import truncation_sweep
from keras_gan.networks import mlp
from tests import small_gan

PSIS = [0.0, 0.4, 1.0]


@pytest.mark.parametrize("labels", [None, 2, [2, 0, 1, 1]])
def test_rows_are_what_generate_makes(labels):
    gan = keras_gan.GAN(*small_gan.networks(num_classes=3))
    sweep = truncation_sweep(gan, 4, PSIS, labels=labels, seed=5)
    assert sweep.shape == (3, 4, *small_gan.SHAPE)
    for row, psi in zip(sweep, PSIS, strict=True):
        expected = gan.generate(4, labels=labels, seed=5, truncation=psi)
        np.testing.assert_allclose(row, expected, atol=1e-6)


def test_without_labels():
    gan = keras_gan.GAN(*small_gan.networks())
    sweep = truncation_sweep(gan, 4, PSIS)
    np.testing.assert_allclose(sweep[0], sweep[0][[0] * 4], atol=1e-6)  # the mean's
    np.testing.assert_allclose(sweep[2], gan.generate(4, seed=0), atol=1e-6)
    assert np.abs(sweep[1] - sweep[2]).max() > 0.01
    with pytest.raises(ValueError, match="takes no labels"):
        truncation_sweep(gan, 4, PSIS, labels=1)


def test_an_infogans_codes_stay():
    gan = keras_gan.InfoGAN(
        mlp.generator((4,), 5 + 3, hidden=(8,)),
        mlp.discriminator((4,), hidden=(8,), heads=(3,)),
        categories=(3,),
    )
    for row, psi in zip(truncation_sweep(gan, 6, PSIS), PSIS, strict=True):
        expected = gan.generate(6, seed=0, truncation=psi)
        np.testing.assert_allclose(row, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("psis", "message"),
    [([], "psis must name"), ([0.5, 1.5], r"truncation must be in \[0, 1\]")],
)
def test_psis_out_of_range(psis, message):
    gan = keras_gan.GAN(*small_gan.networks())
    with pytest.raises(ValueError, match=message):
        truncation_sweep(gan, 4, psis)


def test_a_generators_own_noise_is_that_of_generate():
    gan = keras_gan.GAN(*small_gan.noisy_networks(num_classes=3))
    for row, psi in zip(truncation_sweep(gan, 4, PSIS, seed=5), PSIS, strict=True):
        expected = gan.generate(4, seed=5, truncation=psi)
        np.testing.assert_allclose(row, expected, atol=1e-6)
