"""A GAN that augments: what is logged, saved and passed on to the strength."""

import keras
import numpy as np
import pytest

import keras_gan
from keras_gan.augmentations import ADA, Augmentation, DiffAugment
from keras_gan.losses import NonSaturating
from keras_gan.networks import mlp
from tests.small_gan import assert_same_state, images, networks


def augmenting(augment, **rules):
    gan = keras_gan.GAN(*networks(), augment=augment, seed=3)
    gan.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(2e-3), **rules)
    return gan


def test_a_strength_that_changes_is_logged():
    halves = keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.5, 0.25])
    history = augmenting(DiffAugment("translation", strength=halves)).fit(
        images(16), batch_size=8, epochs=3, verbose=0
    )
    # Steps 1 and 2, then 3 to 6, as the schedule has them.
    assert history.history["augment_strength"] == pytest.approx([0.5, 0.25, 0.25])


def test_a_strength_that_stays_is_not_logged():
    logs = augmenting("diffaugment").train_on_batch(images(8), return_dict=True)
    assert "augment_strength" not in logs


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_ada_moves_with_each_interval_and_goes_on_when_loaded(tmp_path, update):
    ada = ADA("b", target=-1.0, interval=2, ramp_images=100, initial=0.5, seed=0)
    gan = augmenting(ada, update=update)
    history = gan.fit(images(32), batch_size=8, epochs=1, verbose=0, shuffle=False)
    strength = float(keras.ops.convert_to_numpy(ada.strength))
    # D says at least once that a real sample is real: two rises of 16 images.
    assert strength == pytest.approx(0.5 + 2 * 16 / 100)
    assert history.history["augment_strength"][0] > 0.5
    gan.save(tmp_path / "gan.keras")
    again = keras.saving.load_model(tmp_path / "gan.keras")
    assert_same_state(gan, again)
    for one in (gan, again):
        one.fit(images(16), batch_size=8, verbose=0, shuffle=False)
    assert_same_state(gan, again)


class Watching(Augmentation):
    """Changes nothing, and keeps what it is told of D."""

    def transform(self, images):
        return images

    def advance(self, step, real_logits, batch_size):
        self.told = keras.ops.convert_to_numpy(real_logits)


@pytest.mark.parametrize(
    ("loss", "activation", "told"),
    [
        (NonSaturating(from_logits=False), "sigmoid", 1 / (1 + np.exp(-3)) - 0.5),
        ("least_squares", None, 2.5),
        ("hinge", None, 3.0),
        ("relativistic", None, 0.0),
        ("relativistic_average", None, 0.0),
    ],
)
def test_verdicts_are_told_by_what_the_loss_compares_with(loss, activation, told):
    """Or ADA would take every probability for certainty, and any offset."""
    judge = keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(1, activation, kernel_initializer="zeros"),
        ]
    )
    judge.layers[-1].bias.assign([3.0])
    gan = keras_gan.GAN(networks()[0], judge, augment=Watching())
    gan.compile("sgd", "sgd", loss=loss, run_eagerly=True)
    logs = gan.train_on_batch(images(4), return_dict=True)
    np.testing.assert_allclose(gan.augment.told, np.full((4, 1), told), rtol=1e-6)
    assert logs["real_accuracy"] == (told > 0)
    assert logs["fake_accuracy"] == (told <= 0)  # undecided is not "real"


def test_the_step_is_counted_in_the_model():
    gan = augmenting(None)
    gan.fit(images(24), batch_size=8, epochs=2, verbose=0)
    assert int(keras.ops.convert_to_numpy(gan.steps_done)) == 6
    assert np.isfinite(gan.evaluate(images(8), verbose=0, return_dict=True)["loss"])


def test_images_between_0_and_1_are_augmented_as_those_between_minus_1_and_1():
    def seen(activation, samples):
        generator = mlp.generator((16, 16, 1), 8, output_activation=activation)
        augment = DiffAugment("color", seed=1)
        gan = keras_gan.GAN(generator, networks()[1], augment=augment)
        return keras.ops.convert_to_numpy(gan.augmented(samples))

    usual = seen("tanh", images(4))
    scaled = seen("sigmoid", (images(4) + 1) / 2)
    assert np.abs(usual - images(4)).max() > 0.1
    np.testing.assert_allclose(2 * scaled - 1, usual, atol=1e-5)
