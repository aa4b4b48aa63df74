"""keras_gan through `fit`, on the backend that Keras has."""

import keras

import keras_gan
from contenders import case as cases
from contenders.clock import Clock
from contenders.keras_networks import adam, dataset, networks
from keras_gan.penalties import R1, GradientPenalty


class Contender:
    """A GAN that is trained as the README says.

    Args:
        case: What is trained.
        policy: Keras's policy of mixed precision.
        **options: Of `GAN.compile`.
    """

    def __init__(self, case, policy="float32", **options):
        keras.config.set_dtype_policy(policy)
        penalties = {
            "none": [],
            "r1": [R1(cases.R1_WEIGHT)],
            "wgan-gp": [GradientPenalty(cases.GP_WEIGHT)],
        }
        self.gan = keras_gan.GAN(*networks(case), seed=0)
        self.gan.compile(
            adam(),
            adam(),
            loss="wasserstein" if case.wasserstein else "non_saturating",
            penalties=penalties[case.penalty],
            update=case.rule,
            **options,
        )
        self.data = _data(case)

    def train(self, steps):
        """Take so many steps; return when they began."""
        data, clock = self.data(steps), Clock()
        self.gan.fit(data, steps_per_epoch=steps, verbose=0, callbacks=[clock])
        return clock.began

    def generate(self, n):
        """Make so many samples."""
        return self.gan.generate(n, seed=0, batch_size=min(n, 500))


def _data(case):
    """What users of a backend read images with: a function of steps."""
    backend = keras.backend.backend()
    if backend == "torch":
        from contenders.torch_loop import loaders

        return loaders(case, channels_last=True)
    data = dataset(case) if backend == "tensorflow" else _Arrays(case)
    return lambda steps: data


class _Arrays(keras.utils.PyDataset):
    """The images in an array, a batch at a time, as the loop in JAX reads them."""

    def __init__(self, case):
        super().__init__()
        self.batches = cases.batches(case)

    def __len__(self):
        return 10_000

    def __getitem__(self, index):
        return (next(self.batches),)
