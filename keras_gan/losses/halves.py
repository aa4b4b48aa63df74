"""What `GAN.compile` accepts as a loss, turned into each player's half."""

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from keras_gan.losses.adversarial_loss import AdversarialLoss


class Half(NamedTuple):
    """One player's loss as a function of (real outputs, fake outputs)."""

    function: Callable[[Any, Any], Any]
    uses_real: bool
    loss: AdversarialLoss | None  # the object it comes from, if it is not a function


def discriminator_half(loss: AdversarialLoss | Callable) -> Half:
    """Return the discriminator's half of a loss object, or its plain function."""
    if isinstance(loss, AdversarialLoss):
        return Half(loss.discriminator, True, loss)
    return _plain("d_loss", loss, required=("fake", "real"))


def generator_half(loss: AdversarialLoss | Callable) -> Half:
    """Return the generator's half of a loss object, or its plain function."""
    if isinstance(loss, AdversarialLoss):
        return Half(loss.generator, loss.generator_uses_real, loss)
    return _plain("g_loss", loss, required=("fake",))


def _plain(argument: str, function: Callable, required: tuple[str, ...]) -> Half:
    """Bind a textbook function such as ``d_loss(pred_fake, pred_real)`` by name."""
    parameters = [
        name
        for name, p in inspect.signature(function).parameters.items()
        if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    roles = {name: _role(name) for name in parameters}
    found = sorted(role for role in roles.values() if role)
    if (
        None in roles.values()
        or len(set(found)) < len(found)
        or not (set(required) <= set(found))
    ):
        raise ValueError(
            f"{argument} as a function takes the discriminator's outputs by name: "
            "`d_loss(pred_fake, pred_real)`, `g_loss(pred_fake)`; each parameter "
            "must say 'fake' or 'real' in its name. Received: "
            f"{argument}={getattr(function, '__name__', function)!s} with parameters "
            f"{parameters}."
        )

    def half(real: Any, fake: Any) -> Any:
        outputs = {"real": real, "fake": fake}
        return function(**{name: outputs[role] for name, role in roles.items() if role})

    return Half(half, "real" in found, None)


def _role(parameter: str) -> str | None:
    words = parameter.lower()
    roles = [role for role in ("fake", "real") if role in words]
    return roles[0] if len(roles) == 1 else None
