"""The data built into the package: 10,000 real images of Fashion-MNIST.

The first 1,000 training images of each class, in their original order; none of
the test images. By Zalando SE under the MIT licence, see data/LICENSE.fashion_mnist
and https://arxiv.org/abs/1708.07747.
"""

from pathlib import Path
from typing import Any

import numpy as np

from keras_gan.datasets.arrays import source_from_arrays
from keras_gan.datasets.image_source import ImageSource

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

_FILE = Path(__file__).parent / "data" / "fashion_mnist_10k.npz"


def open_builtin(
    *, split: str = "train", image_size: Any = None, channels: int | None = None
) -> ImageSource:
    """Open the 10,000 built-in images (28x28, grey, 10 classes of 1,000).

    Args:
        split: "train", the only one there is.
        image_size: None for 28x28, a side in pixels, or (height, width).
        channels: 1 or None for grey, 3 for grey repeated as colour.

    Returns:
        An `ImageSource` with labels, held in memory.

    Raises:
        ValueError: if an argument has another value.

    Example:
        >>> open_builtin().class_names[:2]
        ('T-shirt/top', 'Trouser')
    """
    if split != "train":
        raise ValueError(
            f"split={split!r}: 'builtin' has 'train' only. The data set "
            "'fashion_mnist', which TFDS downloads, also has 'test'."
        )
    with np.load(_FILE, allow_pickle=False) as archive:
        images, labels = archive["images"], archive["labels"]
    return source_from_arrays(
        "builtin",
        images,
        labels,
        class_names=CLASS_NAMES,
        image_size=image_size,
        channels=channels,
    )
