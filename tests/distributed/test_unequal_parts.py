"""Processes that read parts of different length are refused, before the first step."""

import sys
from importlib.util import find_spec

import engines
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.backends]


def test_each_process_says_so(tmp_path):
    if find_spec("torch") is None:
        pytest.skip("needs torch")
    started = engines.start((__name__,), "torch", 2, tmp_path)
    for index, process in enumerate(started):
        assert process.wait(120) == 1
        said = (tmp_path / f"log.{index}").read_text()
        assert "2 processes must read as much in an epoch" in said
        assert "length 2, 3." in said


def main():
    """Train on a part of 2 or of 3 batches, whose sampler is one process's own."""
    import torch

    import keras_gan
    from keras_gan.networks import mlp

    torch.distributed.init_process_group("gloo")
    batches = 2 + torch.distributed.get_rank()
    images = torch.utils.data.TensorDataset(torch.zeros(4 * batches, 8, 8, 1))
    sampler = torch.utils.data.DistributedSampler(images, num_replicas=1, rank=0)
    gan = keras_gan.GAN(
        mlp.generator((8, 8, 1), 4, hidden=(8,)), mlp.discriminator((8, 8, 1))
    )
    gan.compile("adam", "adam")
    gan.fit(torch.utils.data.DataLoader(images, batch_size=4, sampler=sampler))


if __name__ == "__main__":
    sys.exit(main())
