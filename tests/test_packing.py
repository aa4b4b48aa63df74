"""Packs of samples, and a GAN whose discriminator judges them."""

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan
from keras_gan.networks import mlp
from keras_gan.packing import for_each, pack, packed_shape
from tests.small_gan import assert_same_state

SHAPE = (4, 4, 1)


def samples(n=40, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (n, *SHAPE)).astype("float32")


def networks(packing=2, num_classes=None, d_classes=None):
    return (
        mlp.generator(SHAPE, 3, hidden=(8,), num_classes=num_classes),
        mlp.discriminator(
            SHAPE, hidden=(8,), num_classes=d_classes, packing=packing, dropout=0.0
        ),
    )


def compiled(packing=2, **arguments):
    gan = keras_gan.GAN(*networks(packing), packing=packing, seed=1, **arguments)
    gan.compile(keras.optimizers.Adam(1e-2), keras.optimizers.Adam(1e-2))
    return gan


@pytest.mark.parametrize("packing", [1, 2, 3, 5])
@pytest.mark.parametrize("shape", [(3,), (2, 2, 2)])
def test_a_pack_is_a_sample_and_those_after_it(rng, packing, shape):
    given = rng.standard_normal((4, *shape)).astype("float32")
    packs = ops.convert_to_numpy(pack(given, packing))
    width = shape[-1]
    assert packs.shape == (4, *packed_shape(shape, packing))
    for i, joined in enumerate(packs):
        for place in range(packing):
            part = joined[..., place * width : (place + 1) * width]
            np.testing.assert_array_equal(part, given[(i + place) % 4])


def test_for_each_applies_to_every_sample(rng):
    given = rng.standard_normal((4, 2, 3)).astype("float32")
    sizes = []

    def turned(part):
        sizes.append(part.shape[-1])
        return ops.flip(part, axis=-1) * 2

    packs = pack(ops.convert_to_tensor(given), 2)
    applied = ops.convert_to_numpy(for_each(turned, packs, 2))
    assert sizes == [3, 3]
    expected = ops.convert_to_numpy(pack(2 * given[..., ::-1].copy(), 2))
    np.testing.assert_array_equal(applied, expected)
    assert for_each(lambda packs: packs, given, 1) is given


def test_packed_shape():
    assert packed_shape((28, 28, 3), 2) == (28, 28, 6)
    assert packed_shape((None, None, None), 2) == (None, None, None)


def test_the_discriminator_is_shown_packs():
    gan = compiled(packing=3)
    real, fake = samples(6), samples(6, seed=1)
    batch = gan.batch(ops.convert_to_tensor(real), fake, None, None)
    judge = gan.discriminator
    for seen, given in ((batch.real_logits, real), (batch.fake_logits, fake)):
        following = [np.roll(given, -i, axis=0) for i in range(3)]
        expected = judge(np.concatenate(following, axis=-1))
        np.testing.assert_allclose(
            ops.convert_to_numpy(seen), ops.convert_to_numpy(expected), atol=1e-6
        )


class Offset(keras.layers.Layer):
    """Add a number of its own to each sample, as long as it has one channel."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, images, training=False):
        assert images.shape[1:] == SHAPE
        shape = (ops.shape(images)[0], 1, 1, 1)
        return images + keras.random.uniform(shape, seed=self.seed_generator)


def test_each_sample_of_a_pack_is_augmented_on_its_own():
    shows = keras.Sequential([keras.Input((4, 4, 2)), keras.layers.Flatten()])
    gan = keras_gan.GAN(networks()[0], shows, packing=2, augment=Offset())
    real = samples(5)
    seen = gan.batch(ops.convert_to_tensor(real), real, None, None).real_logits
    seen = ops.convert_to_numpy(seen).reshape(5, 4, 4, 2)
    offsets = seen - ops.convert_to_numpy(pack(real, 2))
    np.testing.assert_allclose(offsets.std(axis=(1, 2)), 0, atol=1e-6)  # one a sample
    assert len(np.unique(offsets[:, 0, 0].round(4))) == 10


def test_it_trains_on_batches_of_any_size():
    gan = compiled(augment=Offset())
    before = [w.copy() for w in gan.get_weights()]
    history = gan.fit(samples(41), batch_size=20, epochs=2, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())
    pairs = zip(before, gan.get_weights())
    assert all((a != b).any() for a, b in pairs if a.dtype == "float32")
    scores = gan.evaluate(samples(20), batch_size=20, verbose=0, return_dict=True)
    assert np.isfinite(list(scores.values())).all()
    assert gan.generate(2, seed=0).shape == (2, *SHAPE)


def test_saved_and_loaded(tmp_path):
    gan = compiled(ema=0.5)
    gan.fit(samples(), batch_size=20, verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert loaded.packing == 2
    for each in (gan, loaded):
        each.fit(samples(), batch_size=20, shuffle=False, verbose=0)
    assert_same_state(gan, loaded)


@pytest.mark.parametrize("packing", [0, -1, 1.5])
def test_numbers_that_are_none(packing):
    with pytest.raises(ValueError, match=f"packing must be .*packing={packing}"):
        keras_gan.GAN(*networks(), packing=packing)


def test_networks_that_do_not_fit():
    with pytest.raises(ValueError, match=r"takes samples of shape \(4, 4, 1\).*packi"):
        keras_gan.GAN(*networks(packing=1), packing=2)
    with pytest.raises(ValueError, match=r"takes samples of shape \(4, 4, 2\)"):
        keras_gan.GAN(*networks(packing=2))


def test_labels_are_refused():
    """A pack has no class."""
    pair = networks(num_classes=3, d_classes=3)
    with pytest.raises(ValueError, match=r"takes no labels.*packing=2"):
        keras_gan.GAN(*pair, packing=2)
