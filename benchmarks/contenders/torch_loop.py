"""The loop of PyTorch's DCGAN tutorial, eager or compiled."""

import torch
from torch.nn.functional import softplus
from torch.utils.data import DataLoader, RandomSampler, TensorDataset

from contenders import case as cases


class Contender:
    """A training loop by hand.

    Args:
        case: What is trained.
        compiled: Whether `torch.compile` compiles both networks. It knows no second
            derivatives, so a penalty of a slope still calls D as it is.
    """

    def __init__(self, case, compiled=False):
        from contenders.torch_networks import networks

        if case.rule != "alternating":
            raise ValueError("the loop alternates")
        torch.manual_seed(0)
        self.case = case
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.g, self.d = (network.to(self.device) for network in networks(case))
        self.plain_d = self.d
        adam = {"lr": cases.RATE, "betas": (cases.BETA_1, cases.BETA_2)}
        self.g_adam = torch.optim.Adam(self.g.parameters(), **adam, eps=cases.EPSILON)
        self.d_adam = torch.optim.Adam(self.d.parameters(), **adam, eps=cases.EPSILON)
        if compiled:
            self.g, self.d = torch.compile(self.g), torch.compile(self.d)
        self.data = loaders(case)

    def step(self, real):
        """D's update, then G's, on one generated batch."""
        real = real.to(self.device)
        fake = self.g(self.latents(len(real)))
        self.d_adam.zero_grad()
        self.d_loss(real, fake.detach()).backward()
        self.d_adam.step()
        self.g_adam.zero_grad()
        logits = self.d(fake)
        wasserstein = self.case.wasserstein
        (-logits.mean() if wasserstein else softplus(-logits).mean()).backward()
        self.g_adam.step()

    def d_loss(self, real, fake):
        """D's loss with its penalty."""
        if self.case.penalty == "r1":
            real = real.requires_grad_()
        d = self.plain_d if self.case.penalty == "r1" else self.d
        real_logits, fake_logits = d(real), self.d(fake)
        if self.case.wasserstein:
            mix = torch.rand(len(real), 1, 1, 1, device=self.device)
            between = (real + mix * (fake - real)).requires_grad_()
            norm = self.slope(self.plain_d(between), between).square()
            norm = norm.sum(dim=(1, 2, 3)).sqrt()
            loss = fake_logits.mean() - real_logits.mean()
            return loss + cases.GP_WEIGHT * (norm - 1.0).square().mean()
        loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
        if self.case.penalty == "r1":
            square = self.slope(real_logits, real).square().sum(dim=(1, 2, 3))
            loss = loss + cases.R1_WEIGHT / 2 * square.mean()
        return loss

    def slope(self, logits, samples):
        """D's gradient at samples."""
        return torch.autograd.grad(logits.sum(), samples, create_graph=True)[0]

    def train(self, steps):
        """Take so many steps."""
        for (real,) in self.data(steps):
            self.step(real)
        if self.device == "cuda":
            torch.cuda.synchronize()

    def generate(self, n):
        """Make so many samples."""
        with torch.no_grad():
            parts = self.latents(n).split(500)
            return torch.cat([self.g(part) for part in parts]).cpu().numpy()

    def latents(self, n):
        """Draw latents."""
        return torch.randn(n, cases.LATENT_DIM, device=self.device)


def loaders(case, channels_last=False):
    """Return a function of steps: so many shuffled batches, read as PyTorch does."""
    data = torch.from_numpy(cases.images(case))
    if not channels_last:
        data = data.permute(0, 3, 1, 2).contiguous()
    data = TensorDataset(data)

    def batches(steps):
        order = RandomSampler(data, num_samples=steps * case.batch)
        return DataLoader(data, case.batch, sampler=order)

    return batches
