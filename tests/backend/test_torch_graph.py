"""Networks whose layers are called in turn: the same numbers as by Keras's call."""

import weakref
from functools import partial

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan import GAN
from keras_gan.layers import SpectralNormalization
from keras_gan.networks import dcgan, mlp, r3gan, resnet
from tests.small_gan import assert_same_state, images, networks

torch = pytest.importorskip("torch")
if keras.backend.backend() != "torch":
    pytest.skip("the graph is PyTorch's", allow_module_level=True)

from keras_gan.backend import torch_graph  # noqa: E402  (of PyTorch alone)

SHAPE = (16, 16, 3)
FAMILIES = {"mlp": mlp, "dcgan": dcgan, "resnet": resnet, "r3gan": r3gan}
SMALL = {
    "mlp": {"hidden": (8,)},
    "dcgan": {"filters": 4},
    "resnet": {"filters": 4},
    "r3gan": {"widths": (8, 8), "cardinality": 2},
}


def _inputs(network):
    """Random inputs of a network; class numbers where it takes these."""
    rng = np.random.default_rng(0)
    return [
        ops.convert_to_tensor(
            rng.integers(3, size=(4, *tensor.shape[1:]))
            if "int" in tensor.dtype
            else rng.standard_normal((4, *tensor.shape[1:]), "float32")
        )
        for tensor in network.inputs
    ]


def _outcome(run, network, inputs):
    """What a network returns, its gradients, and what it remembers."""
    before = [ops.copy(v.value) for v in network.variables]
    keras.utils.set_random_seed(0)
    outputs = run(network, inputs)
    is_list = isinstance(outputs, list)
    outputs = keras.tree.flatten(outputs)
    total = sum(ops.sum(ops.sin(x)) for x in outputs)
    weights = [v.value for v in network.trainable_variables]
    gradients = torch.autograd.grad(total, weights, allow_unused=True)
    after = [ops.copy(v.value) for v in network.variables]
    for variable, value in zip(network.variables, before, strict=True):
        variable.assign(value)
    found = [*outputs, *(g for g in gradients if g is not None), *after]
    return is_list, [ops.convert_to_numpy(x) for x in found]


def _assert_same(network):
    inputs = _inputs(network)
    given = inputs if len(inputs) > 1 else inputs[0]
    for training in (True, False):
        ours = partial(torch_graph.run, training=training)
        of_keras = partial(network.__call__, training=training)
        outcomes = [
            _outcome(ours, network, given),
            _outcome(lambda _, x, call=of_keras: call(x), network, given),
        ]
        are_lists, found = zip(*outcomes, strict=True)
        assert are_lists[0] == are_lists[1]
        for mine, expected in zip(*found, strict=True):
            np.testing.assert_array_equal(mine, expected)


@pytest.mark.parametrize("num_classes", [None, 3])
@pytest.mark.parametrize("player", ["generator", "discriminator"])
@pytest.mark.parametrize("family", FAMILIES)
def test_our_networks_have_graphs(family, player, num_classes):
    make = getattr(FAMILIES[family], player)
    network = make(SHAPE, num_classes=num_classes, **SMALL[family])
    assert torch_graph.graph_of(network) is not None
    _assert_same(network)


def _sequential():
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(6),
            layers.Dropout(0.5),
            layers.BatchNormalization(),
            layers.Dense(2, "relu"),
        ]
    )


def _of_several():
    """Two inputs, several outputs, an order that is not that of creation."""
    first, second = keras.Input((4,)), keras.Input((3,), dtype="int32")
    late = layers.Dense(2)
    early = layers.Dropout(0.3)(layers.Concatenate()([first, second]))
    return keras.Model([first, second], [late(early), layers.Dense(1)(early)])


def _listed():
    inputs = keras.Input((4,))
    return keras.Model([inputs], [layers.Dense(3)(inputs)])


def _nested():
    inputs = keras.Input((4,))
    a, b, c = (layers.Dense(1)(inputs) for _ in range(3))
    return keras.Model(inputs, [a, [b, c]])


def _unsaved():
    """It can be trained, and not be saved."""
    dense = layers.Dense(4, activation=torch.nn.SiLU())
    return _with(dense)


@pytest.mark.parametrize("make", [_sequential, _of_several, _listed, _nested, _unsaved])
def test_a_users_networks_of_common_layers(make):
    network = make()
    assert torch_graph.graph_of(network) is not None
    _assert_same(network)


@keras.saving.register_keras_serializable(package="tests")
class Own(layers.Layer):
    """A layer of a user's."""

    def call(self, inputs):
        return 2 * inputs


