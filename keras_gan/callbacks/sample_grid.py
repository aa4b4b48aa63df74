"""SampleGrid: pictures of what a GAN makes, while it learns."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np

from keras_gan.arguments import checked_count, is_whole
from keras_gan.callbacks.training_state import steps_of
from keras_gan.files.atomic_write import tolerated
from keras_gan.pictures.animation import check_format
from keras_gan.pictures.draw import draw
from keras_gan.pictures.frame_folder import FrameFolder
from keras_gan.pictures.image_summary import ImageSummary
from keras_gan.pictures.layout import Layout, in_rows, layout
from keras_gan.pictures.notebook_output import NotebookOutput, in_notebook
from keras_gan.pictures.scatter import limits_of, scatter

_IMAGES, _POINTS = 64, 1000  # samples shown by default


class SampleGrid(keras.callbacks.Callback):
    """Show samples from the same latents again and again, as the training goes on.

    There is a grid of real images and one of generated ones before the training,
    and one of generated ones after every epoch, or every so many batches, and at
    the end. A conditional GAN has one class in each row. Vectors in place of images
    are drawn as points in a plane. Sampling takes no part in the training: the
    weights are the same, bit for bit, as without it.

    In a folder, the grids are ``real.png``, ``samples_000000.png``,
    ``samples_000938.png``, ... with the training step in the name, and the
    animation of all of them, written at the end. Files of the same name are
    replaced, others left alone; a training that is continued continues the
    animation too.

    Args:
        directory: Folder for the files, created if need be; ``None`` for none.
        n: Number of samples; by default 64 images or 1000 points. In rows of
            classes it is rounded up to whole rows.
        columns: Images in a row; by default as many as ``n`` needs.
        every: ``"epoch"``, or a number of batches.
        seed: Integer seed of the latents.
        real: Real samples to show, an array or a pair of arrays (samples, labels);
            by default those of the first batch.
        labels: Classes of a conditional GAN to show, one a row; by default all, or
            the first 16.
        truncation: As in `GAN.generate`.
        tensorboard: TensorBoard's log directory, for image summaries there.
        show: Whether to show the grids inline; ``"auto"``: in a notebook.
        on_grid: Function ``on_grid(image, step)`` called with every grid of
            generated samples, a uint8 array ``(height, width, 1 or 3)``.
        animation: Name of the animation in the folder, or an absolute path for one
            elsewhere, ending in .gif or .webp; ``None`` for none.

    Raises:
        ValueError: If an argument is out of range; when a training begins, if ``real``
            holds samples of another shape than the GAN's.
        OSError: When a training begins, if the folder cannot be written to.

    Example:
        >>> grids = SampleGrid("samples", every=500)
        >>> gan.fit(images, epochs=20, callbacks=[grids])
    """

    def __init__(
        self,
        directory: str | os.PathLike[str] | None = None,
        *,
        n: int | None = None,
        columns: int | None = None,
        every: int | Literal["epoch"] = "epoch",
        seed: int = 0,
        real: Any = None,
        labels: Sequence[int] | None = None,
        truncation: float | None = None,
        tensorboard: str | os.PathLike[str] | None = None,
        show: bool | Literal["auto"] = "auto",
        on_grid: Callable[[np.ndarray, int], Any] | None = None,
        animation: str | os.PathLike[str] | None = "training.gif",
    ) -> None:
        super().__init__()
        for name, count in (("n", n), ("columns", columns)):
            if count is not None:
                checked_count(name, count, 1)
        if every != "epoch" and not (is_whole(every) and every >= 1):
            raise ValueError(
                f"every must be 'epoch' or a number of batches. Received: {every!r}."
            )
        if show not in (True, False, "auto"):
            raise ValueError(f"show must be True, False or 'auto'. Received: {show!r}.")
        if on_grid is not None and not callable(on_grid):
            raise ValueError(
                f"on_grid must be a function of (image, step). Received: {on_grid!r}."
            )
        if labels is not None and len(labels) == 0:
            raise ValueError("labels must name a class or more. Received: none.")
        self.directory = directory
        self.n = n
        self.columns = columns
        self.every = every
        self.seed = seed
        self.real = real
        self.labels = labels
        self.truncation = truncation
        self.tensorboard = tensorboard
        self.show = show
        self.on_grid = on_grid
        self.animation = None if animation is None else _checked_place(animation)
        self._folder: FrameFolder | None = None

    # When.

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Make sure that the grids can be drawn and written."""
        gan = self.model
        if not callable(getattr(gan, "generate", None)):
            raise TypeError(
                "SampleGrid draws what a GAN generates. Received: a "
                f"{type(gan).__name__}, which has no `generate`."
            )
        self._drawn: int | None = None
        self._folder = None
        self._set_scene(gan)
        self._open_outputs()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Draw the first grids; count batches from here."""
        self._epoch_start = steps_of(self.model)
        if self._drawn is None:  # now, as other callbacks may have restored weights
            self._begin(self._epoch_start)

    # At the beginning of a batch, not at the end of the one before, as a callback
    # for the latter makes Keras wait for every batch; and without reading the
    # model unless a grid is due, as this makes JAX copy its state.
    def on_train_batch_begin(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        """Draw a grid if one is due."""
        self._draw_if_due(self._epoch_start + batch)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Draw a grid if one is due."""
        step = steps_of(self.model)
        if self.every == "epoch":
            self._draw(step)
        else:
            self._draw_if_due(step)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Draw the last grid, if it is not drawn yet, and write the animation."""
        step = steps_of(self.model)
        if self._drawn is None:  # no epoch was left to train
            self._begin(step)
        elif self._drawn != step:
            self._draw(step)
        self.write_animation()

    def write_animation(self) -> None:
        """Write the animation of the grids so far, as is done at the end."""
        if self._folder is not None and self.animation is not None:
            with tolerated(self.animation):
                self._folder.animate(self.animation)

    def _begin(self, step: int) -> None:
        """Draw the first grids, after those of the training that is continued."""
        if self._folder is not None:
            self._folder.adopt(step)
        if self._real is not None:
            with tolerated("The grid of real samples"):
                self._output(self._picture_of_real(), step, "real")
        self._draw(step)

    def _draw_if_due(self, step: int) -> None:
        if self.every == "epoch" or self._drawn is None:
            return
        if step // self.every > self._drawn // self.every:
            self._draw(step)

    # What.

    def _set_scene(self, gan: Any) -> None:
        """Decide what to draw: the real samples, how many, which classes."""
        real, labels = _pair(self.real)
        if real is None:
            real, labels = gan.real_images, gan.real_labels
        else:
            _check_shape(real, gan.pair.sample_shape)
        self._vectors = len(gan.pair.sample_shape) == 1
        n = self.n or (_POINTS if self._vectors else _IMAGES)
        if self.labels is not None and not gan.conditional:
            raise ValueError(
                f"This GAN takes no labels. Received: labels={self.labels!r}."
            )
        num_classes = gan.num_classes if gan.conditional else None
        self._layout = layout(n, self.columns, num_classes, self.labels)
        self._range = gan.pair.generator.output_range
        if real is not None and real.dtype == np.uint8:  # pixels, of any generator
            low, high = self._range or (-1.0, 1.0)
            real = low + real.astype("float32") * ((high - low) / 255)
        self._real = real if self._vectors else _chosen(real, labels, self._layout)
        self._limits = None if real is None or not self._vectors else limits_of(real)

    def _picture(self, samples: np.ndarray) -> np.ndarray:
        return draw(
            samples,
            self._layout.columns,
            self._range,
            real=self._real if self._vectors else None,
            limits=self._limits,
            classes=self._layout.labels,
        )

    def _picture_of_real(self) -> np.ndarray:
        if self._vectors:
            return scatter(None, self._real, self._limits)
        return self._picture(self._real)

    def _draw(self, step: int) -> None:
        wanted: Layout = self._layout
        samples = self.model.generate(
            wanted.n, labels=wanted.labels, seed=self.seed, truncation=self.truncation
        )
        self._drawn = step
        picture = self._picture(samples)
        with tolerated(f"The grid of step {step}"):
            self._output(picture, step, "samples")
            if self.on_grid is not None:
                self.on_grid(picture, step)

    # Where to.

    def _open_outputs(self) -> None:
        self._outputs: list[Callable[[np.ndarray, int, str], None]] = []
        if self.directory is not None:
            self._folder = FrameFolder(self.directory)
            self._outputs.append(self._folder.show)
        if self.tensorboard is not None:
            self._outputs.append(ImageSummary(self.tensorboard).show)
        if self.show is True or (self.show == "auto" and in_notebook()):
            self._outputs.append(NotebookOutput().show)
        if not self._outputs and self.on_grid is None:
            raise ValueError(
                "SampleGrid has nowhere to put its grids. Pass directory, tensorboard "
                "or on_grid, or show=True in a notebook."
            )

    def _output(self, picture: np.ndarray, step: int, name: str) -> None:
        for output in self._outputs:
            output(picture, step, name)


def _checked_place(animation: str | os.PathLike[str]) -> Path:
    """Return the animation's name if it has no folder, or a whole path."""
    path = Path(animation)
    if path.name != str(animation) and not path.is_absolute():
        raise ValueError(
            "animation must be the name of a file in directory, or an absolute path. "
            f"Received: animation={str(animation)!r}."
        )
    return check_format(path)


