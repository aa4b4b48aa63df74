"""The nodes of the official Inception graph, and files of such nodes.

Names and shapes are stated here anew, block by block after the converter of
torch-fidelity, whose names for the same convolutions stand beside.
"""

import io
import tarfile

import numpy as np

from keras_gan.metrics.extractors.inception_weights import GRAPH

STEM = [
    ("conv", "Conv2d_1a_3x3", (3, 3, 3, 32)),
    ("conv_1", "Conv2d_2a_3x3", (3, 3, 32, 32)),
    ("conv_2", "Conv2d_2b_3x3", (3, 3, 32, 64)),
    ("conv_3", "Conv2d_3b_1x1", (1, 1, 64, 80)),
    ("conv_4", "Conv2d_4a_3x3", (3, 3, 80, 192)),
]


def block_a(width, pool):
    return [
        ("conv", "branch1x1", (1, 1, width, 64)),
        ("tower/conv", "branch5x5_1", (1, 1, width, 48)),
        ("tower/conv_1", "branch5x5_2", (5, 5, 48, 64)),
        ("tower_1/conv", "branch3x3dbl_1", (1, 1, width, 64)),
        ("tower_1/conv_1", "branch3x3dbl_2", (3, 3, 64, 96)),
        ("tower_1/conv_2", "branch3x3dbl_3", (3, 3, 96, 96)),
        ("tower_2/conv", "branch_pool", (1, 1, width, pool)),
    ]


BLOCK_B = [
    ("conv", "branch3x3", (3, 3, 288, 384)),
    ("tower/conv", "branch3x3dbl_1", (1, 1, 288, 64)),
    ("tower/conv_1", "branch3x3dbl_2", (3, 3, 64, 96)),
    ("tower/conv_2", "branch3x3dbl_3", (3, 3, 96, 96)),
]


def block_c(c):
    return [
        ("conv", "branch1x1", (1, 1, 768, 192)),
        ("tower/conv", "branch7x7_1", (1, 1, 768, c)),
        ("tower/conv_1", "branch7x7_2", (1, 7, c, c)),
        ("tower/conv_2", "branch7x7_3", (7, 1, c, 192)),
        ("tower_1/conv", "branch7x7dbl_1", (1, 1, 768, c)),
        ("tower_1/conv_1", "branch7x7dbl_2", (7, 1, c, c)),
        ("tower_1/conv_2", "branch7x7dbl_3", (1, 7, c, c)),
        ("tower_1/conv_3", "branch7x7dbl_4", (7, 1, c, c)),
        ("tower_1/conv_4", "branch7x7dbl_5", (1, 7, c, 192)),
        ("tower_2/conv", "branch_pool", (1, 1, 768, 192)),
    ]


BLOCK_D = [
    ("tower/conv", "branch3x3_1", (1, 1, 768, 192)),
    ("tower/conv_1", "branch3x3_2", (3, 3, 192, 320)),
    ("tower_1/conv", "branch7x7x3_1", (1, 1, 768, 192)),
    ("tower_1/conv_1", "branch7x7x3_2", (1, 7, 192, 192)),
    ("tower_1/conv_2", "branch7x7x3_3", (7, 1, 192, 192)),
    ("tower_1/conv_3", "branch7x7x3_4", (3, 3, 192, 192)),
]


def block_e(width):
    return [
        ("conv", "branch1x1", (1, 1, width, 320)),
        ("tower/conv", "branch3x3_1", (1, 1, width, 384)),
        ("tower/mixed/conv", "branch3x3_2a", (1, 3, 384, 384)),
        ("tower/mixed/conv_1", "branch3x3_2b", (3, 1, 384, 384)),
        ("tower_1/conv", "branch3x3dbl_1", (1, 1, width, 448)),
        ("tower_1/conv_1", "branch3x3dbl_2", (3, 3, 448, 384)),
        ("tower_1/mixed/conv", "branch3x3dbl_3a", (1, 3, 384, 384)),
        ("tower_1/mixed/conv_1", "branch3x3dbl_3b", (3, 1, 384, 384)),
        ("tower_2/conv", "branch_pool", (1, 1, width, 192)),
    ]


