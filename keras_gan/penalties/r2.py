"""R2: no slope of the discriminator at generated images."""

from typing import Any

import keras

from keras_gan.penalties.r1 import R1


@keras.saving.register_keras_serializable(package="keras_gan")
class R2(R1):
    r"""Penalise half the squared gradient norm of D at generated images.

    .. math:: \frac{1}{2} \|\nabla_x D(x)\|_2^2, \quad x = G(z)

    The generated images are constants in it: it is the discriminator's penalty.

    Args:
        weight: The paper's :math:`\gamma`; 10 there.
        name: Key in the logs.
        every: As in `Penalty`.

    Reference:
        Mescheder, Geiger, Nowozin, 2018, Which Training Methods for GANs do
        actually Converge?, arXiv:1801.04406, eq. 10; with `R1`, Huang et al., 2024,
        The GAN is dead; long live the GAN!, arXiv:2501.05441.

    Example:
        >>> gan.compile("adam", "adam", loss="relativistic", penalties=["r1", "r2"])
    """

    default_name = "r2"

    def points(self, real: Any, fake: Any) -> Any:
        """Return where to look at the slope: the generated samples."""
        return fake
