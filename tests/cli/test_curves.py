"""Learning curves as pictures."""

import numpy as np
import pytest
from PIL import Image

from keras_gan_cli.curves import write_curves

pytestmark = pytest.mark.once


def columns(epochs, **more):
    number = np.arange(1, epochs + 1)
    return {
        "epoch": number.tolist(),
        "step": (10 * number).tolist(),
        "seconds": number.tolist(),
        "loss": (2 / number).tolist(),
        "d_loss": (1 / number).tolist(),
        "g_loss": (1 + 1 / number).tolist(),
        "real_accuracy": (1 - 0.3 / number).tolist(),
        "fake_accuracy": (0.5 + 0.1 / number).tolist(),
        **more,
    }


def has_colour(picture, colour):
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return (np.abs(picture.astype(int) - wanted).sum(-1) < 12).sum() > 20


@pytest.mark.parametrize("epochs", [1, 5, 100])
def test_all_four_curves_are_drawn(tmp_path, epochs):
    write_curves(tmp_path / "curves.png", columns(epochs), "dcgan on builtin")
    with Image.open(tmp_path / "curves.png") as file:
        picture = np.asarray(file.convert("RGB"))
    width = picture.shape[1]
    left, right = picture[:, : width // 2], picture[:, width // 2 :]
    assert has_colour(left, "#d1495b")
    assert has_colour(left, "#00798c")
    assert has_colour(right, "#edae49")
    assert has_colour(right, "#00798c")


def test_penalties_get_a_panel(tmp_path):
    write_curves(tmp_path / "a.png", columns(3), "without")
    write_curves(tmp_path / "b.png", columns(3, r1=[3.0, 2.0, 1.0]), "with")
    with Image.open(tmp_path / "a.png") as a, Image.open(tmp_path / "b.png") as b:
        assert b.width > a.width
        assert has_colour(np.asarray(b.convert("RGB")), "#66a182")


@pytest.mark.parametrize("epochs", [3, 100])
def test_what_some_epochs_lack_is_drawn_where_it_is(tmp_path, epochs):
    some = [None, *range(1, epochs)]
    write_curves(tmp_path / "curves.png", columns(epochs, val_fid=some), "changed")
    with Image.open(tmp_path / "curves.png") as file:
        assert has_colour(np.asarray(file.convert("RGB")), "#66a182")


def test_what_was_not_logged_is_not_drawn(tmp_path):
    few = {"epoch": [1, 2], "d_loss": [1.0, 0.5]}
    write_curves(tmp_path / "curves.png", few, "a subclass")
    assert (tmp_path / "curves.png").stat().st_size > 0
