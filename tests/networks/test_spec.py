"""NetworkSpec: what is read from networks of every kind."""

from typing import Any

import keras
import pytest
from keras import layers, ops

from keras_gan.networks import dcgan, mlp
from keras_gan.networks.spec import NetworkSpec, classes_of, spec_of

pytestmark = pytest.mark.usefixtures("drawn")


class Subclassed(keras.Model):
    """A network that declares no inputs, and makes layers in another order."""

    def __init__(self, output_activation: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.last = layers.Dense(3, activation=output_activation)
        self.gate = layers.Dense(4, activation="sigmoid")

    def call(self, inputs: Any) -> Any:
        return self.last(self.gate(inputs))


def _spec(network: keras.Model, *inputs: Any) -> NetworkSpec:
    return spec_of(network, "generator", inputs)


def _functional(*chain: Any) -> keras.Model:
    inputs = keras.Input((4,))
    x = inputs
    for layer in chain:
        x = layer(x)
    return keras.Model(inputs, x)


def test_functional_network() -> None:
    spec = _spec(dcgan.generator((16, 16, 3), 4, filters=2))
    assert spec == NetworkSpec((4,), None, ((16, 16, 3),), ("tanh",))
    assert not spec.takes_labels
    assert spec.output_range == (-1, 1)
    assert spec.num_classes is None


def test_conditional_network() -> None:
    spec = _spec(mlp.generator((2,), 4, num_classes=3))
    assert spec.takes_labels
    assert spec.label_shape == ()
    assert spec.num_classes is None  # the embedding tells, see `classes_of`


@pytest.mark.parametrize(
    ("label_shape", "classes"), [((), None), ((1,), None), ((5,), 5)]
)
def test_label_inputs(label_shape: tuple, classes: int | None) -> None:
    inputs = [keras.Input((4,)), keras.Input(label_shape)]
    joined = layers.Concatenate()([inputs[0], layers.Reshape((-1,))(inputs[1])])
    spec = _spec(keras.Model(inputs, layers.Dense(3)(joined)))
    assert spec.label_shape == label_shape
    assert spec.num_classes == classes


def test_sequential_network() -> None:
    built = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="tanh")])
    assert _spec(built) == NetworkSpec((4,), None, ((3,),), ("tanh",))
    unbuilt = keras.Sequential([layers.Dense(3), layers.Activation("sigmoid")])
    spec = _spec(unbuilt, keras.Input((4,)))
    assert spec == NetworkSpec((4,), None, ((3,),), ("sigmoid",))
    assert spec.output_range == (0, 1)


def test_subclassed_network() -> None:
    network = Subclassed()
    spec = _spec(network, keras.Input((4,)))
    assert network.built
    assert (spec.input_shape, spec.output_shapes) == ((4,), ((3,),))


def test_nested_network() -> None:
    inner = _functional(layers.Dense(6, activation="tanh"), layers.Reshape((3, 2)))
    spec = _spec(_functional(layers.Dense(4), inner, layers.Flatten()))
    assert spec == NetworkSpec((4,), None, ((6,),), ("tanh",))


def test_several_outputs() -> None:
    inputs = keras.Input((4,))
    network = keras.Model(inputs, [layers.Dense(1)(inputs), layers.Dense(10)(inputs)])
    spec = _spec(network)
    assert spec.output_shapes == ((1,), (10,))
    assert spec.activations == ("linear", "linear")


def test_several_activations() -> None:
    inputs = keras.Input((4,))
    verdict = layers.Flatten()(layers.Dense(1)(inputs))
    classes = layers.Dense(3, activation="softmax")(inputs)
    outputs = [ops.sigmoid(verdict), classes, classes * 2]
    inner = keras.Model(inputs, outputs)
    assert _spec(inner).activations == ("sigmoid", "softmax", None)
    outer = keras.Input((4,))  # of a model within, it cannot be told
    assert _spec(keras.Model(outer, inner(outer))).activations == (None,) * 3


