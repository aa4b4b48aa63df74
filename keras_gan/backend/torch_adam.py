"""Keras's Adam on a CPU by PyTorch's own kernel: one pass over memory, not ten."""

import functools
import math
import operator
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import keras
import torch
from torch.optim.adam import adam

# What an optimizer may have that the kernel does not do.
_MORE = (
    *("amsgrad", "weight_decay", "use_ema", "loss_scale_factor"),
    *("clipnorm", "clipvalue", "global_clipnorm", "gradient_accumulation_steps"),
)

# Variables and their slots, by optimizer.
_SLOTS: WeakKeyDictionary = WeakKeyDictionary()


def apply(optimizer: Any, gradients: Sequence, variables: Sequence) -> bool:
    r"""Do what ``optimizer.apply`` does, if it is plain Adam of float32 on a CPU.

    Keras adds :math:`\epsilon` to :math:`\sqrt{v}`, PyTorch to
    :math:`\sqrt{v / (1 - \beta_2^t)}`, so that it gets a larger one.

    Args:
        optimizer: A Keras optimizer that is built.
        gradients: Gradients, in the order of the variables.
        variables: What it was built with.

    Returns:
        Whether it was done; if not, nothing has changed.
    """
    if not _is_adam(optimizer) or any(getattr(optimizer, name) for name in _MORE):
        return False
    if not variables or any(v.constraint for v in variables):
        return False
    slots = _slots(optimizer, variables)
    if slots is None or not all(map(_is_plain, gradients)):
        return False
    weights, momenta, velocities = ([v.value for v in vs] for vs in (variables, *slots))
    held = [*weights, *momenta, *velocities]
    if not all(_is_plain(t) and t.is_contiguous() for t in held):
        return False
    gradients = [_packed(g) for g in gradients]
    done = int(optimizer.iterations.value)
    adam(
        *(weights, gradients, momenta, velocities, []),
        list(torch.full((len(weights),), float(done)).unbind()),
        fused=True,
        amsgrad=False,
        beta1=optimizer.beta_1,
        beta2=optimizer.beta_2,
        lr=float(optimizer.learning_rate),
        weight_decay=0.0,
        eps=optimizer.epsilon / math.sqrt(1 - optimizer.beta_2 ** (done + 1)),
        maximize=False,
    )
    with torch.no_grad():
        optimizer.iterations.value.add_(1)
    return True


def _is_adam(optimizer: Any) -> bool:
    """Whether it is Keras's own, not a subclass."""
    return type(optimizer) is _keras_adam()


@functools.cache
def _keras_adam() -> type:
    """The class of what ``keras.optimizers.Adam(...)`` returns."""
    return type(keras.optimizers.Adam())


def _packed(gradient: torch.Tensor) -> torch.Tensor:
    """Lay a gradient out as its variable is: the kernel takes memory as it lies.

    That of a convolution as a matrix, which PyTorch transposes ten times as fast.
    """
    if gradient.dim() < 3:
        return gradient.contiguous()
    return gradient.flatten(0, -2).contiguous().view(gradient.shape)


def _is_plain(tensor: torch.Tensor | None) -> bool:
    """Whether there is a tensor, of a kind that the kernel takes."""
    return (
        tensor is not None
        and tensor.dtype == torch.float32
        and tensor.device.type == "cpu"
    )


def _slots(optimizer: Any, variables: Sequence) -> tuple[list, list] | None:
    """Find momenta and velocities, in the order of the variables; or ``None``.

    Keras tells whose they are by their names alone. Variables that are overwritten are
    Keras's to update.
    """
    known = _SLOTS.get(optimizer)
    if known is None or not _same(known[0], variables):
        known = _SLOTS[optimizer] = list(variables), _named(optimizer, variables)
    found: tuple[list, list] | None = known[1]
    return found


def _same(before: Sequence, now: Sequence) -> bool:
    return len(before) == len(now) and all(map(operator.is_, before, now))


def _named(optimizer: Any, variables: Sequence) -> tuple[list, list] | None:
    by_name = {v.name: v for v in optimizer.variables}
    names = [v.path.replace("/", "_") for v in variables]
    momenta, velocities = (
        [by_name[f"{n}_{kind}"] for n in names if f"{n}_{kind}" in by_name]
        for kind in ("momentum", "velocity")
    )
    ambiguous = len({*names}) < len(names) or len(momenta) < len(names)
    if ambiguous or any(v.overwrite_with_gradient for v in variables):
        return None
    return momenta, velocities
