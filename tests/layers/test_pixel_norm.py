"""PixelNormalization: the root mean square over the last axis."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan.layers import PixelNormalization


@pytest.mark.parametrize("shape", [(3, 5), (2, 2, 3, 5)])
def test_features_are_divided_by_their_root_mean_square(
    shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    x = rng.normal(size=shape)
    outputs = ops.convert_to_numpy(PixelNormalization(0.5)(ops.cast(x, "float32")))
    mean_square = sum(x[..., i] ** 2 for i in range(5)) / 5
    np.testing.assert_allclose(
        outputs, x / np.sqrt(mean_square + 0.5)[..., None], rtol=1e-5
    )


def test_low_precision_is_computed_in_float32() -> None:
    """Squares above 65504 overflow float16, and ε is below its smallest number."""
    x = ops.cast(np.array([[1000.0, -1000.0], [0.0, 0.0]]), "float16")
    outputs = PixelNormalization(dtype="float16")(x)
    assert keras.backend.standardize_dtype(outputs.dtype) == "float16"
    np.testing.assert_allclose(
        ops.convert_to_numpy(outputs), [[1, -1], [0, 0]], rtol=1e-3
    )


def test_configuration_and_bad_epsilon() -> None:
    layer = PixelNormalization(1e-3, name="a")
    assert PixelNormalization.from_config(layer.get_config()).epsilon == 1e-3
    assert layer.compute_output_shape((None, 4, 4, 8)) == (None, 4, 4, 8)
    with pytest.raises(ValueError, match="Received: epsilon=0"):
        PixelNormalization(0)
