"""Inception as an extractor: what it shows the network, and which network."""

import hashlib
import os

import keras
import numpy as np
import pytest

from keras_gan.metrics import extractors
from keras_gan.metrics.extractors import Inception, LegacyInception, inception
from keras_gan.metrics.extractors import inception_weights as files
from tests.metrics.extractors import official_graph


@pytest.fixture(scope="module")
def graph():
    return official_graph.serialized(official_graph.distinct())


@pytest.fixture
def cached(graph, tmp_path, monkeypatch):
    """A cache that holds a graph, which is taken for the official one."""
    monkeypatch.setenv("KERAS_GAN_CACHE", str(tmp_path))
    monkeypatch.setattr(files, "SHA256", hashlib.sha256(graph).hexdigest())
    (tmp_path / "inception").mkdir()
    file = tmp_path / "inception" / files.GRAPH
    file.write_bytes(graph)
    return file


@pytest.fixture
def built(monkeypatch):
    """Networks that are a small one instead, which shows what it is shown."""
    made = []

    def build(constants):
        images = keras.Input((299, 299, 3))
        corner = keras.layers.Cropping2D(((0, 297), (0, 297)))(images)
        means = keras.layers.GlobalAveragePooling2D()(images)
        made.append(keras.Model(images, [keras.layers.Flatten()(corner), means]))
        return made[-1]

    monkeypatch.setattr(inception.inception_network, "build", build)
    inception._loaded.cache_clear()
    yield made
    inception._loaded.cache_clear()


class TestImages:
    def test_every_grey_level_of_8_bits_survives(self):
        levels = np.arange(256, dtype="uint8").reshape(1, 16, 16, 1)
        image = np.pad(levels, ((0, 0), (0, 283), (0, 283), (0, 0)))
        seen = Inception().seen(image.astype("float32") / 127.5 - 1)
        np.testing.assert_array_equal(seen, np.repeat(image, 3, axis=-1))

    def test_what_is_between_two_levels_is_rounded(self):
        floats = np.linspace(-1, 1, 299 * 299).reshape(1, 299, 299, 1)
        seen = Inception().seen(floats.astype("float32"))
        assert set(np.unique(seen)) == set(range(256))
        assert np.abs(seen[..., :1] - (floats + 1) * 127.5).max() < 0.501

    def test_grey_and_colour_of_equal_channels_are_seen_alike(self, rng):
        grey = rng.uniform(-1, 1, (2, 20, 30, 1)).astype("float32")
        for extractor in (Inception(), LegacyInception()):
            seen = extractor.seen(grey)
            assert seen.shape == (2, 299, 299, 3)
            colour = extractor.seen(np.repeat(grey, 3, axis=-1))
            np.testing.assert_array_equal(seen, colour)

    def test_all_pass_in_their_order_a_few_at_once(
        self, cached, built, monkeypatch, rng
    ):
        sizes = []

        def run(model, images, batch_size):
            sizes.append(len(images))
            return original(model, images, batch_size)

        original = inception.run
        monkeypatch.setattr(inception, "run", run)
        monkeypatch.setattr(inception, "_BATCH", 4)
        images = rng.integers(0, 256, (9, 8, 8, 3), dtype="uint8")
        extractor = LegacyInception()
        outputs = extractor(images)
        assert sizes == [4, 4, 1]
        seen = extractor.seen(images / np.float32(127.5) - 1)
        expected = {
            "features": seen[:, :2, :2].reshape(9, -1),
            "logits": seen.mean(axis=(1, 2)),
        }
        assert outputs.keys() == expected.keys()
        for name, rows in expected.items():
            np.testing.assert_allclose(outputs[name], rows, rtol=1e-4)

    @pytest.mark.parametrize("shape", [(28, 28, 2), (28, 28, 4), (2,), (28, 28)])
    def test_other_samples_are_refused(self, shape):
        with pytest.raises(ValueError, match=r"of 1 or 3 channels\. Received: samples"):
            Inception().check_shape(shape)

    def test_images_of_any_size_are_taken(self):
        for shape in [(28, 28, 1), (None, None, 3), (1024, 512, 3)]:
            Inception().check_shape(shape)


