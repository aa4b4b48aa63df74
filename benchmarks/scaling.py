"""When data parallelism stops to scale: bytes and arithmetic of a step, on paper.

    KERAS_BACKEND=torch python benchmarks/scaling.py [--rate 2e14] [--bandwidth 2.5e10]

Builds R3GAN for images of 64 and 256 pixels, counts the operations of one real training
step with PyTorch's own counter, and the bytes that its gradients are, and prints for 8
to 1,024 devices::

    compute   t_c = F b / R
    exchange  t_n = 2 (N - 1) / N * 4 P / W + 2 (N - 1) L
    efficiency    = t_c / (t_c + t_n)

with F operations for each image, b images on each device, R operations per second, P
parameters of both players, W bytes per second of the slowest link, and L seconds of
latency for each of the 2 (N - 1) messages of a ring. Nothing is hidden behind
anything: a lower bound. Rate and link are the user's to set.
"""

import argparse
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

import keras_gan
from keras_gan.networks import r3gan

#: Channels of the maps from 4 pixels up; two blocks at each size.
WIDTHS = {64: (768, 768, 768, 768, 384), 256: (768, 768, 768, 768, 384, 192, 96)}
BLOCKS, CARDINALITY, LATENTS = 2, 96, 64
DEVICES = (8, 32, 128, 512, 1024)


class Counter(TorchDispatchMode):
    """Sum what PyTorch's registry says of each convolution and matrix product.

    (`FlopCounterMode` follows modules as well, and takes no gradient of a gradient.)
    """

    def __init__(self):
        super().__init__()
        self.total = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        count = flop_registry.get(function.overloadpacket)
        self.total += count(*args, **(kwargs or {}), out_val=result) if count else 0
        return result


def built(side):
    """R3GAN for images of a side, with its two penalties."""
    size = {"blocks": BLOCKS, "cardinality": CARDINALITY}
    widths = WIDTHS[side]
    gan = keras_gan.GAN(
        r3gan.generator((side, side, 3), LATENTS, widths=widths, **size),
        r3gan.discriminator((side, side, 3), widths=widths[::-1], **size),
    )
    gan.compile("adam", "adam", loss="relativistic", penalties=["r1", "r2"])
    return gan


def operations(gan, side):
    """Multiplications and additions of a training step, for each image of two."""
    images = np.zeros((2, side, side, 3), "float32")
    with Counter() as counter:
        gan.train_on_batch(images)
    return counter.total / len(images)


def row(count, devices, options, images):
    """Seconds of compute and of exchange, and the efficiency, in one line."""
    operations_, parameters = count
    compute = operations_ * images / options.rate
    per_link = 2 * (devices - 1) / devices * 4 * parameters
    exchange = per_link / options.bandwidth + 2 * (devices - 1) * options.latency
    share = compute / (compute + exchange)
    return (
        f"{devices:,} | {images * devices:,} | {per_link / 2**20:,.0f} MiB "
        f"| {1e3 * compute:,.1f} ms | {1e3 * exchange:,.1f} ms | {100 * share:.0f} %"
    )


def main():
    """Count, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, default=2e14, help="operations/s")
    parser.add_argument("--bandwidth", type=float, default=2.5e10, help="bytes/s")
    parser.add_argument("--latency", type=float, default=5e-6, help="s a message")
    parser.add_argument("--images", type=int, nargs="*", default=[8, 32])
    options = parser.parse_args()
    print(
        "| pixels | images a device | devices | global batch | sent and received by "
        "each | compute | exchange | efficiency |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for side in WIDTHS:
        keras.utils.clear_session()
        gan = built(side)
        count = operations(gan, side), gan.generator.count_params()
        count = count[0], count[1] + gan.discriminator.count_params()
        print(f"{side}: F = {count[0]:.3g}, P = {count[1]:,}", file=sys.stderr)
        for images in options.images:
            for devices in DEVICES:
                print(f"| {side} | {images} | {row(count, devices, options, images)} |")


if __name__ == "__main__":
    main()
