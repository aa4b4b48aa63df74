"""Conditional batch normalization: a scale and a shift for each class."""

from typing import Any

import keras
from keras import layers, ops

from keras_gan.arguments import checked_count
from keras_gan.layers.batch_norm import BatchNormalization


@keras.saving.register_keras_serializable(package="keras_gan")
class ConditionalBatchNormalization(layers.Layer):
    r"""Normalize a batch, then scale and shift each sample as its class says.

    .. math:: \gamma_y \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta_y

    The statistics are those of `BatchNormalization`, over all classes
    alike; γ begins at 1 and β at 0 for every class. Called on ``[x, labels]``: ``x``
    of shape ``(batch, ..., channels)`` and class numbers ``(batch,)``.

    Args:
        num_classes: Number of classes, at least 1.
        momentum: Share of the moving statistics kept at a step, in [0, 1).
        epsilon: Added to the variance, above 0.
        **kwargs: ``name``, ``dtype`` and ``trainable``, as for any layer.

    Raises:
        ValueError: If an argument is out of range, or the layer is called on
            anything but two inputs.

    Reference:
        Dumoulin, Shlens, Kudlur, 2017, A Learned Representation for Artistic
        Style, arXiv:1610.07629, eq. 5; de Vries et al., 2017, Modulating Early
        Visual Processing by Language, arXiv:1707.00683, section 3.

    Example:
        >>> norm = ConditionalBatchNormalization(num_classes=10)
        >>> norm([ops.ones((2, 4, 4, 8)), ops.array([3, 7])], training=True).shape
        (2, 4, 4, 8)
    """

    def __init__(
        self,
        num_classes: int,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must be in [0, 1). Received: {momentum!r}.")
        if not epsilon > 0:
            raise ValueError(f"epsilon must be above 0. Received: {epsilon!r}.")
        self.num_classes = checked_count("num_classes", num_classes, 1)
        self.momentum = momentum
        self.epsilon = epsilon
        self.normalization = BatchNormalization(
            momentum=momentum,
            epsilon=epsilon,
            center=False,
            scale=False,
            dtype=self.dtype_policy,
            name="normalization",
        )

    def build(self, input_shape: Any) -> None:
        """Make the statistics, and a scale and a shift for each class."""
        inputs_shape, _ = _pair(input_shape)
        self.normalization.build(inputs_shape)
        table = (self.num_classes, inputs_shape[-1])
        self.gamma = self.add_weight(shape=table, initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=table, initializer="zeros", name="beta")

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Return the normalized samples, scaled and shifted by class."""
        x, labels = _pair(inputs)
        x = self.normalization(x, training=training)
        labels = ops.cast(labels, "int32")
        per_class = (-1,) + (1,) * (len(x.shape) - 2) + (x.shape[-1],)
        gamma, beta = (
            ops.reshape(ops.take(table, labels, axis=0), per_class)
            for table in (self.gamma, self.beta)
        )
        return gamma * x + beta

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the samples."""
        return tuple(_pair(input_shape)[0])

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
        }


def _pair(inputs: Any) -> Any:
    two = isinstance(inputs, list | tuple) and len(inputs) == 2
    if not two or isinstance(inputs[0], int | None):  # a single shape is a tuple, too
        raise ValueError(
            "ConditionalBatchNormalization is called on two inputs, [x, labels]. "
            f"Received: {inputs!r}."
        )
    return inputs
