"""Projection: the latents whose images come nearest to given ones."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import keras
import numpy as np
from keras import ops

from keras_gan import backend, data_checks
from keras_gan.arguments import checked_count
from keras_gan.labels import encode
from keras_gan.networks.spec import unwrap

if TYPE_CHECKING:
    from keras_gan.gan import GAN


_STREAM = 1609  # of the random numbers that starts are drawn from


class Projection(NamedTuple):
    """What `project` found.

    Attributes:
        latents: float32 array ``(n, latent_dim)``.
        images: Their images, float32 ``(n, *sample_shape)``.
        distances: Mean squared difference of each from its target, ``(n,)``: of
            pixels, or of features.
        history: That of the start that was kept, ``(steps + 1, n)``: before every
            step, and after the last.
    """

    latents: np.ndarray
    images: np.ndarray
    distances: np.ndarray
    history: np.ndarray


def project(
    gan: "GAN",
    images: Any,
    steps: int = 300,
    learning_rate: float = 0.1,
    *,
    labels: Any = None,
    starts: int = 4,
    prior: float = 0.0,
    features: keras.Model | None = None,
    seed: int = 0,
    batch_size: int = 128,
) -> Projection:
    r"""Search for the latents whose images come nearest to given ones.

    For each image :math:`x` a latent :math:`z` goes down the gradient of

    .. math:: \overline{(f(G(z)) - f(x))^2} + \lambda (\overline{z^2} - 1)^2,

    where the bars are means over an image's pixels and a latent's dimensions. Every
    image has several random starts, of which the best is kept, as it was at its
    best. The step of Adam decays to 0 along a cosine. Uniform latents stay in their
    cube. The generator, its average where there is one, runs in inference mode; the
    GAN is not changed.

    Args:
        gan: The GAN.
        images: Targets, ``(n, *sample_shape)``, floats in the generator's range.
        steps: Steps of the descent, at least 1.
        learning_rate: Adam's first step, above 0.
        labels: Class numbers of a conditional GAN, one for all or one for each.
        starts: Random latents to start from for each image, at least 1.
        prior: :math:`\lambda`, at least 0: pulls latents to the shell where normal
            ones lie. Codes, of an InfoGAN or a ClusteredGAN, are left out.
        features: Model :math:`f` from samples to features, in inference mode; by
            default the samples themselves are compared.
        seed: Integer seed of the starts, at least 0.
        batch_size: Most latents searched at once.

    Returns:
        A `Projection`.

    Raises:
        ValueError: If an argument is out of range or does not fit the GAN.
        TypeError: If ``features`` is no Keras model.

    Reference:
        Zhu et al., 2016, Generative Visual Manipulation on the Natural Image
        Manifold, arXiv:1609.03552, eq. 5; several starts and the cube as in Lipton,
        Tripathi, 2017, Precise Recovery of Latent Vectors from Generative
        Adversarial Networks, arXiv:1702.04782.

    Example:
        >>> found = project(gan, images[:8], steps=200)
        >>> found.images.shape, found.distances.shape
        ((8, 28, 28, 1), (8,))
    """
    _check(gan, steps, learning_rate, starts, prior, features, batch_size)
    targets = data_checks.to_numpy(images)
    labels = gan.given_labels(len(targets), labels)
    data_checks.check(targets, labels, gan.pair)
    n = len(targets)
    first = gan.draw_latents(n * starts, _own_stream(seed)).reshape(n, starts, -1)
    at_once = max(1, batch_size // starts)
    parts = []
    for i in range(0, n, at_once):
        these = slice(i, i + at_once)
        search = Search(
            gan,
            np.repeat(targets[these], starts, axis=0),
            None if labels is None else np.repeat(labels[these], starts, axis=0),
            first[these].reshape(-1, first.shape[-1]),
            prior,
            features,
        )
        parts.append(_best_starts(*search.run(steps, learning_rate), starts))
    latents, distances, histories = zip(*parts, strict=True)
    found = np.concatenate(latents)
    return Projection(
        found,
        gan.generate_from(found, labels, seed=seed, batch_size=batch_size),
        np.concatenate(distances),
        np.concatenate(histories, axis=1),
    )


def _own_stream(seed: int) -> int:
    """Return another seed: else images of `generate(seed)` started at the answer."""
    return int(np.random.SeedSequence([seed, _STREAM]).generate_state(1)[0])


class Search:
    """A descent from one latent for each of its targets, all at once.

    Args:
        gan: The GAN.
        targets: Images ``(rows, *sample_shape)``.
        labels: Their class numbers, or ``None``.
        first: The latents to start from, ``(rows, latent_dim)``.
        prior: As in `project`.
        features: As in `project`.
    """

    def __init__(
        self,
        gan: "GAN",
        targets: np.ndarray,
        labels: np.ndarray | None,
        first: np.ndarray,
        prior: float = 0.0,
        features: keras.Model | None = None,
    ) -> None:
        self.generator = gan.inference_generator
        self.features: Callable[[Any], Any] = lambda samples: samples
        networks = [self.generator]
        if features is not None:
            self.features = lambda samples: features(samples, training=False)
            networks.append(features)
        self.latents = keras.Variable(first, dtype="float32", name="latents")
        self.state = [self.latents, *[v for net in networks for v in net.variables]]
        label_shape = gan.pair.generator.label_shape
        self.labels = [] if label_shape is None else [encode(labels, label_shape)]
        wanted = self.features(ops.convert_to_tensor(targets, dtype="float32"))
        self.targets = ops.cast(ops.stop_gradient(wanted), "float32")
        self.prior = prior
        self.width = gan.noise_dim
        self.in_cube = gan.latent_distribution == "uniform"

    def objective(self) -> tuple[Any, tuple[Any, Any]]:
        """Return the sum to be made small, and each row's part and its distance."""
        latents = self.latents.value
        made = self.generator(unwrap([latents, *self.labels]), training=False)
        difference = ops.cast(self.features(made), "float32") - self.targets
        axes = tuple(range(1, len(difference.shape)))
        distances = ops.mean(ops.square(difference), axis=axes)
        off_shell = ops.mean(ops.square(latents[:, : self.width]), axis=1) - 1
        rows = distances + self.prior * ops.square(off_shell)
        return ops.sum(rows), (rows, distances)  # a row's gradient is its own

    def gradient(self) -> tuple[Any, Any, Any]:
        """Return each row's objective and distance, and the gradient."""
        (rows, distances), (gradient,) = backend.value_and_grad(
            self.objective, [self.latents], self.state
        )
        return ops.convert_to_numpy(rows), ops.convert_to_numpy(distances), gradient

    def run(
        self, steps: int, learning_rate: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Descend.

        Returns:
            The best objective of each row, ``(rows,)``; its latents; its distance;
            and all distances, before each step and after the last,
            ``(steps + 1, rows)``.

        Raises:
            ValueError: If a row never has a finite objective.
        """
        decay = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
        optimizer = keras.optimizers.Adam(decay)
        optimizer.build([self.latents])
        kept = ops.convert_to_numpy(self.latents).copy()
        best, nearest = np.full((2, len(kept)), np.inf)
        history = []
        for step in range(steps + 1):
            rows, distances, gradient = self.gradient()
            better = rows < best
            best[better], nearest[better] = rows[better], distances[better]
            kept[better] = ops.convert_to_numpy(self.latents)[better]
            history.append(distances)
            if step < steps:
                backend.apply_gradients(optimizer, [gradient], [self.latents])
                if self.in_cube:
                    self.latents.assign(ops.clip(self.latents.value, -1.0, 1.0))
        if not np.isfinite(best).all():
            raise ValueError(
                "The generator must make finite images. Received: NaN or infinity."
            )
        return best, kept, nearest, np.array(history)


def _best_starts(
    objective: np.ndarray,
    latents: np.ndarray,
    distances: np.ndarray,
    history: np.ndarray,
    starts: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Keep of each image the best start: its latents, distance and history."""
    n = len(objective) // starts
    row = objective.reshape(n, starts).argmin(1) + np.arange(n) * starts
    return latents[row], distances[row], history[:, row]


def _check(
    gan: "GAN",
    steps: int,
    learning_rate: float,
    starts: int,
    prior: float,
    features: Any,
    batch_size: int,
) -> None:
    checked_count("steps", steps, 1)
    checked_count("starts", starts, 1)
    checked_count("batch_size", batch_size, 1)
    if not 0 < learning_rate < np.inf:
        raise ValueError(
            f"learning_rate must be a number above 0. Received: {learning_rate!r}."
        )
    if not 0 <= prior < np.inf:
        raise ValueError(f"prior must be a number, 0 or more. Received: {prior!r}.")
    if prior and gan.latent_distribution == "uniform":
        raise ValueError(
            "Uniform latents lie on no shell, so prior must be 0; they are kept in "
            f"their cube. Received: prior={prior!r}."
        )
    if features is not None and not isinstance(features, keras.Model):
        raise TypeError(f"features must be a keras.Model. Received: {features!r}.")
