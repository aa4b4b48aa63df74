"""NetworkPair: a generator and a discriminator that fit each other."""

from dataclasses import dataclass
from typing import Any

import keras

from keras_gan.arguments import checked_count
from keras_gan.networks.spec import NetworkSpec, classes_of, spec_of
from keras_gan.packing import packed_shape


@dataclass(frozen=True)
class NetworkPair:
    """What `GAN` knows of its two networks.

    Attributes:
        generator: Specification of the generator.
        discriminator: Specification of the discriminator.
        latent_dim: Number of latent dimensions.
        num_classes: Number of classes, or ``None`` if neither takes labels.
    """

    generator: NetworkSpec
    discriminator: NetworkSpec
    latent_dim: int
    num_classes: int | None

    @property
    def sample_shape(self) -> tuple[int | None, ...]:
        """Shape of one sample, real or generated."""
        return self.generator.output_shapes[0]

    @property
    def conditional(self) -> bool:
        """Whether the generator is told what to make."""
        return self.generator.takes_labels


def match(
    generator: Any,
    discriminator: Any,
    latent_dim: int | None = None,
    num_classes: int | None = None,
    packing: int = 1,
    judges_labels: bool = True,
    invents_labels: bool = False,
) -> NetworkPair:
    """Read both networks, building what is not built, and check that they fit.

    Args:
        generator: The generator.
        discriminator: The discriminator.
        latent_dim: Number of latent dimensions, or ``None`` to infer it.
        num_classes: Number of classes, or ``None`` to infer it.
        packing: Samples that the discriminator takes at once.
        judges_labels: Whether a discriminator that declares no inputs takes labels,
            too, where there are classes.
        invents_labels: Whether the classes are the GAN's own, a part of its latents,
            which the discriminator alone is told as labels.

    Returns:
        What the two have in common.

    Raises:
        TypeError: If one is not a Keras model.
        ValueError: If they do not fit each other, or something that cannot be
            inferred is missing.
    """
    for player, network in (("generator", generator), ("discriminator", discriminator)):
        if not isinstance(network, keras.Model):
            raise TypeError(f"{player} must be a keras.Model. Received: {network!r}.")
    packing = checked_count("packing", packing, 1)
    if latent_dim is not None:
        latent_dim = checked_count("latent_dim", latent_dim, 1)
    if num_classes is not None:
        num_classes = checked_count("num_classes", num_classes, 1)
    label = [keras.Input((), dtype="int32", name="labels")] if num_classes else []
    latents = [keras.Input((latent_dim,), name="latents")] if latent_dim else []
    told = [*latents, *([] if invents_labels else label)]
    g_spec = spec_of(generator, "generator", told if latents else [])
    if len(g_spec.output_shapes) != 1:
        raise ValueError(
            "The generator must return samples, one tensor. Received: outputs of "
            f"shapes {[(None, *shape) for shape in g_spec.output_shapes]}."
        )
    made = g_spec.output_shapes[0]
    samples = keras.Input(packed_shape(made, packing), name="samples")
    judged = [samples, *label] if judges_labels else [samples]
    d_spec = spec_of(discriminator, "discriminator", judged)
    if not _compatible(packed_shape(made, packing), d_spec.input_shape):
        packs = f" and packing={packing} times their channels" if packing > 1 else ""
        raise ValueError(
            f"The generator makes samples of shape {made}, the discriminator takes "
            f"samples of shape {d_spec.input_shape}. They must be the same{packs}."
        )
    if packing > 1 and d_spec.takes_labels:
        raise ValueError(
            "A discriminator that judges several samples at once takes no labels. "
            f"Received: packing={packing} and a discriminator with two inputs."
        )
    _check_apart(generator, discriminator)
    if invents_labels:
        _check_told(g_spec, d_spec)
    else:
        _check_asked(g_spec, d_spec)
    return NetworkPair(
        g_spec,
        d_spec,
        _latent_dim(g_spec, latent_dim),
        _num_classes(generator, discriminator, g_spec, d_spec, num_classes),
    )


def _check_apart(generator: keras.Model, discriminator: keras.Model) -> None:
    """Refuse weights of both: each player would move the other's."""
    theirs = set(map(id, discriminator.variables))
    shared = [v.path for v in generator.variables if id(v) in theirs]
    if shared:
        raise ValueError(
            "Each player moves its own weights, and a file holds each network for "
            f"itself. Received: a generator and a discriminator that share {shared}. "
            "Give each a layer of its own."
        )


def _compatible(made: tuple, taken: tuple) -> bool:
    """Whether two shapes agree where both are known."""
    return len(made) == len(taken) and all(
        a == b or a is None or b is None for a, b in zip(made, taken, strict=True)
    )


def _latent_dim(generator: NetworkSpec, given: int | None) -> int:
    declared = generator.input_shape
    if len(declared) != 1 or declared[0] is None:
        raise ValueError(
            "The generator's first input must be latents of shape (batch, "
            f"latent_dim). Received: a generator that takes {(None, *declared)}."
        )
    checked_count("latent_dim", declared[0], 1)
    if given is not None and given != declared[0]:
        raise ValueError(
            f"The generator takes latents of {declared[0]} dimensions. Received: "
            f"latent_dim={given}."
        )
    return declared[0]


def _check_asked(g_spec: NetworkSpec, d_spec: NetworkSpec) -> None:
    """Refuse a generator that is not told what the discriminator is."""
    if d_spec.takes_labels and not g_spec.takes_labels:
        raise ValueError(
            "The discriminator takes labels and the generator does not, so it could "
            "not make what is asked for. Give the generator inputs (latents, labels)."
        )


def _check_told(g_spec: NetworkSpec, d_spec: NetworkSpec) -> None:
    """Refuse networks that are not told the GAN's own classes as they should be."""
    if g_spec.takes_labels or not d_spec.takes_labels:
        raise ValueError(
            "The GAN's own classes are a part of the latents, and labels to the "
            "discriminator. The generator must take latents alone, the discriminator "
            "samples and labels. Received: a generator "
            f"{_with_labels(g_spec)} and a discriminator {_with_labels(d_spec)}."
        )


def _with_labels(spec: NetworkSpec) -> str:
    return "with labels" if spec.takes_labels else "without labels"


def _num_classes(
    generator: Any,
    discriminator: Any,
    g_spec: NetworkSpec,
    d_spec: NetworkSpec,
    given: int | None,
) -> int | None:
    if not d_spec.takes_labels and not g_spec.takes_labels:
        return given
    known = {
        "num_classes": given,
        "the generator's one-hot input": g_spec.num_classes,
        "the discriminator's one-hot input": d_spec.num_classes,
        "the generator's embedding": classes_of(generator),
        "the discriminator's embedding": classes_of(discriminator),
    }
    found = {source: n for source, n in known.items() if n is not None}
    if len(set(found.values())) > 1:
        said = ", ".join(f"{source} says {n}" for source, n in found.items())
        raise ValueError(f"The number of classes must be one: {said}.")
    if found:
        return next(iter(found.values()))
    raise ValueError(
        "The generator takes labels, and the number of classes cannot be inferred "
        "from its inputs or embeddings. Pass num_classes."
    )