@pytest.mark.parametrize("side", ["inputs", "outputs"])
def test_names_have_no_order(side: str) -> None:
    inputs = {name: keras.Input((2,), name=name) for name in ("z", "labels")}
    joined = layers.Concatenate()(list(inputs.values()))
    outputs = {"validity": layers.Dense(1)(joined), "classes": layers.Dense(3)(joined)}
    network = (
        keras.Model(inputs, outputs["validity"])
        if side == "inputs"
        else keras.Model(list(inputs.values()), outputs)
    )
    with pytest.raises(ValueError, match="names them in a dictionary"):
        _spec(network)


@pytest.mark.parametrize(
    ("chain", "activation"),
    [
        ([layers.Dense(3)], "linear"),
        ([layers.Dense(3, activation="tanh")], "tanh"),
        ([layers.Dense(3), layers.Activation("sigmoid")], "sigmoid"),
        ([layers.Dense(4, activation="tanh"), layers.Reshape((2, 2))], "tanh"),
        ([layers.Reshape((2, 2)), layers.Dense(2), layers.Flatten()], "linear"),
        ([layers.Dense(3, activation="sigmoid"), layers.Dense(1)], "linear"),
        ([layers.Dense(3, activation="tanh"), layers.Rescaling(2.0)], None),
    ],
    ids=lambda value: str(value) if not isinstance(value, list) else "",
)
def test_activation_of_the_output(chain: list, activation: str | None) -> None:
    assert _spec(_functional(*chain)).activation == activation


def test_activation_of_a_nested_output() -> None:
    inner = keras.Sequential([layers.Dense(3), layers.Activation("sigmoid")])
    assert _spec(_functional(inner)).activation == "sigmoid"
    middle = _functional(inner, layers.Dense(1))
    assert _spec(_functional(middle)).activation == "linear"


def test_an_operation_after_the_activation_hides_it() -> None:
    """What leaves the network is no longer the activation's output."""
    inputs = keras.Input((4,))
    doubled = keras.Model(inputs, 2.0 * layers.Dense(3, activation="tanh")(inputs))
    spec = _spec(doubled)
    assert spec.activation is None
    assert spec.output_range is None


def test_an_activation_applied_as_a_function_is_not_taken_for_linear() -> None:
    inputs = keras.Input((4,))
    network = keras.Model(inputs, ops.tanh(layers.Dense(3)(inputs)))
    assert _spec(network).activation in ("tanh", None)


def test_the_order_of_attributes_tells_no_activation() -> None:
    """A subclassed network's last attribute need not be its last layer."""
    spec = _spec(Subclassed(), keras.Input((4,)))
    assert spec.activation in ("linear", None)


def test_no_inputs_at_all() -> None:
    with pytest.raises(ValueError, match=r"declares no inputs.*Pass latent_dim"):
        _spec(Subclassed())


def test_too_many_inputs() -> None:
    inputs = [keras.Input((4,), name=name) for name in ("a", "b", "c")]
    network = keras.Model(inputs, layers.Concatenate()(inputs))
    with pytest.raises(ValueError, match=r"takes latents, or latents and labels"):
        spec_of(network, "generator", [])
    with pytest.raises(
        ValueError, match=r"takes images, or images and labels"
    ) as error:
        spec_of(network, "discriminator", [])
    assert "3 inputs, ['a', 'b', 'c']" in str(error.value)


def test_classes_are_those_of_the_only_embedding() -> None:
    assert classes_of(mlp.generator((2,), num_classes=7)) == 7
    assert classes_of(mlp.generator((2,))) is None
    nested = keras.Sequential([keras.Sequential([layers.Embedding(5, 2)])])
    assert classes_of(nested) == 5
    two = keras.Sequential([layers.Embedding(5, 2), layers.Embedding(6, 2)])
    assert classes_of(two) is None
