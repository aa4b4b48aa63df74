"""Pictures in TensorBoard."""

import os
from typing import Any

import numpy as np

from keras_gan.atomic_write import writable_folder
from keras_gan.callbacks.picture_file import encode_png


class ImageSummary:
    """Write pictures as image summaries.

    They are written in TensorBoard's format without TensorBoard itself, which
    `tf.summary.image` would need.

    Args:
        log_dir: TensorBoard's log directory; it is created if need be.

    Raises:
        OSError: If it cannot be created or written to.
    """

    def __init__(self, log_dir: str | os.PathLike[str]) -> None:
        import tensorflow as tf

        folder = writable_folder(log_dir, "tensorboard")
        self._writer = tf.summary.create_file_writer(str(folder))
        self._metadata: Any = tf.compat.v1.SummaryMetadata()
        self._metadata.plugin_data.plugin_name = "images"

    def show(self, picture: np.ndarray, step: int, name: str) -> None:
        """Write a picture under the tag ``name``."""
        import tensorflow as tf

        height, width, _ = picture.shape
        values = [str(width).encode(), str(height).encode(), encode_png(picture)]
        with self._writer.as_default(), tf.device("CPU:0"):
            tf.summary.write(
                name, tf.constant(values), step=step, metadata=self._metadata
            )
        self._writer.flush()
