"""Class morphing: the same latents while the class moves from one to another."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from keras import ops

from keras_gan import random_state, sampling
from keras_gan.arguments import checked_count
from keras_gan.labels import encode
from keras_gan.latents.interpolation import stretches
from keras_gan.layers import ConditionalBatchNormalization

if TYPE_CHECKING:
    from keras_gan.gan import GAN

_PREFIX = "keras_gan_blend_"
_CHOICE = 3  # two class numbers, and how far to go from one to the other


def morph(
    gan: "GAN",
    n: int,
    classes: Sequence[int],
    steps: int,
    *,
    closed: bool = False,
    seed: int = 0,
    truncation: float | None = None,
    batch_size: int = 128,
) -> np.ndarray:
    """Make images of the same latents while their class moves on.

    Between two classes, what the generator makes of the class is blended linearly:
    one-hot labels themselves, embeddings, and the scales and shifts of
    `ConditionalBatchNormalization`; see `blended_generator`.

    Args:
        gan: A GAN whose generator takes labels.
        n: Number of latents, at least 1.
        classes: The class numbers to pass through, two or more.
        steps: Images of each latent, at least 2, evenly spread over the way.
        closed: Whether to go on from the last class to the first, so that the
            images can be played round and round. If not, the last images are of
            the last class.
        seed: Integer seed of the latents.
        truncation: As in `GAN.generate`.
        batch_size: Most images made at once.

    Returns:
        float32 array ``(steps, n, *sample_shape)`` in the generator's own range. The
        first are ``gan.generate(n, classes[0], seed, truncation)``.

    Raises:
        ValueError: If the generator takes no labels, or its labels cannot be
            blended; if an argument is out of range.

    Reference:
        Miyato, Koyama, 2018, cGANs with Projection Discriminator, arXiv:1802.05637,
        whose category morphing blends the parameters of conditional normalization.

    Example:
        >>> frames = morph(gan, 8, classes=[0, 9], steps=16)
    """
    numbers = _checked_classes(gan, classes)
    checked_count("steps", steps, 2)
    checked_count("batch_size", batch_size, 1)
    latents = gan.truncated(gan.draw_latents(n, seed), truncation)
    first, last, t = stretches(len(numbers), steps, closed)
    choices = np.stack([numbers[first], numbers[last], t], axis=1).astype("float32")
    shape: Any = gan.pair.generator.label_shape
    model: Any = gan
    if not _takes_one_hot(gan):
        model, shape = blended_generator(gan), (_CHOICE,)
    network = gan.inference_generator if model is gan else model
    images = []
    for choice in choices:
        given = np.tile(choice, (n, 1))
        given = _mixed(given, shape) if model is gan else given
        with random_state.untouched([network], seed):
            images.append(sampling.generate(model, latents, given, shape, batch_size))
    return np.stack(images)


def blended_generator(gan: "GAN") -> keras.Model:
    """Copy a GAN's generator so that it takes two classes and what lies between.

    Every layer or operation that sees the labels and nothing else, such as an
    `Embedding`, and every `ConditionalBatchNormalization`, is run for both classes
    and its outputs are blended; the rest of the network runs once. At t = 0 and 1
    it is the generator with one class or the other. The GAN is left as it is.

    Args:
        gan: A GAN whose generator is a Functional model of latents and labels.

    Returns:
        A model from ``[latents, choices]``, where choices ``(batch, 3)`` are two
        class numbers and t in [0, 1], to samples.

    Raises:
        ValueError: If the generator is no such model, or another layer takes the
            labels together with something else.

    Example:
        >>> model = blended_generator(gan)
        >>> halfway = model([gan.draw_latents(1), np.array([[0, 9, 0.5]])])
    """
    generator = gan.inference_generator
    if not getattr(generator, "operations", None):  # a subclassed model has none
        raise ValueError(
            "Classes can be morphed where the generator is a Functional model, or "
            "takes one-hot labels. Received: class numbers and a "
            f"{type(generator).__name__}, which does not tell what becomes of them."
        )
    copy = keras.models.clone_model(generator)  # the original's graph stays its own
    copy.set_weights(generator.get_weights())
    latents = keras.Input(copy.inputs[0].shape[1:], name="latents")
    choices = keras.Input((_CHOICE,), name="choices")
    return keras.models.clone_model(
        copy,
        input_tensors=keras.tree.pack_sequence_as(copy.input, [latents, choices]),
        clone_function=lambda operation: operation,
        call_function=_Blending(
            choices, copy.inputs[1], gan.pair.generator.label_shape
        ),
    )


class _Blending:
    """Calls a network's operations: those that see labels twice, once a class.

    What depends on labels and is still whole numbers is kept as two tensors, one for
    each class; the first stands for both in the graph. What has become floats, or
    has met other tensors, is blended, and a tensor like any other from there on.
    """

    def __init__(self, choices: Any, label_input: Any, label_shape: Any) -> None:
        first, last, self.t = _Choices(label_shape, label_input.dtype)(choices)
        self.name = label_input.name
        self.blends = 0
        # Tensors are kept beside their ids, so that an id stays theirs.
        self.pairs = {id(choices): (choices, first, last)}

    def __call__(self, operation: Any, *args: Any, **kwargs: Any) -> Any:
        given = [x for x in keras.tree.flatten((args, kwargs)) if _is_tensor(x)]
        labels = [x for x in given if id(x) in self.pairs]
        if not labels:
            return operation(*args, **kwargs)
        blendable = isinstance(operation, ConditionalBatchNormalization)
        if len(labels) < len(given) and not blendable:
            raise ValueError(
                "The classes of this generator cannot be blended. Received: "
                f"{operation.name!r}, a {type(operation).__name__}, which takes "
                f"{self.name!r} together with other inputs. Accepted are layers that "
                "take labels alone, such as Embedding, and "
                "ConditionalBatchNormalization."
            )
        outputs = [
            operation(*self._of_class(args, i), **self._of_class(kwargs, i))
            for i in (1, 2)
        ]
        return keras.tree.map_structure(self._joined, *outputs)

    def _of_class(self, arguments: Any, i: int) -> Any:
        """Put one of the two classes where the labels are."""
        return keras.tree.map_structure(
            lambda x: self.pairs[id(x)][i] if id(x) in self.pairs else x, arguments
        )

    def _joined(self, first: Any, last: Any) -> Any:
        if not keras.backend.is_float_dtype(first.dtype):
            self.pairs[id(first)] = (first, first, last)
            return first
        self.blends += 1
        return _Blend(self.blends, first.dtype)(first, last, self.t)


# Layers, for the names: those of operations may be taken in a model that was loaded.


class _Choices(keras.layers.Layer):
    """Reads choices: both classes as the network takes labels, and t."""

    def __init__(self, label_shape: Any, label_dtype: str) -> None:
        super().__init__(name=f"{_PREFIX}choices", dtype="float32", autocast=False)
        self.label_shape = label_shape
        self.label_dtype = label_dtype

    def call(self, choices: Any) -> tuple[Any, Any, Any]:
        first, last = (
            ops.cast(encode(choices[:, i], self.label_shape), self.label_dtype)
            for i in range(2)
        )
        return first, last, choices[:, 2]


class _Blend(keras.layers.Layer):
    """Blends what has become of both classes."""

    def __init__(self, number: int, dtype: str) -> None:
        super().__init__(name=f"{_PREFIX}{number}", dtype=dtype, autocast=False)

    def call(self, first: Any, last: Any, t: Any) -> Any:
        t = ops.cast(t, first.dtype)
        t = ops.reshape(t, (-1, *[1] * (len(first.shape) - 1)))
        return (1 - t) * first + t * last


def _is_tensor(value: Any) -> bool:
    return isinstance(value, keras.KerasTensor)


def _takes_one_hot(gan: "GAN") -> bool:
    """Whether the label input takes shares of classes as they are."""
    if gan.pair.generator.num_classes is None:
        return False
    declared = getattr(gan.inference_generator, "inputs", None)
    return not declared or keras.backend.is_float_dtype(declared[1].dtype)


def _mixed(choices: np.ndarray, label_shape: tuple) -> np.ndarray:
    """Return one-hot labels of both classes, blended."""
    one_hot = np.eye(label_shape[-1], dtype="float32")
    first, last = one_hot[choices[:, 0].astype(int)], one_hot[choices[:, 1].astype(int)]
    t = choices[:, 2:]
    return (1 - t) * first + t * last


def _checked_classes(gan: "GAN", classes: Sequence[int]) -> np.ndarray:
    if not gan.conditional:
        raise ValueError(
            "Only a GAN whose generator takes labels can morph classes. Received: a "
            f"{type(gan).__name__} whose generator takes latents alone."
        )
    numbers = np.asarray(classes)
    if numbers.ndim != 1 or len(numbers) < 2:
        raise ValueError(
            f"classes must be two class numbers or more. Received: {classes!r}."
        )
    sampling.check_class_numbers(numbers, gan.num_classes)
    return numbers
