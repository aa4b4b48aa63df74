"""Recipe: networks, loss and optimizers that belong together, under one name."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keras_gan.gan import GAN
from keras_gan.registry import unknown


@dataclass(frozen=True)
class Recipe:
    """A GAN that is ready to fit, as a paper or practice has it.

    Attributes:
        name: Its name.
        summary: What it is, in one line.
        reference: Author, year, title, arXiv number.
        batch_size: Suggested batch size.
        epochs: Suggested number of epochs on 10,000 images.
        make: The function that builds it; its keyword arguments are the settings.
        decay: Whether both learning rates are to fall to 0 over the training, see
            `keras_gan.callbacks.LinearDecay`; the command line does it.

    Example:
        >>> gan = recipes.get("dcgan").build((28, 28, 1), latent_dim=64)
        >>> gan.fit(datasets.load("builtin"), epochs=10)
    """

    name: str
    summary: str
    reference: str
    batch_size: int
    epochs: int
    make: Callable[..., GAN]
    decay: bool = False

    def settings(self) -> dict[str, Any]:
        """Return every setting and its default."""
        parameters = inspect.signature(self.make).parameters.values()
        return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}

    def build(
        self,
        sample_shape: tuple[int, ...],
        num_classes: int | None = None,
        **settings: Any,
    ) -> GAN:
        """Return the GAN, compiled, with some settings changed.

        Args:
            sample_shape: Shape of one sample, such as ``(28, 28, 1)``.
            num_classes: Number of classes for a conditional GAN.
            **settings: Any of `settings`.

        Raises:
            ValueError: If a setting is unknown; the message lists the known ones.
        """
        known = self.settings()
        for name in settings:
            if name not in known:
                raise ValueError(unknown(f"setting of {self.name!r}", name, known))
        return self.make(tuple(sample_shape), num_classes, **settings)
