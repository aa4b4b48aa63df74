"""Recipe: networks, loss and optimizers that belong together, under one name."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from keras_gan.gan import GAN
from keras_gan.registry import unknown

LABELS = ("optional", "required", "none")

#: What `Recipe.fast` may hold beside settings.
_LOOP = ("batch_size", "epochs")


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
        image_sizes: What it can make, in words.
        labels: Whether it is told classes: ``"optional"``, ``"required"`` or
            ``"none"``.
        fast: Settings, ``batch_size`` and ``epochs`` with which it makes its first
            pictures of the built-in images within minutes on two CPU cores.
        defaults: Defaults of settings that are other ones than those of ``make``.
        about: What else is to be said; by default what the docstring of ``make`` says
            after its first paragraph.

    Raises:
        ValueError: If ``labels`` is another word, or ``fast`` or ``defaults`` hold
            what is no setting.

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
    image_sizes: str = "squares of 16 to 128 pixels, vectors"
    labels: str = "optional"
    fast: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""

    def __post_init__(self) -> None:
        if self.labels not in LABELS:
            raise ValueError(
                f"labels must be one of {LABELS}. Received: labels={self.labels!r}."
            )
        own = list(self._of_make())
        self._check_keys("fast", [*_LOOP, *own])
        self._check_keys("defaults", own)

    def _check_keys(self, mapping: str, known: list[str]) -> None:
        for name in getattr(self, mapping):
            if name not in known:
                kind = f"key of {self.name!r} in {mapping}"
                raise ValueError(unknown(kind, name, known))

    def settings(self) -> dict[str, Any]:
        """Return every setting and its default."""
        return {**self._of_make(), **self.defaults}

    def _of_make(self) -> dict[str, Any]:
        parameters = inspect.signature(self.make).parameters.values()
        return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}

    def fast_settings(self) -> dict[str, Any]:
        """Return the settings of `fast`, without batch size and epochs."""
        return {key: value for key, value in self.fast.items() if key not in _LOOP}

    def notes(self) -> str:
        """Return `about`, or what `make` says after its first paragraph."""
        return self.about or (inspect.getdoc(self.make) or "").partition("\n\n")[2]

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
            ValueError: If a setting is unknown, the message lists the known ones; or
                the recipe needs classes and there are none, or the reverse.
        """
        known = self.settings()
        for name in settings:
            if name not in known:
                raise ValueError(unknown(f"setting of {self.name!r}", name, known))
        if self.labels == "required" and num_classes is None:
            raise ValueError(
                f"The recipe {self.name!r} is told classes: pass num_classes. "
                "Received: num_classes=None."
            )
        if self.labels == "none" and num_classes is not None:
            raise ValueError(
                f"The recipe {self.name!r} takes no labels. Received: "
                f"num_classes={num_classes}."
            )
        settings = {**self.defaults, **settings}
        return self.make(tuple(sample_shape), num_classes, **settings)
