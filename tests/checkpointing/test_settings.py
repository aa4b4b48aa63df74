"""Settings that are the same, and where they are not."""

import json

import keras
import pytest

import keras_gan
from keras_gan import layers
from keras_gan.checkpointing import settings
from tests.small_gan import SHAPE, compiled, networks


def judge(
    activation="relu",
    l2=1e-4,
    rate=0.2,
    strides=2,
    momentum=0.9,
    policy=None,
    swapped=False,
    frozen=False,
    depth=1,
):
    """A functional discriminator with a network, an operation and two branches."""
    kernel = {"kernel_regularizer": keras.regularizers.L2(l2)}
    branch = keras.Sequential(
        [
            keras.layers.Conv2D(2, 3, strides, padding="same", **kernel),
            keras.layers.BatchNormalization(momentum=momentum),
            keras.layers.GlobalAveragePooling2D(),
        ]
    )
    x = keras.Input(SHAPE)
    one = branch(keras.layers.SpatialDropout2D(rate, seed=4)(x))
    other = keras.ops.mean(keras.layers.Conv2D(2, 3, dtype=policy)(x), axis=(1, 2))
    both = [other, one] if swapped else [one, other]
    y = keras.layers.Concatenate()(both)
    for _ in range(depth):
        y = keras.layers.Activation(activation)(y)
    last = keras.layers.Dense(1)
    network = keras.Model(x, last(y))
    last.trainable = not frozen
    return network


def gan_of(discriminator):
    gan = keras_gan.GAN(networks("mlp")[0], discriminator, seed=3)
    gan.compile("adam", "adam")
    return gan


class Subclassed(keras.Model):
    """A discriminator whose configuration says nothing."""

    def __init__(self, activation):
        super().__init__()
        self.flat = keras.layers.Flatten()
        self.dense = keras.layers.Dense(1, activation=activation)
        self(keras.ops.zeros((1, *SHAPE)))

    def call(self, inputs):
        return self.dense(self.flat(inputs))

    def get_config(self):
        return {}


def of(discriminator):
    """What is written of a GAN, as it is read again."""
    return json.loads(json.dumps(settings.of(gan_of(discriminator), 5)))


@pytest.mark.parametrize("kind", ["mlp", "dcgan"])
def test_two_gans_of_one_program_are_the_same(kind):
    one = settings.of(compiled(kind, 3, penalties=["r1"]), 5)
    other = settings.of(compiled(kind, 3, penalties=["r1"]), 5)  # with other names
    assert settings.differences(json.loads(json.dumps(one)), other) == []


def test_two_networks_of_one_program_are_the_same():
    assert settings.differences(of(judge()), of(judge())) == []


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        ({"activation": "tanh"}, ".activation is 'relu' there and 'tanh' here"),
        (
            {"l2": 1e-2},
            ".layers[1].kernel_regularizer.l2 is 0.0001 there and 0.01 here",
        ),
        ({"rate": 0.5}, ".rate is 0.2 there and 0.5 here"),
        ({"strides": 1}, ".strides[0] is 2 there and 1 here"),
        ({"momentum": 0.99}, ".layers[2].momentum is 0.9 there and 0.99 here"),
        ({"policy": "bfloat16"}, ".dtype is 'float32' there and 'bfloat16' here"),
        ({"swapped": True}, "discriminator.layers["),
        ({"frozen": True}, ".trainable is True there and False here"),
        ({"depth": 3}, "networks.discriminator has 8 layers there and 10 here"),
    ],
)
def test_each_difference_of_a_network_is_named(changed, difference):
    found = settings.differences(of(judge()), of(judge(**changed)))
    assert any(difference in one for one in found), found
    assert all("discriminator" in one for one in found)


def test_subclassed_networks_are_told_by_their_variables():
    one = of(Subclassed("linear"))
    assert settings.differences(one, of(Subclassed("tanh"))) == []
    frozen = Subclassed("linear")
    frozen.dense.bias.trainable = False
    assert settings.differences(one, of(frozen)) == [
        "networks.discriminator.trainable[1] is True there and False here"
    ]


def test_what_an_older_checkpoint_does_not_hold_is_not_compared():
    before = of(judge())
    del before["networks"]
    assert settings.differences(before, of(judge("tanh"))) == []


def test_a_layer_of_keras_and_ours_that_does_the_same():
    """As our networks had before there were rectifiers of this package."""

    @keras.saving.register_keras_serializable(package="tests_settings")
    class LeakyReLU(keras.layers.LeakyReLU):
        pass

    def having(layer):
        flat, dense = keras.layers.Flatten(), keras.layers.Dense(1)
        return of(keras.Sequential([keras.Input(SHAPE), flat, layer, dense]))

    before = having(keras.layers.LeakyReLU())
    assert settings.differences(before, having(layers.LeakyReLU())) == []
    (another,) = settings.differences(before, having(LeakyReLU()))
    assert "registered_name is not set there and 'tests_settings>LeakyReLU'" in another
    (exact,) = settings.differences(
        having(keras.layers.BatchNormalization()), having(layers.BatchNormalization())
    )
    assert "keras_gan>BatchNormalization" in exact


def test_each_difference_is_named_with_both_values():
    adams = keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3, beta_1=0.5)
    one = settings.of(compiled(penalties=["r1"], d_steps=2), 5)
    other = settings.of(compiled(ema=None, optimizers=adams), 6)
    found = settings.differences(one, other)
    for part in (
        "GAN.ema is EMA there and not set here",
        "compile.d_steps is 2 there and 1 here",
        "compile.penalties",
        "compile.d_optimizer.beta_1 is 0.9 there and 0.5 here",
        "steps_per_epoch is 5 there and 6 here",
    ):
        assert any(part in difference for difference in found), (part, found)


def test_learning_rates():
    one = settings.of(compiled(), 5)
    adams = keras.optimizers.Adam(1e-4), keras.optimizers.Adam(2e-3)
    other = settings.of(compiled(optimizers=adams), 5)
    ratios = settings.learning_rate_ratios(one, other)
    assert ratios == [pytest.approx(0.1), pytest.approx(1.0)]
