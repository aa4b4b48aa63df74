"""The benchmark of stacked images: stacks, and scores of classes that are known."""

from pathlib import Path

import numpy as np
import pytest
import stacked

from keras_gan import datasets


def brightness(images: np.ndarray) -> np.ndarray:
    """A classifier of images that are all of one value, a tenth of their class."""
    assert images.shape[1:] == (2, 2, 1)
    return (10 * images[:, 0, 0, 0]).round().astype(int)


def stacks_of(numbers: list[int]) -> np.ndarray:
    digits = np.array([[n // 100, n // 10 % 10, n % 10] for n in numbers]) / 10
    return np.broadcast_to(digits[:, None, None], (len(numbers), 2, 2, 3))


def test_every_class_is_a_mode() -> None:
    result = stacked.score(stacks_of(list(range(1000))), brightness)
    assert result["modes"] == 1000
    assert result["kl"] == pytest.approx(0.0, abs=1e-12)


def test_the_same_digits_in_another_order_are_another_class() -> None:
    result = stacked.score(stacks_of([123, 321, 123, 123]), brightness)
    assert result["modes"] == 2
    expected = 0.75 * np.log(750) + 0.25 * np.log(250)
    assert result["kl"] == pytest.approx(expected)


def test_real_stacks_take_each_channel_from_an_image_of_its_own() -> None:
    images = np.arange(50.0).reshape(50, 1, 1, 1)
    stacks = stacked.real_stacks(images, 200, seed=1)
    assert stacks.shape == (200, 1, 1, 3)
    assert set(stacks.ravel()) <= set(images.ravel())
    r, g, b = stacks[:, 0, 0].T
    for one, other in ((r, g), (g, b), (r, b)):
        assert np.mean(one == other) < 0.1


def test_training_stacks_are_of_built_in_images() -> None:
    data = stacked.stacked(64, seed=1)
    assert int(data.cardinality()) == 10_000 // 64
    batch = next(iter(data)).numpy()
    assert batch.shape == (64, 28, 28, 3)
    builtin = datasets.open_source("builtin").batches(10_000, shuffle=False)
    known = {image.tobytes() for image in next(iter(builtin)).numpy()}
    channels = np.moveaxis(batch, -1, 0)
    assert all(image.tobytes() in known for image in channels.reshape(-1, 784))
    assert not np.array_equal(channels[0], channels[1])
    assert not np.array_equal(channels[1], channels[2])


def test_the_table_and_the_picture(tmp_path: Path) -> None:
    rows = [
        {"modes": m, "kl": 1.0, "distance": 20.0, "finite": m > 100}
        | {"seconds": 60.0 * m, "scored_at": [5, 1000]}
        for m in (100, 300)
    ]
    table = stacked.table({"dcgan": rows}, {"modes": 1000, "kl": 0.02})
    *_, real, row = table.splitlines()
    assert real == "| real test images | 1 | 1000 | | 0.020 | | | |"
    assert row == (
        "| dcgan (1 lost) | 2 | 200.0 ± 141.4 | 100 | 1.000 ± 0.000 | 20.0 ± 0.0 "
        "| 1,000 | 200.0 ± 141.4 |"
    )
    title = stacked.title("dcgan", rows[0])
    assert title == "dcgan: 100 modes, KL 1.00"
    shown = {title: np.zeros((32, 28, 28, 3), "float32")}
    stacked.picture(shown, tmp_path / "stacked.png")
    assert (tmp_path / "stacked.png").read_bytes().startswith(b"\x89PNG")


def test_a_recipe_that_is_told_classes_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit):
        stacked.main(["--recipes", "cgan", "--out", str(tmp_path)])
    assert "cgan is told classes" in capsys.readouterr().err
