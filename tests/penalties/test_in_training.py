"""Penalties inside a compiled `fit`: when they are due, and what they then move."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import GAN, penalties
from keras_gan import layers as keras_gan_layers
from keras_gan.networks import dcgan, mlp
from tests.penalties.players import array
from tests.small_gan import assert_same_state, compiled, images

FADES = keras.optimizers.schedules.PolynomialDecay(8.0, 4, 0.0)


@keras.saving.register_keras_serializable(package="tests_in_training")
class WeightSum(penalties.Penalty):
    """The sum of a player's weights, of gradient 1; counts its evaluations."""

    default_name = "weight_sum"

    def __init__(self, weight: Any = 0.5, name: Any = None, every: int = 1) -> None:
        super().__init__(weight, name, every)
        self.evaluations = self.moving("evaluations")

    def discriminator(self, batch: Any) -> Any:
        return self.value(batch.discriminator, batch)

    def generator(self, batch: Any) -> Any:
        return self.value(batch.generator, batch)

    def value(self, network: Any, batch: Any) -> Any:
        self.evaluations.assign(self.evaluations + 1)
        total = sum(ops.sum(v) for v in network.trainable_variables)
        return ops.broadcast_to(total, (ops.shape(batch.real)[0],))


def _tiny_networks() -> tuple[keras.Model, keras.Model]:
    return (
        mlp.generator((2,), 2, hidden=(3,)),
        mlp.discriminator((2,), hidden=(3,), dropout=0.0),
    )


def _moved_by_penalties_alone(**rules: Any) -> GAN:
    """A GAN of tiny networks and plain descent, whose losses are 0."""
    gan = GAN(*_tiny_networks())
    gan.compile(
        keras.optimizers.SGD(0.01),
        keras.optimizers.SGD(0.01),
        d_loss=lambda pred_fake, pred_real: 0 * pred_fake[:, 0],
        g_loss=lambda pred_fake: 0 * pred_fake[:, 0],
        **rules,
    )
    return gan


