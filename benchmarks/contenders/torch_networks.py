"""The same networks in PyTorch, written as a PyTorch user would."""

import itertools

from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from contenders import case as cases


def networks(case):
    """Return the generator and the discriminator, for images `(n, 1, side, side)`."""
    makers = {"mlp": _mlp, "resnet": _resnet}
    return makers.get(case.network, _dcgan)(case)


def _mlp(case):
    pixels = case.size.side**2
    generator = nn.Sequential(
        nn.Linear(cases.LATENT_DIM, 256),
        nn.LeakyReLU(0.2),
        nn.Linear(256, 512),
        nn.LeakyReLU(0.2),
        nn.Linear(512, pixels),
        nn.Tanh(),
        nn.Unflatten(1, (1, case.size.side, case.size.side)),
    )
    discriminator = nn.Sequential(
        nn.Flatten(),
        nn.Linear(pixels, 512),
        nn.LeakyReLU(0.2),
        nn.Linear(512, 256),
        nn.LeakyReLU(0.2),
        nn.Linear(256, 1),
    )
    return generator, discriminator


def _dcgan(case):
    side, doublings = (7, 2) if case.size.side == 28 else (4, 4)
    widths = [case.size.filters * 2**i for i in reversed(range(doublings))]
    layers = [
        nn.Linear(cases.LATENT_DIM, widths[0] * side**2, bias=False),
        nn.Unflatten(1, (widths[0], side, side)),
        nn.BatchNorm2d(widths[0], momentum=0.1),
        nn.ReLU(),
    ]
    for before, width in itertools.pairwise(widths):
        layers += [
            nn.ConvTranspose2d(before, width, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width, momentum=0.1),
            nn.ReLU(),
        ]
    layers += [nn.ConvTranspose2d(widths[-1], 1, 4, 2, 1), nn.Tanh()]
    generator = nn.Sequential(*layers)
    layers, before = [], 1
    for i, width in enumerate(reversed(widths)):
        normalize = case.batch_norm and i > 0
        layers += [nn.Conv2d(before, width, 4, 2, 1, bias=not normalize)]
        layers += [nn.BatchNorm2d(width, momentum=0.1)] if normalize else []
        layers += [nn.LeakyReLU(0.2)]
        before = width
    layers += [nn.Flatten(), nn.Linear(widths[0] * side**2, 1)]
    discriminator = nn.Sequential(*layers)
    for module in [*generator.modules(), *discriminator.modules()]:
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, std=0.02)
    return generator, discriminator


def _resnet(case):
    filters = case.size.filters
    generator = nn.Sequential(
        nn.Linear(cases.LATENT_DIM, 49 * filters),
        nn.Unflatten(1, (filters, 7, 7)),
        _Up(filters),
        _Up(filters),
        nn.BatchNorm2d(filters, momentum=0.1),
        nn.ReLU(),
        nn.Conv2d(filters, 1, 3, padding=1),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        _Down(1, filters, halve=True, first=True),
        _Down(filters, filters, halve=True),
        _Down(filters, filters),
        _Down(filters, filters),
        nn.ReLU(),
        _Sum(),
        spectral_norm(nn.Linear(filters, 1)),
    )
    return generator, discriminator


class _Up(nn.Module):
    """A residual block that doubles the image."""

    def __init__(self, width):
        super().__init__()
        self.path = nn.Sequential(
            nn.BatchNorm2d(width, momentum=0.1),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(width, width, 3, padding=1),
            nn.BatchNorm2d(width, momentum=0.1),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1),
        )
        self.shortcut = nn.Sequential(
            nn.Conv2d(width, width, 1), nn.Upsample(scale_factor=2)
        )

    def forward(self, x):
        return self.shortcut(x) + self.path(x)


class _Down(nn.Module):
    """A residual block with spectral norm, that may halve the image."""

    def __init__(self, before, width, halve=False, first=False):
        super().__init__()
        self.path = nn.Sequential(
            *([] if first else [nn.ReLU()]),
            spectral_norm(nn.Conv2d(before, width, 3, padding=1)),
            nn.ReLU(),
            spectral_norm(nn.Conv2d(width, width, 3, padding=1)),
            *([nn.AvgPool2d(2)] if halve else []),
        )
        shortcut = [nn.AvgPool2d(2)] if halve else []
        if halve or before != width:
            shortcut += [spectral_norm(nn.Conv2d(before, width, 1))]
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x):
        return self.shortcut(x) + self.path(x)


class _Sum(nn.Module):
    """The sum over all positions."""

    def forward(self, x):
        return x.sum(dim=(2, 3))
