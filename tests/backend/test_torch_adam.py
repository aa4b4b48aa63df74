"""Adam by PyTorch's kernel: what Keras's own Adam does, and nothing where it cannot."""

import keras
import numpy as np
import pytest
from keras import ops

torch = pytest.importorskip("torch")
if keras.backend.backend() != "torch":
    pytest.skip("the kernel is PyTorch's", allow_module_level=True)

from keras_gan.backend import torch_adam  # noqa: E402  (of PyTorch alone)

SHAPES = [(3, 3, 4, 5), (5,), (7, 2), ()]
DECAY = keras.optimizers.schedules.ExponentialDecay(1e-2, 2, 0.5)


def _variables():
    rng = np.random.default_rng(0)
    return [
        keras.Variable(rng.standard_normal(s), name=f"v{i}", dtype="float32")
        for i, s in enumerate(SHAPES)
    ]


def _gradients(step):
    """As those of convolutions are: their axes lie in another order in memory."""
    rng = np.random.default_rng(step)
    draws = [rng.standard_normal(s[::-1]).astype("float32").T for s in SHAPES]
    gradients = [torch.from_numpy(np.asarray(draw)) for draw in draws]
    assert not gradients[0].is_contiguous()
    return gradients


@pytest.mark.parametrize(
    "settings",
    [
        {"learning_rate": 1e-3},
        {"learning_rate": 1e-2, "beta_1": 0.0, "beta_2": 0.9},
        {"learning_rate": 1e-2, "beta_1": 0.5, "epsilon": 0.1},
        {"learning_rate": DECAY},
    ],
)
def test_it_does_what_keras_does(settings):
    both = []
    for by_kernel in (True, False):
        variables, optimizer = _variables(), keras.optimizers.Adam(**settings)
        optimizer.build(variables)
        for step in range(5):
            with torch.no_grad():
                if by_kernel:
                    assert torch_adam.apply(optimizer, _gradients(step), variables)
                else:
                    optimizer.apply(_gradients(step), variables)
        both.append([*variables, *optimizer.variables])
    for ours, of_keras in zip(*both, strict=True):
        np.testing.assert_allclose(
            *map(ops.convert_to_numpy, (ours, of_keras)), rtol=1e-5, atol=1e-7
        )


class OwnAdam(keras.optimizers.Adam):
    """A user's, which may do anything."""


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: keras.optimizers.SGD(0.1),
        lambda: keras.optimizers.AdamW(0.1),
        lambda: OwnAdam(0.1),
        lambda: keras.optimizers.Adam(0.1, amsgrad=True),
        lambda: keras.optimizers.Adam(0.1, weight_decay=0.1),
        lambda: keras.optimizers.Adam(0.1, clipnorm=1.0),
        lambda: keras.optimizers.Adam(0.1, clipvalue=1.0),
        lambda: keras.optimizers.Adam(0.1, global_clipnorm=1.0),
        lambda: keras.optimizers.Adam(0.1, use_ema=True),
        lambda: keras.optimizers.Adam(0.1, loss_scale_factor=2.0),
        lambda: keras.optimizers.Adam(0.1, gradient_accumulation_steps=2),
        lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.1)),
    ],
)
def test_other_optimizers_are_keras(optimizer):
    variables, optimizer = _variables(), optimizer()
    optimizer.build(variables)
    _assert_untouched(optimizer, _gradients(0), variables)


def test_other_variables_are_keras():
    constrained = _variables()
    constrained[0].constraint = keras.constraints.NonNeg()
    twins = [keras.Variable(np.ones(s), name="v", dtype="float32") for s in SHAPES]
    halves = [
        keras.Variable(np.ones(s), name=f"v{i}", dtype="bfloat16")
        for i, s in enumerate(SHAPES)
    ]
    for variables in (constrained, twins, halves):
        adam = keras.optimizers.Adam(0.1)
        adam.build(variables)
        _assert_untouched(adam, _gradients(0), variables)
    variables = _variables()
    adam = keras.optimizers.Adam(0.1)
    adam.build(variables)
    _assert_untouched(adam, [*_gradients(0)[:-1], None], variables)
    _assert_untouched(adam, _gradients(0), _variables()[::-1] + variables)


def test_a_constraint_that_comes_later():
    variables, adam = _variables(), keras.optimizers.Adam(0.1)
    adam.build(variables)
    with torch.no_grad():
        assert torch_adam.apply(adam, _gradients(0), variables)
    variables[0].constraint = keras.constraints.NonNeg()
    _assert_untouched(adam, _gradients(1), variables)


def _assert_untouched(optimizer, gradients, variables):
    both = [*variables, *optimizer.variables]
    before = [ops.convert_to_numpy(v).copy() for v in both]
    with torch.no_grad():
        assert not torch_adam.apply(optimizer, gradients, variables)
    for variable, value in zip(both, before, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(variable), value)
