"""Statistics of real samples on disk."""

import numpy as np
import pytest

from keras_gan.files import cache
from keras_gan.metrics import real_statistics
from keras_gan.metrics.accumulators import Moments, Rows
from keras_gan.metrics.real_statistics import Content


@pytest.fixture(autouse=True)
def _empty(monkeypatch, tmp_path):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))


def digest(*batches):
    content = Content()
    for batch in batches:
        content.add(batch)
    return content.digest()


def test_content_is_the_set_of_samples_in_any_order(images, rng):
    order = rng.permutation(len(images))
    assert digest(images) == digest(images[order][:5], images[order][5:])


def test_content_differs_for_other_samples(images):
    other = images.copy()
    other[3, 7, 7, 0] += 1e-6
    twice = np.concatenate([images, images[:1]])
    several = [images, other, images[:-1], twice, images[..., 0], images.astype("f8")]
    assert len({digest(x) for x in several}) == len(several)


@pytest.mark.parametrize("kind", [Moments, Rows])
def test_what_was_kept_is_loaded(kind, rng):
    path = real_statistics.file_for("c", "extractor", "features", kind.kind)
    kept, loaded = kind(), kind()
    assert not real_statistics.load(path, loaded)
    kept.add(rng.standard_normal((5, 3)))
    real_statistics.save(path, kept)
    assert real_statistics.load(path, loaded)
    assert loaded.count == kept.count == 5
    for name, array in kept.arrays().items():
        np.testing.assert_array_equal(loaded.arrays()[name], array)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_files_are_named_by_all_that_matters():
    parts = ["c", "extractor", "features", "rows"]
    names = {real_statistics.file_for(*parts)}
    for i in range(4):
        changed = [*parts]
        changed[i] += "2"
        names.add(real_statistics.file_for(*changed))
    assert len(names) == 5


@pytest.mark.parametrize("damage", ["cut", "empty", "other", "method"])
def test_a_damaged_file_is_not_used(damage, rng):
    path = real_statistics.file_for("c", "extractor", "features", "rows")
    kept = Rows()
    kept.add(rng.standard_normal((50, 3)))
    real_statistics.save(path, kept)
    whole = path.read_bytes()
    entry = whole.index(b"PK\1\2") + 10  # how the first array is compressed
    contents = {
        "cut": whole[: len(whole) // 2],
        "empty": b"",
        "other": b"x" * 99,
        "method": whole[:entry] + b"\4" + whole[entry + 1 :],  # zipfile has none such
    }
    path.write_bytes(contents[damage])
    loaded = Rows()
    with pytest.warns(UserWarning, match="unreadable"):
        assert not real_statistics.load(path, loaded)
    assert loaded.count == 0


def test_a_folder_that_cannot_be_written_to_costs_time_only(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv(cache.VARIABLE, str(blocked))
    kept = Rows()
    kept.add(np.zeros((2, 2)))
    path = real_statistics.file_for("c", "extractor", "features", "rows")
    with pytest.warns(UserWarning, match=f"could not be kept.*{cache.VARIABLE}"):
        real_statistics.save(path, kept)
