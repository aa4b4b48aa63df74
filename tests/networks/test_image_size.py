"""base_map: the smallest maps, and the sides that are not served."""

from typing import Any

import keras
import pytest

from keras_gan.networks import dcgan, r3gan, resnet
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


def test_the_sides_that_have_a_small_map() -> None:
    small = [
        side for side in range(16, 513, 4) if base_map((side, side, 3), 512)[0] < 8
    ]
    assert small == sorted(n * 2**k for n in (4, 5, 6, 7) for k in range(2, 8))[:-3]


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


@pytest.mark.parametrize("network", [dcgan, resnet, r3gan])
@pytest.mark.parametrize("latent_dim", [0, -5, 2.5])
def test_latents_of_no_dimension(network: Any, latent_dim: Any) -> None:
    with pytest.raises(ValueError, match=f"Received: latent_dim={latent_dim}"):
        network.generator((16, 16, 1), latent_dim)


@pytest.mark.parametrize("network", [dcgan, resnet])
@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_maps_of_no_channels(network: Any, player: str) -> None:
    with pytest.raises(ValueError, match="filters must be a whole number, at least 1"):
        getattr(network, player)((16, 16, 1), filters=-3)