BLOCKS = [
    ("mixed", "Mixed_5b", block_a(192, 32)),
    ("mixed_1", "Mixed_5c", block_a(256, 64)),
    ("mixed_2", "Mixed_5d", block_a(288, 64)),
    ("mixed_3", "Mixed_6a", BLOCK_B),
    ("mixed_4", "Mixed_6b", block_c(128)),
    ("mixed_5", "Mixed_6c", block_c(160)),
    ("mixed_6", "Mixed_6d", block_c(160)),
    ("mixed_7", "Mixed_6e", block_c(192)),
    ("mixed_8", "Mixed_7a", BLOCK_D),
    ("mixed_9", "Mixed_7b", block_e(1280)),
    ("mixed_10", "Mixed_7c", block_e(2048)),
]

#: Official name, name in torch-fidelity, shape of the kernel.
CONVOLUTIONS = STEM + [
    (f"{name}/{inner}", f"{theirs}.{branch}", shape)
    for name, theirs, block in BLOCKS
    for inner, branch, shape in block
]

#: Official part, name in PyTorch.
BATCHNORM = {
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def shapes():
    """The shape of every node by its official name."""
    found = {"softmax/weights": (2048, 1008), "softmax/biases": (1008,)}
    for name, _, shape in CONVOLUTIONS:
        found[f"{name}/conv2d_params"] = shape
        found |= {f"{name}/batchnorm/{part}": shape[-1:] for part in BATCHNORM}
    return found


def distinct():
    """A different number for every node, of a size that is no accident."""
    return {name: np.float32(0.5 + i / 1024) for i, name in enumerate(shapes())}


def random(rng):
    """Random arrays for every node that keep activations of the order of one."""
    values = {}
    for name, shape in shapes().items():
        part = name.rpartition("/")[2]
        if part in ("conv2d_params", "weights"):
            gain = 2.0 if part == "conv2d_params" else 1.0
            deviation = np.sqrt(gain / np.prod(shape[:-1]))
            value = rng.standard_normal(shape, "float32") * np.float32(deviation)
        elif part in ("gamma", "moving_variance"):
            value = rng.uniform(0.8, 1.25, shape)
        else:
            value = rng.normal(0, 0.1, shape)
        values[name] = value.astype("float32")
    return values


def serialized(values, sizes=None):
    """Bytes of a graph of constants; a number stands for an array of it."""
    import tensorflow as tf

    sizes = sizes or shapes()
    graph = tf.compat.v1.GraphDef()
    for name, value in values.items():
        node = graph.node.add(name=name, op="Const")
        node.attr["dtype"].type = tf.float32.as_datatype_enum
        proto = tf.make_tensor_proto(value, tf.float32, shape=sizes[name])
        node.attr["value"].tensor.CopyFrom(proto)
    graph.node.add(name="pool_3", op="AvgPool")
    return graph.SerializeToString()


def archived(graph, name=GRAPH):
    """Bytes of a .tgz that holds a graph beside another file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for inner, content in (("LICENSE", b"Apache"), (name, graph)):
            member = tarfile.TarInfo(f"./{inner}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def state_dict(values):
    """The same values under the names and in the layout of torch-fidelity."""
    import torch

    found = {
        "fc.weight": values["softmax/weights"].T,
        "fc.bias": values["softmax/biases"],
    }
    for name, theirs, _ in CONVOLUTIONS:
        kernel = values[f"{name}/conv2d_params"]
        found[f"{theirs}.conv.weight"] = kernel.transpose(3, 2, 0, 1)
        for part, there in BATCHNORM.items():
            found[f"{theirs}.bn.{there}"] = values[f"{name}/batchnorm/{part}"]
        found[f"{theirs}.bn.num_batches_tracked"] = np.zeros((), "int64")
    return {k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in found.items()}
