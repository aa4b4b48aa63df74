"""Extractor: samples seen as rows of numbers."""

import abc
from collections.abc import Sequence
from typing import Any, ClassVar

import keras
import numpy as np

from keras_gan.data_checks import to_numpy

_ROUNDING = 1e-3  # how far a scaled value may lie outside the range


class Extractor(abc.ABC):
    """Base class: what metrics look at samples through.

    A subclass writes `extract`, `check_shape` and `fingerprint`, and is registered
    with Keras so that a GAN compiled with it can be saved.

    Example:
        >>> extractor = get("fashion")
        >>> extractor(images)["features"].shape
        (16, 64)
    """

    #: Names of what it returns; metrics read one of them.
    outputs: ClassVar[tuple[str, ...]] = ("features",)
    #: What metrics that use it are named after: "fashion_".
    prefix: str = ""
    #: What it is, as a table of results should say.
    title: str = ""
    #: Whether what it saw in real samples is worth a place on disk.
    worth_keeping: bool = True

    def __call__(self, samples: Any) -> dict[str, np.ndarray]:
        """See samples.

        Args:
            samples: ``(n, height, width, channels)``, uint8 in 0..255 or floats in
                [-1, 1]; or vectors ``(n, width)``, where the extractor takes them.

        Returns:
            For each of `outputs` an array ``(n, width)``.

        Raises:
            ValueError: If samples are not finite, out of range, or do not fit, or
                if an output is not finite.
        """
        array = to_numpy(samples)
        if array.ndim not in (2, 4):
            raise ValueError(
                "Samples must be images (n, height, width, channels), or vectors "
                f"(n, width). Received: shape {array.shape}."
            )
        self.check_shape(array.shape[1:])
        outputs = self.extract(scaled(array))
        for name, rows in outputs.items():
            if not np.isfinite(rows).all():
                raise ValueError(
                    f"The {name} that an extractor makes must be finite. Received: NaN "
                    f"or infinity from {self!r}."
                )
        return outputs

    @abc.abstractmethod
    def extract(self, samples: np.ndarray) -> dict[str, np.ndarray]:
        """Return the outputs for float32 samples; images lie in [-1, 1]."""

    @abc.abstractmethod
    def check_shape(self, shape: Sequence[int | None]) -> None:
        """Raise `ValueError` if it cannot see samples of this shape."""

    @abc.abstractmethod
    def fingerprint(self) -> str:
        """Return what changes whenever its outputs would: it names cached results."""

    def prepare(self) -> None:  # noqa: B027  (most have nothing to load)
        """Load what it needs, or raise: called before a long training begins."""

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Extractor":
        """Rebuild it."""
        return cls(**config)

    def __repr__(self) -> str:
        given = ", ".join(f"{k}={v!r}" for k, v in self.get_config().items())
        return f"{type(self).__name__}({given})"


def scaled(samples: np.ndarray) -> np.ndarray:
    """Return samples as float32, images of 0..255 scaled to [-1, 1].

    Raises:
        ValueError: If images are neither uint8 nor floats in [-1, 1], or a value is
            not finite.
    """
    if samples.dtype == np.uint8:
        return samples.astype("float32") / 127.5 - 1.0
    if not keras.backend.is_float_dtype(str(samples.dtype)):
        raise ValueError(
            "Samples must be uint8 in 0..255 or floats in [-1, 1]. Received: dtype "
            f"{samples.dtype}."
        )
    samples = samples.astype("float32")
    low, high = (float(samples.min()), float(samples.max())) if samples.size else (0, 0)
    if not np.isfinite([low, high]).all():  # NaN and infinity reach min or max
        bad = next(i for i, s in enumerate(samples) if not np.isfinite(s).all())
        raise ValueError(
            f"Samples must be finite. Received: NaN or infinity, first in sample {bad}."
        )
    if samples.ndim == 4 and (low < -1 - _ROUNDING or high > 1 + _ROUNDING):
        raise ValueError(
            "Images must be uint8 in 0..255 or floats in [-1, 1]. Received: floats "
            f"from {low:g} to {high:g}. Images of 0..255 are scaled by "
            "`images / 127.5 - 1`, images of 0..1 by `2 * images - 1`."
        )
    return np.clip(samples, -1, 1) if samples.ndim == 4 else samples
