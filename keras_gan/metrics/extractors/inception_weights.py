"""The weights of Inception: the official graph found, downloaded, verified and read."""

import gzip
import hashlib
import http.client
import io
import os
import sys
import tarfile
import urllib.request
import zlib
from pathlib import Path

import numpy as np

from keras_gan.files import cache
from keras_gan.files.atomic_write import replacing, writable_folder

#: Where TensorFlow publishes the graph, in an archive of 89 MB.
ADDRESS = (
    "http://download.tensorflow.org/models/image/imagenet/inception-2015-12-05.tgz"
)
ARCHIVE = "inception-2015-12-05.tgz"
#: The graph's name, in the archive and in the cache.
GRAPH = "classify_image_graph_def.pb"
#: Of the graph, which has 95,673,916 bytes, as public evaluations that use it pin it.
SHA256 = "009d6814d1bc560d4e7b236e170e9b2d5ca6f4b57bd8037f6db05776204415c6"

_GZIP = b"\x1f\x8b"
_TIMEOUT = 60  # seconds without an answer
_LISTED = 5  # nodes that an error names
_MOST = 2**28  # bytes of an unpacked archive; the official one has 97 million


class Constants:
    """The constants of a graph, handed out one by one and checked in the end.

    Args:
        nodes: Arrays by the names of their nodes.
        source: Where they are from, for the error.

    Example:
        >>> constants = Constants({"softmax/biases": np.zeros(1008)}, "a test")
        >>> constants.take("softmax/biases", (1008,)).shape
        (1008,)
        >>> constants.check()
    """

    def __init__(self, nodes: dict[str, np.ndarray], source: str | Path) -> None:
        self.nodes = nodes
        self.source = source
        self.problems: list[str] = []

    def take(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """Return a node's float64 array, or note that it is not as it must be."""
        array = self.nodes.get(name)
        if array is None:
            self.problems.append(f"{name} is missing")
        elif array.shape != shape:
            self.problems.append(f"{name} has shape {array.shape}, not {shape}")
        elif not np.isfinite(array).all():
            self.problems.append(f"{name} is not finite")
        else:
            return array.astype("float64")
        return np.ones(shape)

    def check(self) -> None:
        """Raise `ValueError`, naming the nodes, if one was not as it must be."""
        if self.problems:
            more = len(self.problems) - _LISTED
            raise ValueError(
                f"weights must be the Inception graph of 2015, {ARCHIVE} or {GRAPH}. "
                f"Received: {str(self.source)!r}, where "
                + "; ".join(self.problems[:_LISTED])
                + (f"; and {more} nodes more." if more > 0 else ".")
            )


def official() -> Path:
    """Return the official graph's file in the cache, downloaded if it is not there.

    Whoever has no network can put the archive or the graph there.

    Raises:
        OSError: If it cannot be downloaded, or the cache cannot be written to.
        ValueError: If what was downloaded is something else.
    """
    folder = cache.folder("inception")
    for name in (GRAPH, ARCHIVE):
        if (folder / name).is_file():
            return folder / name
    graph = _downloaded(folder)
    writable_folder(folder, "The folder of downloads")
    with replacing(folder / GRAPH) as temporary:
        temporary.write_bytes(graph)
    return folder / GRAPH


def _downloaded(folder: Path) -> bytes:
    """Download the archive and return the graph, verified."""
    print(f"Downloading {ADDRESS} (89 MB), once, to {folder}.", file=sys.stderr)
    try:
        with urllib.request.urlopen(ADDRESS, timeout=_TIMEOUT) as answer:
            archive = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise OSError(
            f"Inception's weights could not be downloaded from {ADDRESS}: {error}. "
            f"Fetch {ARCHIVE} from there by hand and put it in {folder}, or pass its "
            "path as weights=, or to `keras-gan evaluate` as --inception. For grey "
            "images of 28x28 pixels fashion_fid needs no download."
        ) from error
    graph = _unpacked(archive, ADDRESS)
    verify(graph, ADDRESS)
    return graph


def read(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of the graph in a file: the archive, or the graph itself.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is an archive that is broken or holds no graph.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise FileNotFoundError(
            f"weights must be a file, {ARCHIVE} or {GRAPH}. Received: {str(path)!r}, "
            "which is none."
        )
    return _unpacked(path.read_bytes(), path)


def _unpacked(content: bytes, source: str | Path) -> bytes:
    """Return a graph's bytes, taken from the archive if they are in one."""
    if not content.startswith(_GZIP):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as zipped:
            unzipped = zipped.read(_MOST + 1)  # to its end, which checks all of it
        if len(unzipped) > _MOST:
            raise OSError(f"it unpacks to more than {_MOST:,} bytes")
        with tarfile.open(fileobj=io.BytesIO(unzipped), mode="r:") as archive:
            for member in archive:
                if member.isfile() and Path(member.name).name == GRAPH:
                    file = archive.extractfile(member)
                    return file.read() if file else b""
    except (tarfile.TarError, EOFError, OSError, ValueError, zlib.error) as error:
        raise ValueError(
            f"{str(source)!r} is broken or incomplete: {error}. Fetch {ADDRESS} anew."
        ) from error
    raise ValueError(f"The archive {str(source)!r} holds no {GRAPH}.")


def verify(graph: bytes, source: str | Path) -> None:
    """Raise `ValueError` unless a graph is the official one, to the last bit."""
    found = hashlib.sha256(graph).hexdigest()
    if found != SHA256:
        raise ValueError(
            f"{str(source)!r} is not the official graph: {GRAPH} must have the SHA-256 "
            f"{SHA256}. Received: {found}, {len(graph):,} bytes. It was damaged, or is "
            "another file: remove it if it is in the cache, and fetch it anew."
        )


def parse(graph: bytes, source: str | Path) -> Constants:
    """Return the constants of a serialized TensorFlow graph.

    Raises:
        ValueError: If it is none, or incomplete.
    """
    import tensorflow as tf  # a dependency on every backend, and slow to import
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    definition = tf.compat.v1.GraphDef()
    try:
        definition.ParseFromString(graph)
        nodes = {
            node.name: tf.make_ndarray(node.attr["value"].tensor)
            for node in definition.node
            if node.op == "Const"
        }
    except (DecodeError, TypeError, ValueError) as error:
        raise ValueError(
            f"weights must be {ARCHIVE} or {GRAPH}, whole. Received: {str(source)!r}, "
            f"which is no TensorFlow graph: {error}."
        ) from error
    return Constants(nodes, source)
