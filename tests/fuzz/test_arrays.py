"""NumPy files: .npy and .npz, damaged in their headers, archives and arrays."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_gan.datasets.arrays import open_arrays
from tests.fuzz.mutations import changed_bytes, some

pytestmark = pytest.mark.slow


def seeds():
    """Files by name, of some kinds of numbers."""
    rng = np.random.default_rng(0)
    whole = rng.integers(0, 256, (5, 16, 16), np.uint8)
    real = rng.uniform(-1, 1, (3, 8, 8, 3)).astype("float32")
    labels = np.array([0, 2, 1, 1, 0])
    for name, save, arrays in (
        ("whole.npy", np.save, {"arr": whole}),
        ("real.npy", np.save, {"arr": real}),
        ("labels.npz", np.savez, {"images": whole, "labels": labels}),
        ("packed.npz", np.savez_compressed, {"x": real, "y": labels[:3]}),
    ):
        buffer = io.BytesIO()
        save(buffer, **arrays)
        yield name, buffer.getvalue()


def packed(change, content):
    """An .npz file with its first array changed, and a checksum that fits."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    first = next(iter(members))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as new:
        for name, member in members.items():
            new.writestr(name, change(member) if name == first else member)
    return buffer.getvalue()


@pytest.mark.filterwarnings("ignore")  # NumPy warns of some headers that it reads
def test_each_is_read_or_refused(guard):
    files = dict(seeds())

    @some("arrays")
    @given(st.sampled_from(list(files)), changed_bytes(3), st.booleans())
    def each(name, change, inside):
        path = guard.folder / name
        inside = inside and name.endswith(".npz")
        content = files[name]
        path.write_bytes(packed(change, content) if inside else change(content))
        source = guard.run(lambda: open_arrays(path))
        assert source is None or len(source.examples) == source.size

    each()
    guard.check("arrays", used=100)
