"""The PyTorch seam: ``torch.autograd.grad``, which leaves ``.grad`` alone."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import keras
import torch
import torch.distributed as dist

from keras_gan.backend import torch_adam, torch_graph

# Numbers that a process rather sends to all others than reduces with them in rounds.
_SMALL = 2**19

# Numbers in a kernel that are worth an operation to lay them out.
_LARGE = 2**17

# Whether a process works as if there were no others.
_ALONE: ContextVar[bool] = ContextVar("alone", default=False)

# Whether what is computed will be differentiated twice.
_SLOPED: ContextVar[bool] = ContextVar("sloped", default=False)


@dataclass
class Recording:
    """A forward pass, whose graph PyTorch keeps with the value, and its uses left."""

    value: Any
    uses: int


def run(network: Any, inputs: Any, training: bool = True) -> Any:
    """Run the network with no more of Keras, and of memory, than it needs."""
    return torch_graph.run(network, inputs, training)


def record(
    forward: Callable, variables: Sequence, state: Sequence, uses: int = 1
) -> Recording:
    """Run ``forward()``; the graph stays until the last gradient is taken."""
    return Recording(forward(), uses)


def value_and_grad(
    objective: Callable,
    variables: Sequence,
    state: Sequence,
    recording: Recording | None = None,
) -> tuple[Any, list]:
    """Differentiate ``objective``; see the package's contract."""
    value, aux = objective(*([recording.value] if recording else []))
    if recording:
        recording.uses -= 1
    if not variables:
        return aux, []
    gradients = torch.autograd.grad(
        value,
        [v.value for v in variables],
        retain_graph=recording is not None and recording.uses > 0,
        allow_unused=True,
    )
    return aux, list(gradients)


def outputs_and_slope(function: Callable, inputs: Any, state: Sequence) -> tuple:
    """Run the function and differentiate its first output by its inputs."""
    with torch.enable_grad():  # Keras evaluates under no_grad
        if not inputs.requires_grad:
            inputs = inputs.detach().requires_grad_()
        token = _SLOPED.set(True)
        try:
            outputs = function(inputs)
        finally:
            _SLOPED.reset(token)
        total = torch.sum(outputs[0])
        return outputs, torch.autograd.grad(total, inputs, create_graph=True)[0]


def apply_gradients(optimizer: Any, gradients: Sequence, variables: Sequence) -> None:
    """Update ``variables`` in place, outside the graph, alike on all processes."""
    gradients = _averaged(gradients)
    with torch.no_grad():
        if not torch_adam.apply(optimizer, gradients, variables):
            optimizer.apply(gradients, variables)


def _averaged(gradients: Sequence) -> list:
    """Average gradients over the processes, in one message for each type."""
    if replicas() == 1:
        return list(gradients)
    averaged = list(gradients)
    kinds = {(g.dtype, g.device) for g in gradients if g is not None}
    for kind in sorted(kinds, key=str):
        chosen = [
            i
            for i, g in enumerate(gradients)
            if g is not None and (g.dtype, g.device) == kind
        ]
        flat = torch.cat([gradients[i].reshape(-1) for i in chosen])
        mean = _total(flat) / replicas()
        parts = mean.split([gradients[i].numel() for i in chosen])
        for i, part in zip(chosen, parts, strict=True):
            averaged[i] = part.view_as(gradients[i])
    return averaged


def when(predicate: Any, function: Callable, otherwise: Any, state: Sequence) -> Any:
    """Run ``function`` where the predicate holds; see the package's contract."""
    return function() if bool(predicate) else otherwise


def batch_norm(
    maps: Any, scale: Any, offset: Any, epsilon: float, moments: Any = None
) -> tuple:
    """Normalize maps in one kernel; see the package's contract."""
    mean, variance = moments or (None, None)
    outputs, its_mean, inverse = torch.native_batch_norm(
        _channels_last(maps.permute(0, 3, 1, 2)),
        *(scale, offset, mean, variance),
        training=moments is None,
        momentum=0.0,
        eps=epsilon,
    )
    if outputs.requires_grad:
        outputs.register_hook(_channels_last)
    if moments is None:
        mean = its_mean.detach()
        variance = (inverse.detach() ** -2 - epsilon).clamp_min(0.0)
    return outputs.permute(0, 2, 3, 1), mean, variance


