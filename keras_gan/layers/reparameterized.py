"""ReparameterizedKernel: run a layer with another kernel than the one it stores."""

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import keras
from keras import layers, ops

_TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
_ACCEPTED = (
    layers.Dense,
    layers.Conv1D,
    layers.Conv2D,
    layers.Conv3D,
    *_TRANSPOSED,
    layers.Embedding,
)

# The kernels that layers run with inside `shared_kernels`, by the layers' ids.
_SHARED: ContextVar[Mapping[int, Any]] = ContextVar("shared")


@contextlib.contextmanager
def shared_kernels(network: Any) -> Iterator[None]:
    """Compute a network's effective kernels once, for all training calls inside.

    Of its layers, and of those within nested models; a layer inside of another
    computes its own at each call, as all do outside of this scope. The weights must
    not be updated inside.

    Args:
        network: A model.

    Example:
        >>> with shared_kernels(discriminator):
        ...     real_logits = discriminator(real, training=True)
        ...     fake_logits = discriminator(fake, training=True)
    """
    kernels = {id(layer): layer.running_kernel(True) for layer in _found_in(network)}
    token = _SHARED.set(kernels)
    try:
        yield
    finally:
        _SHARED.reset(token)


def _found_in(network: Any) -> "Iterator[ReparameterizedKernel]":
    for layer in getattr(network, "layers", []):
        if isinstance(layer, ReparameterizedKernel) and layer.built:
            yield layer
        yield from _found_in(layer)


class ReparameterizedKernel(layers.Wrapper):
    """Run the wrapped layer with a function of its kernel in place of the kernel.

    The stored kernel stays the trainable weight, and nothing is ever assigned to
    it: gradients reach it through the function. A subclass writes
    `effective_kernel`. The wrapped layer keeps its own dtype policy; the function
    sees the kernel as it is stored, in float32 under mixed precision.

    Args:
        layer: A `Dense`, `Conv1D`, `Conv2D` or `Conv3D`, one of these convolutions'
            transposes, or an `Embedding`.
        **kwargs: ``name`` and ``trainable``, as for any layer.

    Raises:
        TypeError: If the layer is of another kind.
        ValueError: If the layer has an activity regularizer, or a ``dtype`` is
            given here and not to the wrapped layer.

    Example:
        >>> class Standardized(ReparameterizedKernel):
        ...     def effective_kernel(self, kernel, training):
        ...         return (kernel - ops.mean(kernel)) / (ops.std(kernel) + 1e-6)
        >>> Standardized(layers.Dense(4))(ops.ones((2, 3))).shape
        (2, 4)
    """

    def __init__(self, layer: layers.Layer, **kwargs: Any) -> None:
        if not isinstance(layer, _ACCEPTED):
            accepted = ", ".join(kind.__name__ for kind in _ACCEPTED)
            raise TypeError(
                f"{type(self).__name__} wraps a layer with one kernel: {accepted}. "
                f"Received: layer={layer!r}."
            )
        if layer.activity_regularizer is not None:
            raise ValueError(
                f"{type(self).__name__} would lose the wrapped layer's activity "
                "regularizer. Received: activity_regularizer="
                f"{layer.activity_regularizer!r}. Put an ActivityRegularization "
                "layer after it."
            )
        if "dtype" in kwargs:
            raise ValueError(
                "Give dtype to the wrapped layer. Received: "
                f"dtype={kwargs['dtype']!r} for {type(self).__name__}."
            )
        # No cast happens here: inputs and kernel reach the wrapped layer as they
        # are, and its own policy casts them.
        super().__init__(layer, dtype=layer.variable_dtype, autocast=False, **kwargs)

    @property
    def kernel(self) -> keras.Variable:
        """The stored kernel, or the stored table of an embedding."""
        return self.layer.embeddings if self.is_embedding else self.layer.kernel

    @property
    def is_embedding(self) -> bool:
        """Whether the wrapped layer is an `Embedding`."""
        return isinstance(self.layer, layers.Embedding)

    @property
    def outputs(self) -> int:
        """Length of the kernel's output axis."""
        # Kernels of transposed convolutions are (..., out, in) in Keras.
        return self.kernel.shape[-2 if isinstance(self.layer, _TRANSPOSED) else -1]

    @property
    def activation(self) -> Any:
        """The wrapped layer's activation function, if it has one."""
        return getattr(self.layer, "activation", None)

    def effective_kernel(self, kernel: Any, training: bool) -> Any:
        """Return the kernel to run with.

        Args:
            kernel: The stored kernel as a tensor, float32 (or float64).
            training: Whether the layer is called in training mode.

        Returns:
            Tensor of the same shape.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define `effective_kernel(kernel, training)`."
        )

    def kernel_matrix(self, kernel: Any) -> Any:
        """Return a kernel as a matrix: the output axis last, all others flattened."""
        if isinstance(self.layer, _TRANSPOSED):
            kernel = ops.swapaxes(kernel, -1, -2)
        return ops.reshape(kernel, (-1, self.outputs))

    def running_kernel(self, training: bool) -> Any:
        """Return the effective kernel of the weights as they are now."""
        stored = ops.cast(self.kernel, _computing_dtype(self.kernel.dtype))
        return self.effective_kernel(stored, training)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Run the wrapped layer with the effective kernel."""
        kernel = self.kernel
        shared = _SHARED.get({}).get(id(self)) if training else None
        if shared is None:
            shared = self.running_kernel(bool(training))
        mapping = [(kernel, shared)]
        # A scope does not see the one around it, so it has to map them all.
        mapping += [(v, v.value) for v in self.layer.variables if v is not kernel]
        with keras.StatelessScope(mapping, initialize_variables=False):
            return self.layer(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the wrapped layer's output shape."""
        return self.layer.compute_output_shape(input_shape)

    def compute_output_spec(self, inputs: Any, training: bool | None = None) -> Any:
        """Return the shape and the dtype of the wrapped layer's output."""
        return self.layer.compute_output_spec(inputs)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        config = super().get_config()
        del config["dtype"]  # the wrapped layer's
        return config


def _computing_dtype(dtype: str) -> str:
    return keras.backend.result_type(dtype, "float32")
