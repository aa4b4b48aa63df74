"""NetworkPair: what two networks have in common, and where they do not fit."""

from collections.abc import Callable
from typing import Any

import keras
import pytest
from keras import layers

from keras_gan import network_pair

pytestmark = pytest.mark.usefixtures("drawn")


def _generator(latent_dim: int = 3, sample_shape: tuple = (2,)) -> keras.Model:
    inputs = keras.Input((latent_dim,))
    x = layers.Dense(sample_shape[0] if len(sample_shape) == 1 else 16)(inputs)
    return keras.Model(inputs, layers.Reshape(sample_shape)(x))


def _discriminator(sample_shape: tuple = (2,)) -> keras.Model:
    inputs = keras.Input(sample_shape)
    return keras.Model(inputs, layers.Dense(1)(layers.Flatten()(inputs)))


def _labelled(first: tuple, label_shape: tuple, outputs: int) -> keras.Model:
    """A network with a label input, and no embedding to count classes by."""
    inputs = [keras.Input(first), keras.Input(label_shape)]
    labels = layers.Reshape((-1,))(inputs[1])
    return keras.Model(
        inputs, layers.Dense(outputs)(layers.Concatenate()([inputs[0], labels]))
    )


class Subclassed(keras.Model):
    """A network that declares no inputs, with labels or without."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.dense = layers.Dense(outputs)

    def call(self, inputs: Any) -> Any:
        if isinstance(inputs, list | tuple):
            inputs, labels = inputs
            labels = keras.ops.cast(labels, inputs.dtype)
            inputs = keras.ops.concatenate([inputs, labels[:, None]], axis=-1)
        return self.dense(inputs)


def test_an_unconditional_pair() -> None:
    pair = network_pair.match(_generator(), _discriminator())
    assert (pair.latent_dim, pair.num_classes) == (3, None)
    assert pair.sample_shape == (2,)
    assert not pair.conditional


def test_a_conditional_pair_counts_classes_by_its_embeddings(
    small_networks: Callable,
) -> None:
    pair = network_pair.match(*small_networks((4, 4, 1), 5, num_classes=7))
    assert (pair.latent_dim, pair.num_classes) == (5, 7)
    assert pair.sample_shape == (4, 4, 1)
    assert pair.conditional


def test_classes_are_counted_by_a_one_hot_input() -> None:
    pair = network_pair.match(_labelled((3,), (4,), 2), _labelled((2,), (4,), 1))
    assert pair.num_classes == 4
    mixed = network_pair.match(_labelled((3,), (), 2), _labelled((2,), (4,), 1))
    assert mixed.num_classes == 4


def test_given_numbers_are_taken() -> None:
    pair = network_pair.match(
        _labelled((3,), (), 2), _labelled((2,), (1,), 1), 3, num_classes=5
    )
    assert (pair.latent_dim, pair.num_classes) == (3, 5)


def test_labels_for_the_generator_alone() -> None:
    pair = network_pair.match(_labelled((3,), (4,), 2), _discriminator())
    assert pair.conditional
    assert not pair.discriminator.takes_labels


def test_sequential_networks_are_built() -> None:
    generator, discriminator = (keras.Sequential([layers.Dense(n)]) for n in (2, 1))
    pair = network_pair.match(generator, discriminator, latent_dim=3)
    assert generator.built
    assert discriminator.built
    assert (pair.latent_dim, pair.sample_shape) == (3, (2,))


def test_subclassed_networks_are_built() -> None:
    generator, discriminator = Subclassed(2), Subclassed(1)
    pair = network_pair.match(generator, discriminator, latent_dim=3)
    assert generator.built
    assert discriminator.built
    assert not pair.conditional


def test_subclassed_conditional_networks_are_built() -> None:
    pair = network_pair.match(Subclassed(2), Subclassed(1), 3, num_classes=4)
    assert pair.conditional
    assert pair.num_classes == 4
    assert pair.generator.input_shape == (3,)
    assert pair.generator.label_shape == pair.discriminator.label_shape == ()


class OfTwoArguments(Subclassed):
    """As one may write it, and Keras calls no network."""

    def call(self, latents: Any, labels: Any) -> Any:
        return super().call([latents, labels])


def test_a_subclassed_network_of_two_arguments() -> None:
    with pytest.raises(
        ValueError, match=r"one argument, \[latents, labels\], .*TypeError: missing"
    ):
        network_pair.match(OfTwoArguments(2), Subclassed(1), 3, num_classes=4)


def test_a_subclassed_discriminator_without_labels() -> None:
    pair = network_pair.match(
        Subclassed(2), Subclassed(1), 3, num_classes=4, judges_labels=False
    )
    assert pair.conditional
    assert pair.discriminator.label_shape is None


def test_a_generator_of_more_than_samples() -> None:
    inputs = keras.Input((3,))
    both = keras.Model(inputs, [layers.Dense(2)(inputs), layers.Dense(3)(inputs)])
    with pytest.raises(ValueError, match=r"one tensor. Received.*\(None, 3\)"):
        network_pair.match(both, _discriminator())


def test_unknown_sizes_are_compatible() -> None:
    flexible = keras.Sequential(
        [keras.Input((None, None, 1)), layers.GlobalAveragePooling2D()]
    )
    pair = network_pair.match(_generator(3, (4, 4, 1)), flexible)
    assert pair.sample_shape == (4, 4, 1)


@pytest.mark.parametrize("wrong", [None, "dcgan", layers.Dense(1), lambda z: z])
def test_what_is_no_model(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"generator must be a keras.Model"):
        network_pair.match(wrong, _discriminator())
    with pytest.raises(TypeError, match=r"discriminator must be a keras.Model"):
        network_pair.match(_generator(), wrong)


@pytest.mark.parametrize("argument", ["latent_dim", "num_classes"])
@pytest.mark.parametrize("value", [0, -1, 2.5, "3"])
def test_bad_numbers(argument: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{argument} must be .*{argument}={value!r}"):
        network_pair.match(_generator(), _discriminator(), **{argument: value})


def test_samples_of_different_shapes() -> None:
    for made, taken in [((2,), (3,)), ((4, 4, 1), (16,)), ((4, 4, 1), (2, 8, 1))]:
        with pytest.raises(ValueError, match="They must be the same") as error:
            network_pair.match(_generator(3, made), _discriminator(taken))
        assert str(made) in str(error.value)
        assert str(taken) in str(error.value)


def test_latent_dim_that_is_not_the_generators() -> None:
    with pytest.raises(ValueError, match=r"latents of 3 dimensions.*latent_dim=4"):
        network_pair.match(_generator(3), _discriminator(), latent_dim=4)


def test_latent_dim_that_cannot_be_inferred() -> None:
    with pytest.raises(ValueError, match=r"cannot be inferred. Pass latent_dim"):
        network_pair.match(Subclassed(2), _discriminator())


def test_latents_of_another_rank() -> None:
    inputs = keras.Input((2, 2))
    generator = keras.Model(inputs, layers.Dense(2)(layers.Flatten()(inputs)))
    with pytest.raises(ValueError, match=r"must be latents.*\(None, 2, 2\)"):
        network_pair.match(generator, _discriminator())


def test_labels_for_the_discriminator_alone() -> None:
    with pytest.raises(ValueError, match=r"generator does not.*\(latents, labels\)"):
        network_pair.match(_generator(), _labelled((2,), (4,), 1))


def test_classes_that_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match=r"cannot be inferred.*Pass num_classes"):
        network_pair.match(_labelled((3,), (), 2), _labelled((2,), (1,), 1))


def test_classes_that_the_networks_do_not_have(small_networks: Callable) -> None:
    """A label of 5 would fall outside embeddings of 3 classes, in training."""
    with pytest.raises(ValueError, match="num_classes"):
        network_pair.match(*small_networks((2,), num_classes=3), num_classes=6)


def test_networks_of_different_classes(small_networks: Callable) -> None:
    generator, _ = small_networks((2,), num_classes=3)
    _, discriminator = small_networks((2,), num_classes=2)
    with pytest.raises(ValueError, match="classes"):
        network_pair.match(generator, discriminator)


def test_networks_share_no_weights() -> None:
    shared = keras.layers.Dense(4)
    latents, samples = keras.Input((3,)), keras.Input((3,))
    generator = keras.Model(latents, keras.layers.Dense(3)(shared(latents)))
    discriminator = keras.Model(samples, keras.layers.Dense(1)(shared(samples)))
    with pytest.raises(ValueError, match=r"share \['dense.*/kernel'.*layer of its own"):
        network_pair.match(generator, discriminator)
