"""Any Keras model as an extractor."""

import keras
import numpy as np
import pytest
from keras import layers

from keras_gan.files import cache
from keras_gan.metrics import FID, InceptionScore, compare, extractors
from keras_gan.metrics.extractors import ModelFeatures


def sequential(name="net"):
    return keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(3)], name=name
    )


def two_outputs():
    images = keras.Input((8, 8, 1))
    features = layers.Dense(3)(layers.Flatten()(images))
    return keras.Model(images, [features, layers.Dense(2)(features)])


def in_a_list():
    whole = two_outputs()
    return keras.Model(whole.inputs, whole.layers[-2].output)


@pytest.fixture
def small(rng):
    return rng.uniform(-1, 1, (5, 8, 8, 1)).astype("float32")


@pytest.mark.parametrize("make", [sequential, in_a_list])
def test_features_are_the_models_outputs(make, small):
    model = make()
    seen = extractors.get(model)(small)
    dense = next(x for x in model.layers if isinstance(x, layers.Dense))
    kernel, bias = dense.get_weights()
    expected = small.reshape(5, -1) @ kernel + bias
    np.testing.assert_allclose(seen["features"], expected, atol=1e-5)


def test_two_outputs(small):
    seen = ModelFeatures(two_outputs(), ("features", "logits"))(small)
    assert seen["features"].shape == (5, 3)
    assert seen["logits"].shape == (5, 2)


def test_metrics_are_named_after_the_model():
    assert FID(sequential("eye")).name == "eye_fid"
    assert FID(ModelFeatures(sequential(), prefix="my_")).name == "my_fid"


def test_fingerprint_is_of_structure_and_weights():
    model = sequential()
    before = ModelFeatures(model).fingerprint()
    assert before == ModelFeatures(model).fingerprint()
    model.set_weights([w + 1e-3 for w in model.get_weights()])
    assert before != ModelFeatures(model).fingerprint()


class Unnameable(layers.Layer):
    """A layer that Keras cannot serialise."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def call(self, x):
        return self.function(x)


def test_a_model_that_cannot_be_serialised(monkeypatch, tmp_path, small):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    parts = [keras.Input((8, 8, 1)), Unnameable(lambda x: 2 * x), layers.Flatten()]
    model = keras.Sequential(parts, name="net")
    expected = compare(small, small[::-1], FID("pixels"))["fid"]
    assert compare(small, small[::-1], FID(model))["net_fid"] == pytest.approx(expected)
    assert not list(tmp_path.rglob("*.npz"))


def test_by_path(tmp_path, small):
    model = sequential()
    model.save(tmp_path / "net.keras")
    extractor = ModelFeatures(str(tmp_path / "net.keras"))
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(extractor)
    )
    expected = ModelFeatures(model)(small)["features"]
    np.testing.assert_allclose(again(small)["features"], expected, atol=1e-5)
    assert again.fingerprint() == ModelFeatures(model).fingerprint()


def test_wrong_models():
    images = keras.Input((8, 8, 1))
    maps = keras.Model(images, layers.Conv2D(2, 3)(images))
    with pytest.raises(ValueError, match=r"one row for each image.*\(None, 6, 6, 2\)"):
        ModelFeatures(maps)
    with pytest.raises(ValueError, match=r"name the model's 2 outputs"):
        ModelFeatures(two_outputs())
    with pytest.raises(ValueError, match="built on an input"):
        ModelFeatures(keras.Sequential([layers.Dense(2)]))
    with pytest.raises(ValueError, match=r"shape \(8, 8, 1\).*\(28, 28, 1\)"):
        ModelFeatures(sequential()).check_shape((28, 28, 1))
    with pytest.raises(ValueError, match=r"reads the logits.*which has features"):
        InceptionScore(sequential())
    with pytest.raises(ValueError, match=r"cannot be saved.*'net'"):
        keras.saving.serialize_keras_object(ModelFeatures(sequential()))
