"""ADA: augmentation as strong as the discriminator's overfitting calls for."""

import math
from typing import Any

import keras
from keras import ops

from keras_gan import backend, schedule
from keras_gan.arguments import checked_count, checked_positive
from keras_gan.augmentations import colour, geometry, maps
from keras_gan.augmentations.augmentation import Augmentation

#: What ``transforms`` may hold.
GROUPS = {
    "b": "pixel blitting: mirror images, quarter turns, whole shifts",
    "g": "geometry: scale, rotation, stretching, fractional shifts",
    "c": "colour: brightness, contrast, luma flip, hue, saturation",
}


@keras.saving.register_keras_serializable(package="keras_gan")
class ADA(Augmentation):
    r"""Augment with a probability :math:`p` that follows D's overfitting.

    D overfits where it is sure of real images: where the share of those it takes for
    real less that of the others, :math:`r_t = E[\mathrm{sign}(D(x) - \tau)]`, is high.
    The threshold :math:`\tau` is that of D's loss: 0 for logits, as in the paper, 1/2
    for probabilities and least squares, the other sample's output or mean for
    relativistic losses. The Wasserstein loss has none, and :math:`r_t` says little
    under it. Every ``interval`` steps

    .. math::
        p \leftarrow p + \mathrm{sign}(r_t - target) \cdot images / ramp\_images

    with the mean and the images of that interval; :math:`p` stays in [0, 1]. It is
    the layer's ``strength``.

    The groups of transforms, each applied to each sample with probability
    :math:`p`, and all changes of place in one resampling:

    - ``"b"``: mirror image (of every other chosen sample); 0 to 3 quarter turns;
      whole shifts of up to an eighth of the side.
    - ``"g"``: scale :math:`2^{N(0, 0.2^2)}`; rotation :math:`U(-\pi, \pi)`, before
      or after a stretching by :math:`2^{N(0, 0.2^2)}`; shift :math:`N(0, 0.125^2)`
      of the side.
    - ``"c"``: brightness :math:`+N(0, 0.2^2)`; contrast
      :math:`\times 2^{N(0, 0.5^2)}`; luma flip (of every other chosen sample); hue
      :math:`U(-\pi, \pi)`; saturation :math:`\times 2^{N(0, 1)}`. The last two need
      colours and do nothing on one channel.

    Unlike the paper's own code it resamples bilinearly, without a wavelet filter,
    and sees endless mirror images outside.

    Args:
        transforms: The letters of the groups, in any order. Quarter turns and mirror
            images suit no digits or letters: for these take ``"c"``, or
            `DiffAugment`.
        target: :math:`r_t` to aim at, in [-1, 1].
        interval: Steps from one change of :math:`p` to the next.
        ramp_images: Images within which :math:`p` can go from 0 to 1.
        initial: :math:`p` at the beginning, in [0, 1].
        seed: Integer seed of the draws.
        name: Name of the layer.

    Raises:
        ValueError: If an argument is out of its range, or as for `Augmentation`.

    Reference:
        Karras et al., 2020, Training Generative Adversarial Networks with Limited
        Data, arXiv:2006.06676, eq. 1, section 3.2 and appendix B.

    Example:
        >>> gan = GAN(generator, discriminator, augment=ADA("bg", ramp_images=100_000))
    """

    def __init__(
        self,
        transforms: str = "bgc",
        target: float = 0.6,
        interval: int = 4,
        ramp_images: int = 500_000,
        initial: float = 0.0,
        seed: int | None = None,
        name: str | None = None,
    ) -> None:
        _check(transforms, target, interval, ramp_images, initial)
        super().__init__(initial, seed, name)
        self.transforms = transforms
        self.target = target
        self.interval = interval
        self.ramp_images = ramp_images
        # Of this interval: the sum of signs, the logits, the images.
        self.observed = self.add_weight(
            name="observed",
            shape=(3,),
            dtype="float32",
            initializer="zeros",
            trainable=False,
            autocast=False,
            aggregation="mean",
        )

    @property
    def changes(self) -> bool:
        """Whether the strength changes during the training: it does."""
        return True

    def advance(self, step: Any, real_logits: Any, batch_size: Any) -> None:
        """Observe a batch and, every ``interval`` steps, move the strength."""
        signs = ops.sign(ops.cast(real_logits, "float32"))
        seen = [ops.sum(signs), ops.cast(ops.size(signs), "float32")]
        seen = backend.sum_over_replicas(seen)
        seen = ops.stack([*seen, ops.cast(batch_size, "float32")])
        # Assigned before it is read: the assignment averages over replicas.
        self.observed.assign(self.observed + seen)
        total, logits, images = ops.unstack(self.observed.value, 3)
        change = ops.sign(total / logits - self.target) * images / self.ramp_images
        moved = ops.clip(self.strength + change, 0.0, 1.0)
        due = ops.equal(ops.mod(step, self.interval), 0)
        self.strength.assign(ops.where(due, moved, self.strength.value))
        self.observed.assign(ops.where(due, 0.0, self.observed.value))

    def transform(self, images: Any) -> Any:
        """Apply the groups: blitting and geometry at once, then colour."""
        changes = []
        if "b" in self.transforms:
            changes.append(self._blitting(images))
        if "g" in self.transforms:
            changes.append(self._geometry(images))
        if changes:
            chosen, matrices = zip(*changes, strict=True)
            moved = geometry.affine(images, maps.compose(*matrices), "reflect")
            images = self.sometimes(sum(chosen) > 0, moved, images)
        return self._recoloured(images) if "c" in self.transforms else images

    def _blitting(self, images: Any) -> tuple[Any, Any]:
        """Return how many of the changes meet each sample, and their map."""
        height, width = images.shape[1:3]
        chosen = [ops.cast(c, "float32") for c in self.chances(images, 3)]
        mirror, turns, *shifts = self.uniform(images, 4)
        mirror = ops.where(mirror < 0.5, -chosen[0], chosen[0]) + (1 - chosen[0])
        rows, columns = (
            ops.round((2 * draw - 1) * size / 8) * chosen[2]
            for draw, size in zip(shifts, (height, width), strict=True)
        )
        return sum(chosen), maps.compose(
            maps.scale(ops.ones_like(mirror), mirror),
            maps.quarter_turns(ops.floor(4 * turns) * chosen[1]),
            maps.shift(rows, columns),
        )

    def _geometry(self, images: Any) -> tuple[Any, Any]:
        """Return how many of the changes meet each sample, and their map."""
        height, width = images.shape[1:3]
        chosen = [ops.cast(c, "float32") for c in self.chances(images, 3)]
        before, after = self._rotations(images)
        size, stretch, *shifts = self.normal(images, 4)
        size = ops.power(2.0, 0.2 * size * chosen[0])
        stretch = ops.power(2.0, 0.2 * stretch * chosen[1])
        rows, columns = (0.125 * draw * chosen[2] for draw in shifts)
        met = [*chosen, *(ops.cast(a != 0, "float32") for a in (before, after))]
        return sum(met), maps.compose(
            maps.scale(size, size),
            maps.rotate(before),
            maps.scale(1 / stretch, stretch),
            maps.rotate(after),
            maps.shift(rows * height, columns * width),
        )

    def _rotations(self, images: Any) -> list[Any]:
        """Draw two angles; at least one of them is not 0 with the probability p."""
        single = 1 - ops.sqrt(1 - self.strength)
        draws = self.uniform(images, 4)
        return [
            ops.where(chance < single, math.pi * (2 * angle - 1), 0.0)
            for chance, angle in zip(draws[:2], draws[2:], strict=True)
        ]

    def _recoloured(self, images: Any) -> Any:
        light, contrast, saturation = self.normal(images, 3)
        luma, hue = self.uniform(images, 2)
        for chosen, change in zip(
            self.chances(images, 5),
            (
                lambda x: colour.brightness(x, 0.2 * light),
                lambda x: colour.gain(x, ops.power(2.0, 0.5 * contrast)),
                lambda x: self.sometimes(luma < 0.5, colour.luma_flip(x), x),
                lambda x: colour.hue(x, math.pi * (2 * hue - 1)),
                lambda x: colour.saturation(x, ops.power(2.0, saturation)),
            ),
            strict=True,
        ):
            images = self.sometimes(chosen, change(images), images)
        return images

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            "transforms": self.transforms,
            "target": self.target,
            "interval": self.interval,
            "ramp_images": self.ramp_images,
            "initial": self.given_strength,
            "seed": self.seed,
            "name": self.name,
        }


def _check(
    transforms: Any, target: Any, interval: Any, ramp_images: Any, initial: Any
) -> None:
    """Refuse arguments out of their range."""
    letters = isinstance(transforms, str) and len(set(transforms)) == len(transforms)
    if not letters or not transforms or not set(transforms) <= set(GROUPS):
        known = "; ".join(f"{letter!r} ({group})" for letter, group in GROUPS.items())
        raise ValueError(
            f"transforms must be some of the letters {known}. Received: "
            f"transforms={transforms!r}."
        )
    if isinstance(initial, schedule.Schedule):
        raise ValueError(
            "ADA sets its strength itself: initial must be a number in [0, 1]. "
            f"Received: initial={initial!r}."
        )
    schedule.check("initial", initial, 0.0, 1.0)
    if not isinstance(target, int | float) or not -1 <= target <= 1:
        raise ValueError(f"target must be in [-1, 1]. Received: target={target!r}.")
    checked_count("interval", interval, 1)
    checked_positive("ramp_images", ramp_images)
