"""Making: the part of `GAN` that makes samples of latents."""

from typing import Any

import keras
import numpy as np

from keras_gan import random_state, sampling
from keras_gan.arguments import check_seed, checked_count
from keras_gan.labels import encode


class Making(keras.Model):
    """The part of `GAN` that makes samples: called, it is the generator."""

    @property
    def inference_generator(self) -> keras.Model:
        """The network that makes the samples: the average, where there is one."""
        return self.ema_generator if self.ema else self.generator

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Make samples from latents, or from ``[latents, labels]``.

        Args:
            inputs: Latents ``(batch, latent_dim)``, with labels if conditional.
            training: Whether to run the generator itself, in training mode; else
                its average is run where there is one.

        Returns:
            Tensor of samples in the generator's own range.

        Raises:
            ValueError: If the GAN is conditional and there are no labels.
        """
        if self.conditional and hasattr(inputs, "shape"):
            raise ValueError(
                "This GAN is conditional: it is called, and predicts, on [latents, "
                f"labels]. Received: one input of shape {tuple(inputs.shape)}."
            )
        if self.conditional and isinstance(inputs, list | tuple):
            latents, labels = inputs
            shape: Any = self.pair.generator.label_shape
            inputs = [latents, encode(labels, shape)]
        network = self.generator if training else self.inference_generator
        return self.outputs_of(network, inputs, training)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of what the generator makes of inputs of a shape."""
        return self.generator.compute_output_shape(input_shape)

    def draw_latents(self, n: int, seed: int | None = None) -> np.ndarray:
        """Draw ``n`` latents that depend on the seed alone, on any backend."""
        return sampling.draw_latents(n, self.latent_dim, self.latent_distribution, seed)

    @property
    def noise_dim(self) -> int:
        """Number of latent dimensions that are noise: all but a subclass's codes."""
        return self.latent_dim - self.code_dim

    def truncated(self, latents: np.ndarray, truncation: float | None) -> np.ndarray:
        """Pull the noise towards its mean, see `generate`; codes stay as they are."""
        noise = sampling.truncate(latents[:, : self.noise_dim], truncation)
        return np.concatenate([noise, latents[:, self.noise_dim :]], axis=1)

    def generate(
        self,
        n: int,
        labels: Any = None,
        seed: int | None = None,
        truncation: float | None = None,
        *,
        batch_size: int = 128,
    ) -> np.ndarray:
        """Make ``n`` samples. The state of the training is not touched.

        Args:
            n: Number of samples, at least 1.
            labels: Class numbers of a conditional GAN, one for each sample or one
                for all; by default random ones.
            seed: Integer for the same samples at every call; by default new ones.
            truncation: ψ in [0, 1]: latents are pulled towards their mean, to
                trade variety for typical samples. ``None`` is 1.
            batch_size: Most samples made at once.

        Returns:
            float32 array ``(n, *sample_shape)`` in the generator's own range.

        Raises:
            ValueError: If an argument is out of range, or labels are given to a GAN
                that takes none.

        Example:
            >>> trousers = gan.generate(8, labels=1, seed=0)
        """
        check_seed(seed)
        checked_count("batch_size", batch_size, 1)
        latents = self.truncated(self.draw_latents(n, seed), truncation)
        if self.conditional:
            labels = sampling.checked_labels(labels, n, self.num_classes, seed)
        return self.generate_from(latents, labels, seed=seed, batch_size=batch_size)

    def generate_from(
        self,
        latents: np.ndarray,
        labels: Any = None,
        *,
        seed: int | None = None,
        batch_size: int = 128,
    ) -> np.ndarray:
        """Make a sample of each of the given latents.

        Args:
            latents: ``(n, latent_dim)``, as `draw_latents` returns them.
            labels: Class numbers ``(n,)`` of a conditional GAN.
            seed: Integer seed of what the generator draws itself, if it has layers
                that do; by default new draws.
            batch_size: Most samples made at once.

        Returns:
            float32 array ``(n, *sample_shape)`` in the generator's own range.

        Raises:
            ValueError: If latents or labels have another shape, or one is missing.

        Example:
            >>> latents = gan.draw_latents(2, seed=0)
            >>> between = gan.generate_from(latents.mean(axis=0, keepdims=True))
        """
        latents = sampling.checked_latents(latents, self.latent_dim)
        labels = self.given_labels(len(latents), labels)
        checked_count("batch_size", batch_size, 1)
        label_shape = self.pair.generator.label_shape
        with random_state.untouched([self.inference_generator], seed):
            return sampling.generate(self, latents, labels, label_shape, batch_size)

    def given_labels(self, n: int, labels: Any) -> np.ndarray | None:
        """Return ``n`` class numbers, or ``None`` for a GAN that takes none.

        Args:
            n: How many samples they are for.
            labels: One for each, or one for all.

        Raises:
            ValueError: If there are labels and should not be, or the reverse.
        """
        if self.conditional and labels is None:
            raise ValueError(
                "This GAN makes samples of a class. labels must be a class number, one "
                f"for all or {n}, below {self.num_classes}. Received: labels=None."
            )
        if not self.conditional and labels is not None:
            raise ValueError(
                f"This GAN's generator takes no labels. Received: labels={labels!r}."
            )
        if labels is None:
            return None
        return sampling.checked_labels(labels, n, self.num_classes, None)

    def export(self, filepath: Any, *args: Any, **kwargs: Any) -> None:
        """Export the generator for serving: latents in (and labels), samples out.

        Args:
            filepath: Where to, as in `keras.Model.export`.
            *args: As in `keras.Model.export`.
            **kwargs: As in `keras.Model.export`, ``format`` among them.
        """
        self.inference_generator.export(filepath, *args, **kwargs)
