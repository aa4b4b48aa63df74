"""Bring images to a wanted size and number of channels, in TensorFlow."""

from typing import TYPE_CHECKING, Any

from keras_gan.arguments import is_whole

if TYPE_CHECKING:
    import tensorflow as tf

_LARGEST = 2**14  # side in pixels

# Rec. 601 luma, which is also what Pillow's mode "L" uses.
_LUMA = (0.299, 0.587, 0.114)


def parse_image_size(image_size: Any) -> tuple[int, int] | None:
    """Check an `image_size` argument.

    Args:
        image_size: None, a side in pixels, or a pair (height, width).

    Returns:
        None, or (height, width).

    Raises:
        ValueError: if it is anything else.
    """
    if image_size is None:
        return None
    sides = image_size if isinstance(image_size, tuple | list) else (image_size,) * 2
    if len(sides) != 2 or not all(
        is_whole(side) and 1 <= side <= _LARGEST for side in sides
    ):
        raise ValueError(
            f"image_size={image_size!r}: expected a side in pixels (a whole number "
            f"from 1 to {_LARGEST}), a pair (height, width), or None for the images' "
            "own size."
        )
    return int(sides[0]), int(sides[1])


def check_channels(channels: Any) -> None:
    """Raise a ValueError unless `channels` is 1, 3 or None."""
    if channels is not None and not (is_whole(channels) and channels in (1, 3)):
        raise ValueError(
            f"channels={channels!r}: expected 1 (grey), 3 (colour), or None for the "
            "images' own."
        )


def check_recolouring(source: str, own: int, channels: int | None) -> None:
    """Raise a ValueError unless images of `own` channels can be given `channels`."""
    if channels not in (None, own) and own not in (1, 3):
        raise ValueError(
            f"{source}: its images have {own} channels, and only images of 1 or 3 "
            f"channels can be converted to channels={channels}. Leave channels out."
        )


def convert_images(
    images: "tf.Tensor", size: tuple[int, int] | None, channels: int | None
) -> "tf.Tensor":
    """Crop, resize and recolour images, keeping their dtype and range.

    The largest centred window of the wanted shape is cut out and resized with an
    antialiased bicubic filter: nothing is stretched. Grey becomes colour by
    repetition, colour becomes grey by Rec. 601 luma.

    Args:
        images: uint8, or float within [-1, 1], of shape (..., height, width, c);
            c must be known statically.
        size: (height, width) wanted, or None to keep the size.
        channels: 1, 3, or None to keep the channels.

    Returns:
        The images, of shape (..., *size, channels) and of the same dtype.

    Example:
        >>> import tensorflow as tf
        >>> convert_images(tf.zeros((7, 40, 30, 3), "uint8"), (16, 16), 1).shape
        TensorShape([7, 16, 16, 1])
    """
    import tensorflow as tf

    dtype = images.dtype
    if channels == 3 and images.shape[-1] == 1:
        images = tf.repeat(images, 3, axis=-1)
    elif channels == 1 and images.shape[-1] == 3:
        weighted = tf.cast(images, tf.float32) * tf.constant(_LUMA)
        images = _to_dtype(tf.reduce_sum(weighted, -1, keepdims=True), dtype)
    if size is None or tuple(images.shape[-3:-1]) == size:
        return images
    resized = tf.image.resize(
        _center_crop(images, size), size, method="bicubic", antialias=True
    )
    return _to_dtype(resized, dtype)


def _center_crop(images: "tf.Tensor", size: tuple[int, int]) -> "tf.Tensor":
    """The largest centred window that has the shape of `size`."""
    import tensorflow as tf

    height, width = tf.unstack(tf.shape(images)[-3:-1])
    crop_height = tf.clip_by_value(width * size[0] // size[1], 1, height)
    crop_width = tf.clip_by_value(height * size[1] // size[0], 1, width)
    top, left = (height - crop_height) // 2, (width - crop_width) // 2
    return images[..., top : top + crop_height, left : left + crop_width, :]


def _to_dtype(images: "tf.Tensor", dtype: "tf.DType") -> "tf.Tensor":
    """Float images back to their dtype and range (a bicubic filter overshoots)."""
    import tensorflow as tf

    if dtype.is_floating:
        return tf.clip_by_value(tf.cast(images, dtype), -1, 1)
    return tf.cast(tf.clip_by_value(tf.round(images), 0, 255), dtype)
