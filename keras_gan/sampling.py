"""Samples on demand: latents that any backend draws alike, and pictures of them."""

from typing import Any

import numpy as np
from keras import ops

from keras_gan import backend, replicas
from keras_gan import labels as label_forms
from keras_gan.arguments import checked_count

DISTRIBUTIONS = ("normal", "uniform")


def check_distribution(latent_distribution: str) -> str:
    """Return a known distribution of latents, or raise `ValueError`."""
    if latent_distribution not in DISTRIBUTIONS:
        raise ValueError(
            "latent_distribution must be 'normal', N(0, 1), or 'uniform', U(-1, 1). "
            f"Received: {latent_distribution!r}."
        )
    return latent_distribution


def random_latents(shape: tuple, distribution: str, seed: Any) -> Any:
    """Draw latents inside the compiled step, from a `SeedGenerator`."""
    if distribution == "normal":
        return replicas.normal(shape, seed)
    return replicas.uniform(shape, seed, low=-1.0, high=1.0)


def draw_latents(
    n: int, latent_dim: int, distribution: str, seed: int | None = None
) -> np.ndarray:
    """Draw latents that depend on the seed alone, not on the backend.

    Args:
        n: How many, at least 1.
        latent_dim: Number of dimensions.
        distribution: ``"normal"`` or ``"uniform"``.
        seed: Integer, or ``None`` for new ones at each call.

    Returns:
        float32 array of shape ``(n, latent_dim)``.

    Raises:
        ValueError: If ``n`` is below 1.
    """
    checked_count("n", n, 1)
    rng = np.random.default_rng(seed)
    if distribution == "normal":
        return rng.standard_normal((n, latent_dim), dtype="float32")
    return rng.uniform(-1, 1, (n, latent_dim)).astype("float32")


def truncate(latents: np.ndarray, truncation: float | None) -> np.ndarray:
    """Pull latents towards their mean, which is 0: fewer surprises, less variety.

    Args:
        latents: Array of latents.
        truncation: ψ in [0, 1]: 1 or ``None`` leaves them, 0 gives the mean.

    Raises:
        ValueError: If ``truncation`` is outside [0, 1].
    """
    if truncation is None:
        return latents
    if not isinstance(truncation, int | float | np.number) or not 0 <= truncation <= 1:
        raise ValueError(f"truncation must be in [0, 1]. Received: {truncation!r}.")
    return latents * np.float32(truncation)


def checked_labels(
    labels: Any, n: int, num_classes: int | None, seed: int | None
) -> np.ndarray:
    """Return ``n`` class numbers: those given, one for all, or random ones.

    Raises:
        ValueError: If their number, type or range is wrong.
    """
    if labels is None:
        return np.random.default_rng(seed).integers(num_classes or 1, size=n)
    labels = np.asarray(labels)
    if labels.ndim == 0:
        labels = np.full(n, labels)
    if labels.shape[0] != n:
        raise ValueError(
            f"labels must be one class number or {n}, one per image. Received: "
            f"{labels.shape[0]} labels."
        )
    check_class_numbers(labels, num_classes)
    numbers = labels.ndim == 1 or labels.shape[1:] == (1,)
    return labels.astype("int32") if numbers else labels  # 16 bits hold no 257.0


def check_class_numbers(labels: np.ndarray, num_classes: int | None) -> None:
    """Raise `ValueError` unless class numbers are whole and in range.

    Labels in another form, such as one-hot rows, are not class numbers and pass.
    """
    if labels.ndim not in (1, 2) or not labels.size:
        raise ValueError(
            "labels must be class numbers, one for each sample, or one-hot rows. "
            f"Received: labels of shape {labels.shape}."
        )
    if labels.ndim == 2 and labels.shape[1] != 1:
        if num_classes is not None and labels.shape[1] != num_classes:
            raise ValueError(
                f"labels must be class numbers or one-hot rows of {num_classes}. "
                f"Received: rows of {labels.shape[1]}."
            )
        return
    whole = np.issubdtype(labels.dtype, np.number) and np.all(labels == labels.round())
    if not whole:
        raise ValueError(
            f"labels must be whole class numbers. Received: dtype {labels.dtype}, "
            f"first values {labels.ravel()[:5].tolist()}."
        )
    if num_classes is not None and (labels.min() < 0 or labels.max() >= num_classes):
        raise ValueError(
            f"labels must be in 0..{num_classes - 1}, as there are {num_classes} "
            f"classes. Received: values from {labels.min()} to {labels.max()}."
        )


def checked_latents(latents: Any, latent_dim: int) -> np.ndarray:
    """Return latents as float32 ``(n, latent_dim)``, or raise `ValueError`."""
    latents = np.asarray(latents, "float32")
    if latents.ndim != 2 or not len(latents) or latents.shape[1] != latent_dim:
        raise ValueError(
            f"Latents must have the shape (n, {latent_dim}), n at least 1. Received: "
            f"shape {latents.shape}."
        )
    if not np.isfinite(latents).all():
        raise ValueError("Latents must be finite. Received: NaN or infinity.")
    return latents


def generate(
    model: Any,
    latents: np.ndarray,
    labels: np.ndarray | None,
    label_shape: tuple | None,
    batch_size: int,
) -> np.ndarray:
    """Run a GAN's `predict_on_batch` over latents of any number."""
    made = []
    size = filled_size(len(latents), batch_size)
    size += -size % backend.shares(model)  # all devices take part
    for start in range(0, len(latents), batch_size):
        part = latents[start : start + batch_size]
        inputs: Any = filled(part, size)
        if label_shape is not None and labels is not None:
            codes = label_forms.encode(labels[start : start + batch_size], label_shape)
            inputs = [inputs, filled(ops.convert_to_numpy(codes), size)]
        samples = np.asarray(model.predict_on_batch(inputs), "float32")
        made.append(samples[: len(part)])
    return np.concatenate(made)


def filled_size(n: int, batch_size: int) -> int:
    """Return what all batches of ``n`` samples are filled up to.

    It is ``batch_size``, or a power of two below it for fewer samples: a model asked
    for many different numbers compiles a handful of functions and no more.
    """
    return min(batch_size, 1 << (n - 1).bit_length())


def filled(rows: np.ndarray, size: int) -> np.ndarray:
    """Return rows of this size, the last one repeated."""
    return np.concatenate([rows, np.repeat(rows[-1:], size - len(rows), axis=0)])
