"""The PyTorch seam: ``torch.autograd.grad``, which leaves ``.grad`` alone."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch


class Recording(NamedTuple):
    """A forward pass; PyTorch keeps its graph with the value."""

    value: Any


def record(forward: Callable, variables: Sequence, state: Sequence) -> Recording:
    """Run ``forward()``; the graph stays alive as long as the value."""
    return Recording(forward())


def value_and_grad(
    objective: Callable,
    variables: Sequence,
    state: Sequence,
    recording: Recording | None = None,
) -> tuple[Any, list]:
    """Differentiate ``objective``; see the package's contract."""
    value, aux = objective(*([recording.value] if recording else []))
    gradients = torch.autograd.grad(
        value,
        [v.value for v in variables],
        retain_graph=recording is not None,  # the other player may come back to it
        allow_unused=True,
    )
    return aux, list(gradients)


def input_gradient(function: Callable, inputs: Any, state: Sequence) -> Any:
    """Differentiate each sample's output with respect to that sample."""
    with torch.enable_grad():  # Keras evaluates under no_grad
        if not inputs.requires_grad:
            inputs = inputs.detach().requires_grad_()
        total = torch.sum(function(inputs))
        return torch.autograd.grad(total, inputs, create_graph=True)[0]


def apply_gradients(optimizer: Any, gradients: Sequence, variables: Sequence) -> None:
    """Update ``variables`` in place, outside the graph."""
    with torch.no_grad():
        optimizer.apply(gradients, variables)


def when(predicate: Any, function: Callable, otherwise: Any, state: Sequence) -> Any:
    """Run ``function`` where the predicate holds; see the package's contract."""
    return function() if bool(predicate) else otherwise


def batch_mean(values: Any) -> Any:
    """Average over the batch."""
    return torch.mean(values, dim=0, keepdim=True)


def replicas() -> int:
    """Return 1."""
    return 1


def random_state() -> dict[str, Any]:
    """Return the states of PyTorch's generators, from which Keras's dropout draws."""
    states = {"cpu": torch.get_rng_state().numpy()}
    if torch.cuda.is_available():
        for i, state in enumerate(torch.cuda.get_rng_state_all()):
            states[f"cuda:{i}"] = state.numpy()
    return states


def set_random_state(states: dict[str, Any]) -> None:
    """Set the states of PyTorch's generators."""
    for name, state in states.items():
        if name == "cpu":
            torch.set_rng_state(torch.from_numpy(state))
        else:
            torch.cuda.set_rng_state(torch.from_numpy(state), name)


class TrainerMixin:
    """The steps as Keras calls them on PyTorch."""

    def train_step(self, data: Any) -> dict[str, Any]:
        """Run one adversarial step and return the logs."""
        return self.adversarial_step(data)  # type: ignore[attr-defined]

    def test_step(self, data: Any) -> dict[str, Any]:
        """Evaluate one batch and return the logs."""
        return self.evaluation_step(data)  # type: ignore[attr-defined]
