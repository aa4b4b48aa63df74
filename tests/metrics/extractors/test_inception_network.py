"""The Inception network: its weights' places, and torch-fidelity's own."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_gan.metrics.extractors import inception_network
from keras_gan.metrics.extractors.inception import Inception, LegacyInception
from keras_gan.metrics.extractors.inception_weights import Constants
from tests.metrics.extractors import official_graph
from tests.metrics.extractors.peers import torch_fidelity

BACKENDS = ("tensorflow", "jax", "torch")
SCRIPT = "tests.metrics.extractors.inception_outputs"
SIZES = [(32, 32), (96, 64), (299, 299), (512, 300)]


class Noted(dict):
    """Nodes that note what is taken of them."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.taken = []

    def get(self, key):
        self.taken.append(key)
        return super().get(key)


@pytest.fixture(scope="module")
def nodes():
    """An array of one number for each node."""
    numbers = official_graph.distinct()
    shapes = official_graph.shapes()
    return Noted({k: np.full(shapes[k], v, "float32") for k, v in numbers.items()})


@pytest.fixture(scope="module")
def network(nodes):
    """The network, built under global settings that must not change it."""
    policy, layout = keras.config.dtype_policy(), keras.config.image_data_format()
    keras.config.set_dtype_policy("mixed_float16")
    keras.config.set_image_data_format("channels_first")
    try:
        return inception_network.build(Constants(nodes, "a test"))
    finally:
        keras.config.set_dtype_policy(policy)
        keras.config.set_image_data_format(layout)


def test_it_takes_every_node_of_the_graph_once_and_no_other(network, nodes):
    assert sorted(nodes.taken) == sorted(official_graph.shapes())


def test_shapes(network):
    assert network.input_shape == (None, 299, 299, 3)
    assert network.output_shape == [(None, 2048), (None, 1008)]
    assert not network.trainable_variables
    published = sum(
        np.prod(shape)
        for name, shape in official_graph.shapes().items()
        if name.endswith(("conv2d_params", "beta", "softmax/weights"))
    )
    assert network.count_params() == published


def test_batch_normalization_is_folded_into_every_convolution(network):
    numbers = {k: float(v) for k, v in official_graph.distinct().items()}
    for name, _, shape in official_graph.CONVOLUTIONS:
        kernel, bias = network.get_layer(name.replace("/", "-")).get_weights()
        assert kernel.shape == shape
        part = f"{name}/batchnorm"
        factor = numbers[f"{part}/gamma"] / np.sqrt(
            numbers[f"{part}/moving_variance"] + 0.001
        )
        expected = numbers[f"{name}/conv2d_params"] * factor
        np.testing.assert_allclose(kernel, expected, rtol=1e-6)
        shift = numbers[f"{part}/beta"] - numbers[f"{part}/moving_mean"] * factor
        np.testing.assert_allclose(bias, shift, rtol=1e-5)


def test_a_global_dtype_changes_nothing(network):
    assert {layer.compute_dtype for layer in network.layers[1:]} == {"float32"}
    assert {v.dtype for v in network.variables} == {"float32"}


# Against torch-fidelity, with the same random weights.


@pytest.fixture(scope="module")
def random_values():
    return official_graph.random(np.random.default_rng(2015))


@pytest.fixture(scope="module")
def graph(random_values, tmp_path_factory):
    file = tmp_path_factory.mktemp("random") / "graph.pb"
    file.write_bytes(official_graph.serialized(random_values))
    return file


@pytest.fixture(scope="module")
def peer(random_values, tmp_path_factory):
    """A function from uint8 images to what torch-fidelity sees in them."""
    module = torch_fidelity("feature_extractor_inceptionv3")
    import torch

    file = tmp_path_factory.mktemp("peer") / "weights.pth"
    torch.save(official_graph.state_dict(random_values), file)
    extractor = module.FeatureExtractorInceptionV3(
        "peer", ["2048", "logits_unbiased"], feature_extractor_weights_path=str(file)
    )

    def see(images):
        planes = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
        features, logits = extractor(planes)
        return {"features": features.cpu().numpy(), "logits": logits.cpu().numpy()}

    return see


def uint8_images(rng, size, n=2):
    """Smooth images and noise, so that features differ from one to the next."""
    rows, columns = np.ogrid[: size[0], : size[1]]
    wave = np.sin(rows / 9.0)[..., None] + np.cos(
        columns[..., None] / (5 + np.arange(3))
    )
    smooth = (127.5 + 60 * wave).astype("uint8")
    noise = rng.integers(0, 256, (n - 1, *size, 3), dtype="uint8")
    return np.concatenate([smooth[None], noise])


def assert_agree(ours, theirs):
    for name in ("features", "logits"):
        scale = np.abs(theirs[name]).max()
        assert 1e-2 < theirs[name].std() < 1e2  # neither vanished nor exploded
        np.testing.assert_allclose(
            ours[name], theirs[name], rtol=1e-3, atol=1e-5 * scale
        )


@pytest.mark.peers
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_features_and_logits_are_those_of_torch_fidelity(graph, peer, rng, size):
    images = uint8_images(rng, size)
    assert_agree(LegacyInception(graph)(images), peer(images))


@pytest.mark.peers
def test_clean_differs_by_the_resizing_alone(graph, peer, rng):
    from cleanfid.resize import build_resizer

    images = uint8_images(rng, (40, 64))
    resize = build_resizer("clean")
    seen = np.stack([resize(image) for image in images])
    features, logits = LegacyInception(graph).network.predict_on_batch(seen)
    ours = Inception(graph)(images)
    expected = {"features": np.asarray(features), "logits": np.asarray(logits)}
    assert_agree(ours, expected)
    other = peer(images)["features"]
    assert np.abs(ours["features"] - other).max() > 1e-3 * np.abs(other).max()


@pytest.mark.peers
@pytest.mark.backends
@pytest.mark.skipif(
    not all(find_spec(name) for name in BACKENDS),
    reason="needs TensorFlow, JAX and PyTorch",
)
def test_every_backend_agrees_with_torch_fidelity(graph, peer, rng, tmp_path):
    images = {size: uint8_images(rng, size) for size in [(32, 32), (300, 200)]}
    for (rows, columns), some in images.items():
        np.save(tmp_path / f"{rows}x{columns}.npy", some)
    for backend in BACKENDS:
        done = subprocess.run(
            [sys.executable, "-m", SCRIPT, str(graph), str(tmp_path)],
            env=os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
    for (rows, columns), some in images.items():
        theirs = peer(some)
        for backend in BACKENDS:
            with np.load(tmp_path / f"{rows}x{columns}-{backend}.npz") as ours:
                assert_agree(ours, theirs)
