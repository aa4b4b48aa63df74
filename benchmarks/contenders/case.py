"""What is trained in a comparison: the networks' name, the game, and the images."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

_FILE = Path(__file__).parents[2] / "keras_gan/datasets/data/fashion_mnist_10k.npz"

LATENT_DIM = 128
#: Adam's settings in every contender.
RATE, BETA_1, BETA_2, EPSILON = 2e-4, 0.5, 0.999, 1e-7
#: Weights of the two penalties.
R1_WEIGHT, GP_WEIGHT = 10.0, 10.0


@dataclass(frozen=True)
class Size:
    """The images of a pair of networks, and how many are a batch.

    Attributes:
        side: Pixels, in height and in width; one channel.
        batch: Images in a batch, unless told otherwise.
        filters: Channels of the narrowest maps.
    """

    side: int
    batch: int
    filters: int = 64


NETWORKS = {
    "mlp": Size(28, 128),
    "dcgan": Size(28, 64),
    "dcgan64": Size(64, 32),
    "resnet": Size(28, 32, filters=32),
}
PENALTIES = ("none", "r1", "wgan-gp")
RULES = ("alternating", "simultaneous")


@dataclass(frozen=True)
class Case:
    """One training: networks, game, batch.

    Attributes:
        network: A key of `NETWORKS`.
        penalty: `none`, `r1` or `wgan-gp`. The last brings Wasserstein's loss with it;
            with the others the loss is the non-saturating one.
        rule: `alternating`: D learns from a generated batch, then G from the same one.
            `simultaneous`: one forward pass, both gradients, both updates.
        batch: Images in a batch.
    """

    network: str
    penalty: str = "none"
    rule: str = "alternating"
    batch: int = 0

    def __post_init__(self):
        if not self.batch:
            object.__setattr__(self, "batch", self.size.batch)

    @property
    def size(self):
        """Side and widths."""
        return NETWORKS[self.network]

    @property
    def batch_norm(self):
        """Whether D of `dcgan` normalizes batches, which penalties of slopes forbid."""
        return self.penalty == "none"

    @property
    def wasserstein(self):
        """Whether the loss is Wasserstein's."""
        return self.penalty == "wgan-gp"


def images(case):
    """Return the built-in images, in [-1, 1], enlarged where 64 pixels are asked."""
    with np.load(_FILE) as archive:
        pixels = archive["images"].reshape(-1, 28, 28, 1).astype("float32")
    pixels = pixels / 127.5 - 1.0
    if case.size.side == 64:
        frame = ((0, 0), (2, 2), (2, 2), (0, 0))
        pixels = np.pad(pixels, frame, constant_values=-1.0)
        pixels = pixels.repeat(2, axis=1).repeat(2, axis=2)
    return pixels


def batches(case, seed=0):
    """Yield shuffled batches of the images, without end."""
    data, rng = images(case), np.random.default_rng(seed)
    while True:
        order = rng.permutation(len(data))
        for start in range(0, len(data) - case.batch + 1, case.batch):
            yield data[order[start : start + case.batch]]
