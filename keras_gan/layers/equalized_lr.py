"""Equalized learning rate: kernels of unit variance, scaled where they are used."""

import math
from typing import Any

import keras
from keras import layers

from keras_gan.arguments import checked_positive
from keras_gan.layers.reparameterized import ReparameterizedKernel


@keras.saving.register_keras_serializable(package="keras_gan")
class EqualizedLearningRate(ReparameterizedKernel):
    r"""Store the kernel as N(0, 1) and run with it times a constant.

    .. math:: \hat W = W \cdot \mathrm{gain} / \sqrt{\mathrm{fan\_in}}

    The signal is as large as with He's initial weights, and optimizers that scale
    their steps, such as Adam, learn every layer at the same relative speed. fan_in
    is the number of weights that one output sums over: all of the kernel's axes but
    the output; for an `Embedding`, which looks one row up, it is 1.

    Args:
        layer: A `Dense`, a convolution, its transpose or an `Embedding`.
        gain: Factor above 0: √2 before a ReLU, 1 for a linear output.
        seed: Integer seed of the kernel.
        keep_initializer: Whether the wrapped layer keeps its own initializer, which
            else is replaced by N(0, 1). A layer that is built keeps its kernel.
        **kwargs: ``name`` and ``trainable``, as for any layer.

    Raises:
        TypeError: If the layer is of another kind.
        ValueError: If ``gain`` is not a finite number above 0.

    Reference:
        Karras et al., 2018, Progressive Growing of GANs for Improved Quality,
        Stability, and Variation, arXiv:1710.10196, section 4.1; the constant is
        that of He et al., 2015, Delving Deep into Rectifiers, arXiv:1502.01852,
        eq. 10.

    Example:
        >>> EqualizedLearningRate(layers.Dense(4), gain=1.0)(ops.ones((2, 3))).shape
        (2, 4)
    """

    def __init__(
        self,
        layer: layers.Layer,
        gain: float = math.sqrt(2),
        seed: int | None = None,
        keep_initializer: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(layer, **kwargs)
        self.gain = checked_positive("gain", gain)
        self.seed = seed
        self.keep_initializer = keep_initializer
        if not keep_initializer:
            name = "embeddings" if self.is_embedding else "kernel"
            initializer = keras.initializers.RandomNormal(0.0, 1.0, seed)
            setattr(layer, f"{name}_initializer", initializer)

    def effective_kernel(self, kernel: Any, training: bool) -> Any:
        """Return the kernel times gain / √fan_in."""
        fan_in = 1 if self.is_embedding else math.prod(kernel.shape) // self.outputs
        return kernel * (self.gain / math.sqrt(fan_in))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "gain": self.gain,
            "seed": self.seed,
            "keep_initializer": self.keep_initializer,
        }
