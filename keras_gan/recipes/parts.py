"""What recipes are put together from: networks, the average and the optimizers."""

from collections.abc import Sequence
from typing import Any

import keras

from keras_gan.arguments import checked_positive
from keras_gan.ema import EMA, is_decay
from keras_gan.networks import dcgan, mlp, resnet
from keras_gan.schedule import Schedule

#: Widths of the hidden layers for vectors, such as points in a plane.
HIDDEN = (128, 128, 128)


def pair(
    sample_shape: tuple[int, ...],
    latent_dim: int,
    num_classes: int | None = None,
    *,
    filters: int,
    hidden: Sequence[int] = HIDDEN,
    dropout: float = 0.0,
    batch_norm: bool = True,
    spectral_norm: bool = False,
    packing: int = 1,
    heads: Sequence[int] = (),
    code_dim: int = 0,
    d_labels: bool = True,
    projection: bool = False,
) -> tuple[keras.Model, keras.Model]:
    """Build DCGAN's networks for images, and perceptrons for vectors.

    Args:
        sample_shape: Shape of one sample.
        latent_dim: Number of latent dimensions.
        num_classes: Number of classes that the networks are told.
        filters: For images, see `networks.dcgan`.
        hidden: Widths of the hidden layers for vectors.
        dropout: Share of each of D's maps that is dropped.
        batch_norm: Whether D normalizes its maps; never with ``spectral_norm``.
        spectral_norm: Whether D's layers have spectral norm 1.
        packing: Samples that D judges at once.
        heads: Units of D's further outputs.
        code_dim: How many of the latents are a one-hot code, which G embeds as it does
            labels; it is then not told the classes otherwise.
        d_labels: Whether D is told the classes.
        projection: Whether D is told them by a projection, for images.

    Returns:
        The generator and the discriminator.
    """
    g_classes = None if code_dim else num_classes
    d_classes = num_classes if d_labels else None
    if len(sample_shape) == 1:
        return perceptrons(
            sample_shape,
            latent_dim,
            g_classes,
            (hidden, hidden),
            num_classes=d_classes,
            dropout=dropout,
            spectral_norm=spectral_norm,
            packing=packing,
            heads=heads,
        )
    return (
        dcgan.generator(
            sample_shape,
            latent_dim,
            filters=filters,
            num_classes=g_classes,
            code_dim=code_dim,
        ),
        dcgan.discriminator(
            sample_shape,
            filters=filters,
            batch_norm=batch_norm,
            spectral_norm=spectral_norm,
            dropout=dropout,
            num_classes=d_classes,
            projection=projection,
            packing=packing,
            heads=heads,
        ),
    )


def perceptrons(
    sample_shape: tuple[int, ...],
    latent_dim: int,
    num_classes: int | None,
    hidden: tuple[Sequence[int], Sequence[int]],
    /,
    **of_d: Any,
) -> tuple[keras.Model, keras.Model]:
    """Build perceptrons, for vectors without bounds or images in [-1, 1].

    Args:
        sample_shape: Shape of one sample.
        latent_dim: Number of latent dimensions.
        num_classes: Number of classes that the networks are told.
        hidden: Widths of G's hidden layers, and of D's.
        **of_d: Arguments of D alone, ``num_classes`` among them.

    Returns:
        The generator and the discriminator.
    """
    return (
        mlp.generator(
            sample_shape,
            latent_dim,
            hidden=hidden[0],
            num_classes=num_classes,
            output_activation="tanh" if len(sample_shape) > 1 else None,
        ),
        mlp.discriminator(
            sample_shape, hidden=hidden[1], **{"num_classes": num_classes, **of_d}
        ),
    )


def average(half_life: float | None) -> EMA | None:
    """Return the generator's moving average of this half-life in images, or none."""
    if not half_life:
        return None
    return EMA(half_life=checked_positive("ema_half_life", half_life))


def adam(
    learning_rate: Any, beta_1: float, beta_2: float, name: str = "learning_rate"
) -> Any:
    """Return an Adam optimizer, whose rate is a setting of this name.

    Raises:
        ValueError: If a rate is not above 0, or a beta is not in [0, 1).
    """
    _check_rates(name, learning_rate, beta_1=beta_1, beta_2=beta_2)
    return keras.optimizers.Adam(learning_rate, beta_1=beta_1, beta_2=beta_2)


def rmsprop(learning_rate: Any, rho: float) -> Any:
    """Return an RMSprop optimizer.

    Raises:
        ValueError: If the rate is not above 0, or ``rho`` is not in [0, 1).
    """
    _check_rates("learning_rate", learning_rate, rho=rho)
    return keras.optimizers.RMSprop(learning_rate, rho)


def _check_rates(name: str, learning_rate: Any, **decays: float) -> None:
    if not isinstance(learning_rate, Schedule):
        checked_positive(name, learning_rate)
    for decay, value in decays.items():
        if not is_decay(value):
            raise ValueError(f"{decay} must be in [0, 1). Received: {decay}={value!r}.")


def resnet_pair(
    sample_shape: tuple[int, ...],
    latent_dim: int,
    num_classes: int | None = None,
    *,
    filters: int,
    hidden: Sequence[int] = HIDDEN,
    attention: int | None = None,
    g_spectral_norm: bool = False,
) -> tuple[keras.Model, keras.Model]:
    """Build residual networks for images, and perceptrons for vectors.

    Args:
        sample_shape: Shape of one sample.
        latent_dim: Number of latent dimensions.
        num_classes: Number of classes: class-conditional normalization in G, a
            projection in D.
        filters: For images, see `networks.resnet`.
        hidden: Widths of the hidden layers for vectors.
        attention: Side of the maps that attention is given to, for images.
        g_spectral_norm: Whether G has spectral norm 1 as well.

    Returns:
        The generator and the discriminator, whose layers have spectral norm 1.
    """
    if len(sample_shape) == 1:
        return perceptrons(
            sample_shape,
            latent_dim,
            num_classes,
            (hidden, hidden),
            dropout=0.0,
            spectral_norm=True,
        )
    return (
        resnet.generator(
            sample_shape,
            latent_dim,
            filters=filters,
            num_classes=num_classes,
            attention=attention,
            spectral_norm=g_spectral_norm,
        ),
        resnet.discriminator(
            sample_shape, filters=filters, num_classes=num_classes, attention=attention
        ),
    )
