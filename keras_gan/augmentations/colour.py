"""Changes of colour, one draw per sample, as plain functions of images and draws.

Images are ``(batch, height, width, channels)``, floating-point, scaled to [-1, 1];
a draw is a tensor ``(batch,)``. Nothing is clipped, so that no gradient is lost.
"""

from typing import Any

from keras import ops


def brightness(images: Any, shift: Any) -> Any:
    """Add a constant to each image.

    Args:
        images: Images, ``(batch, height, width, channels)``.
        shift: What is added, ``(batch,)``; 2 is from black to white.

    Returns:
        Images of the same shape.

    Example:
        >>> brightness(ops.zeros((1, 2, 2, 1)), ops.convert_to_tensor([0.5]))
    """
    return images + per_image(shift, images)


def saturation(images: Any, factor: Any) -> Any:
    """Scale each pixel's channels about their mean; no change on one channel.

    Args:
        images: Images, ``(batch, height, width, channels)``.
        factor: The factors, ``(batch,)``; 0 makes grey, 1 changes nothing.

    Returns:
        Images of the same shape.

    Example:
        >>> saturation(ops.ones((1, 2, 2, 3)), ops.convert_to_tensor([0.0]))
    """
    if images.shape[-1] == 1:
        return images
    grey = ops.mean(images, axis=-1, keepdims=True)
    return grey + (images - grey) * per_image(factor, images)


def contrast(images: Any, factor: Any) -> Any:
    """Scale each image about its own mean, over pixels and channels.

    Args:
        images: Images, ``(batch, height, width, channels)``.
        factor: The factors, ``(batch,)``; 1 changes nothing.

    Returns:
        Images of the same shape.

    Example:
        >>> contrast(ops.ones((1, 2, 2, 1)), ops.convert_to_tensor([2.0]))  # 1
    """
    mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    return mean + (images - mean) * per_image(factor, images)


def gain(images: Any, factor: Any) -> Any:
    """Scale each image about 0, the middle grey.

    Args:
        images: Images, ``(batch, height, width, channels)``.
        factor: The factors, ``(batch,)``; 1 changes nothing.

    Returns:
        Images of the same shape.

    Example:
        >>> gain(ops.ones((1, 2, 2, 1)), ops.convert_to_tensor([2.0]))  # 2
    """
    return images * per_image(factor, images)


def luma_flip(images: Any) -> Any:
    """Turn light into dark and keep the hue: mirror at the plane of no luma.

    On one channel it is the negative.

    Args:
        images: Images, ``(batch, height, width, channels)``.

    Returns:
        Images of the same shape.

    Example:
        >>> luma_flip(ops.ones((1, 2, 2, 1)))  # -1
    """
    return images - 2 * ops.mean(images, axis=-1, keepdims=True)


def hue(images: Any, angle: Any) -> Any:
    """Rotate each pixel's colour about the grey axis; three channels only.

    Args:
        images: Images, ``(batch, height, width, channels)``.
        angle: Angles in radians, ``(batch,)``; 2π/3 takes red to green.

    Returns:
        Images of the same shape, and those of other than three channels as they
        are.

    Example:
        >>> hue(ops.ones((1, 2, 2, 3)), ops.convert_to_tensor([1.0]))  # grey stays
    """
    if images.shape[-1] != 3:
        return images
    grey = ops.mean(images, axis=-1, keepdims=True)
    # Rodrigues' formula about (1, 1, 1) / √3.
    across = (ops.roll(images, 1, axis=-1) - ops.roll(images, -1, axis=-1)) / 3**0.5
    cosine, sine = (per_image(f(angle), images) for f in (ops.cos, ops.sin))
    return grey + (images - grey) * cosine + across * sine


def per_image(draws: Any, images: Any) -> Any:
    """Return draws ``(batch,)`` as ``(batch, 1, 1, 1)``, in the images' own type.

    Example:
        >>> per_image(ops.ones((2,)), ops.ones((2, 4, 4, 1))).shape
        (2, 1, 1, 1)
    """
    return ops.cast(ops.reshape(draws, (-1, 1, 1, 1)), images.dtype)
