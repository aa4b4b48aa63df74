"""ClusteredGAN: a GAN whose classes are clusters that it finds in the data."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan import backend, clusters, data_checks, replicas, sampling
from keras_gan.arguments import checked_count, checked_numbers
from keras_gan.batch import Batch
from keras_gan.datasets.per_epoch import PerEpoch
from keras_gan.gan import GAN
from keras_gan.host_batches import host_batches

_READ = 10_000  # most samples that clusters are found in


@keras.saving.register_keras_serializable(package="keras_gan")
class ClusteredGAN(GAN):
    r"""A GAN that is conditional in training, without labels: for few images.

    Both players are told which cluster a sample is in, as in a conditional GAN, where
    k-means has found the clusters in the samples: D judges :math:`(x, k(x))`
    against :math:`(G(z, k(x)), k(x))`, with :math:`k(x)` the number of the centre that
    is nearest to the real sample :math:`x`. Small groups of like images are learned
    faster than all at once. Outside of training it is no conditional GAN: clusters
    are a part of the latents, which are noise and then a one-hot code, drawn as often
    as samples are in each.

    `fit` finds the clusters, in 10,000 samples at most, unless `adapt` did before.

    Args:
        generator: Model from latents to samples, which declares as many latent
            dimensions as noise and clusters have together.
        discriminator: Model from samples and labels, cluster numbers, to a logit.
        latent_dim: As in `GAN`: noise and code together.
        clusters: Number of clusters, 2 or more.
        **kwargs: As in `GAN`.

    Raises:
        ValueError: If the networks do not fit the clusters.

    Reference:
        Sage, Agustsson, Timofte, Van Gool, 2018, Logo Synthesis and Manipulation with
        Clustered Generative Adversarial Networks, arXiv:1712.04407, section 3.2. There
        clusters are of features; here of pixels, see `keras_gan.clusters`.

    Example:
        >>> gan = ClusteredGAN(dcgan.generator((28, 28, 1), 100 + 20),
        ...                    dcgan.discriminator((28, 28, 1), num_classes=20),
        ...                    clusters=20)
        >>> gan.compile("adam", "adam", penalties=["mode_seeking"])
        >>> history = gan.fit(images, epochs=20)
        >>> of_one = gan.predict(gan.draw_latents(8, seed=0, cluster=3))
    """

    invents_labels = True

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        latent_dim: int | None = None,
        *,
        clusters: int,
        **kwargs: Any,
    ) -> None:
        clusters = checked_count("clusters", clusters, 2)
        super().__init__(
            generator, discriminator, latent_dim, num_classes=clusters, **kwargs
        )
        self.clusters = clusters
        self.num_classes = None  # no one asks for a class
        self.code_dim = clusters
        if self.noise_dim < 1:
            raise ValueError(
                "The generator's latents are noise and a code of "
                f"{clusters} clusters together. Received: a generator of "
                f"{self.latent_dim} latent dimensions."
            )
        width = _features_of(self.pair.sample_shape)
        self.centres = self._remembered((clusters, width), "zeros", "centres")
        share = keras.initializers.Constant(1 / clusters)
        self.shares = self._remembered((clusters,), share, "shares")
        self.adapted = self._remembered((), "zeros", "adapted")

    def _remembered(self, shape: tuple, initializer: Any, name: str) -> Any:
        return self.add_weight(
            shape=shape,
            initializer=initializer,
            dtype="float32",
            autocast=False,
            trainable=False,
            aggregation="only_first_replica",
            name=name,
        )

    # Clusters.

    def adapt(self, x: Any, seed: int = 0) -> None:
        """Find the clusters of real samples, as `fit` does where this was not called.

        Args:
            x: Real samples, as in `fit`: of an array some that are drawn at random, of
                a data set the first, 10,000 of them at most.
            seed: Integer seed.

        Raises:
            ValueError: If the samples do not fit the networks, or are too few.

        Example:
            >>> gan.adapt(images)
        """
        x, first, _ = data_checks.first_batch(x)
        data_checks.check(first, None, self.pair)
        centres, counts = clusters.find(_some(x, seed), self.clusters, seed)
        self.centres.assign(centres)
        self.shares.assign(counts / counts.sum())
        self.adapted.assign(1.0)

    def is_adapted(self) -> bool:
        """Return whether clusters were found."""
        return bool(ops.convert_to_numpy(self.adapted))

    def fit(self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Find the clusters, unless `adapt` did, and train; see `GAN.fit`.

        Labels, if there are any, are left alone.
        """
        if self.compiled and not self.is_adapted():
            self._check_adaptable(x)
            self.adapt(x)
        return super().fit(x, y, *args, **kwargs)

    def _check_adaptable(self, x: Any) -> None:
        """Refuse to find clusters in what comes but once, or is each process's own."""
        if isinstance(x, Iterator):
            raise ValueError(
                "Clusters are found in samples that a generator gives but once. Call "
                f"gan.adapt(samples) before fit. Received: x={x!r}."
            )
        # On PyTorch all begin with the first's; what is per epoch, all read alike.
        alike = keras.backend.backend() == "torch" or _per_epoch(x) is not None
        if backend.processes() > 1 and not alike:
            raise ValueError(
                "All processes must have the same clusters. Call gan.adapt(samples) "
                "before fit, with the same samples on each. Received: "
                f"{backend.processes()} processes and no clusters."
            )

    def train_on_batch(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Play one step, as `keras.Model.train_on_batch` does, once there are clusters.

        Raises:
            ValueError: If there are none yet.
        """
        self._check_adapted("train_on_batch")
        return super().train_on_batch(x, *args, **kwargs)

    def evaluate(self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Score held-out samples, see `GAN.evaluate`, once there are clusters.

        Raises:
            ValueError: If there are none yet.
        """
        if not self.fitting:
            self._check_adapted("evaluate")
        return super().evaluate(x, y, *args, **kwargs)

    def _check_adapted(self, called: str) -> None:
        if not self.is_adapted():
            raise ValueError(
                f"There are no clusters yet. Call gan.adapt(samples) before {called}; "
                "fit does so by itself."
            )

    def unpack(self, data: Any) -> tuple[Any, Any]:
        """Return the real samples and their clusters, which stand for labels."""
        real, _ = super().unpack(data)
        return real, clusters.nearest(real, self.centres.value)

    # Latents: noise, then the cluster, one-hot.

    def generator_inputs(self, latents: Any, labels: Any) -> Any:
        """Put the clusters that the players are told into the latents."""
        code = ops.one_hot(labels, self.clusters, dtype=latents.dtype)
        return ops.concatenate([latents[:, : self.noise_dim], code], axis=1)

    def batch(self, real: Any, fake: Any, *rest: Any, training: bool = True) -> Batch:
        """Gather what an objective sees: latents with the clusters that G was told."""
        labels, latents, *outputs = rest
        told = self.generator_inputs(latents, labels)
        return super().batch(real, fake, labels, told, *outputs, training=training)

    def random_latents(self, batch_size: Any, seed: Any) -> Any:
        """Draw noise and clusters inside the compiled step."""
        shape = (batch_size, self.noise_dim)
        noise = sampling.random_latents(shape, self.latent_distribution, seed)
        # The last edge, 1, may be less by rounding, so it is left out.
        edges = ops.cumsum(self.shares.value)[:-1]
        drawn = replicas.uniform((batch_size, 1), seed, dtype="float32")
        numbers = ops.sum(ops.cast(drawn > edges, "int32"), axis=1)
        return self.generator_inputs(noise, numbers)

    def draw_latents(
        self, n: int, seed: int | None = None, cluster: Any = None
    ) -> np.ndarray:
        """Draw ``n`` latents that depend on the seed alone, of a cluster if asked for.

        Args:
            n: How many.
            seed: Integer seed.
            cluster: Number of a cluster, one for all or one for each; by default
                random ones, as often as samples are in each.

        Returns:
            float32 array ``(n, latent_dim)`` for `predict`.

        Raises:
            ValueError: If there is no such cluster.
        """
        noise = sampling.draw_latents(n, self.noise_dim, self.latent_distribution, seed)
        if cluster is None:
            rng = np.random.default_rng(None if seed is None else (seed, self.clusters))
            shares = ops.convert_to_numpy(self.shares).astype("float64")
            numbers = rng.choice(self.clusters, size=n, p=shares / shares.sum())
        else:
            numbers = checked_numbers("cluster", cluster, n, self.clusters)
        code = np.eye(self.clusters, dtype="float32")[numbers]
        return np.concatenate([noise, code], axis=1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        config = super().get_config()
        del config["num_classes"]
        return {**config, "clusters": self.clusters}


def _features_of(sample_shape: tuple[int | None, ...]) -> int:
    """Return how many features a sample of a shape has."""
    if None in sample_shape:
        raise ValueError(
            "Clusters are found in samples of one size. Received: a generator of "
            f"samples of shape {sample_shape}."
        )
    return clusters.features(np.zeros((1, *sample_shape), "float32")).shape[1]


def _per_epoch(x: Any) -> PerEpoch | None:
    """Return data whose order is fixed, or ``None``; our data sets carry it along."""
    return x if isinstance(x, PerEpoch) else getattr(x, "per_epoch", None)


def _some(x: Any, seed: int) -> np.ndarray:
    """Read samples of whatever `fit` takes: some of an array, the first of others."""
    if hasattr(x, "shape"):
        samples = data_checks.to_numpy(x)
        if len(samples) <= _READ:
            return samples
        chosen = np.random.default_rng(seed).choice(len(samples), _READ, replace=False)
        return samples[np.sort(chosen)]
    batches, count = [], 0
    fixed = _per_epoch(x)
    for batch, _ in host_batches(x if fixed is None else fixed.epoch(0)):
        batches.append(batch)
        count += len(batch)
        if count >= _READ:
            break
    return np.concatenate(batches)[:_READ]
