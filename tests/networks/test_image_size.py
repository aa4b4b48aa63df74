"""base_map: the smallest maps, and the sides that are not served."""

import keras
import pytest

from keras_gan.networks.image_size import base_map


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        (16, (4, 2)),
        (24, (3, 3)),
        (28, (7, 2)),
        (36, (9, 2)),
        (64, (4, 4)),
        (100, (25, 2)),
        (512, (4, 7)),
    ],
)
def test_smallest_map(side: int, expected: tuple[int, int]) -> None:
    assert base_map((side, side, 3), largest=512) == expected


@pytest.mark.parametrize(
    ("side", "nearest"), [(12, 16), (31, 32), (132, 128), (0, 16), (27, 28)]
)
def test_sides_that_are_not_served(side: int, nearest: int) -> None:
    with pytest.raises(
        ValueError, match=f"from 16 to 128. Received: {side}. .* {nearest}."
    ):
        base_map((side, side, 1), largest=128)


@pytest.mark.parametrize("shape", [(28, 32, 1), (28, 28), (28,)])
def test_images_that_are_not_square(shape: tuple[int, ...]) -> None:
    with pytest.raises(
        ValueError, match=r"image_shape must be .*Crop or resize"
    ) as error:
        base_map(shape, largest=128)
    assert str(shape) in str(error.value)


def test_channels_that_come_first() -> None:
    keras.config.set_image_data_format("channels_first")
    try:
        with pytest.raises(ValueError, match="channels_first"):
            base_map((32, 32, 3), 128)
    finally:
        keras.config.set_image_data_format("channels_last")
