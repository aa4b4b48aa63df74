"""Clusters of samples: what k-means finds in them, and which of them one is in."""

from typing import Any

import numpy as np
from keras import ops

_SIDE = 16  # pixels that an image is averaged down to, so that shifts count for less
_STARTS, _ROUNDS = 5, 50  # of k-means, of which the best start is kept


def features(samples: Any) -> Any:
    """Return what distances are taken between: the sample, small, as a vector.

    Args:
        samples: ``(batch, ...)``. Images, ``(batch, height, width, channels)``, are
            averaged over squares of pixels until their sides are 16 or less.

    Returns:
        float32 tensor ``(batch, dimensions)``.

    Example:
        >>> features(np.zeros((8, 28, 28, 1))).shape
        (8, 196)
    """
    samples = ops.cast(samples, "float32")
    if len(samples.shape) == 4:
        square = -(-max(samples.shape[1:3]) // _SIDE)
        squares = (square, square)
        samples = ops.average_pool(
            samples, squares, squares, data_format="channels_last"
        )
    return ops.reshape(samples, (-1, int(np.prod(samples.shape[1:]))))


def nearest(samples: Any, centres: Any) -> Any:
    """Return the number of the centre that is nearest to each sample's features.

    Args:
        samples: ``(batch, ...)``.
        centres: ``(clusters, dimensions)``, as `find` returns them.

    Returns:
        int32 tensor ``(batch,)``.
    """
    centres = ops.cast(centres, "float32")
    products = ops.matmul(features(samples), ops.transpose(centres))
    # |x - c|² without |x|², which is the same for all centres.
    squares = ops.sum(ops.square(centres), axis=1) - 2.0 * products
    return ops.cast(ops.argmin(squares, axis=1), "int32")


def find(
    samples: np.ndarray, clusters: int, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Find the centres of clusters by k-means, and how many samples are in each.

    Args:
        samples: ``(n, ...)``, n at least ``clusters``.
        clusters: Number of clusters.
        seed: Integer seed of the starts.

    Returns:
        The centres, float32 ``(clusters, dimensions)``, and the counts ``(clusters,)``.

    Raises:
        ValueError: If the samples do not fill so many clusters.

    Reference:
        Arthur and Vassilvitskii, 2007, k-means++: The Advantages of Careful Seeding,
        SODA, algorithm 1, as SciPy has it.

    Example:
        >>> centres, counts = find(images, 20)
    """
    from scipy.cluster.vq import ClusterError, kmeans2

    parts = np.array_split(samples, -(-len(samples) // 1000))
    points = np.concatenate([ops.convert_to_numpy(features(p)) for p in parts])
    points = points.astype("float64")
    different = len(np.unique(points, axis=0))
    best, least = None, np.inf
    for start in range(_STARTS if different >= clusters else 0):
        try:
            rng = np.random.default_rng((seed, start))
            centres, numbers = kmeans2(
                points, clusters, _ROUNDS, minit="++", missing="raise", rng=rng
            )
        except ClusterError:
            continue  # a cluster lost its last sample
        cost = np.square(points - centres[numbers]).sum()
        if cost < least:
            best, least = (centres, numbers), cost
    if best is None:
        raise ValueError(
            f"The samples do not fall into {clusters} clusters. Received: "
            f"{len(points):,} samples, {different:,} of them different. Pass "
            "clusters=... for fewer."
        )
    centres, numbers = best
    return centres.astype("float32"), np.bincount(numbers, minlength=clusters)
