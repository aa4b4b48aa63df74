"""Spectral normalization: a layer whose kernel has the largest singular value 1."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import keras
from keras import ops

from keras_gan.arguments import checked_count
from keras_gan.layers.reparameterized import ReparameterizedKernel

# Norms below this are taken for 0.
_TINY = 1e-12

# The layers that have iterated inside `iterate_once`, by id; None outside of it.
_ITERATED: ContextVar[set[int] | None] = ContextVar("iterated", default=None)


@contextlib.contextmanager
def iterate_once() -> Iterator[set[int]]:
    """Let each `SpectralNormalization` iterate in its first training call alone.

    A discriminator is called several times in one update: on real samples, on fake
    ones, in penalties. Inside this scope all of those calls divide by one σ, that of
    the first call. A scope within another is part of the outer one.

    Yields:
        The layers that have iterated, by id. Clear it where a new update begins.

    Example:
        >>> with iterate_once():
        ...     real_logits = discriminator(real, training=True)
        ...     fake_logits = discriminator(fake, training=True)
    """
    outer = _ITERATED.get()
    iterated = set() if outer is None else outer
    token = _ITERATED.set(iterated)
    try:
        yield iterated
    finally:
        _ITERATED.reset(token)


@keras.saving.register_keras_serializable(package="keras_gan")
class SpectralNormalization(ReparameterizedKernel):
    r"""Divide the kernel by an estimate of its largest singular value.

    .. math::
        \bar W = W / \sigma(W), \quad \sigma(W) = v^\top W u, \quad
        v = W u / \|W u\|

    with W the kernel as a matrix, the output axis last. The vector u is state: a
    training call first moves it by a power iteration,
    :math:`u \leftarrow W^\top v / \|W^\top v\|`; inference leaves it alone. The
    gradient flows through σ with u and v held constant. A kernel of zeros is left as
    it is.

    Every training call iterates, unless `iterate_once` says otherwise.

    Args:
        layer: A `Dense`, a convolution, its transpose or an `Embedding`.
        power_iterations: Iterations in a training call, at least 1.
        seed: Integer seed of the first u.
        **kwargs: ``name`` and ``trainable``, as for any layer.

    Raises:
        TypeError: If the layer is of another kind.
        ValueError: If ``power_iterations`` is not a whole number above 0.

    Reference:
        Miyato et al., 2018, Spectral Normalization for Generative Adversarial
        Networks, arXiv:1802.05957, eq. 8 and algorithm 1.

    Example:
        >>> dense = SpectralNormalization(layers.Dense(4), seed=0)
        >>> dense(ops.ones((2, 3)), training=True).shape
        (2, 4)
    """

    def __init__(
        self,
        layer: keras.layers.Layer,
        power_iterations: int = 1,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(layer, **kwargs)
        self.power_iterations = checked_count("power_iterations", power_iterations, 1)
        self.seed = seed

    def build(self, input_shape: Any = None) -> None:
        """Build the wrapped layer and the vector u."""
        super().build(input_shape)
        # v follows from u, so that σ = ‖Wu‖ is never negative; u alone is stored.
        self.u = self.add_weight(
            shape=(self.outputs,),
            initializer=keras.initializers.RandomNormal(0.0, 1.0, self.seed),
            trainable=False,
            aggregation="only_first_replica",
            name="u",
        )

    def effective_kernel(self, kernel: Any, training: bool) -> Any:
        """Return the kernel divided by σ."""
        matrix = self.kernel_matrix(kernel)
        u = ops.cast(self.u, kernel.dtype)
        if training and self._may_iterate():
            u = _iterated(ops.stop_gradient(matrix), u, self.power_iterations)
            self.u.assign(u)
        # Normalized once more: u may be stored coarsely, or averaged with others.
        image = ops.matmul(matrix, _unit(u))
        sigma = ops.sum(image * _unit(ops.stop_gradient(image)))
        return kernel / ops.where(sigma > _TINY, sigma, 1.0)

    def _may_iterate(self) -> bool:
        iterated = _ITERATED.get()
        if iterated is None:
            return True
        first = id(self) not in iterated
        iterated.add(id(self))
        return first

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "power_iterations": self.power_iterations,
            "seed": self.seed,
        }


def _iterated(matrix: Any, u: Any, iterations: int) -> Any:
    """Return u after power iterations; the same where the matrix shows no direction."""
    for _ in range(iterations):
        image = ops.matmul(_unit(ops.matmul(matrix, u)), matrix)
        length = ops.norm(image)
        u = ops.where(length > _TINY, image / ops.maximum(length, _TINY), u)
    return u


def _unit(vector: Any) -> Any:
    """Divide by the length. Not to be differentiated, as a length of 0 is not."""
    return vector / ops.maximum(ops.norm(vector), _TINY)