@pytest.mark.parametrize(
    ("player", "every", "d_steps"),
    [("discriminator", 2, 3), ("generator", 1, 1)],
)
def test_schedule_and_every(player: str, every: int, d_steps: int) -> None:
    """In each k-th update of its player it weighs k times as much; else nothing."""
    penalty = WeightSum(weight=FADES, every=every)
    penalty.players = (player,)
    gan = _moved_by_penalties_alone(penalties=[penalty], d_steps=d_steps)
    network = getattr(gan, player)
    before = [array(v) for v in network.trainable_variables]
    gan.fit(np.zeros((16, 2), "float32"), batch_size=4, verbose=0)
    due = [u for u in range(4 * d_steps) if u % every == 0]
    step = {"discriminator": d_steps, "generator": 1}[player]
    moved = -0.01 * sum(every * 8 * (1 - (u // step) / 4) for u in due)
    for old, new in zip(before, network.trainable_variables, strict=True):
        np.testing.assert_allclose(array(new) - old, moved, rtol=1e-4)
    assert array(penalty.evaluations) == len(due)


def test_the_log_is_the_mean_without_the_weight() -> None:
    gan = _moved_by_penalties_alone(penalties=[WeightSum(weight=0.0, every=2)])
    total = sum(array(v).sum() for v in gan.discriminator.trainable_variables)
    logs = gan.fit(np.zeros((16, 2), "float32"), batch_size=4, verbose=0).history
    assert logs["weight_sum"] == pytest.approx([total], rel=1e-4, abs=1e-5)


def test_a_spectral_norm_iterates_in_every_update() -> None:
    """And not only where a lazy penalty is due, in whose branch it is called, too."""
    judge = mlp.discriminator((2,), hidden=(8, 8), dropout=0.0, spectral_norm=True)
    gan = GAN(mlp.generator((2,), 2, hidden=(8,)), judge)
    still = [keras.optimizers.SGD(1e-30) for _ in range(2)]
    gan.compile(*still, penalties=[penalties.R1(every=4)])
    vector = next(v for v in judge.variables if v.name == "u")
    data = np.random.default_rng(0).uniform(-1, 1, (4, 2)).astype("float32")
    moves = []
    for _ in range(4):
        before = array(vector)
        gan.train_on_batch(data)
        moves.append(np.abs(array(vector) - before).max())
    assert min(moves) > 1e-4, moves


@pytest.mark.parametrize("kind", [penalties.R1, penalties.PathLength])
def test_a_slope_is_differentiated_alike_where_it_is_lazy(kind: Any) -> None:
    """Through batch normalization, whose kernels may be blind in a branch."""
    moved = []
    for weight, every in ((4.0, 1), (2.0, 2)):
        keras.utils.set_random_seed(0)
        gan = GAN(
            dcgan.generator((16, 16, 1), latent_dim=4, filters=4),
            dcgan.discriminator((16, 16, 1), filters=4),
            seed=0,
        )
        weights = np.random.default_rng(0)
        for network in (gan.generator, gan.discriminator):
            for v in network.trainable_variables:
                v.assign(0.3 * weights.standard_normal(v.shape))
        before = [array(v) for v in gan.trainable_variables]
        gan.compile(
            keras.optimizers.SGD(0.01),
            keras.optimizers.SGD(0.01),
            d_loss=lambda pred_fake, pred_real: 0 * pred_fake[:, 0],
            g_loss=lambda pred_fake: 0 * pred_fake[:, 0],
            penalties=[kind(weight, every=every)],
        )
        gan.fit(images(8, shape=(16, 16, 1)), batch_size=8, verbose=0)  # one step
        after = [array(v) for v in gan.trainable_variables]
        moved.append([b - a for a, b in zip(before, after, strict=True)])
    assert sum(np.abs(m).max() > 1e-6 for m in moved[0]) > 4
    for name, plain, lazy in zip(gan.trainable_variables, *moved, strict=True):
        largest = max(np.abs(plain).max(), 1e-6)
        np.testing.assert_allclose(
            lazy / largest, plain / largest, atol=1e-3, err_msg=name.path
        )


def _of_every_name() -> list[Any]:
    """All of them, each at work in the first steps."""
    others = [name for name in penalties.names() if name != "lecam"]
    return [penalties.LeCam(start=1, every=2), *others]


@pytest.mark.parametrize(
    "policy", ["mixed_bfloat16", pytest.param("float32", marks=pytest.mark.slow)]
)
def test_every_penalty_trains_and_is_saved(policy: str, tmp_path: Path) -> None:
    keras.config.set_dtype_policy(policy)
    try:
        gan = compiled(dropout=0, ema=None, heads=(3,), penalties=_of_every_name())
        logs = gan.fit(images(), batch_size=16, verbose=0).history
        gan.save(tmp_path / "gan.keras")
        loaded = keras.saving.load_model(tmp_path / "gan.keras")
    finally:
        keras.config.set_dtype_policy("float32")
    for name in penalties.names():
        assert np.isfinite(logs[name]).all()
        assert abs(logs[name][0]) > 0, name
    assert_same_state(gan, loaded)
    for one, other in zip(gan.penalties, loaded.penalties, strict=True):
        assert one.get_config() == other.get_config()
        assert {v.dtype for v in other.weights} <= {"float32"}
        for a, b in zip(one.variables, other.variables, strict=True):
            np.testing.assert_array_equal(array(a), array(b))
    assert array(loaded.penalties[0].seen) == 2


def test_a_penalty_from_outside_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    members = dict(penalties._PENALTIES.members)
    monkeypatch.setattr(penalties._PENALTIES, "members", members)
    penalties.register("weight_sum", WeightSum)
    gan = GAN(*_tiny_networks())
    gan.compile("adam", "adam", penalties=["Weight-Sum", WeightSum(2.0, "again")])
    logs = gan.fit(np.zeros((8, 2), "float32"), batch_size=4, verbose=0).history
    assert np.isfinite(logs["weight_sum"]).all()
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras").penalties
    assert [type(p) for p in loaded] == [WeightSum, WeightSum]
    assert [(p.name, p.weight) for p in loaded] == [("weight_sum", 0.5), ("again", 2.0)]
    assert [array(p.evaluations) for p in loaded] == [2, 2]


# Real samples alone move D, so that two replicas must do what one device does.
REPLICAS = """
import numpy as np, tensorflow as tf
(cpu,) = tf.config.list_physical_devices("CPU")
halves = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, halves)
import contextlib, keras
from keras_gan import penalties
from tests.penalties import test_in_training as tests

def weights(scope):
    keras.utils.set_random_seed(0)
    with scope:
        r1 = [penalties.R1(0.3), penalties.R1(0.2, "lazy", every=2)]
        gan = tests._moved_by_penalties_alone(penalties=r1)
    data = np.random.default_rng(0).uniform(-1, 1, (24, 2)).astype("float32")
    logs = gan.fit(data, batch_size=8, shuffle=False, verbose=0).history
    return gan.discriminator.get_weights(), logs["r1"], logs["lazy"]

mirrored = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
one, two = weights(contextlib.nullcontext()), weights(mirrored.scope())
for a, b in zip(one[0], two[0], strict=True):
    np.testing.assert_allclose(a, b, atol=1e-6)
np.testing.assert_allclose(one[1:], two[1:], rtol=1e-4)

with mirrored.scope():
    every = tests._of_every_name()
    gan = tests.compiled(dropout=0, ema=None, heads=(3,), penalties=every)
logs = gan.fit(tests.images(), batch_size=16, verbose=0).history
assert all(np.isfinite(logs[name]).all() for name in penalties.names()), logs
assert tests.array(gan.penalties[0].seen) == 2
"""


@pytest.mark.slow
@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="replicas are TensorFlow's"
)
def test_two_replicas_do_what_one_device_does() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", REPLICAS], capture_output=True, text=True, cwd=root
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="XLA is TensorFlow's and JAX's"
)
@pytest.mark.parametrize("kind", ["batch_norm", "attention", "minibatch_stddev"])
def test_lazy_ones_under_xla(kind: str) -> None:
    """Of batches whose size is not known, as arrays make them."""
    found = {
        "batch_norm": keras_gan_layers.BatchNormalization,
        "attention": keras_gan_layers.SelfAttention2D,
        "minibatch_stddev": keras_gan_layers.MinibatchStdDev,
    }

    def trained(xla: bool) -> GAN:
        keras.utils.set_random_seed(0)
        judge = keras.Sequential(
            [
                keras.Input((8, 8, 1)),
                keras.layers.Conv2D(8, 3, 2),
                found[kind](),
                keras.layers.LeakyReLU(),
                keras.layers.Flatten(),
                keras.layers.Dense(1),
            ]
        )
        gan = GAN(mlp.generator((8, 8, 1), 4, hidden=(8,)), judge)
        gan.compile(
            *(keras.optimizers.SGD(0.01), keras.optimizers.SGD(0.01)),
            g_loss=lambda pred_fake: 0 * pred_fake[:, 0],  # random numbers differ
            d_loss=lambda pred_fake, pred_real: -pred_real[:, 0],
            penalties=[penalties.R1(every=2)],
            jit_compile=xla,
        )
        gan.fit(images(15, shape=(8, 8, 1)), batch_size=5, shuffle=False, verbose=0)
        return gan

    plain, compiled_by_xla = trained(False), trained(True)
    for a, b in zip(
        plain.discriminator.trainable_variables,
        compiled_by_xla.discriminator.trainable_variables,
        strict=True,
    ):
        np.testing.assert_allclose(array(a), array(b), atol=1e-5)
