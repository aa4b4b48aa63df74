"""InfoGAN: codes that the generator must show and a head can read."""

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan import replicas, sampling, schedule
from keras_gan.arguments import checked_numbers, is_whole
from keras_gan.batch import Batch
from keras_gan.gan import GAN
from keras_gan.heads import check_heads

_WEIGHTS = ("info_weight", "continuous_weight")


@keras.saving.register_keras_serializable(package="keras_gan")
class InfoGAN(GAN):
    r"""A GAN that learns what its latents mean, without labels.

    Some of the latents are codes: categorical ones, one-hot, and continuous ones,
    U(-1, 1). Heads of the discriminator, Q, read them back from the samples, and both
    players maximise a lower bound of the mutual information of code and sample,

    .. math::
        \lambda L_I = \lambda (H(c) + E[\log Q(c \mid G(z, c))]),

    whose constant :math:`H(c)` is left out. A latent vector is noise, then each
    categorical code, then the continuous ones. Logged besides: ``category_loss`` and
    ``continuous_loss``, :math:`-\log Q` in nats, summed over the codes of a kind.
    With `penalties.CodeConsistency` categorical codes come nearer to classes.

    Args:
        generator: Model from latents to samples; it declares as many latent
            dimensions as noise and codes have together.
        discriminator: Model from samples to a list: its logit, the logits of each
            categorical code, and, if there are continuous codes, ``2 * continuous``
            units: their means, then the logarithms of their variances.
        latent_dim: As in `GAN`: noise and codes together.
        categories: Number of values of each categorical code.
        continuous: Number of continuous codes.
        info_weight: :math:`\lambda` of the categorical codes, at least 0, or a Keras
            `LearningRateSchedule` of it over the training steps; 1 in the paper.
        continuous_weight: :math:`\lambda` of the continuous codes, likewise; below 1
            in the paper.
        **kwargs: As in `GAN`.

    Raises:
        ValueError: If the networks do not fit the codes, or an argument is out of
            range.

    Reference:
        Chen et al., 2016, InfoGAN: Interpretable Representation Learning by
        Information Maximizing Generative Adversarial Nets, arXiv:1606.03657, eq. 5-6.

    Example:
        >>> gan = InfoGAN(dcgan.generator((28, 28, 1), 62 + 10 + 2),
        ...               dcgan.discriminator((28, 28, 1), heads=(10, 4)),
        ...               categories=(10,), continuous=2)
        >>> gan.compile("adam", "adam")
        >>> history = gan.fit(images, epochs=20)
        >>> threes = gan.predict(gan.draw_latents(8, seed=0, categorical=3))
    """

    extra_logs = ("category_loss", "continuous_loss")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        latent_dim: int | None = None,
        *,
        categories: Sequence[int] = (10,),
        continuous: int = 0,
        info_weight: float | schedule.Schedule = 1.0,
        continuous_weight: float | schedule.Schedule = 0.1,
        **kwargs: Any,
    ) -> None:
        super().__init__(generator, discriminator, latent_dim, **kwargs)
        self.categories = _checked_codes(categories, continuous)
        self.continuous = int(continuous)
        self.code_dim = sum(self.categories) + self.continuous
        if not self.latent_dim > self.code_dim:
            raise ValueError(
                f"The codes have {self.code_dim} dimensions, and the generator's "
                "latents are noise and codes together. Received: a generator of "
                f"{self.latent_dim} latent dimensions."
            )
        heads = [*self.categories, *([2 * continuous] if continuous else [])]
        check_heads(self, heads)
        self.info_weight = schedule.check("info_weight", info_weight)
        self.continuous_weight = schedule.check("continuous_weight", continuous_weight)

    # Objectives.

    def discriminator_objective(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Return D's loss and Q's, per sample: Q learns to read the codes."""
        loss, logs = super().discriminator_objective(batch)
        return loss + self.information_loss(batch)[0], logs

    def generator_objective(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Return G's loss and Q's, per sample: G learns to show the codes."""
        loss, logs = super().generator_objective(batch)
        information, of_codes = self.information_loss(batch)
        return loss + information, {**logs, **of_codes}

    def information_loss(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Return -λ log Q(c | G(z, c)) per sample, and both parts' means."""
        heads = batch.fake_outputs[1:]
        categorical, continuous = self.codes(batch.latents)
        category_loss = continuous_loss = ops.zeros_like(batch.latents[:, 0])
        for code, head in zip(categorical, heads, strict=False):
            loss = ops.categorical_crossentropy(code, head, from_logits=True)
            category_loss = category_loss + loss
        if self.continuous:
            mean, log_variance = ops.split(heads[-1], 2, axis=-1)
            continuous_loss = gaussian_nll(continuous, mean, log_variance)
        total = schedule.value_at(self.info_weight, batch.step) * category_loss
        weight = schedule.value_at(self.continuous_weight, batch.step)
        logs = {"category_loss": category_loss, "continuous_loss": continuous_loss}
        return total + weight * continuous_loss, {
            k: ops.mean(v) for k, v in logs.items()
        }

    # Latents: noise, then categorical codes, then continuous ones.

    def codes(self, latents: Any) -> tuple[list[Any], Any]:
        """Return the categorical codes, one-hot, and the continuous ones."""
        position = self.noise_dim
        categorical = []
        for size in self.categories:
            categorical.append(latents[:, position : position + size])
            position += size
        return categorical, latents[:, position:]

    def random_latents(self, batch_size: Any, seed: Any) -> Any:
        """Draw noise and codes inside the compiled step."""
        noise = (batch_size, self.noise_dim)
        parts = [sampling.random_latents(noise, self.latent_distribution, seed)]
        for size in self.categories:
            drawn = replicas.randint((batch_size,), 0, size, seed)
            parts.append(ops.one_hot(drawn, size, dtype=parts[0].dtype))
        shape = (batch_size, self.continuous)
        parts.append(sampling.random_latents(shape, "uniform", seed))
        return ops.concatenate(parts, axis=-1)

    def draw_latents(
        self,
        n: int,
        seed: int | None = None,
        categorical: Any = None,
        continuous: Any = None,
    ) -> np.ndarray:
        """Draw ``n`` latents that depend on the seed alone, with codes as asked for.

        Args:
            n: How many.
            seed: Integer seed.
            categorical: Value of the first categorical code: one for all, or one for
                each; by default random ones.
            continuous: Continuous codes, ``(n, continuous)`` or one row for all; in
                training they are in (-1, 1), and may lie beyond here.

        Returns:
            float32 array ``(n, latent_dim)`` for `predict`.

        Raises:
            ValueError: If a code does not fit, or is not there.
        """
        noise = sampling.draw_latents(n, self.noise_dim, self.latent_distribution, seed)
        rng = np.random.default_rng(None if seed is None else (seed, self.code_dim))
        parts = [noise]
        numbers = [rng.integers(size, size=n) for size in self.categories]
        if categorical is not None:
            first = self.categories[0] if self.categories else 0
            numbers[:1] = [checked_numbers("categorical", categorical, n, first)]
        for size, number in zip(self.categories, numbers, strict=True):
            parts.append(np.eye(size, dtype="float32")[number])
        drawn = rng.uniform(-1, 1, (n, self.continuous)).astype("float32")
        if continuous is not None:
            drawn = _asked_codes(continuous, n, self.continuous)
        return np.concatenate([*parts, drawn], axis=1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "categories": list(self.categories),
            "continuous": self.continuous,
            **{name: schedule.serialize(getattr(self, name)) for name in _WEIGHTS},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "GAN":
        """Rebuild it, its networks included."""
        weights = {name: schedule.deserialize(config[name]) for name in _WEIGHTS}
        return super().from_config({**config, **weights}, custom_objects)


def gaussian_nll(values: Any, mean: Any, log_variance: Any) -> Any:
    r"""Return ½ log(2πv) + (c - μ)² / 2v, summed over the last axis.

    Example:
        >>> gaussian_nll(ops.zeros((1, 1)), ops.zeros((1, 1)), ops.zeros((1, 1)))
        # 0.9189, half the logarithm of 2π
    """
    square = ops.square(values - mean) * ops.exp(-log_variance)
    return ops.sum((math.log(2 * math.pi) + log_variance + square) / 2, axis=-1)


def _asked_codes(asked: Any, n: int, continuous: int) -> np.ndarray:
    """Return ``n`` rows of continuous codes."""
    codes = np.asarray(asked, "float32")
    if not continuous or codes.shape not in ((continuous,), (n, continuous)):
        raise ValueError(
            f"continuous must be codes of shape ({n}, {continuous}), or one row of "
            f"them for all. Received: an array of shape {codes.shape}."
        )
    return np.broadcast_to(codes, (n, continuous))


def _checked_codes(categories: Sequence[int], continuous: int) -> tuple[int, ...]:
    several = isinstance(categories, Sequence)
    whole = several and all(is_whole(n) and n >= 2 for n in categories)
    if not whole or not (is_whole(continuous) and continuous >= 0):
        raise ValueError(
            "categories must be numbers of values, such as (10,), 2 or more each, and "
            "continuous a number of codes, 0 or more. Received: "
            f"categories={categories!r}, continuous={continuous!r}."
        )
    if not categories and not continuous:
        raise ValueError(
            "InfoGAN needs a code. Received: no category and continuous=0."
        )
    return tuple(map(int, categories))
