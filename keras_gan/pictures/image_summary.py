"""Pictures in TensorBoard."""

import errno
import os
import shutil
from typing import Any

import numpy as np

from keras_gan.files.atomic_write import writable_folder
from keras_gan.pictures.png import encode_png

_OVERHEAD = 2**16  # bytes that a file and a summary take beside the picture


class ImageSummary:
    """Write pictures as image summaries.

    They are written in TensorBoard's format without TensorBoard itself, which
    `tf.summary.image` would need. TensorFlow does not say when a disk is full, and
    leaves half a record, after which nothing in the file can be read; so the room is
    looked at before.

    Args:
        log_dir: TensorBoard's log directory; it is created if need be.

    Raises:
        OSError: If it cannot be created or written to.
    """

    def __init__(self, log_dir: str | os.PathLike[str]) -> None:
        import tensorflow as tf

        self._folder = writable_folder(log_dir, "tensorboard")
        self._check_room(0)
        self._writer = tf.summary.create_file_writer(str(self._folder))
        self._metadata: Any = tf.compat.v1.SummaryMetadata()
        self._metadata.plugin_data.plugin_name = "images"

    def show(self, picture: np.ndarray, step: int, name: str) -> None:
        """Write a picture under the tag ``name``.

        Raises:
            OSError: If there is no room for it, or no folder.
        """
        import tensorflow as tf

        height, width, _ = picture.shape
        png = encode_png(picture)
        self._check_room(len(png))
        values = [str(width).encode(), str(height).encode(), png]
        with self._writer.as_default(), tf.device("CPU:0"):
            tf.summary.write(
                name, tf.constant(values), step=step, metadata=self._metadata
            )
        self._writer.flush()

    def _check_room(self, size: int) -> None:
        disk = shutil.disk_usage(self._folder)
        if disk.total and disk.free < size + _OVERHEAD:  # some tell nothing but zeros
            raise OSError(
                errno.ENOSPC, os.strerror(errno.ENOSPC), os.fspath(self._folder)
            )
