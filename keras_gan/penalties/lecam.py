"""LeCam: D's outputs for one kind of sample stay near its average for the other."""

from typing import Any

import keras
from keras import ops

from keras_gan import replicas
from keras_gan.arguments import checked_count
from keras_gan.losses import per_sample
from keras_gan.penalties.penalty import Penalty, number


@keras.saving.register_keras_serializable(package="keras_gan")
class LeCam(Penalty):
    r"""Hold D back where it outruns its own moving averages; for little data.

    .. math::
        \mathrm{relu}(D(x) - \alpha_F)^2 + \mathrm{relu}(\alpha_R - D(G(z)))^2

    :math:`\alpha_R` and :math:`\alpha_F` are moving averages of D's mean output for
    real and for generated samples, this batch included. They are followed from the
    first update of D on, as plain means until there are enough updates for
    ``decay``; the penalty is 0 before ``start``. One-sided, as in the authors' code.

    Args:
        weight: Factor in the objective; 0.3 by default.
        decay: Share that the averages keep at each update, in [0, 1].
        start: Updates of D after which the penalty sets in, 0 or more.
        name: Key in the logs.
        every: As in `Penalty`. The averages move when the penalty is due.

    Raises:
        ValueError: If ``decay`` or ``start`` is out of range; else as in `Penalty`.

    Reference:
        Tseng et al., 2021, Regularizing Generative Adversarial Networks under
        Limited Data, arXiv:2104.03310, section 3.2.

    Example:
        >>> gan.compile("adam", "adam", loss="hinge", penalties=[LeCam(start=500)])
    """

    default_name = "lecam"

    def __init__(
        self,
        weight: Any = 0.3,
        decay: float = 0.99,
        start: int = 1000,
        name: str | None = None,
        every: int = 1,
    ) -> None:
        super().__init__(weight, name, every)
        self.decay = number("decay", decay, high=1.0)
        self.start = checked_count("start", start, 0)
        self.real_average = self.moving("real_average")
        self.fake_average = self.moving("fake_average")
        self.seen = self.moving("seen")

    def discriminator(self, batch: Any) -> Any:
        """Return the penalty of each sample, having moved the averages."""
        real, fake = batch.real_logits, batch.fake_logits
        # 1 for the first batch, so that nothing is left of the zero before it.
        share = ops.maximum(1 - self.decay, 1 / (self.seen + 1))
        real_average = _moved(self.real_average, real, share)
        fake_average = _moved(self.fake_average, fake, share)
        self.seen.assign(self.seen + 1)
        value = per_sample(ops.square(ops.relu(real - fake_average)))
        value = value + per_sample(ops.square(ops.relu(real_average - fake)))
        return ops.where(batch.update >= self.start, value, ops.zeros_like(value))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "decay": self.decay, "start": self.start}


def _moved(average: keras.Variable, outputs: Any, share: Any) -> Any:
    """Move an average towards the mean output; return it in the outputs' type."""
    mean = ops.mean(replicas.batch_mean(ops.stop_gradient(outputs)))
    value = average + share * (ops.cast(mean, average.dtype) - average)
    average.assign(value)
    return ops.cast(value, outputs.dtype)