class Subclassed(keras.Model):
    """A network that is written as a method."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(2)

    def build(self, shape):
        self.dense.build(shape)

    def call(self, inputs):
        return self.dense(inputs)


def _with(*between, dtype="float32"):
    inputs = x = keras.Input((4,), dtype=dtype)
    for layer in between:
        x = layer(x)
    return keras.Model(inputs, layers.Dense(2)(x))


def _shared():
    inputs, dense = keras.Input((4,)), layers.Dense(4)
    return keras.Model(inputs, dense(dense(inputs)))


def _of_parts():
    inputs = keras.Input((4,))
    return keras.Model(inputs, layers.Dense(2)(ops.split(inputs, 2, -1)[0]))


def _with_a_constant():
    inputs = keras.Input((4,))
    added = layers.Add()([inputs, np.ones((1, 4), "float32")])
    return keras.Model(inputs, layers.Dense(2)(added))


def _subclassed():
    network = Subclassed()
    network.build((None, 4))
    return network


LEFT_TO_KERAS = {
    "own layer": lambda: _with(Own()),
    "subclass": _subclassed,
    "shared layer": _shared,
    "network within": lambda: _with(_sequential()),
    "operation": lambda: _with(lambda x: x * 2.0),
    "mask": lambda: _with(layers.Embedding(5, 3, mask_zero=True), dtype="int32"),
    "output of several": _of_parts,
    "constant": _with_a_constant,
    "double inputs": lambda: _with(dtype="float64"),
    "half precision within": lambda: _with(
        SpectralNormalization(layers.Dense(4, dtype="mixed_bfloat16"))
    ),
    "half precision": lambda: _with(layers.Dense(3, dtype="mixed_bfloat16")),
}


@pytest.mark.parametrize("name", LEFT_TO_KERAS)
def test_what_keras_has_to_call(name):
    network = LEFT_TO_KERAS[name]()
    assert torch_graph.graph_of(network) is None
    if name != "subclass":  # which tells no inputs
        _assert_same(network)


def test_a_network_that_changes():
    network = _sequential()
    given = _inputs(network)[0]
    assert torch_graph.run(network, given).shape == (4, 2)
    network.pop()
    network.add(layers.Dense(3))
    _assert_same(network)
    assert torch_graph.run(network, given).shape == (4, 3)
    network.layers[0].dtype_policy = "mixed_bfloat16"
    _assert_same(network)


def test_a_dense_layer_that_is_adapted():
    network = _sequential()
    given = _inputs(network)[0]
    before = ops.convert_to_numpy(torch_graph.run(network, given, training=False))
    network.layers[0].enable_lora(2, b_initializer="ones")
    after = ops.convert_to_numpy(torch_graph.run(network, given, training=False))
    assert np.abs(after - before).max() > 1e-3
    _assert_same(network)


def test_dense_layers_of_whole_numbers():
    network = _with(dtype="int32")
    assert torch_graph.graph_of(network) is not None
    _assert_same(network)


def test_dense_layers_of_sequences():
    inputs = keras.Input((3, 4))
    network = keras.Model(inputs, layers.Dense(2, "tanh")(inputs))
    assert torch_graph.graph_of(network) is not None
    _assert_same(network)


def test_inputs_of_other_sizes_are_refused_as_by_keras():
    inputs = keras.Input((4, 4, 1))
    pooled = layers.GlobalAveragePooling2D()(layers.Conv2D(2, 3)(inputs))
    network = keras.Model(inputs, pooled)
    with pytest.raises(ValueError, match="expected shape"):
        torch_graph.run(network, ops.zeros((2, 5, 5, 1)))


def test_inputs_that_keras_changes():
    """A column for a number each: it adds the axis."""
    inputs = keras.Input((1,))
    network = keras.Model(inputs, layers.Dense(2)(inputs))
    assert torch_graph.graph_of(network) is not None
    numbers = ops.convert_to_tensor(np.arange(4, dtype="float32"))
    expected = network(numbers, training=True)
    got = torch_graph.run(network, numbers)
    np.testing.assert_array_equal(*map(ops.convert_to_numpy, (got, expected)))


def test_whole_numbers_where_fractions_are_expected():
    network = _with()
    numbers = ops.convert_to_tensor(np.arange(8).reshape(2, 4))
    expected = network(numbers, training=True)
    got = torch_graph.run(network, numbers)
    np.testing.assert_array_equal(*map(ops.convert_to_numpy, (got, expected)))


@pytest.mark.parametrize("kind", ["mlp", "dcgan"])
def test_a_training_is_the_same_as_keras_runs_it(kind):
    gans = []
    for eagerly in (False, True):
        keras.utils.set_random_seed(1)
        gan = GAN(*networks(kind), seed=0)
        adam = [keras.optimizers.Adam(1e-3) for _ in range(2)]
        gan.compile(*adam, penalties=["r1"], run_eagerly=eagerly)
        gan.fit(images(16), batch_size=8, epochs=2, verbose=0, shuffle=False)
        gans.append(gan)
    assert_same_state(*gans)


def test_run_eagerly_runs_hooks():
    gan = GAN(*networks(), seed=0)
    seen = []
    layer = gan.generator.layers[1]
    handle = layer.register_forward_hook(lambda *given: seen.append(given))
    for eagerly in (False, True):
        gan.compile("adam", "adam", run_eagerly=eagerly)
        gan.train_on_batch(images(8))
    handle.remove()
    assert len(seen) == 1


def test_outputs_are_let_go_of():
    """Without gradients, a network holds what a layer reads and makes, no more."""
    made, alive = [], []

    def noted(x):
        alive.append(sum(ref() is not None for ref in made))
        output = x + 1.0
        made.append(weakref.ref(output))
        return output

    inputs = x = keras.Input((4,))
    for _ in range(5):
        x = layers.Activation(noted)(x)
    network = keras.Model(inputs, x)
    made.clear()
    alive.clear()
    with torch.no_grad():
        torch_graph.run(network, ops.zeros((2, 4)), training=False)
    assert alive == [0, 1, 1, 1, 1]


def test_a_gan_is_called_as_keras_calls_its_generator():
    gan = GAN(*networks("dcgan"), ema=0.9, seed=0)
    latents = gan.draw_latents(5, seed=0)
    expected = gan.ema_generator(latents, training=False)
    np.testing.assert_array_equal(
        *map(ops.convert_to_numpy, (gan(latents, training=False), expected))
    )
    assert gan(keras.Input((gan.latent_dim,))).shape == (None, *gan.pair.sample_shape)
