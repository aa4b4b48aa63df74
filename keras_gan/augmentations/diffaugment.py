"""DiffAugment: colour, translation and cutout at a fixed strength."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_gan import registry
from keras_gan.augmentations import colour, geometry
from keras_gan.augmentations.augmentation import Augmentation

#: What a policy may name.
POLICIES = ("color", "translation", "cutout")


@keras.saving.register_keras_serializable(package="keras_gan")
class DiffAugment(Augmentation):
    r"""Augment what D sees so that it cannot learn a small training set by heart.

    - ``"color"``: brightness :math:`+U(-0.5, 0.5)`; saturation
      :math:`\times U(0, 2)` about each pixel's grey; contrast
      :math:`\times U(0.5, 1.5)` about the image's mean. Three transforms, chosen
      apart where the strength is below 1.
    - ``"translation"``: a shift of up to an eighth of the side in whole pixels,
      zeros come in.
    - ``"cutout"``: a hole of zeros of half the side, anywhere.

    Args:
        policy: Names of the above, ``"color,translation"`` or a sequence, applied
            in this order. ``"colour"`` is the same as ``"color"``.
        strength: As in `Augmentation`; 1 in the paper.
        seed: Integer seed of the draws.
        name: Name of the layer.

    Raises:
        ValueError: If the policy is empty or has an unknown name, or as for
            `Augmentation`.

    Reference:
        Zhao et al., 2020, Differentiable Augmentation for Data-Efficient GAN
        Training, arXiv:2006.10738, section 3.2.

    Example:
        >>> gan = GAN(generator, discriminator, augment=DiffAugment("translation"))
    """

    def __init__(
        self,
        policy: str | Sequence[str] = "color,translation,cutout",
        strength: float | keras.optimizers.schedules.LearningRateSchedule = 1.0,
        seed: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(strength, seed, name)
        self.policy = ",".join(_checked(policy))

    def transform(self, images: Any) -> Any:
        """Apply the policy."""
        transforms = {
            "color": self._recoloured,
            "translation": self._translated,
            "cutout": self._cut,
        }
        for name in self.policy.split(","):
            images = transforms[name](images)
        return images

    def _recoloured(self, images: Any) -> Any:
        draws = self.uniform(images, 3)
        for chosen, draw, change, (low, high) in zip(
            self.chances(images, 3),
            draws,
            (colour.brightness, colour.saturation, colour.contrast),
            ((-0.5, 0.5), (0.0, 2.0), (0.5, 1.5)),
            strict=True,
        ):
            changed = change(images, low + (high - low) * draw)
            images = self.sometimes(chosen, changed, images)
        return images

    def _translated(self, images: Any) -> Any:
        (chosen,) = self.chances(images, 1)
        reach = [int(size / 8 + 0.5) for size in images.shape[1:3]]
        rows, columns = (
            _whole(draw, -most, most)
            for draw, most in zip(self.uniform(images, 2), reach, strict=True)
        )
        moved = geometry.translate(images, rows, columns)
        return self.sometimes(chosen, moved, images)

    def _cut(self, images: Any) -> Any:
        (chosen,) = self.chances(images, 1)
        sides = images.shape[1:3]
        hole = (int(sides[0] / 2 + 0.5), int(sides[1] / 2 + 0.5))
        # The centre may be anywhere, and the hole reach outside.
        row, column = (
            _whole(draw, 0, side - extent % 2) - extent // 2
            for draw, side, extent in zip(
                self.uniform(images, 2), sides, hole, strict=True
            )
        )
        cut = geometry.cutout(images, row, column, hole)
        return self.sometimes(chosen, cut, images)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "policy": self.policy}


def _whole(draw: Any, low: int, high: int) -> Any:
    """Return whole numbers from low to high, both included, for draws of U[0, 1)."""
    return low + ops.cast(ops.floor(draw * (high - low + 1)), "int32")


def _checked(policy: Any) -> list[str]:
    """Return the names in a policy, each as in `POLICIES`."""
    given = policy.split(",") if isinstance(policy, str) else policy
    given = given if isinstance(given, Sequence) else []
    names = [str(name).strip().lower().replace("colour", "color") for name in given]
    if not any(names):
        raise ValueError(
            f"policy must name at least one of {', '.join(POLICIES)}. Received: "
            f"policy={policy!r}. For none, pass augment=None to the GAN."
        )
    for name in names:
        if name not in POLICIES:
            raise ValueError(registry.unknown("policy", name, POLICIES))
    return names
