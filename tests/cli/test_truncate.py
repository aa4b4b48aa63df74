"""keras-gan truncate."""

import keras
import numpy as np
from PIL import Image

from tests.cli.conftest import CLASSES, SIDE

STEP = SIDE * 7 + 2


def test_array(call, run, tmp_path):
    out = tmp_path / "sweep.npy"
    options = ("--psi", "0,0.5,1", "-n", 4, "--labels", "2,1", "--seed", 3)
    assert call("truncate", run, "--out", out, *options)[0] == 0
    gan = keras.saving.load_model(run / "model.keras")
    sweep = np.load(out)
    assert sweep.shape == (3, 4, SIDE, SIDE, 1)
    for row, psi in zip(sweep, (0, 0.5, 1), strict=True):
        expected = gan.generate(4, labels=[2, 2, 1, 1], seed=3, truncation=psi)
        np.testing.assert_allclose(row, expected, atol=1e-6)


def test_picture_has_a_named_row_for_each_psi(call, run, tmp_path):
    out = tmp_path / "sweep.png"
    assert call("truncate", run, "--out", out, "--psi", "0.25,1")[0] == 0
    with Image.open(out) as picture:
        pixels = np.asarray(picture)
    assert pixels.shape[0] == 2 * STEP + 2
    margin = pixels[:, : -(CLASSES * STEP + 2)]
    assert margin.shape[1] > 30
    for half in (margin[: STEP + 1], margin[STEP + 1 :]):
        assert half.min() < 100  # letters
    assert list(tmp_path.iterdir()) == [out]
