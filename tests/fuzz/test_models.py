"""Model files: the archive, the configuration and the weights in it."""

import io
import json
import zipfile

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_gan import GAN
from keras_gan.files.loading import load
from tests.fuzz.mutations import as_json, changed_bytes, changed_json, some

pytestmark = pytest.mark.slow


@pytest.fixture
def files(small_networks, tmp_path):
    """The content of some model files, as a member's name and bytes."""
    x = inputs = keras.Input((6, 6, 1))
    x = keras.layers.Conv2D(2, 3, activation="relu")(x)
    x = keras.layers.BatchNormalization()(keras.layers.Flatten()(x))
    functional = keras.Model(inputs, keras.layers.Dense(2)(x) * 2.0)
    sequential = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    sequential.compile("sgd", "mse")
    sequential.optimizer.build(sequential.trainable_variables)
    gan = GAN(*small_networks((6,)), ema=0.9)
    gan.compile("adam", "adam", loss="hinge")
    found = []
    for model in (sequential, functional, functional, sequential, gan):
        model.save(tmp_path / "model.keras")
        with zipfile.ZipFile(tmp_path / "model.keras") as archive:
            found.append({name: archive.read(name) for name in archive.namelist()})
    return found


def packed(members):
    """The bytes of an archive of these members, as Keras packs them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def edited(members, edit):
    config = edit(json.loads(members["config.json"]))
    return packed({**members, "config.json": as_json(config)})


def damaged(members, name, change):
    return packed({**members, name: change(members[name])})


@pytest.mark.filterwarnings("ignore")  # Keras warns of much that it loads
def test_each_is_loaded_or_refused(guard, files):
    members = st.sampled_from(files)
    names = st.sampled_from(["config.json", "metadata.json", "model.weights.h5"])
    contents = st.one_of(
        st.builds(edited, members, changed_json(2)),
        st.builds(edited, members, changed_json(1)),
        st.builds(damaged, members, names, changed_bytes()),
        st.builds(lambda m, change: change(packed(m)), members, changed_bytes(2)),
    )
    path = guard.folder / "model.keras"

    @some("models")
    @given(contents)
    def each(content):
        path.write_bytes(content)
        model = guard.run(lambda: load(path))
        assert model is None or isinstance(model, keras.Model)

    each()
    guard.check("models", used=50)
