"""Rules: what `GAN.compile` was told, checked and ready to play by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from keras_gan import losses, penalties
from keras_gan.losses.halves import Half, discriminator_half, generator_half
from keras_gan.network_pair import NetworkPair
from keras_gan.penalties import Penalty

UPDATES = ("alternating", "simultaneous")

#: Activations that make probabilities.
_PROBABILITIES = ("sigmoid", "hard_sigmoid")

# Logits that a loss is tried on.
_SAMPLES = 7

#: What every GAN logs; penalties and objectives add to it.
LOGS = ("loss", "d_loss", "g_loss", "real_accuracy", "fake_accuracy")


@dataclass(frozen=True)
class Rules:
    """The objective of each player and the order of their moves.

    Attributes:
        d_half: The discriminator's loss.
        g_half: The generator's loss.
        penalties: Penalties of either player.
        d_steps: Updates of the discriminator for one of the generator.
        update: ``"alternating"`` or ``"simultaneous"``.
        border: A loss whose verdicts hold where both halves are plain functions: it
            knows whether D's outputs are logits or probabilities.
        given: The arguments of `GAN.compile`, as they were given.
    """

    d_half: Half
    g_half: Half
    penalties: list[Penalty]
    d_steps: int
    update: str
    border: losses.AdversarialLoss
    given: Mapping[str, Any]

    def verdicts(self, real_logits: Any, fake_logits: Any) -> tuple[Any, Any]:
        """Return how sure D is that samples are real, by its loss: 0 is undecided."""
        loss = self.d_half.loss or self.g_half.loss or self.border
        return loss.verdicts(real_logits, fake_logits)


def checked(pair: NetworkPair, given: Mapping[str, Any]) -> Rules:
    """Turn the arguments of `GAN.compile` into rules.

    Args:
        pair: What the networks take and give.
        given: The arguments, by name.

    Raises:
        ValueError: If an argument is unknown or out of range, the loss does not fit
            the discriminator's output, or a user's is no value for each sample.
    """
    loss, g_loss, d_loss = given["loss"], given["g_loss"], given["d_loss"]
    _check_order(given["d_steps"], given["update"])
    if loss is None and (g_loss is None or d_loss is None):
        raise ValueError("Pass loss, or both g_loss and d_loss. Received: loss=None.")
    for argument, value in (("loss", loss), ("g_loss", g_loss), ("d_loss", d_loss)):
        ours = isinstance(value, losses.AdversarialLoss)
        if isinstance(value, keras.losses.Loss) and not ours:
            raise ValueError(
                "A loss of Keras compares outputs with targets; a game has two players "
                f"and no targets. Received: {argument}={value!r}. Pass a name: "
                "'non_saturating' and 'minimax' are binary cross-entropy, "
                "'least_squares' is the squared error."
            )
    if callable(loss) and not isinstance(loss, losses.AdversarialLoss | type):
        raise ValueError(
            "A function is one player's loss: pass it as g_loss or d_loss. Received: "
            f"loss={loss!r}."
        )
    rules = Rules(
        discriminator_half(losses.get(loss if d_loss is None else d_loss)),
        generator_half(losses.get(loss if g_loss is None else g_loss)),
        _checked_penalties(given["penalties"]),
        given["d_steps"],
        given["update"],
        losses.NonSaturating(
            from_logits=pair.discriminator.activation not in _PROBABILITIES
        ),
        given,
    )
    for penalty in rules.penalties:
        penalty.check_shape(pair.sample_shape)
    for half in (rules.d_half, rules.g_half):
        if half.loss is not None:
            _check_output(half.loss, pair)
    for argument, half in (("d_loss", rules.d_half), ("g_loss", rules.g_half)):
        if pair.discriminator.output_shapes[0] in ((), (1,)):
            _check_pairs(argument, half, pair.discriminator.output_shapes[0])
    return rules


def _check_order(d_steps: Any, update: Any) -> None:
    """Refuse an order of moves that there is not."""
    if not isinstance(d_steps, int) or isinstance(d_steps, bool) or d_steps < 1:
        raise ValueError(f"d_steps must be 1 or more. Received: d_steps={d_steps!r}.")
    if update not in UPDATES:
        raise ValueError(f"update must be one of {UPDATES}. Received: {update!r}.")
    if update == "simultaneous" and d_steps != 1:
        raise ValueError(
            "A simultaneous update moves each player once, from one forward pass. "
            f"Received: d_steps={d_steps}. Use update='alternating' for more."
        )


def _checked_penalties(given: Sequence[Any]) -> list[Penalty]:
    if isinstance(given, str | Penalty) or callable(given):
        given = [given]
    if not isinstance(given, list | tuple | None):
        raise TypeError(
            "penalties must be a list of names, objects or functions. Received: "
            f"penalties={given!r}."
        )
    found = [penalties.get(penalty) for penalty in given or ()]
    names = [
        penalty.log_name(player) for penalty in found for player in penalty.players
    ]
    for name in names:
        if name in LOGS:
            raise ValueError(
                f"A penalty cannot be named {name!r}, which every GAN logs. Pass "
                "another name=... to it."
            )
    for name in names:
        if names.count(name) > 1:
            raise ValueError(
                f"Each penalty is logged under its own name. Received: {names}, with "
                f"{name!r} twice. Pass name=... to one of them."
            )
    return found


def _check_output(loss: losses.AdversarialLoss, pair: NetworkPair) -> None:
    """Refuse a sigmoid under a loss of logits, and the reverse."""
    activation = pair.discriminator.activation
    if activation == "softmax":
        raise ValueError(
            "The discriminator ends in a softmax; of one output it is 1 whatever the "
            "image. End it in one raw logit, without activation."
        )
    if loss.from_logits and activation in _PROBABILITIES:
        remedy = (
            f"pass loss={type(loss).__name__}(from_logits=False)"
            if loss.accepts_probabilities
            else "use a loss of probabilities, NonSaturating(from_logits=False)"
        )
        raise ValueError(
            f"{type(loss).__name__} takes raw logits, and the discriminator ends in a "
            f"{activation}, which would be applied twice. Either remove the "
            f"{activation} from its last layer, or {remedy}."
        )
    if not loss.from_logits and activation not in ("sigmoid", None):
        raise ValueError(
            f"{type(loss).__name__}(from_logits=False) takes probabilities, and the "
            f"discriminator ends in activation {activation!r}. End it in a sigmoid, "
            "or leave from_logits=True."
        )


def _check_pairs(argument: str, half: Half, shape: tuple) -> None:
    """Refuse a user's loss that makes a value for each pair of logits.

    One that does not run on zeros, in a number that no training has, is left to the
    first step.
    """
    if type(half.loss).__module__.startswith("keras_gan."):
        return
    logits = ops.zeros((_SAMPLES, *shape))
    try:
        made = half.function(logits, logits)
    except Exception:
        return
    if tuple(getattr(made, "shape", ())) == (_SAMPLES, _SAMPLES):
        raise ValueError(
            f"A loss is a value for each sample, (batch,) or (batch, ...), or their "
            f"mean. Received: {argument} or loss that makes a value for each pair of "
            "logits, (batch, batch), as sums of (batch, 1) and (batch,) do. Reduce "
            "logits to (batch,) first, or pairs to their mean."
        )


def player_optimizer(argument: str, optimizer: Any, networks: Sequence[Any]) -> Any:
    """Return one player's optimizer, with a loss scale of its own under float16.

    One that is given by name is called after its player: ``g_adam``.

    Args:
        argument: What the user calls it, for the error.
        optimizer: A name, or a Keras optimizer.
        networks: The player's, and the GAN.

    Raises:
        ValueError: If it is neither.
    """
    wrong = (
        f"{argument} must be the name of one of Keras's optimizers or an object. "
        f"Received: {argument}={optimizer!r}."
    )
    if optimizer is None:
        raise ValueError(wrong)
    try:
        given, optimizer = optimizer, keras.optimizers.get(optimizer)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(wrong) from error
    if isinstance(given, str):  # its name stands in the logs of callbacks
        kind = type(optimizer)
        optimizer = kind(name=f"{argument[0]}_{kind.__name__.lower()}")
    halves = any(n.dtype_policy.name == "mixed_float16" for n in networks)
    if halves and not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    return optimizer
