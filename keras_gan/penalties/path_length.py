"""Path length: a step in the latents moves the image by the same length anywhere."""

import math
from typing import Any

import keras
from keras import ops

from keras_gan import replicas
from keras_gan.penalties.penalty import Penalty, number, squared_norm
from keras_gan.random_state import seed_generator


@keras.saving.register_keras_serializable(package="keras_gan")
class PathLength(Penalty):
    r"""Keep the generator's Jacobian near a multiple of an orthogonal matrix.

    .. math::
        (\ell - a)^2, \quad \ell = \|\nabla_z \textstyle\sum G(z)\, y\|_2, \quad
        y \sim N(0, 1) / \sqrt{HW}

    with a noise image y for each sample, and a the moving average of the batch's
    mean length: :math:`a \leftarrow a + 0.01\,(\bar\ell - a)`, this batch included,
    and a constant in the gradient. H and W are 1 for samples that are no images. It
    runs the generator once more, on the batch's latents.

    Args:
        weight: Factor in the objective; 2 in the authors' code.
        decay: Share by which a follows the batch, in [0, 1].
        seed: Integer seed of y.
        name: Key in the logs.
        every: As in `Penalty`; 4 in the paper. 1 is slow.

    Raises:
        ValueError: If ``decay`` is out of range; else as in `Penalty`.

    Reference:
        Karras et al., 2020, Analyzing and Improving the Image Quality of StyleGAN,
        arXiv:1912.04958, eq. 4 and appendix B.

    Example:
        >>> gan.compile("adam", "adam", penalties=[PathLength(weight=2.0, every=4)])
    """

    default_name = "path_length"
    players = ("generator",)
    takes_slope = True

    def __init__(
        self,
        weight: Any = 2.0,
        decay: float = 0.01,
        seed: int | None = None,
        name: str | None = None,
        every: int = 4,
    ) -> None:
        super().__init__(weight, name, every)
        self.decay = number("decay", decay, high=1.0)
        self.seed = seed
        self.seed_generator = seed_generator(seed)
        self.average = self.moving("average")

    def generator(self, batch: Any) -> Any:
        """Return the penalty of each sample, having moved the average."""

        def projected(latents: Any) -> Any:
            images = ops.cast(batch.synthesize(latents), "float32")
            noise = replicas.normal(ops.shape(images), self.seed_generator, "float32")
            noise = noise / math.sqrt(math.prod(images.shape[1:-1]))
            return ops.sum(images * noise, axis=tuple(range(1, len(images.shape))))

        gradients = batch.input_gradient(projected, batch.latents)
        # The root's own gradient is infinite at 0.
        lengths = ops.sqrt(squared_norm(gradients) + 1e-12)
        mean = ops.mean(replicas.batch_mean(ops.stop_gradient(lengths)))
        average = self.average + self.decay * (mean - self.average)
        self.average.assign(average)
        return ops.square(lengths - average)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "decay": self.decay, "seed": self.seed}
