r"""Strided convolutions whose gradients XLA computes fast on a CPU, of any order.

A convolution, its transpose, and its kernel's gradient are one trilinear form seen from
three sides:

.. math:: \langle \mathrm{conv}(x, k), g \rangle
    = \langle x, \mathrm{back}(g, k) \rangle = \langle k, \mathrm{corr}(x, g) \rangle

So the gradients of each are the other two. XLA has fast kernels for all three, which
JAX's own rule does not find: the kernel's gradient of a strided ``back``, which a
transposed convolution needs, and a penalty of D's slope, becomes a fourth kind of
convolution, 25 to 60 times as slow. Forward-mode derivatives, which no objective takes,
are not defined here.
"""

from collections.abc import Callable
from typing import Any

import jax
import keras


def conv(maps: Any, kernel: Any, strides: Any = 1, **arguments: Any) -> Any:
    """Return what `keras.ops.conv` does.

    Args:
        maps: Tensor ``(batch, height, width, channels)``, or channels first.
        kernel: Tensor ``(height, width, inputs, outputs)``.
        strides: A number, or one for each axis.
        **arguments: As for `keras.ops.conv`.

    Example:
        >>> conv(jnp.ones((1, 4, 4, 2)), jnp.ones((2, 2, 2, 3)), 2).shape
        (1, 2, 2, 3)
    """
    kernel = keras.ops.convert_to_tensor(kernel)
    maps = keras.ops.convert_to_tensor(maps, kernel.dtype)

    def plain(x: Any, k: Any) -> Any:
        return keras.ops.conv(x, k, strides, **arguments)

    if not _strided(strides):
        return plain(maps, kernel)
    forth, _ = _sides(plain, _transposed(plain, maps), kernel)
    return forth(maps, kernel)


def conv_transpose(maps: Any, kernel: Any, strides: Any = 1, **arguments: Any) -> Any:
    """Return what `keras.ops.conv_transpose` does.

    Args:
        maps: Tensor ``(batch, height, width, channels)``, or channels first.
        kernel: Tensor ``(height, width, outputs, inputs)``.
        strides: A number, or one for each axis.
        **arguments: As for `keras.ops.conv_transpose`.

    Example:
        >>> conv_transpose(jnp.ones((1, 2, 2, 3)), jnp.ones((2, 2, 4, 3)), 2).shape
        (1, 4, 4, 4)
    """
    kernel = keras.ops.convert_to_tensor(kernel)
    maps = keras.ops.convert_to_tensor(maps, kernel.dtype)

    def plain(g: Any, k: Any) -> Any:
        return keras.ops.conv_transpose(g, k, strides, **arguments)

    if not _strided(strides):
        return plain(maps, kernel)
    _, back = _sides(_transposed(plain, maps), plain, kernel)
    return back(maps, kernel)


def _sides(conv: Callable, transpose: Callable, kernel: Any) -> tuple:
    """Return a convolution and its transpose, both differentiated by what they are."""
    corr_of = _transposed(lambda k, x: conv(x, k), kernel)

    @jax.custom_vjp
    def forth(x: Any, k: Any) -> Any:
        return conv(x, k)

    @jax.custom_vjp
    def back(g: Any, k: Any) -> Any:
        return transpose(g, k)

    @jax.custom_vjp
    def corr(x: Any, g: Any) -> Any:
        return corr_of(g, x)

    _differentiate(forth, lambda x, k, g: (back(g, k), corr(x, g)))
    _differentiate(back, lambda g, k, x: (forth(x, k), corr(x, g)))
    _differentiate(corr, lambda x, g, k: (back(g, k), forth(x, k)))
    return forth, back


def _differentiate(function: Any, gradients: Callable) -> None:
    """Define both gradients of a function, of its arguments and what reaches it."""
    function.defvjp(
        lambda *arguments: (function(*arguments), arguments),
        lambda arguments, reached: gradients(*arguments, reached),
    )


def _transposed(bilinear: Callable, first: Any) -> Callable:
    """Return the transpose of ``bilinear(first, second)`` in its first argument."""
    like = jax.ShapeDtypeStruct(first.shape, first.dtype)

    def transposed(reached: Any, second: Any) -> Any:
        return jax.linear_transpose(lambda x: bilinear(x, second), like)(reached)[0]

    return transposed


def _strided(strides: Any) -> bool:
    return max(strides if isinstance(strides, list | tuple) else [strides]) > 1
