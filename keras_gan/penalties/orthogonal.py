"""Orthogonal regularization: the columns of every kernel at right angles."""

from typing import Any

import keras
from keras import ops

from keras_gan.penalties.penalty import Penalty


@keras.saving.register_keras_serializable(package="keras_gan")
class Orthogonal(Penalty):
    r"""Penalise the inner products of a kernel's columns, not their lengths.

    .. math:: \sum_W \|W^\top W \odot (1 - I)\|_F^2

    over all trainable variables of two or more axes with "kernel" in their name:
    those of dense layers and convolutions, not embeddings. W is the kernel with all
    axes but the last flattened, so that its columns are the layer's outputs; in a
    transposed convolution, whose kernel ends in the input channels, its inputs.

    It depends on the weights alone: every sample of a batch has the same value.

    Args:
        weight: Factor in the objective; 1e-4 in the paper.
        player: Whose kernels: ``"generator"``, as in the paper, or
            ``"discriminator"``.
        name: Key in the logs.
        every: As in `Penalty`.

    Raises:
        ValueError: If ``player`` is neither; else as in `Penalty`.

    Reference:
        Brock, Donahue, Simonyan, 2019, Large Scale GAN Training for High Fidelity
        Natural Image Synthesis, arXiv:1809.11096, eq. 3.

    Example:
        >>> gan.compile("adam", "adam", penalties=[Orthogonal(weight=1e-4)])
    """

    default_name = "orthogonal"

    def __init__(
        self,
        weight: Any = 1e-4,
        player: str = "generator",
        name: str | None = None,
        every: int = 1,
    ) -> None:
        super().__init__(weight, name, every)
        if player not in ("generator", "discriminator"):
            raise ValueError(
                "player must be 'generator' or 'discriminator'. Received: "
                f"player={player!r}."
            )
        self.player = player
        self.players = (player,)

    def discriminator(self, batch: Any) -> Any:
        """Return the discriminator's value, for each sample."""
        return self._value(batch.discriminator, batch)

    def generator(self, batch: Any) -> Any:
        """Return the generator's value, for each sample."""
        return self._value(batch.generator, batch)

    def _value(self, network: Any, batch: Any) -> Any:
        kernels = [
            v
            for v in network.trainable_variables
            if len(v.shape) >= 2 and "kernel" in v.name
        ]
        value = sum(map(_overlap, kernels), ops.zeros((), "float32"))
        return ops.broadcast_to(value, (ops.shape(batch.real)[0],))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "player": self.player}


def _overlap(kernel: Any) -> Any:
    """Return the sum of the squared inner products of different columns."""
    columns = kernel.shape[-1]
    matrix = ops.reshape(ops.cast(kernel, "float32"), (-1, columns))
    products = ops.matmul(ops.transpose(matrix), matrix)
    return ops.sum(ops.square(products * (1 - ops.eye(columns, dtype="float32"))))
