"""Class morphing: at its ends what `generate` makes, between them what is blended."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan
from keras_gan.latents import blended_generator, morph
from keras_gan.layers import ConditionalBatchNormalization
from keras_gan.networks import dcgan, mlp
from tests.small_gan import LATENT_DIM, SHAPE, noisy_networks

CLASSES = 3


def of_mlp():
    return mlp.generator(SHAPE, LATENT_DIM, hidden=(16,), num_classes=CLASSES)


def of_dcgan():
    return dcgan.generator(SHAPE, LATENT_DIM, filters=4, num_classes=CLASSES)


def normalized(label_shape=()):
    """A generator that is told the class by its normalization alone, twice."""
    latents, labels = _inputs(label_shape, "int32")
    numbers = layers.Flatten()(labels) if label_shape else labels
    numbers = ops.reshape(numbers, (-1,))
    x = layers.Dense(8 * 8 * 4)(latents)
    x = layers.Reshape((8, 8, 4))(x)
    for _ in range(2):
        x = ConditionalBatchNormalization(CLASSES)([x, numbers])
        x = layers.ReLU()(x)
    x = layers.Conv2DTranspose(1, 4, 2, padding="same", activation="tanh")(x)
    return keras.Model([latents, labels], x)


def of_columns():
    """Labels of shape (1,), an embedding that keeps the axis, another beside it."""
    latents, labels = _inputs((1,), "int32")
    first = layers.Flatten()(layers.Embedding(CLASSES, 5)(labels))
    scale = layers.Embedding(CLASSES, LATENT_DIM)(ops.squeeze(labels, axis=-1))
    return _dense([latents, labels], [latents * scale, first])


def counted():
    """Class numbers that the network itself makes one-hot."""
    latents, labels = _inputs((), "int32")
    return _dense([latents, labels], [latents, ops.one_hot(labels, CLASSES)])


def of_rows(dtype):
    latents, labels = _inputs((CLASSES,), dtype)
    return _dense([latents, labels], [latents, layers.Dense(4)(labels)])


def _inputs(label_shape, dtype):
    return keras.Input((LATENT_DIM,)), keras.Input(label_shape, dtype=dtype)


def _dense(inputs, parts):
    x = layers.Dense(16, activation="relu")(layers.Concatenate()(parts))
    x = layers.Dense(256, activation="tanh")(x)
    return keras.Model(inputs, layers.Reshape(SHAPE)(x))


def gan_of(generator, **options):
    """A GAN with weights that are not those of the beginning, and its average."""
    rng = np.random.default_rng(3)
    discriminator = mlp.discriminator(SHAPE, hidden=(8,))
    gan = keras_gan.GAN(generator, discriminator, num_classes=CLASSES, **options)
    for weight in gan.inference_generator.weights:
        if keras.backend.is_float_dtype(weight.dtype):
            noise = 0.1 * rng.normal(size=weight.shape)
            noise = np.abs(noise) if "variance" in weight.path else noise
            weight.assign(weight.value + ops.convert_to_tensor(noise, weight.dtype))
    return gan


GENERATORS = {
    "mlp": of_mlp,
    "dcgan": of_dcgan,
    "normalized": normalized,
    "normalized_column": lambda: normalized((1,)),
    "columns": of_columns,
    "counted": counted,
    "one_hot": lambda: of_rows("float32"),
    "whole_one_hot": lambda: of_rows("int32"),
}


@pytest.mark.parametrize("name", GENERATORS)
def test_ends_are_what_generate_makes(name):
    gan = gan_of(GENERATORS[name](), ema=0.9)
    frames = morph(gan, 2, [2, 0, 1], 5, seed=4)
    assert frames.shape == (5, 2, *SHAPE)
    for i, label in ((0, 2), (2, 0), (4, 1)):
        # The network runs the same numbers through; how many at once, its kernels'
        # rounding may depend on.
        expected = gan.generate(2, labels=label, seed=4)
        np.testing.assert_allclose(frames[i], expected, rtol=0, atol=2e-6)
    others = [gan.generate(2, labels=label, seed=4) for label in (0, 2)]
    assert all(np.abs(frames[1] - other).max() > 1e-3 for other in others)


@pytest.mark.parametrize("name", ["mlp", "normalized"])
def test_ends_are_exact_in_batches_of_the_same_size(name):
    gan = gan_of(GENERATORS[name]())
    frames = morph(gan, 2, [2, 1], 2, seed=4, batch_size=2)
    for frame, label in zip(frames, (2, 1), strict=True):
        np.testing.assert_array_equal(frame, gan.generate(2, labels=label, seed=4))


def test_embeddings_are_blended():
    gan = gan_of(of_mlp())
    frames = morph(gan, 3, [0, 2], 5, seed=1)
    # The same network with a table whose row is the blend, by hand.
    (table,) = (
        layer.embeddings
        for layer in gan.generator.layers
        if isinstance(layer, layers.Embedding)
    )
    rows = ops.convert_to_numpy(table).copy()
    rows[1] = 0.75 * rows[0] + 0.25 * rows[2]
    table.assign(rows)
    np.testing.assert_allclose(
        frames[1], gan.generate(3, labels=1, seed=1), rtol=0, atol=2e-6
    )


def test_scales_and_shifts_are_blended():
    gan = gan_of(normalized())
    frames = morph(gan, 3, [0, 2], 5, seed=1)
    for layer in gan.generator.layers:
        if isinstance(layer, ConditionalBatchNormalization):
            for table in (layer.gamma, layer.beta):
                rows = ops.convert_to_numpy(table).copy()
                rows[1] = 0.75 * rows[0] + 0.25 * rows[2]
                table.assign(rows)
    np.testing.assert_allclose(
        frames[1], gan.generate(3, labels=1, seed=1), rtol=0, atol=2e-6
    )


def test_one_hot_labels_are_blended():
    gan = gan_of(of_rows("float32"))
    frames = morph(gan, 2, [0, 2], 5, seed=1)
    latents, shares = gan.draw_latents(2, seed=1), np.float32([[0.75, 0, 0.25]] * 2)
    expected = ops.convert_to_numpy(gan([latents, shares]))
    np.testing.assert_allclose(frames[1], expected, rtol=0, atol=2e-6)


def test_closed_and_truncated():
    gan = gan_of(of_mlp())
    frames = morph(gan, 2, [0, 2], 4, closed=True, seed=1, truncation=0.5)
    np.testing.assert_allclose(frames[1], frames[3], rtol=0, atol=2e-6)
    for i, label in ((0, 0), (2, 2)):
        expected = gan.generate(2, labels=label, seed=1, truncation=0.5)
        np.testing.assert_allclose(frames[i], expected, rtol=0, atol=2e-6)


def test_the_gan_is_left_as_it_is():
    gan = gan_of(normalized(), ema=0.9)
    before = [ops.convert_to_numpy(v).copy() for v in gan.variables]
    config = gan.generator.get_config()
    model = blended_generator(gan)
    mine = {id(v) for v in gan.variables}
    assert not any(id(v) in mine for v in model.variables)
    morph(gan, 2, [0, 1], 3)
    for old, variable in zip(before, gan.variables, strict=True):
        np.testing.assert_array_equal(old, ops.convert_to_numpy(variable))
    assert gan.generator.get_config() == config


def test_of_a_model_that_was_loaded(tmp_path):
    gan = gan_of(of_dcgan(), ema=0.9)
    expected = morph(gan, 2, [0, 2], 3)
    gan.save(tmp_path / "gan.keras")
    keras.utils.clear_session(free_memory=False)  # names begin anew, some are taken
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    np.testing.assert_allclose(morph(loaded, 2, [0, 2], 3), expected, atol=2e-6)


def test_in_16_bits():
    latents, labels = _inputs((), "int32")
    embedded = layers.Embedding(CLASSES, 8, dtype="mixed_float16")(labels)
    x = layers.Concatenate(dtype="mixed_float16")([latents, embedded])
    x = layers.Dense(256, dtype="mixed_float16")(x)
    x = layers.Activation("tanh", dtype="float32")(layers.Reshape(SHAPE)(x))
    gan = gan_of(keras.Model([latents, labels], x))
    frames = morph(gan, 2, [0, 2], 3)
    for i, label in ((0, 0), (2, 2)):
        expected = gan.generate(2, labels=label, seed=0)
        np.testing.assert_allclose(frames[i], expected, rtol=0, atol=2e-3)


class Told(keras.Model):
    """A generator that does not say what it does with the labels."""

    def __init__(self):
        super().__init__()
        self.table = layers.Embedding(CLASSES, LATENT_DIM)
        self.last = layers.Dense(256)

    def call(self, inputs):
        latents, labels = inputs
        return ops.reshape(self.last(latents + self.table(labels)), (-1, *SHAPE))


def nested():
    latents, labels = _inputs((), "int32")
    return keras.Model([latents, labels], of_mlp()([latents, labels]))


@pytest.mark.parametrize(
    ("generator", "message"),
    [
        (Told, "a Functional model, or takes one-hot labels"),
        (nested, "cannot be blended. Received: 'generator', a Functional"),
    ],
)
def test_generators_that_cannot_be_morphed(generator, message):
    gan = gan_of(generator(), latent_dim=LATENT_DIM)
    with pytest.raises(ValueError, match=message):
        morph(gan, 2, [0, 1], 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"classes": [0]}, "two class numbers or more"),
        ({"classes": [0, 3]}, r"labels must be in 0\.\.2"),
        ({"classes": [0, 0.5]}, "whole class numbers"),
        ({"steps": 1}, "steps must be a whole number, at least 2"),
        ({"n": 0}, "n must be a whole number"),
        ({"truncation": 2.0}, "truncation must be in"),
        ({"batch_size": 0}, "batch_size must be"),
    ],
)
def test_arguments_out_of_range(arguments, message):
    gan = gan_of(of_mlp())
    with pytest.raises(ValueError, match=message):
        morph(gan, **{"n": 2, "classes": [0, 1], "steps": 3, **arguments})


def test_without_labels():
    gan = keras_gan.GAN(
        mlp.generator(SHAPE, LATENT_DIM, hidden=(8,)),
        mlp.discriminator(SHAPE, hidden=(8,)),
    )
    with pytest.raises(ValueError, match="takes latents alone"):
        morph(gan, 2, [0, 1], 3)


def test_a_generators_own_noise_is_that_of_generate():
    gan = keras_gan.GAN(*noisy_networks(num_classes=CLASSES))
    frames = morph(gan, 4, [0, 0, 2], steps=3, seed=5)
    expected = gan.generate(4, labels=0, seed=5)
    np.testing.assert_allclose(frames[0], expected, atol=1e-5)
    np.testing.assert_allclose(frames[1], expected, atol=1e-5)
