"""ModelFeatures: samples seen by any Keras model."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_gan.files.loading import load
from keras_gan.metrics.extractors.batched import run
from keras_gan.metrics.extractors.extractor import Extractor


@keras.saving.register_keras_serializable(package="keras_gan")
class ModelFeatures(Extractor):
    """The output of a Keras model, one row for each image.

    Args:
        model: A model from images in [-1, 1] to features ``(n, width)``, or to
            several such outputs; or the path of one, a .keras file.
        outputs: Names of the model's outputs: "features", "logits".
        prefix: What metrics that use it are named after; by default the model's
            name.

    A GAN compiled with it is saved with the path, and loads the model when it is
    needed. A model that was given as an object has none: the GAN is then saved without
    the metric, and a warning says so.

    Raises:
        ValueError: If the model declares no outputs, has another number of them, or
            one that is not a row for each image.

    Example:
        >>> features = keras.Model(classifier.inputs, classifier.layers[-2].output)
        >>> metric = FID(ModelFeatures(features))
    """

    def __init__(
        self,
        model: Any,
        outputs: Sequence[str] = ("features",),
        prefix: str | None = None,
    ) -> None:
        by_path = isinstance(model, str | Path)
        self.path = str(Path(model).expanduser().resolve()) if by_path else None
        self._loaded = None if by_path else model
        self.outputs = tuple(outputs)  # type: ignore[misc]
        if not by_path:
            self._check_outputs()
        self.prefix = f"{self.model.name}_" if prefix is None else prefix
        self.title = f"the model {self.path or self.model.name!r}"

    @property
    def model(self) -> Any:
        """The model, loaded when it is needed first."""
        if self._loaded is None:
            self._loaded = load(str(self.path), compile=False)
            self._check_outputs()
        return self._loaded

    def prepare(self) -> None:
        """Load the model."""
        _ = self.model

    def _check_outputs(self) -> None:
        made = getattr(self._loaded, "outputs", None)
        if not made:
            raise ValueError(
                "The model must be a Functional or Sequential one, built on an input. "
                f"Received: {self._loaded!r}."
            )
        if len(made) != len(self.outputs):
            raise ValueError(
                f"outputs must name the model's {len(made)} outputs. Received: "
                f"outputs={self.outputs}."
            )
        for name, tensor in zip(self.outputs, made, strict=True):
            if len(tensor.shape) != 2:
                raise ValueError(
                    "The model must make one row for each image, (n, width). "
                    f"Received: {name!r} of shape {tensor.shape}. End it in "
                    "keras.layers.GlobalAveragePooling2D or Flatten."
                )

    def extract(self, samples: np.ndarray) -> dict[str, np.ndarray]:
        """Run the model."""
        return dict(zip(self.outputs, run(self.model, samples), strict=True))

    def check_shape(self, shape: Sequence[int | None]) -> None:
        """Raise `ValueError` if the model takes other samples."""
        if self._loaded is None and self.path and not Path(self.path).exists():
            return  # a GAN must load without it; `prepare` says that it is not there
        takes = self.model.inputs[0].shape[1:]
        if len(shape) != len(takes) or any(
            t is not None and s is not None and t != s
            for t, s in zip(takes, shape, strict=True)
        ):
            raise ValueError(
                f"The extractor takes samples of shape {takes}. Received: samples of "
                f"shape {tuple(shape)}."
            )

    def fingerprint(self) -> str:
        """Return a hash of the model's structure and weights, if it has one."""
        try:
            return fingerprint_of(self.model)
        except (NotImplementedError, TypeError, ValueError):
            # A layer cannot be serialised: nothing would tell the model again.
            self.worth_keeping = False
            return f"object {id(self.model)}"

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor.

        Raises:
            ValueError: If the model was given as an object.
        """
        if self.path is None:
            raise ValueError(
                "A metric that sees through a model given as an object cannot be "
                f"saved. Received: ModelFeatures of the model {self.model.name!r}. "
                "Save the model to a .keras file and pass its path."
            )
        return {"model": self.path, "outputs": self.outputs, "prefix": self.prefix}

    def __repr__(self) -> str:
        return f"ModelFeatures({self.path or self.model.name!r})"


def fingerprint_of(model: keras.Model) -> str:
    """Return a hash of a model's structure and weights."""
    digest = hashlib.blake2b(model.to_json().encode(), digest_size=16)
    for weight in model.weights:
        digest.update(
            np.ascontiguousarray(keras.ops.convert_to_numpy(weight)).tobytes()
        )
    return digest.hexdigest()
