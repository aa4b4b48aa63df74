"""SampleMetric: a score of generated samples against real ones."""

from typing import Any, ClassVar, Literal

import keras
import numpy as np

from keras_gan.arguments import checked_count
from keras_gan.metrics import extractors
from keras_gan.metrics.accumulators import Accumulator, Rows
from keras_gan.metrics.extractors import Extractor

Side = Literal["real", "generated"]
SIDES: tuple[Side, ...] = ("real", "generated")


class SampleMetric(keras.metrics.Metric):
    """Base class: a number, or a few, that two sets of samples are given.

    `GAN.compile` takes them as ``metrics``; `GAN.evaluate`, and `fit` with
    ``validation_data``, then report them. The generated samples come from latents
    that are always the same. It can also be used alone, on arrays.

    It sees its samples through an extractor, as rows of numbers, and remembers of
    each side what its accumulator keeps. The score is computed from these in
    `score`, once, in float64, outside the compiled step.

    To write one: set `sides`, `output`, `accumulator` and `needs_labels` if they are
    not these, write `score(real, generated)`, and name its `numbers` if there are
    several.

    Args:
        extractor: How samples are seen: a name, see
            `keras_gan.metrics.extractors.names()`, an `Extractor`, or a Keras model
            from images to features.
        num_generated: Number of generated samples, at least 2; by default as many
            as there are real ones.
        name: What it is reported as; by default its own name after the extractor's
            prefix, such as "fashion_fid". A metric of several numbers puts a given
            name before each of theirs.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> metric = FID("fashion")
        >>> metric.update_state(real_images, generated_images)
        >>> distance = metric.result()
    """

    #: The sides it looks at.
    sides: ClassVar[tuple[Side, ...]] = SIDES
    #: The extractor's output that it reads.
    output: ClassVar[str] = "features"
    #: What it remembers of each side.
    accumulator: ClassVar[type[Accumulator]] = Rows
    #: What it is called, without the extractor's prefix.
    base_name: ClassVar[str]
    #: The names of several numbers, as they are given to `named`; none for one.
    numbers: ClassVar[tuple[str, ...]] = ()
    #: Whether it must know the class that each generated sample was asked to be of.
    needs_labels: ClassVar[bool] = False
    #: Whether a smaller value is better; ``None`` where neither is.
    lower_is_better: ClassVar[bool | None] = False

    def __init__(
        self,
        extractor: Any = "inception",
        *,
        num_generated: int | None = None,
        name: str | None = None,
    ) -> None:
        self.extractor: Extractor = extractors.get(extractor)
        if num_generated is not None:
            num_generated = checked_count("num_generated", num_generated, 2)
        if self.output not in self.extractor.outputs:
            raise ValueError(
                f"{type(self).__name__} reads the {self.output} of an extractor. "
                f"Received: extractor={self.extractor!r}, which has "
                f"{', '.join(self.extractor.outputs)}."
            )
        self.given_name = name
        super().__init__(name=name or self.extractor.prefix + self.base_name)
        self.num_generated = num_generated
        self.seen: dict[str, Accumulator] = {}
        self.reset_state()

    def score(self, real: Any, generated: Any) -> float | dict[str, float]:
        """Return the score of what was remembered of the two sides.

        Args:
            real: The `accumulator` of the real samples.
            generated: That of the generated ones.

        Returns:
            A number, or numbers by name, see `named`.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `score`.")

    def named(self, **numbers: float) -> dict[str, float]:
        """Name several numbers: after a given name, else the extractor's prefix."""
        given = self.given_name
        before = self.extractor.prefix if given is None else f"{given}_"
        return {before + name: float(value) for name, value in numbers.items()}

    def lost(self) -> dict[str, float]:
        """Return NaN by name: the score of samples that are no numbers."""
        if self.numbers:
            return self.named(**dict.fromkeys(self.numbers, float("nan")))
        return {self.name: float("nan")}

    def new_accumulator(self) -> Accumulator:
        """Return an empty accumulator for one side."""
        return self.accumulator()

    # As a Keras metric.

    def update_state(
        self,
        real: Any = None,
        generated: Any = None,
        sample_weight: None = None,
        *,
        labels: Any = None,
    ) -> None:
        """Look at samples of either side, or of both.

        Args:
            real: Real samples, uint8 in 0..255 or floats in [-1, 1]; ``None`` for
                none.
            generated: Generated ones.
            sample_weight: Not for samples; it must be ``None``.
            labels: The classes that the generated ones were asked to be of.

        Raises:
            ValueError: If samples are not finite, out of range, or do not fit the
                extractor.
        """
        if sample_weight is not None:
            raise ValueError("Samples have no weights. Received: sample_weight.")
        given = {"real": real, "generated": generated}
        for side in self.sides:
            samples = given[side]
            if samples is not None and len(samples):
                rows = self.extractor(samples)[self.output]
                known = None if labels is None else np.asarray(labels)
                self.seen[side].add(rows, known if side == "generated" else None)

    def reset_state(self) -> None:
        """Forget all samples."""
        self.seen = {side: self.new_accumulator() for side in SIDES}

    def result(self) -> float | dict[str, float]:
        """Return the score of all samples seen.

        Raises:
            ValueError: If a side that it looks at has fewer than 2 samples, or the
                sides are of different shapes.
        """
        for side in self.sides:
            count = self.seen[side].count
            if count < 2:
                raise ValueError(
                    f"{self.name} needs at least 2 {side} samples. Received: {count}."
                )
        widths = {side: self.seen[side].width for side in self.sides}
        if len(set(widths.values())) > 1:
            raise ValueError(
                f"{self.name} needs both sides of one shape. Received: rows of so many "
                f"numbers: {widths}."
            )
        value = self.score(self.seen["real"], self.seen["generated"])
        return value if isinstance(value, dict) else float(value)

    def results(self) -> dict[str, float]:
        """Return the score by name, whether it is one number or several."""
        value = self.result()
        return value if isinstance(value, dict) else {self.name: value}

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            "extractor": keras.saving.serialize_keras_object(self.extractor),
            "num_generated": self.num_generated,
            "name": self.given_name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "SampleMetric":
        """Rebuild it, its extractor included."""
        extractor = config.get("extractor")
        if isinstance(extractor, dict):
            extractor = keras.saving.deserialize_keras_object(extractor)
        return cls(**{**config, "extractor": extractor})
