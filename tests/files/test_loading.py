"""Model files: what is loaded, and what is refused before anything of it is run."""

import json
import os
import sys
import zipfile

import keras
import numpy as np
import pytest

from keras_gan import GAN, recipes
from keras_gan.files import keras_config
from keras_gan.files.loading import load
from keras_gan.metrics import FID
from keras_gan.metrics.extractors import ModelFeatures
from tests.hostile_files import (
    described,
    function,
    only_opens,
    refused,
    rewritten,
    saved,
    with_config,
    with_layer,
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The file of a small Sequential model."""
    return saved(tmp_path_factory.mktemp("models"))


class TestLoaded:
    """What is no danger is as Keras has it."""

    @pytest.mark.parametrize("compile", [True, False])
    def test_a_gan(self, small_networks, tmp_path, compile):
        gan = GAN(*small_networks(), ema=0.9)
        gan.compile("adam", "adam", loss="hinge", metrics=["swd"])
        gan.save(tmp_path / "gan.keras")
        loaded = load(tmp_path / "gan.keras", compile=compile)
        assert loaded.compiled is compile
        np.testing.assert_array_equal(
            loaded.generate(3, seed=1), gan.generate(3, seed=1)
        )

    def test_a_model_of_many_kinds_of_parts(self, tmp_path):
        x = inputs = keras.Input((6, 5))
        x = keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True))(x)
        x = keras.layers.TimeDistributed(keras.layers.Dense(4, "gelu"))(x)
        x = keras.layers.MultiHeadAttention(2, 3)(x, x)
        x = keras.ops.tanh(x) + 1.0
        x = keras.layers.Dense(2, keras.ops.relu, kernel_regularizer="l2")(x[:, 0])
        schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
        model = keras.Model(inputs, x)
        model.compile(keras.optimizers.Adam(schedule), "huber", metrics=["mae"])
        model.optimizer.build(model.trainable_variables)
        model.save(tmp_path / "model.keras")
        loaded = load(tmp_path / "model.keras")
        sample = np.ones((2, 6, 5), "float32")
        np.testing.assert_array_equal(
            loaded.predict_on_batch(sample), model.predict_on_batch(sample)
        )

    @pytest.mark.parametrize(
        ("name", "settings"),
        [
            ("wgan", {"filters": 8}),  # between them, all kinds of layers
            ("sagan", {"filters": 8}),
            ("r3gan", {"widths": (16, 8)}),
            ("acgan", {"filters": 8}),
            ("infogan", {"filters": 8}),
            ("dcgan-ada", {"filters": 8}),
            ("dcgan-diffaugment", {"filters": 8}),
        ],
    )
    def test_recipes_are_made_of_known_parts(self, name, settings):
        recipe = recipes.get(name)
        given = {"none": [None], "optional": [None, 3], "required": [3]}
        for classes in given[recipe.labels]:
            gan = recipe.build((16, 16, 1), classes, **settings)
            config = keras.saving.serialize_keras_object(gan)
            keras_config.check(json.loads(json.dumps(config)), gan.count_params())

    def test_optimizers_as_another_backend_names_them(self):
        module = "keras.src.backend.torch.optimizers.torch_adam"
        keras_config.check(described("Adam", module), 0)
        for name in ("system", "deserialize"):
            with pytest.raises(ValueError, match=f"'{name}' of '{module}'"):
                keras_config.check(described(name, module), 0)

    def test_own_classes_must_be_registered(self, plain, tmp_path):
        path = tmp_path / "own.keras"
        own = described("Doubled", "elsewhere", "tests>Doubled", name="own")
        with_layer(plain, path, own)
        assert "'Doubled' of 'elsewhere', which is neither" in refused(path)

        class Doubled(keras.layers.Layer):
            def call(self, inputs):
                return 2 * inputs

        with keras.saving.custom_object_scope({"tests>Doubled": Doubled}):
            model, single = load(path), load(plain)
        ones = np.ones((1, 4), "float32")
        np.testing.assert_allclose(
            model.predict_on_batch(ones), 2 * single.predict_on_batch(ones)
        )

    def test_compressed_by_another_program(self, plain, tmp_path):
        packed = tmp_path / "packed.keras"
        with (
            zipfile.ZipFile(plain) as old,
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in reversed(old.namelist()):
                new.writestr(name, old.read(name))
        assert isinstance(load(packed), keras.Sequential)


CODE = {
    "class_name": "__lambda__",
    "config": {"code": "4wAAAAA=\n", "defaults": None, "closure": None},
}
PICKLED = (
    "gASVHQAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAR0cnVllIWUUpQu"  # os.system("true")
)
UNSAFE = {
    "a Lambda with code": (
        described("Lambda", name="x", function=CODE),
        "Lambda",
    ),
    "a Lambda with a function of Keras": (
        described("Lambda", name="x", function=function("keras.config", "set_epsilon")),
        "Lambda",
    ),
    "a Lambda with a download": (
        described(
            "Lambda",
            name="x",
            function=function("keras.utils", "get_file"),
            arguments={"origin": "file:///etc/hostname"},
        ),
        "Lambda",
    ),
    "a Lambda in a wrapper": (
        described(
            "TimeDistributed", layer=described("Lambda", name="x", function=CODE)
        ),
        "Lambda",
    ),
    "a Lambda without a module": (
        {"class_name": "Lambda", "config": {"name": "x", "function": CODE}},
        "Lambda",
    ),
    "a Lambda by its place in Keras": (
        described("Lambda", "keras.src.layers.core.lambda_layer", function=CODE),
        "Lambda",
    ),
    "code as an activation": (
        described("Dense", units=2, activation=CODE),
        "__lambda__, Python code",
    ),
    "a pickled PyTorch module": (
        described("TorchModuleWrapper", name="x", module=PICKLED),
        "TorchModuleWrapper",
    ),
    "a SavedModel": (
        described("TFSMLayer", name="x", filepath="/etc"),
        "TFSMLayer",
    ),
    "a function of JAX": (
        described("JaxLayer", name="x", call_fn=function("keras.ops", "relu")),
        "JaxLayer",
    ),
    "a method by name": (
        described("FlaxLayer", module=described("Dense", units=1), method="save"),
        "FlaxLayer",
    ),
    "a module of Python": (
        described("system", "os", "system", command="true"),
        "'system' of 'os'",
    ),
    "a module that is not imported": (
        described("Game", "antigravity"),
        "'Game' of 'antigravity'",
    ),
    "a function of Python": (
        described("Activation", activation=function("os", "system")),
        "'system' of 'os'",
    ),
    "a function of Keras that does something": (
        described("Activation", activation=function("keras.utils", "plot_model")),
        "'plot_model' of 'keras.utils'",
    ),
    "a download of Keras": (
        described(
            "Activation", activation=function("keras.datasets.mnist", "load_data")
        ),
        "'load_data' of 'keras.datasets.mnist'",
    ),
    "a function in a class's place": (
        described("load_model", "keras.models", filepath="x.keras"),
        "'load_model' of 'keras.models'",
    ),
    "tests of Keras's own": (
        described("X", "keras.src.saving.saving_lib_test"),
        "'X' of 'keras.src.saving.saving_lib_test'",
    ),
    "a module of Keras that is not imported": (
        described("X", "keras.src.layers.layer_test"),
        "'X' of 'keras.src.layers.layer_test'",
    ),
    "another package of Keras's": (
        described("Backbone", "keras_hub.models", preset="kaggle://x"),
        "'Backbone' of 'keras_hub.models'",
    ),
    "a registered name for another class": (
        described("X", "keras.src.saving.saving_lib_test") | {"registered_name": ""},
        "saving_lib_test",
    ),
    "a function of the old format": (
        {"class_name": "deserialize", "config": {"config": "relu"}},
        "'deserialize' without a module",
    ),
    "a type of TensorFlow": (
        described("__typespec__", "tensorflow.python.framework.tensor"),
        "tensorflow.python",
    ),
    "a vocabulary elsewhere": (
        described("StringLookup", name="x", vocabulary="/etc/passwd"),
        "'/etc/passwd'",
    ),
    "a name that is none": (
        described("function", "keras.activations") | {"config": ["relu"]},
        r"['relu'] where a name belongs",
    ),
    "more weights than there are": (
        described("Dense", name="x", units=10**12),
        "units=1000000000000",
    ),
    "a product that is too large": (
        described("Dense", units=60_000) | {"build_config": {"input_shape": [9, 9999]}},
        "599,940,000 weights or more",
    ),
    "an input of absurd size": (
        described("InputLayer", batch_shape=[None, 2**40]),
        "batch_shape",
    ),
}


class TestConfigurations:
    """Nothing that a configuration names is run, imported, read or downloaded."""

    @pytest.mark.parametrize("unsafe", [False, True])
    @pytest.mark.parametrize("case", UNSAFE)
    def test_refused(self, plain, tmp_path, case, unsafe):
        layer, message = UNSAFE[case]
        path = with_layer(plain, tmp_path / "bad.keras", layer)
        if unsafe:
            keras.config.enable_unsafe_deserialization()
        epsilon = keras.config.epsilon()
        with only_opens(path):
            assert message in refused(path)
        assert keras.config.epsilon() == epsilon
        assert not [name for name in sys.modules if name.endswith(".layer_test")]
        assert os.listdir(tmp_path) == ["bad.keras"]

    def test_keras_alone_would_run_it(self, plain, tmp_path):
        """The files above are dangerous: one is enough to show that they work."""
        called = function("keras.config", "set_epsilon")
        layer = described("Lambda", name="x", function=called)
        path = with_layer(plain, tmp_path / "bad.keras", layer)
        before = keras.config.epsilon()
        try:
            keras.saving.load_model(path, safe_mode=True)
            assert keras.config.epsilon() is not before
        finally:
            keras.config.set_epsilon(before)
        assert "Lambda" in refused(path)

    @pytest.mark.parametrize("key", ["compile_config", "build_config"])
    def test_refused_wherever_it_is(self, plain, tmp_path, key):
        hidden = {key: {"deep": [[{"deeper": described("Lambda", function=CODE)}]]}}
        path = with_config(plain, tmp_path / "bad.keras", lambda c: c.update(hidden))
        assert "Lambda" in refused(path)

    def test_what_keras_cannot_build_is_told_in_a_line(self, plain, tmp_path):
        layer = described("Dense", unit=3)
        path = with_layer(plain, tmp_path / "bad.keras", layer)
        message = refused(path)
        assert "Keras cannot build the model that it describes" in message
        assert "unit" in message

    @pytest.mark.parametrize("name", ["\x1b[31m", "\ud800", "a\nb"])
    def test_what_a_file_says_does_nothing_to_a_terminal(self, plain, tmp_path, name):
        layer = described("Dense", units=3, **{name: 1})
        path = with_layer(plain, tmp_path / "bad.keras", layer)
        assert refused(path).isprintable()

    @pytest.mark.parametrize("depth", [1, 400])
    def test_what_a_file_says_is_shortened(self, plain, tmp_path, depth):
        deep = "x" * 5000
        for _ in range(depth):
            deep = [deep, deep] if depth == 1 else [deep]
        layer = described("Dense") | {"module": deep}
        path = with_layer(plain, tmp_path / "bad.keras", layer)
        assert "names 'Dense' of [" in refused(path)

    @pytest.mark.parametrize(
        "config", [[], 3, None, {}, {"class_name": "Sequential"}, {"config": {}}]
    )
    def test_no_configuration_of_a_model(self, plain, tmp_path, config):
        content = json.dumps(config).encode()
        path = rewritten(
            plain,
            tmp_path / "bad.keras",
            lambda name, old: content if name == "config.json" else old,
        )
        assert "its config.json" in refused(path)

    def test_no_model(self, plain, tmp_path):
        layer = described("Flatten", name="x")
        path = with_config(plain, tmp_path / "bad.keras", lambda _: layer)
        assert "holds a Flatten, not a model" in refused(path)

    def test_a_gan_whose_metric_needs_itself(self, small_networks, tmp_path):
        """A metric may see through a model of its own, so files may name files."""
        path = tmp_path / "gan.keras"
        gan = GAN(*small_networks((6,)))
        gan.discriminator.save(tmp_path / "other.keras")
        features = ModelFeatures(tmp_path / "other.keras", prefix="f_")
        gan.compile(
            "adam",
            "adam",
            metrics=[FID(features)],
        )
        gan.save(tmp_path / "fine.keras")

        def rename(name, content):
            return content.replace(b"other.keras", b"gan.keras").replace(
                b'"f_"', b"null"
            )

        rewritten(tmp_path / "fine.keras", path, rename)
        assert "gan.keras: not loaded: it names itself" in refused(path)


def test_extractors_load_in_the_same_way(plain, tmp_path):
    layer = described("Lambda", name="x", function=CODE)
    path = with_layer(plain, tmp_path / "bad.keras", layer)
    with pytest.raises(ValueError, match=r"bad\.keras: not loaded: it holds Lambda"):
        ModelFeatures(path).prepare()
