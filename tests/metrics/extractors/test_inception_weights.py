"""The Inception weights: found, downloaded, verified, read, and refused."""

import gzip
import hashlib
import http.client
import io
import tarfile
import urllib.error

import numpy as np
import pytest

from keras_gan.metrics.extractors import inception_network, inception_weights
from keras_gan.metrics.extractors.inception_weights import ARCHIVE, GRAPH, Constants
from tests.metrics.extractors import official_graph


@pytest.fixture(scope="module")
def graph():
    """Bytes of a graph of the official nodes; each is filled with one number."""
    return official_graph.serialized(official_graph.distinct())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty cache, not made yet; no network, and the given graph is official."""
    monkeypatch.setenv("KERAS_GAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("urllib.request.urlopen", unreachable)
    return tmp_path / "cache" / "inception"


@pytest.fixture
def trusted(graph, monkeypatch):
    monkeypatch.setattr(inception_weights, "SHA256", hashlib.sha256(graph).hexdigest())


def unreachable(address, timeout):
    raise urllib.error.URLError("[Errno -2] Name or service not known")


def answering(content, monkeypatch):
    """Let the official address answer with some bytes; returns who asked."""
    asked = []

    def urlopen(address, timeout):
        asked.append(address)
        return io.BytesIO(content)

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    return asked


def files_in(path):
    return sorted(str(p.relative_to(path)) for p in path.rglob("*") if p.is_file())


class TestReading:
    @pytest.mark.parametrize("name", ["graph.pb", "weights.tgz"])
    def test_graph_and_archive_hold_the_same(self, graph, tmp_path, name):
        file = tmp_path / name
        packed = name.endswith(".tgz")
        file.write_bytes(official_graph.archived(graph) if packed else graph)
        assert inception_weights.read(file) == graph

    def test_nodes_are_those_that_were_written(self, graph):
        constants = inception_weights.parse(graph, "a test")
        expected = official_graph.distinct()
        assert constants.nodes.keys() == expected.keys()
        for name, shape in official_graph.shapes().items():
            array = constants.take(name, shape)
            assert array.shape == shape
            assert (array == expected[name]).all()
        constants.check()

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"weights must be a file.*no\.pb"):
            inception_weights.read(tmp_path / "no.pb")

    @pytest.mark.parametrize("kept", [1.0, 0.5, 0.01])
    def test_a_truncated_archive(self, graph, tmp_path, kept):
        file = tmp_path / "part.tgz"
        archive = official_graph.archived(graph)
        file.write_bytes(archive[: int(len(archive) * kept) - 16])
        with pytest.raises(ValueError, match=r"broken or incomplete.*Fetch http"):
            inception_weights.read(file)

    def test_an_archive_of_something_else(self, tmp_path):
        file = tmp_path / "other.tgz"
        file.write_bytes(official_graph.archived(b"", name="other.pb"))
        with pytest.raises(ValueError, match=f"other.tgz' holds no {GRAPH}"):
            inception_weights.read(file)

    @pytest.mark.parametrize(
        "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE]
    )
    def test_an_archive_with_a_link_in_the_graphs_place(self, tmp_path, kind):
        member = tarfile.TarInfo(GRAPH)
        member.type, member.linkname = kind, "/etc/hostname"
        with tarfile.open(tmp_path / "link.tgz", "w:gz") as archive:
            archive.addfile(member)
        with pytest.raises(ValueError, match=f"link.tgz' holds no {GRAPH}"):
            inception_weights.read(tmp_path / "link.tgz")

    def test_an_archive_writes_nothing(self, graph, tmp_path):
        file = tmp_path / "weights.tgz"
        file.write_bytes(official_graph.archived(graph, name=f"../../{GRAPH}"))
        assert inception_weights.read(file) == graph
        assert files_in(tmp_path) == ["weights.tgz"]
        assert not (tmp_path.parents[1] / GRAPH).exists()

    def test_an_archive_that_unpacks_to_too_much(self, tmp_path, monkeypatch):
        monkeypatch.setattr(inception_weights, "_MOST", 2**20)
        file = tmp_path / "bomb.tgz"
        file.write_bytes(gzip.compress(bytes(2**21)))
        with pytest.raises(ValueError, match=r"bomb.*unpacks to more than 1,048,576"):
            inception_weights.read(file)

    @pytest.mark.parametrize("cut", [1, 1000])
    def test_a_truncated_graph(self, graph, cut):
        with pytest.raises(ValueError, match=r"Received: 'a test', which is no"):
            inception_weights.parse(graph[:-cut], "a test")

    def test_something_that_is_no_graph(self):
        with pytest.raises(ValueError, match="which is no TensorFlow graph"):
            inception_weights.parse(b"<html>Log in first</html>", "a test")


class TestNodes:
    def test_those_that_are_not_as_they_must_be_are_named(self):
        shapes = official_graph.shapes()
        nodes = {k: np.broadcast_to(np.float32(1), s) for k, s in shapes.items()}
        kernel = "mixed_10/tower/conv/conv2d_params"
        nodes[kernel] = np.ones((1, 1, 2048, 448), "float32")
        nodes["conv/batchnorm/beta"] = np.full(32, np.nan, "float32")
        del nodes["softmax/biases"]
        with pytest.raises(ValueError) as caught:
            inception_network.build(Constants(nodes, "some.pb"))
        assert str(caught.value).endswith(
            "Received: 'some.pb', where conv/batchnorm/beta is not finite; "
            f"{kernel} has shape (1, 1, 2048, 448), not (1, 1, 2048, 384); "
            "softmax/biases is missing."
        )

    def test_of_many_some_are_named(self):
        constants = Constants({}, "some.pb")
        for name, shape in official_graph.shapes().items():
            constants.take(name, shape)
        with pytest.raises(ValueError, match=r"beta is missing; and 467 nodes more\."):
            constants.check()


class TestOfficial:
    def test_the_official_hash_is_verified(self, graph):
        with pytest.raises(ValueError, match="must have the SHA-256 009d6814d1bc560d"):
            inception_weights.verify(graph, "a test")

    def test_it_is_downloaded_once_and_kept(
        self, graph, folder, trusted, monkeypatch, capsys
    ):
        asked = answering(official_graph.archived(graph), monkeypatch)
        file = inception_weights.official()
        assert file == folder / GRAPH
        assert file.read_bytes() == graph
        assert inception_weights.official() == file
        assert asked == [inception_weights.ADDRESS]
        assert files_in(folder) == [GRAPH]
        assert capsys.readouterr().err.startswith("Downloading http://download.tensor")

    @pytest.mark.parametrize("name", [GRAPH, ARCHIVE])
    def test_a_file_put_there_by_hand_needs_no_network(self, folder, name):
        folder.mkdir(parents=True)
        (folder / name).write_bytes(b"")
        assert inception_weights.official() == folder / name

    @pytest.mark.parametrize(
        "failure",
        [
            urllib.error.URLError("no such host"),
            urllib.error.HTTPError("http://x", 404, "Not Found", None, None),
            TimeoutError("timed out"),
            http.client.IncompleteRead(b"abc", 100),
        ],
        ids=lambda failure: type(failure).__name__,
    )
    def test_no_network(self, folder, monkeypatch, failure):
        def urlopen(address, timeout):
            raise failure

        monkeypatch.setattr("urllib.request.urlopen", urlopen)
        with pytest.raises(OSError) as caught:
            inception_weights.official()
        message = str(caught.value)
        assert f"could not be downloaded from {inception_weights.ADDRESS}" in message
        assert "to `keras-gan evaluate` as --inception" in message
        assert "28x28 pixels fashion_fid needs no download" in message
        assert f"put it in {folder}, or pass its path as weights=" in message
        assert not folder.exists()

    def test_a_download_of_something_else_is_not_kept(self, graph, folder, monkeypatch):
        answering(official_graph.archived(graph), monkeypatch)
        with pytest.raises(ValueError, match=r"is not the official graph.*SHA-256"):
            inception_weights.official()
        assert not folder.exists()

    def test_a_page_to_log_in_on_is_not_kept(self, folder, monkeypatch):
        answering(b"<html>Log in first</html>", monkeypatch)
        with pytest.raises(ValueError, match=r"is not the official graph.*25 bytes"):
            inception_weights.official()
        assert not folder.exists()

    def test_a_download_that_broke_off_is_not_kept(
        self, graph, folder, trusted, monkeypatch
    ):
        archive = official_graph.archived(graph)
        answering(archive[: len(archive) // 2], monkeypatch)
        with pytest.raises(ValueError, match="broken or incomplete"):
            inception_weights.official()
        assert not folder.exists()

    def test_a_disk_that_is_full_leaves_nothing_half_written(
        self, graph, folder, trusted, monkeypatch
    ):
        def full(path, content):
            with path.open("wb") as file:
                file.write(content[:100])
            raise OSError(28, "No space left on device")

        answering(official_graph.archived(graph), monkeypatch)
        monkeypatch.setattr("pathlib.Path.write_bytes", full)
        with pytest.raises(OSError, match="No space left"):
            inception_weights.official()
        assert files_in(folder) == []