def _pair(real: Any) -> tuple[Any, Any]:
    """Real samples and their labels, or ``None`` for what there is not."""
    if isinstance(real, tuple | list) and len(real) == 2:
        return np.asarray(real[0]), np.asarray(real[1])
    return (None if real is None else np.asarray(real)), None


def _check_shape(real: np.ndarray, expected: tuple[int | None, ...]) -> None:
    """Refuse real samples that are no such ones; grey images may lack the channel."""
    shape = real.shape[1:]
    grey = (*shape, 1) if len(shape) == 2 and len(expected) == 3 else shape
    same = len(grey) == len(expected) and all(
        wanted in (None, side) for wanted, side in zip(expected, grey, strict=True)
    )
    if not same:
        raise ValueError(
            f"real must hold samples of the GAN's shape, {expected}. Received: samples "
            f"of shape {shape}."
        )


def _chosen(real: Any, labels: Any, wanted: Layout) -> Any:
    """The real images to show: in rows of classes, if their labels are known."""
    if real is None:
        return None
    if wanted.labels is None or labels is None:
        return real[: wanted.n]
    one_hot = labels.ndim == 2 and labels.shape[-1] > 1
    classes = labels.argmax(-1) if one_hot else labels
    return in_rows(real, classes.reshape(-1), wanted)
