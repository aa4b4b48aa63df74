"""ClusteredGAN: the game of a conditional GAN, on clusters of its own."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import GAN, ClusteredGAN, backend, datasets
from keras_gan.networks import mlp
from tests.small_gan import assert_same_state

NOISE, CLUSTERS, SHAPE = 3, 4, (2,)
CENTRES = np.array([[2, 2], [-2, 2], [-2, -2], [2, -2]], "float32")
SHARES = np.array([0.4, 0.3, 0.2, 0.1])


def points(n=200, seed=0):
    """Points around the four centres, as often as `SHARES` says; in random order."""
    rng = np.random.default_rng(seed)
    numbers = rng.permutation(np.repeat(np.arange(CLUSTERS), (SHARES * n).astype(int)))
    return CENTRES[numbers] + 0.1 * rng.standard_normal((n, 2)).astype("float32")


def networks(latent_dim=NOISE + CLUSTERS, num_classes=CLUSTERS, g_classes=None):
    return (
        mlp.generator(
            SHAPE,
            latent_dim,
            hidden=(16,),
            num_classes=g_classes,
            output_activation=None,
        ),
        mlp.discriminator(SHAPE, hidden=(16,), num_classes=num_classes, dropout=0.0),
    )


def compiled(cls=ClusteredGAN, pair=None, rate=1e-2, penalties=(), **arguments):
    gan = cls(*(pair or networks()), clusters=CLUSTERS, seed=1, **arguments)
    adams = [keras.optimizers.Adam(rate, beta_1=0.5) for _ in range(2)]
    gan.compile(*adams, penalties=penalties)
    return gan


def as_found(gan, samples):
    """Numbers of the clusters that samples are in, by the definition."""
    centres = ops.convert_to_numpy(gan.centres)
    return np.square(samples[:, None] - centres[None]).sum(-1).argmin(1)


class TestClusters:
    def test_fit_finds_them(self):
        gan, samples = compiled(), points()
        assert not gan.is_adapted()
        gan.fit(samples, batch_size=50, verbose=0)
        assert gan.is_adapted()
        found = ops.convert_to_numpy(gan.centres)
        near = np.square(found[:, None] - CENTRES[None]).sum(-1).argmin(1)
        np.testing.assert_allclose(found, CENTRES[near], atol=0.1)
        shares = ops.convert_to_numpy(gan.shares)
        np.testing.assert_allclose(shares, SHARES[near], atol=1e-6)

    def test_they_stay(self):
        gan = compiled()
        gan.adapt(points())
        before = ops.convert_to_numpy(gan.centres).copy()
        gan.fit(3 * points(seed=1), batch_size=50, verbose=0)
        np.testing.assert_array_equal(ops.convert_to_numpy(gan.centres), before)

    @pytest.mark.parametrize("kind", ["dataset", "per epoch", "loader"])
    def test_of_other_data(self, kind):
        import tensorflow as tf

        samples = points()
        data = tf.data.Dataset.from_tensor_slices(samples).batch(50)
        if kind == "per epoch":
            data = datasets.PerEpoch(lambda number: data_of(samples, number), 4)
        if kind == "loader":
            data = _Batches(samples)
        of_array, of_data = compiled(), compiled()
        of_array.adapt(samples)
        of_data.fit(data, verbose=0)
        np.testing.assert_allclose(
            ops.convert_to_numpy(of_data.centres),
            ops.convert_to_numpy(of_array.centres),
            atol=1e-6,
        )

    def test_a_sample_is_in_the_nearest(self):
        gan, samples = compiled(), points()
        gan.adapt(samples)
        real, labels = gan.unpack((ops.convert_to_tensor(samples), None))
        np.testing.assert_array_equal(ops.convert_to_numpy(real), samples)
        np.testing.assert_array_equal(
            ops.convert_to_numpy(labels), as_found(gan, samples)
        )

    def test_labels_are_left_alone(self):
        gan, samples = compiled(), points()
        gan.fit(samples, np.full(len(samples), 77), batch_size=50, verbose=0)
        _, labels = gan.unpack((ops.convert_to_tensor(samples), np.zeros(200)))
        np.testing.assert_array_equal(
            ops.convert_to_numpy(labels), as_found(gan, samples)
        )


def data_of(samples, number):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(samples).batch(50)


class _Batches(keras.utils.PyDataset):
    def __init__(self, samples):
        super().__init__()
        self.samples = samples

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return (self.samples[50 * index : 50 * (index + 1)],)


class _Fixed:
    """Latents of a table, the same for both kinds of GAN; codes are not read."""

    table = np.random.default_rng(5).standard_normal((8, 50, NOISE + CLUSTERS))

    def sample_latents(self, batch_size):
        table = ops.convert_to_tensor(self.table.astype("float32"))
        rows = ops.take(table, self.optimizer.iterations, axis=0)
        return rows[:, : self.latent_dim]


class _FixedClustered(_Fixed, ClusteredGAN):
    pass


class _FixedConditional(_Fixed, GAN):
    pass


@pytest.mark.parametrize("penalties", [(), ("mode_seeking", "r1")])
def test_it_is_the_game_of_a_conditional_gan(penalties):
    """On (x, k(x)) a GAN that is told labels plays the same, to the last digit."""
    samples = points()
    gan = compiled(_FixedClustered, penalties=penalties)
    gan.adapt(samples)
    noise, label = keras.Input((NOISE,)), keras.Input((CLUSTERS,))
    joined = keras.layers.Concatenate()([noise, label])
    generator, discriminator = (
        keras.models.clone_model(network)
        for network in (gan.generator, gan.discriminator)
    )
    told = keras.Model([noise, label], generator(joined))
    other = _FixedConditional(told, discriminator, num_classes=CLUSTERS, seed=1)
    generator.set_weights(gan.generator.get_weights())
    discriminator.set_weights(gan.discriminator.get_weights())
    adams = [keras.optimizers.Adam(1e-2, beta_1=0.5) for _ in range(2)]
    other.compile(*adams, penalties=penalties)
    labels = as_found(gan, samples)
    for start in range(0, 150, 50):
        part = slice(start, start + 50)
        mine = gan.train_on_batch(samples[part], return_dict=True)
        its = other.train_on_batch(samples[part], labels[part], return_dict=True)
        for name in its:
            assert mine[name] == pytest.approx(its[name], rel=1e-4, abs=1e-5), name


def test_each_cluster_is_made_where_it_is_asked_for():
    gan = compiled(rate=5e-3, ema=0.9)
    gan.fit(points(), batch_size=50, epochs=100, verbose=0)
    asked = np.repeat(np.arange(CLUSTERS), 25)
    made = gan.generate_from(gan.draw_latents(100, seed=0, cluster=asked))
    assert (as_found(gan, made) == asked).mean() > 0.9


class TestLatents:
    def test_they_are_drawn_as_often_as_samples_are(self):
        gan = compiled()
        gan.adapt(points())
        shares = ops.convert_to_numpy(gan.shares)
        inside = gan.random_latents(4000, keras.random.SeedGenerator(0))
        for latents in (ops.convert_to_numpy(inside), gan.draw_latents(4000, seed=0)):
            assert latents.shape == (4000, NOISE + CLUSTERS)
            assert latents.dtype == np.float32
            code = latents[:, NOISE:]
            np.testing.assert_array_equal(np.sort(code, axis=1), [[0, 0, 0, 1]] * 4000)
            np.testing.assert_allclose(code.mean(0), shares, atol=0.03)
            np.testing.assert_allclose(latents[:, :NOISE].std(0), 1, atol=0.05)

    def test_before_there_are_clusters(self):
        code = compiled().draw_latents(4000, seed=0)[:, NOISE:]
        np.testing.assert_allclose(code.mean(0), 0.25, atol=0.03)

    def test_clusters_as_asked_for(self):
        gan = compiled()
        free, asked = gan.draw_latents(4, 0), gan.draw_latents(4, 0, cluster=2)
        np.testing.assert_array_equal(asked[:, :NOISE], free[:, :NOISE])
        np.testing.assert_array_equal(asked[:, NOISE:], np.eye(4)[[2] * 4])
        each = gan.draw_latents(4, cluster=[3, 0, 1, 1])
        np.testing.assert_array_equal(each[:, NOISE:], np.eye(4)[[3, 0, 1, 1]])

    @pytest.mark.parametrize("wrong", [4, -1, 0.5, [0, 1], "a"])
    def test_wrong_clusters(self, wrong):
        with pytest.raises(ValueError, match=r"whole number below 4, one for all or 3"):
            compiled().draw_latents(3, cluster=wrong)

    def test_truncation_leaves_the_cluster(self):
        gan = compiled()
        latents = gan.draw_latents(5, seed=0)
        pulled = gan.truncated(latents, 0.5)
        np.testing.assert_allclose(pulled[:, :NOISE], 0.5 * latents[:, :NOISE])
        np.testing.assert_array_equal(pulled[:, NOISE:], latents[:, NOISE:])

    def test_outside_it_takes_no_labels(self):
        gan = compiled()
        assert gan.generate(5, seed=0).shape == (5, *SHAPE)
        with pytest.raises(ValueError, match="takes no labels"):
            gan.generate(5, labels=1)


class TestKeras:
    def test_evaluate(self):
        gan = compiled()
        gan.fit(points(), batch_size=50, validation_data=points(seed=1), verbose=0)
        once, again = (
            gan.evaluate(points(seed=1), verbose=0, return_dict=True) for _ in range(2)
        )
        assert once == again
        assert np.isfinite(list(once.values())).all()

    def test_it_is_saved_and_goes_on(self, tmp_path):
        gan, samples = compiled(ema=0.9), points()
        gan.fit(samples, batch_size=50, shuffle=False, verbose=0)
        gan.save(tmp_path / "gan.keras")
        loaded = keras.saving.load_model(tmp_path / "gan.keras")
        assert loaded.is_adapted()
        for each in (gan, loaded):
            each.fit(samples, batch_size=50, shuffle=False, verbose=0)
        assert_same_state(gan, loaded)


class TestRefusals:
    def test_networks_that_are_told_otherwise(self):
        with pytest.raises(ValueError, match="a generator with labels and"):
            compiled(pair=networks(g_classes=CLUSTERS))
        with pytest.raises(ValueError, match="a discriminator without labels"):
            compiled(pair=networks(num_classes=None))

    def test_other_numbers_of_clusters(self):
        with pytest.raises(ValueError, match=r"must be one: num_classes says 4.* 5"):
            compiled(pair=networks(num_classes=5))
        with pytest.raises(ValueError, match=r"4 clusters together.* of 4 latent"):
            compiled(pair=networks(latent_dim=4))
        with pytest.raises(ValueError, match="clusters must be a whole number"):
            ClusteredGAN(*networks(), clusters=1)

    def test_what_comes_but_once(self):
        with pytest.raises(ValueError, match=r"gan.adapt\(samples\) before fit"):
            compiled().fit((batch for batch in [points()]), steps_per_epoch=1)

    @pytest.mark.parametrize("called", ["train_on_batch", "evaluate"])
    def test_there_are_no_clusters(self, called):
        expected = rf"gan.adapt\(samples\) before {called}"
        with pytest.raises(ValueError, match=expected):
            getattr(compiled(), called)(points())

    def test_samples_that_do_not_fit(self):
        with pytest.raises(ValueError, match=r"makes samples of shape \(2,\)"):
            compiled().adapt(np.zeros((10, 3), "float32"))
        with pytest.raises(ValueError, match=r"4 clusters. Received: 3 samples"):
            compiled().fit(points()[:3], verbose=0)


@pytest.mark.parametrize("what", ["per epoch", "array"])
def test_several_processes(monkeypatch, what):
    """They find the same clusters in what all read alike; else they are told so."""
    monkeypatch.setattr(backend, "processes", lambda: 2)
    gan, samples = compiled(), points()
    if what == "array" and keras.backend.backend() != "torch":
        with pytest.raises(ValueError, match=r"same on each|same samples on each"):
            gan._check_adaptable(samples)
        return
    data = datasets.PerEpoch(lambda number: data_of(samples, number), 4)
    gan._check_adaptable(data if what == "per epoch" else samples)


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_a_penalty_sees_the_latents_that_fakes_are_made_from(update):
    def apart(fake, latents):
        return ops.max(ops.abs(fake - gan.generator(latents)), axis=1)

    gan = ClusteredGAN(*networks(), clusters=CLUSTERS, seed=1)
    gan.compile("sgd", "sgd", penalties=[apart], update=update, run_eagerly=True)
    gan.adapt(points())
    assert gan.train_on_batch(points(40), return_dict=True)["apart"] < 1e-6