def conv(maps: Any, kernel: Any, bias: Any = None, **settings: Any) -> Any:
    """Convolve a view of the maps, which Keras would copy; the bias in one go."""
    kernel = _laid_out(kernel)
    if bias is None:
        return _of_view(keras.ops.conv, maps, kernel, **settings)
    zeros = _even_padding(maps, kernel, **settings)
    if zeros is None:
        return keras.ops.add(_of_view(keras.ops.conv, maps, kernel, **settings), bias)
    outputs = torch.nn.functional.conv2d(
        maps.permute(0, 3, 1, 2),
        kernel.permute(3, 2, 0, 1),
        keras.ops.convert_to_tensor(bias),
        stride=settings["strides"],
        padding=zeros,
        dilation=settings["dilation_rate"],
        groups=maps.shape[-1] // kernel.shape[2],
    )
    return outputs.permute(0, 2, 3, 1)


def _even_padding(
    maps: Any, kernel: Any, *, strides: Any, padding: str, dilation_rate: Any, **_: Any
) -> list[int] | None:
    """Return the rows and columns of zeros that PyTorch is to put around maps.

    ``None`` where there is one more on one side, which Keras has to put there.
    """
    if padding == "valid":
        return [0, 0]
    sizes = maps.shape[1:3], kernel.shape[:2], strides, dilation_rate
    zeros = [
        max((-(-size // stride) - 1) * stride + (width - 1) * rate + 1 - size, 0)
        for size, width, stride, rate in zip(*sizes, strict=True)
    ]
    return None if any(n % 2 for n in zeros) else [n // 2 for n in zeros]


def conv_transpose(maps: Any, kernel: Any, *arguments: Any, **named: Any) -> Any:
    """Convolve a view of the maps by the transpose."""
    operation = keras.ops.conv_transpose
    return _of_view(operation, maps, _laid_out(kernel), *arguments, **named)


def average_pool(maps: Any, *arguments: Any, **named: Any) -> Any:
    """Pool a view of the maps."""
    return _of_view(keras.ops.average_pool, maps, *arguments, **named)


def leaky_relu(inputs: Any, negative_slope: float) -> Any:
    """Rectify; where a slope is asked for, see the package's contract."""
    if _SLOPED.get():
        return _LeakyReLU.apply(inputs, negative_slope)
    return _rectified(inputs, negative_slope)


def _rectified(inputs: torch.Tensor, slope: float) -> torch.Tensor:
    if slope:
        return torch.nn.functional.leaky_relu(inputs, slope)
    return torch.relu(inputs)


class _LeakyReLU(torch.autograd.Function):
    """The rectifier. What it makes tells its slope, so its inputs may go."""

    @staticmethod
    def forward(context: Any, inputs: torch.Tensor, slope: float) -> torch.Tensor:
        context.slope = slope
        outputs = _rectified(inputs, slope)
        context.save_for_backward(outputs)
        return outputs

    @staticmethod
    def backward(context: Any, gradient: torch.Tensor) -> tuple:
        (outputs,) = context.saved_tensors
        return _Scaled.apply(gradient, outputs.detach(), context.slope), None


class _Scaled(torch.autograd.Function):
    """A gradient times the rectifier's slope, which is a constant here."""

    @staticmethod
    def forward(
        context: Any, gradient: torch.Tensor, outputs: torch.Tensor, slope: float
    ) -> torch.Tensor:
        context.save_for_backward(outputs)
        context.slope = slope
        if slope:
            return torch.ops.aten.leaky_relu_backward(gradient, outputs, slope, False)
        return torch.ops.aten.threshold_backward(gradient, outputs, 0)

    @staticmethod
    def backward(context: Any, gradient: torch.Tensor) -> tuple:
        (outputs,) = context.saved_tensors
        return _Scaled.apply(gradient, outputs, context.slope), None, None


def _of_view(
    operation: Callable, maps: Any, *arguments: Any, data_format: str, **named: Any
) -> Any:
    """Run an operation on a view of the maps with their channels first.

    Keras lays out what it is given channels first, and then channels last again, as
    PyTorch's kernels want it.
    """
    if data_format == "channels_first":
        return operation(maps, *arguments, data_format=data_format, **named)
    maps = keras.ops.transpose(maps, (0, 3, 1, 2))
    outputs = operation(maps, *arguments, data_format="channels_first", **named)
    return keras.ops.transpose(outputs, (0, 2, 3, 1))


def _laid_out(kernel: Any) -> Any:
    """Lay a kernel out as PyTorch's convolutions read it, by a transposed matrix.

    They would do so themselves, at each call, and a large one ten times as slowly.
    """
    kernel = keras.ops.convert_to_tensor(kernel)
    if kernel.numel() < _LARGE:
        return kernel
    return kernel.flatten(0, -2).t().contiguous().t().reshape(kernel.shape)


def _channels_last(maps: torch.Tensor | None) -> torch.Tensor | None:
    """Lay maps out as Keras does: where layouts meet, kernels are 20 times slower.

    A gradient may be ``None``, for 0.
    """
    if maps is None:
        return None
    return maps.contiguous(memory_format=torch.channels_last)


def sum_over_replicas(tensors: Sequence) -> list:
    """Sum each tensor over the processes."""
    return [_Sum.apply(t) for t in tensors] if replicas() > 1 else list(tensors)


class _Sum(torch.autograd.Function):
    """A sum over all processes; its gradient is the sum of theirs."""

    @staticmethod
    def forward(context: Any, tensor: torch.Tensor) -> torch.Tensor:
        return _total(tensor.detach())

    @staticmethod
    def backward(context: Any, gradient: torch.Tensor) -> torch.Tensor:
        return _Sum.apply(gradient)


def _total(mine: torch.Tensor) -> torch.Tensor:
    """Sum over all processes, without a gradient; the same on each."""
    if mine.numel() * (replicas() - 1) > _SMALL:
        total = mine.clone(memory_format=torch.contiguous_format)
        dist.all_reduce(total)
        return total
    # One exchange; a reduction on a CPU takes several times as long.
    copies = mine.reshape(-1).repeat(replicas())
    received = torch.empty_like(copies)
    dist.all_to_all_single(received, copies)
    return received.reshape(replicas(), *mine.shape).sum(dim=0)


def replicas() -> int:
    """Return how many processes share a batch: of an evaluation, each sees all."""
    return 1 if _ALONE.get() else processes()


def replica_index() -> int:
    """Return this process's rank."""
    return process_index()


def is_scattered() -> bool:
    """Return whether a batch lies on several devices."""
    return replicas() > 1


def on_each_part(function: Callable, samples: Any, weights: Any) -> Any:
    """Call the function: a process sees its part alone."""
    return function(samples, weights)


def my_part(batch: Any) -> Any:
    """Return this process's share of a batch that all of them were given."""
    count, index = replicas(), replica_index()

    def share(values: Any) -> Any:
        if len(values) % count:
            raise ValueError(
                f"{count} processes cannot share a batch of {len(values)} samples "
                "evenly. Choose a batch size that they divide, and leave out a smaller "
                "last batch: drop_remainder=True."
            )
        part = len(values) // count
        return values[index * part : (index + 1) * part]

    return keras.tree.map_structure(share, batch) if count > 1 else batch


def shares(model: Any) -> int:
    """Return the number of processes."""
    return processes()


def begin(model: Any, variables: Sequence) -> None:
    """Let all processes begin with the values of the first."""
    if processes() > 1:
        with torch.no_grad():
            for variable in variables:
                dist.broadcast(variable.value, src=0)


def add(variable: Any, number: Any) -> None:
    """Add in place, where Keras makes a tensor of the sum and copies it."""
    with torch.no_grad():
        variable.value.add_(number)


def mean_of_logs(logs: dict[str, Any]) -> dict[str, Any]:
    """Average the logs over the processes, in one message."""
    if replicas() == 1:
        return logs
    values = torch.stack([torch.as_tensor(v).detach().float() for v in logs.values()])
    return dict(zip(logs, _total(values) / replicas(), strict=True))


def processes() -> int:
    """Return the number of processes in the default group, if there is one."""
    return dist.get_world_size() if _grouped() else 1


def process_index() -> int:
    """Return this process's rank."""
    return dist.get_rank() if _grouped() else 0


def of_each_process(number: int) -> list[int]:
    """Return the numbers that all processes give, in the order of their ranks."""
    if processes() == 1:
        return [number]
    numbers = [0] * processes()
    dist.all_gather_object(numbers, number)
    return numbers


def _grouped() -> bool:
    return dist.is_available() and dist.is_initialized()


def normal(shape: Any, dtype: Any, seed: Any) -> Any:
    """Draw from N(0, 1)."""
    return keras.random.normal(shape, dtype=dtype, seed=seed)


def uniform(shape: Any, low: float, high: float, dtype: Any, seed: Any) -> Any:
    """Draw from U[low, high)."""
    return keras.random.uniform(shape, low, high, dtype=dtype, seed=seed)


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
        """Evaluate one batch, the whole of it on each process; return the logs."""
        token = _ALONE.set(True)
        try:
            return self.evaluation_step(data)  # type: ignore[attr-defined]
        finally:
            _ALONE.reset(token)
