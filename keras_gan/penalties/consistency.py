"""Consistency: D's output stays where it is when an image is moved a little."""

from typing import Any

import keras
from keras import ops

from keras_gan import replicas
from keras_gan.augmentations import geometry
from keras_gan.losses import per_sample
from keras_gan.penalties.penalty import Penalty, images_only, number
from keras_gan.random_state import seed_generator


@keras.saving.register_keras_serializable(package="keras_gan")
class Consistency(Penalty):
    r"""Penalise D for what a flip and a shift of a real image change (CR-GAN).

    .. math:: (D(x) - D(T(x)))^2

    T mirrors an image left to right with probability 1/2 and shifts it by whole
    pixels up to an eighth of its size, uniformly; what comes in from outside is its
    reflection. For images only: ``(batch, height, width, channels)``.

    Args:
        weight: Factor in the objective; 10 in the paper.
        flip: Whether T mirrors images. Switch it off where left and right differ, as
            in digits.
        shift: Largest shift as a part of the image's size, in [0, 0.5].
        seed: Integer seed of T.
        name: Key in the logs.
        every: As in `Penalty`.

    Raises:
        ValueError: If ``shift`` is out of range; in training, if the samples are not
            images; else as in `Penalty`.

    Reference:
        Zhang et al., 2020, Consistency Regularization for Generative Adversarial
        Networks, arXiv:1910.12027, algorithm 1.

    Example:
        >>> gan.compile("adam", "adam", loss="hinge", penalties=["consistency"])
    """

    default_name = "consistency"

    def __init__(
        self,
        weight: Any = 10.0,
        flip: bool = True,
        shift: float = 0.125,
        seed: int | None = None,
        name: str | None = None,
        every: int = 1,
    ) -> None:
        super().__init__(weight, name, every)
        self.flip = bool(flip)
        self.shift = number("shift", shift, high=0.5)
        self.seed = seed
        self.seed_generator = seed_generator(seed)

    check_shape = images_only

    def discriminator(self, batch: Any) -> Any:
        """Return the penalty of each real sample."""
        moved = batch.critic(self.moved(batch.real))
        return per_sample(ops.square(batch.real_logits - moved))

    def moved(self, images: Any) -> Any:
        """Return T of the images: flipped and shifted at random.

        Args:
            images: ``(batch, height, width, channels)``.
        """
        self.check_shape(tuple(images.shape[1:]))
        n, height, width, _ = ops.shape(images)
        if self.flip:
            images = geometry.flip(images, self.draw(n, 0, 1) == 1)
        most = int(self.shift * height), int(self.shift * width)
        rows, columns = (self.draw(n, -pixels, pixels) for pixels in most)
        return geometry.translate(images, rows, columns, mode="reflect")

    def draw(self, n: Any, low: int, high: int) -> Any:
        """Draw ``n`` whole numbers from ``low`` to ``high``, both included."""
        return replicas.randint((n,), low, high + 1, self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "flip": self.flip,
            "shift": self.shift,
            "seed": self.seed,
        }


@keras.saving.register_keras_serializable(package="keras_gan")
class BalancedConsistency(Consistency):
    r"""Penalise D for what T changes in real and in generated images (bCR).

    .. math:: (D(x) - D(T(x)))^2 + (D(G(z)) - D(T(G(z))))^2

    Without the second half the generator may learn T's traces.

    Args:
        weight: Factor in the objective of both halves; 10 in the paper.
        flip: As in `Consistency`.
        shift: As in `Consistency`.
        seed: As in `Consistency`.
        name: Key in the logs.
        every: As in `Penalty`.

    Raises:
        ValueError: As in `Consistency`.

    Reference:
        Zhao et al., 2021, Improved Consistency Regularization for GANs,
        arXiv:2002.04724, algorithm 1.

    Example:
        >>> gan.compile("adam", "adam", penalties=[BalancedConsistency(flip=False)])
    """

    default_name = "balanced_consistency"

    def discriminator(self, batch: Any) -> Any:
        """Return the penalty of each pair of a real and a generated sample."""
        moved = batch.critic(self.moved(ops.stop_gradient(batch.fake)))
        fakes = per_sample(ops.square(batch.fake_logits - moved))
        return super().discriminator(batch) + fakes