class TestWeights:
    def test_one_network_is_shared_by_all_of_a_file(self, cached, built, tmp_path):
        clean, legacy = Inception(), LegacyInception()
        for extractor in (clean, legacy, Inception(), Inception(cached)):
            extractor.prepare()
        assert clean.network is legacy.network
        assert len(built) == 2  # the official one is verified, the given one is not
        other = tmp_path / "other.pb"
        other.write_bytes(cached.read_bytes())
        assert Inception(other).network is not clean.network

    def test_a_damaged_file_in_the_cache_is_refused(self, cached, built):
        content = bytearray(cached.read_bytes())
        content[len(content) // 2] ^= 1
        cached.write_bytes(content)
        with pytest.raises(
            ValueError, match=f"{files.GRAPH}' is not the official graph"
        ):
            Inception().prepare()
        assert not built

    def test_a_given_file_that_is_not_there(self, tmp_path):
        extractor = Inception(tmp_path / "no.tgz")  # a saved GAN can still be loaded
        for use in (extractor.prepare, extractor.fingerprint):
            with pytest.raises(FileNotFoundError, match=r"Received: '.*no\.tgz'"):
                use()

    def test_no_weights_and_no_network(self, tmp_path, monkeypatch):
        def urlopen(address, timeout):
            raise OSError("Name or service not known")

        monkeypatch.setenv("KERAS_GAN_CACHE", str(tmp_path))
        monkeypatch.setattr("urllib.request.urlopen", urlopen)
        with pytest.raises(OSError, match="pass its path as weights="):
            Inception().prepare()
        assert not list(tmp_path.iterdir())


class TestFingerprint:
    def test_it_names_resizing_and_weights(self, graph, tmp_path):
        names = {Inception().fingerprint(), LegacyInception().fingerprint()}
        assert names == {
            f"inception_{r}_{files.SHA256[:32]}" for r in ("clean", "legacy")
        }
        file = tmp_path / "graph.pb"
        file.write_bytes(graph)
        assert Inception(file).fingerprint() not in names

    def test_archive_and_graph_have_the_same(self, graph, tmp_path):
        (tmp_path / "a.pb").write_bytes(graph)
        (tmp_path / "a.tgz").write_bytes(official_graph.archived(graph))
        one, other = (Inception(tmp_path / name) for name in ("a.pb", "a.tgz"))
        assert one.fingerprint() == other.fingerprint()

    def test_it_follows_the_content(self, graph, tmp_path):
        file = tmp_path / "graph.pb"
        file.write_bytes(graph)
        before = Inception(file).fingerprint()
        file.write_bytes(graph + b"\x00")
        os.utime(file, ns=(1, 1))
        assert Inception(file).fingerprint() != before


class TestAsAnObject:
    def test_titles_and_prefixes(self):
        assert (Inception().title, Inception().prefix) == (
            "Inception 2015, clean resizing",
            "",
        )
        legacy = Inception(resize="legacy")
        assert (
            legacy.title == LegacyInception().title == "Inception 2015, legacy resizing"
        )
        assert legacy.prefix == LegacyInception().prefix == "legacy_"

    def test_names(self):
        assert isinstance(extractors.get("legacy"), LegacyInception)
        assert extractors.get("inception").resize == "clean"

    @pytest.mark.parametrize(
        "extractor",
        [Inception(), Inception("a.tgz", "legacy"), LegacyInception("a.pb")],
        ids=str,
    )
    def test_it_is_saved_and_loaded(self, extractor):
        config = keras.saving.serialize_keras_object(extractor)
        loaded = keras.saving.deserialize_keras_object(config)
        assert type(loaded) is type(extractor)
        assert loaded.get_config() == extractor.get_config()
        assert loaded.title == extractor.title

    def test_with_other_weights(self, tmp_path):
        for extractor in (Inception(resize="legacy"), LegacyInception()):
            other = extractor.with_weights(tmp_path / "a.tgz")
            assert type(other) is type(extractor)
            assert other.weights == str(tmp_path / "a.tgz")
            assert other.resize == "legacy"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"resize": "bicubic"}, "resize must be one of clean, legacy. Received"),
            ({"weights": 3}, "weights must be the path of a file.*Received: weights=3"),
        ],
    )
    def test_bad_arguments(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            Inception(**arguments)
