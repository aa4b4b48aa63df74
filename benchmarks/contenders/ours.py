"""keras_gan through `fit`, on the backend that Keras has."""

import keras

import keras_gan
from contenders import case as cases
from contenders.keras_networks import adam, dataset, networks
from keras_gan.penalties import R1, GradientPenalty


class Contender:
    """A GAN that is trained as the README says.

    Args:
        case: What is trained.
        **options: Of `GAN.compile`.
    """

    def __init__(self, case, **options):
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

    def train(self, steps, callbacks=()):
        """Take so many steps."""
        self.gan.fit(
            self.data, steps_per_epoch=steps, verbose=0, callbacks=list(callbacks)
        )

    def generate(self, n):
        """Make so many samples."""
        return self.gan.generate(n, seed=0, batch_size=min(n, 500))


def _data(case):
    """What users of a backend read images with."""
    if keras.backend.backend() != "torch":
        return dataset(case)
    from contenders.torch_loop import loader

    return loader(case, channels_last=True)
