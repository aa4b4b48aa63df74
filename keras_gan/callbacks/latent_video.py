"""LatentVideo: a walk through a GAN's latents, as a picture that moves."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from keras_gan.arguments import checked_count
from keras_gan.callbacks.training_state import steps_of
from keras_gan.files.atomic_write import tolerated, writable_folder
from keras_gan.latents.interpolation import frames_of, walk, way_of
from keras_gan.pictures.animation import check_format, durations, write_frames
from keras_gan.pictures.draw import draw
from keras_gan.pictures.layout import Layout, layout
from keras_gan.pictures.png import as_pillow
from keras_gan.pictures.scatter import limits_of

if TYPE_CHECKING:
    from PIL import Image

_IMAGES, _POINTS = 16, 200  # walks shown by default


class LatentVideo(keras.callbacks.Callback):
    """Write an animation of walks through latent space when a training has ended.

    Each walk leads through latents that the seed draws and back to the first, along
    the sphere (uniform latents and codes: straight), so that the animation can be
    played round and round. A grid shows several walks side by side. A conditional
    GAN has one class in each row, and the same walk all down a column: what differs
    in a column is the class alone. Vectors in place of images are drawn as points in
    a plane. Sampling takes no part in the training.

    In the folder it is ``latent_walk.gif``, and with ``every`` also
    ``latent_walk_000938.gif``, ... with the training step in the name. Files of the
    same name are replaced, others left alone.

    Args:
        directory: Folder for the files, created if need be.
        name: Name of the file, ending in .gif or .webp.
        n: Number of walks; by default 16 images or 200 points. In rows of classes
            it is rounded up to whole rows.
        columns: Images in a row; by default as many as ``n`` needs.
        labels: Classes of a conditional GAN to show, one a row; by default all, or
            the first 16.
        points: Latents that each walk leads through, at least 2.
        frames: Frames of the animation, at least 2.
        seconds: How long one round takes, at least 0.02 s a frame.
        every: Write one after every so many epochs too; ``None`` for the end alone.
        seed: Integer seed of the latents.
        truncation: As in `GAN.generate`.

    Raises:
        ValueError: If an argument is out of range; when a training begins, if labels
            are given to a GAN that takes none.
        TypeError: When a training begins, if the model is no `GAN`.
        OSError: When a training begins, if the folder cannot be written to.

    Reference:
        White, 2016, Sampling Generative Networks, arXiv:1609.04468, section 2.1.

    Example:
        >>> video = LatentVideo("samples", points=6, frames=90)
        >>> gan.fit(images, epochs=20, callbacks=[video])
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        *,
        name: str | os.PathLike[str] = "latent_walk.gif",
        n: int | None = None,
        columns: int | None = None,
        labels: Sequence[int] | None = None,
        points: int = 4,
        frames: int = 60,
        seconds: float = 6.0,
        every: int | None = None,
        seed: int = 0,
        truncation: float | None = None,
    ) -> None:
        super().__init__()
        for argument, count in (("n", n), ("columns", columns), ("every", every)):
            if count is not None:
                checked_count(argument, count, 1)
        checked_count("points", points, 2)
        checked_count("frames", frames, 2)
        is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
        if not is_number or not 0.02 * frames <= seconds + 1e-9 < float("inf"):
            raise ValueError(
                "seconds must be a number, at least 0.02 for each frame, as faster "
                f"ones are not played. Received: seconds={seconds!r}, frames={frames}."
            )
        if labels is not None and len(labels) == 0:
            raise ValueError("labels must name a class or more. Received: none.")
        self.directory = directory
        self.name = _checked_name(name)
        self.n = n
        self.columns = columns
        self.labels = labels
        self.points = points
        self.frames = frames
        self.seconds = seconds
        self.every = every
        self.seed = seed
        self.truncation = truncation

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Make sure that the animation can be drawn and written."""
        gan = self.model
        if not callable(getattr(gan, "generate", None)):
            raise TypeError(
                "LatentVideo draws what a GAN generates. Received: a "
                f"{type(gan).__name__}, which has no `generate`."
            )
        if self.labels is not None and not gan.conditional:
            raise ValueError(
                f"This GAN takes no labels. Received: labels={self.labels!r}."
            )
        self._folder = writable_folder(self.directory, "directory")
        self._layout = self._arranged(gan)
        self._latents = self._walks(gan)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write an animation if one is due."""
        if self.every is not None and (epoch + 1) % self.every == 0:
            step = steps_of(self.model)
            self._write(f"{self.name.stem}_{step:06d}{self.name.suffix}")

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Write the animation."""
        self._write(self.name.name)

    def _arranged(self, gan: Any) -> Layout:
        """Decide how many walks there are, and of which classes."""
        vectors = len(gan.pair.sample_shape) == 1
        n = self.n or (_POINTS if vectors else _IMAGES)
        num_classes = gan.num_classes if gan.conditional else None
        return layout(n, self.columns, num_classes, self.labels)

    def _walks(self, gan: Any) -> np.ndarray:
        """Return the latents of every frame, ``(frames, n, latent_dim)``."""
        wanted = self._layout
        different = wanted.n if wanted.labels is None else wanted.columns
        drawn = gan.draw_latents(different * self.points, seed=self.seed)
        stops = gan.truncated(drawn, self.truncation).reshape(
            different, self.points, -1
        )
        way = way_of(gan)
        walks = np.stack([walk(s, self.frames, how=way) for s in stops], axis=1)
        return np.tile(walks, (1, wanted.n // different, 1))

    def _write(self, name: str) -> None:
        lengths = durations(self.frames, self.seconds)
        with tolerated(self._folder / name):
            write_frames(self._folder / name, self._pictures(), lengths)

    def _pictures(self) -> "Iterator[Image.Image]":
        """Make the frames, all of them drawn to one scale."""
        gan, wanted = self.model, self._layout
        labels = wanted.labels
        samples = frames_of(gan, self._latents, labels, self.seed)
        vectors = samples.ndim == 3
        limits = limits_of(samples.reshape(-1, samples.shape[-1])) if vectors else None
        for made in samples:
            picture = draw(
                made,
                wanted.columns,
                gan.pair.generator.output_range,
                limits=limits,
                classes=labels,
            )
            yield as_pillow(picture)


def _checked_name(name: str | os.PathLike[str]) -> Path:
    """Return the name of a file, without a folder, that an animation can have."""
    path = Path(name)
    if path.name != str(name):
        raise ValueError(
            "name must be the name of a file in directory. Received: "
            f"name={str(name)!r}."
        )
    return check_format(path)
