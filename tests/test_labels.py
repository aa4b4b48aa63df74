"""Labels: every form that users have, in every form that networks take."""

import numpy as np
import pytest
from keras import ops

from keras_gan.labels import encode

NUMBERS = np.array([0, 2, 1, 2])
ONE_HOT = np.eye(3, dtype="float32")[NUMBERS]


def _encoded(labels: np.ndarray, label_shape: tuple) -> np.ndarray:
    return ops.convert_to_numpy(encode(ops.convert_to_tensor(labels), label_shape))


@pytest.mark.parametrize(
    "given",
    [NUMBERS, NUMBERS[:, None], NUMBERS.astype("float32"), NUMBERS.astype("uint8")],
    ids=["numbers", "column", "floats", "bytes"],
)
@pytest.mark.parametrize(
    ("label_shape", "expected"),
    [((), NUMBERS), ((1,), NUMBERS[:, None]), ((3,), ONE_HOT)],
    ids=["numbers", "column", "one-hot"],
)
def test_numbers(given: np.ndarray, label_shape: tuple, expected: np.ndarray) -> None:
    encoded = _encoded(given, label_shape)
    assert encoded.shape == expected.shape
    assert label_shape == (3,) or np.issubdtype(encoded.dtype, np.integer)
    np.testing.assert_array_equal(encoded, expected)


@pytest.mark.parametrize(
    ("label_shape", "expected"),
    [((), NUMBERS), ((1,), NUMBERS[:, None]), ((3,), ONE_HOT)],
    ids=["numbers", "column", "one-hot"],
)
def test_one_hot(label_shape: tuple, expected: np.ndarray) -> None:
    encoded = _encoded(ONE_HOT, label_shape)
    assert encoded.shape == expected.shape
    np.testing.assert_array_equal(encoded, expected)


def test_more_classes_than_there_are_labels_of() -> None:
    assert _encoded(NUMBERS, (10,)).shape == (4, 10)


def test_another_form_is_left_as_it_is() -> None:
    maps = np.random.default_rng(0).normal(size=(4, 8, 8, 2)).astype("float32")
    np.testing.assert_array_equal(_encoded(maps, (8, 8, 2)), maps)
    soft = np.random.default_rng(0).dirichlet([1, 1, 1], 4).astype("float32")
    np.testing.assert_array_equal(_encoded(soft, (3,)), soft)
