"""The sides of images that convolutional networks serve, and their smallest maps."""

import keras


def base_map(image_shape: tuple[int, ...], largest: int) -> tuple[int, int]:
    """Return the side of the smallest map and the doublings from it to the image.

    The side is halved while it is even and above 4.

    Args:
        image_shape: ``(side, side, channels)``; the side is a multiple of 4 from 16
            to ``largest``.
        largest: The largest side served.

    Returns:
        The side of the smallest map and the number of doublings. The map has 3 to 7
        pixels where the image's side is 4, 5, 6 or 7 times a power of 2, such as 28,
        32, 48 or 80; else up to a quarter of the side, 31 for 124.

    Raises:
        ValueError: If the images are not square or their side is not served, or
            Keras is set to images whose channels come first.

    Example:
        >>> base_map((28, 28, 1), largest=128)
        (7, 2)
    """
    if keras.config.image_data_format() != "channels_last":
        raise ValueError(
            "These networks are for images (side, side, channels). Received: "
            "keras.config.image_data_format() is "
            f"{keras.config.image_data_format()!r}. Set "
            "keras.config.set_image_data_format('channels_last')."
        )
    if len(image_shape) != 3 or image_shape[0] != image_shape[1]:
        raise ValueError(
            "image_shape must be (side, side, channels). Received: "
            f"{tuple(image_shape)}. Crop or resize the images to squares, by "
            "image_size=32 as they are read (--image-size 32 on the command line)."
        )
    side = image_shape[0]
    if side % 4 or not 16 <= side <= largest:
        raise ValueError(
            f"The side of the images must be a multiple of 4 from 16 to {largest}. "
            f"Received: {side}. Resize the images, for example to "
            f"{min(max(4 * round(side / 4), 16), largest)}."
        )
    doublings = 0
    while side % 2 == 0 and side > 4:
        side, doublings = side // 2, doublings + 1
    return side, doublings
