"""AC-GAN: a discriminator that also tells the class."""

from typing import Any

import keras
from keras import ops

from keras_gan import schedule
from keras_gan.batch import Batch
from keras_gan.gan import GAN
from keras_gan.heads import check_heads
from keras_gan.labels import encode


@keras.saving.register_keras_serializable(package="keras_gan")
class ACGAN(GAN):
    r"""A GAN whose discriminator classifies as well, an auxiliary classifier.

    The generator takes latents and labels; the discriminator takes samples alone and
    returns its verdict and the logits of the classes. Both players want the classes
    told right: D of real and generated samples, G of its own,

    .. math::
        L_C = -\log P(c \mid x) - \log P(c \mid G(z, c)).

    Logged besides: ``class_loss`` of real samples, ``fake_class_loss``,
    ``class_accuracy`` on real samples.

    Args:
        generator: Model from ``[latents, labels]`` to samples.
        discriminator: Model from samples to ``[logit, class logits]``, such as
            ``networks.dcgan.discriminator(shape, heads=(10,))``.
        latent_dim: As in `GAN`.
        class_weight: Factor of :math:`L_C` in both objectives, at least 0, or a
            Keras `LearningRateSchedule` of it over the training steps.
        classify_fakes: Whether D learns the classes of generated samples too, as in
            the paper; if not, of real ones alone.
        **kwargs: As in `GAN`.

    Raises:
        ValueError: If a network does not take or return this, or ``class_weight``
            is negative.

    Reference:
        Odena, Olah, Shlens, 2017, Conditional Image Synthesis with Auxiliary
        Classifier GANs, arXiv:1610.09585, eq. 2-3.

    Example:
        >>> gan = ACGAN(dcgan.generator((28, 28, 1), num_classes=10),
        ...             dcgan.discriminator((28, 28, 1), heads=(10,)))
        >>> gan.compile("adam", "adam")
        >>> history = gan.fit(images, labels, epochs=20)
    """

    judges_labels = False
    extra_logs = ("class_loss", "fake_class_loss", "class_accuracy")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        latent_dim: int | None = None,
        *,
        class_weight: float | schedule.Schedule = 1.0,
        classify_fakes: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(generator, discriminator, latent_dim, **kwargs)
        if not self.conditional or self.num_classes is None:
            raise ValueError(
                "ACGAN needs a generator of latents and labels. Received: a generator "
                f"that takes {self.pair.generator.input_shape} alone."
            )
        check_heads(self, [self.num_classes])
        self.class_weight = schedule.check("class_weight", class_weight)
        self.classify_fakes = classify_fakes

    def discriminator_objective(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Return D's loss and the classes' cross-entropy, per sample."""
        loss, logs = super().discriminator_objective(batch)
        real = self.class_loss(batch.real_outputs[1], batch.labels)
        fake = self.class_loss(batch.fake_outputs[1], batch.labels)
        classes = real + fake if self.classify_fakes else real
        guesses = ops.argmax(batch.real_outputs[1], axis=-1)
        right = ops.equal(guesses, ops.cast(encode(batch.labels, ()), guesses.dtype))
        weight = schedule.value_at(self.class_weight, batch.step)
        return loss + weight * classes, {
            **logs,
            "class_loss": ops.mean(real),
            "class_accuracy": ops.mean(ops.cast(right, "float32")),
        }

    def generator_objective(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Return G's loss and the cross-entropy of the classes it was asked for."""
        loss, logs = super().generator_objective(batch)
        classes = self.class_loss(batch.fake_outputs[1], batch.labels)
        weight = schedule.value_at(self.class_weight, batch.step)
        logs = {**logs, "fake_class_loss": ops.mean(classes)}
        return loss + weight * classes, logs

    def class_loss(self, logits: Any, labels: Any) -> Any:
        """Return the cross-entropy of class logits against labels, per sample."""
        numbers = ops.cast(encode(labels, ()), "int32")
        return ops.sparse_categorical_crossentropy(numbers, logits, from_logits=True)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            **super().get_config(),
            "class_weight": schedule.serialize(self.class_weight),
            "classify_fakes": self.classify_fakes,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "GAN":
        """Rebuild it, its networks included."""
        weight = schedule.deserialize(config["class_weight"])
        return super().from_config({**config, "class_weight": weight}, custom_objects)
