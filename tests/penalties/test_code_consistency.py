"""Code consistency: its formula, its gradient, and what it is refused for."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import GAN, InfoGAN
from keras_gan.networks import mlp
from keras_gan.penalties import CodeConsistency
from tests.penalties.players import (
    IMAGE,
    array,
    assert_gradients,
    batch_of,
    mean_and_gradients,
    tensor,
)
from tests.small_gan import images

HEADS = (3, 2)


class Judge:
    """A discriminator of three outputs, linear in the image: verdict, two codes."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.weights = [rng.normal(0, 0.5, (16, n)) for n in (1, *HEADS)]
        self.variables = [keras.Variable(w, dtype="float32") for w in self.weights]

    def __call__(self, samples: Any) -> list:
        flat = ops.reshape(samples, (-1, 16))
        return [ops.matmul(flat, v) for v in self.variables]


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    logits = logits - logits.max(axis=1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def _batch(judge: Judge, real: np.ndarray) -> Any:
    batch = batch_of(None, real)
    batch.discriminate = judge
    return batch


@pytest.mark.parametrize("heads", [1, 2])
def test_formula_and_gradient(heads: int, rng: np.random.Generator) -> None:
    judge, real = Judge(rng), rng.uniform(-1, 1, (4, *IMAGE))
    penalty, twin = (CodeConsistency(heads=heads, seed=3) for _ in range(2))
    moved = array(twin.transform(tensor(real), training=True)).astype("float64")
    assert np.abs(moved - real).max(axis=(1, 2, 3)).min() > 0.05
    before, after = (x.reshape(4, 16) for x in (real, moved))
    held = [np.exp(_log_softmax(before @ w)) for w in judge.weights[1:]]

    def values(weights: list[np.ndarray]) -> Any:
        pairs = list(zip(held, weights[1:], strict=True))[:heads]
        return sum(-(p * _log_softmax(after @ w)).sum(axis=1) for p, w in pairs)

    seen = array(
        CodeConsistency(heads=heads, seed=3).discriminator(_batch(judge, real))
    )
    np.testing.assert_allclose(seen, values(judge.weights), rtol=1e-4)
    used = judge.variables[1 : 1 + heads]
    _, gradients = mean_and_gradients(
        lambda: penalty.discriminator(_batch(judge, real)),
        used,
        [*judge.variables, *penalty.variables],
    )
    verdict, others = judge.weights[:1], judge.weights[1 + heads :]
    assert_gradients(
        gradients,
        lambda w: values([*verdict, *w, *others]).mean(),
        judge.weights[1 : 1 + heads],
    )


def test_every_call_draws_anew(rng: np.random.Generator) -> None:
    judge, real = Judge(rng), rng.uniform(-1, 1, (4, *IMAGE))
    penalty = CodeConsistency(seed=0)
    first, second = (
        array(penalty.discriminator(_batch(judge, real))) for _ in range(2)
    )
    assert np.abs(first - second).max() > 0.01


def test_in_infogan() -> None:
    """What InfoGAN alone does not ask for: that codes stay, and are certain."""
    shape = (8, 8, 1)
    bright = np.arange(32) % 4  # in one of four bands
    bands = np.where(np.arange(8) // 2 == bright[:, None], 1.0, -1.0)
    real = np.broadcast_to(bands[:, :, None, None], (32, *shape)).astype("float32")
    last = {}
    for weight in (0.0, 1.0):
        keras.utils.set_random_seed(0)
        gan = InfoGAN(
            mlp.generator(shape, 8, hidden=(16,)),
            mlp.discriminator(shape, hidden=(16,), dropout=0.0, heads=(4, 2)),
            categories=(4,),
            continuous=1,
            seed=0,
        )
        adams = [keras.optimizers.Adam(0.01) for _ in range(2)]
        gan.compile(*adams, penalties=[CodeConsistency(weight, seed=1)])
        logs = gan.fit(real, batch_size=8, epochs=30, verbose=0).history
        last[weight] = logs["code_consistency"][-1]
    assert last[1.0] < 0.6 * last[0.0], last


def test_a_discriminator_without_heads_is_refused() -> None:
    shape = (8, 8, 1)
    gan = GAN(
        mlp.generator(shape, 4, hidden=(4,)), mlp.discriminator(shape, hidden=(4,))
    )
    gan.compile("adam", "adam", penalties=["code_consistency"])
    with pytest.raises(ValueError, match=r"needs 2 outputs.*discriminator of 1\."):
        gan.fit(images(8, shape=shape), batch_size=4, verbose=0)


def test_vectors_are_no_images() -> None:
    gan = GAN(mlp.generator((3,), 4, hidden=(4,)), mlp.discriminator((3,), hidden=(4,)))
    with pytest.raises(ValueError, match=r"transforms images.*shape \(3,\)"):
        gan.compile("adam", "adam", penalties=["code_consistency"])


@pytest.mark.parametrize("policy", ["", "colour,blur"])
def test_policies_are_those_of_diffaugment(policy: str) -> None:
    with pytest.raises(ValueError, match="policy"):
        CodeConsistency(policy=policy)
