"""A loop written by hand in JAX: one jitted step, buffers donated, Adam of optax."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.nn import softplus

from contenders import case as cases
from contenders.jax_networks import networks, spectral


class Contender:
    """A training loop by hand.

    Args:
        case: What is trained.
    """

    def __init__(self, case):
        if case.rule != "alternating":
            raise ValueError("the loop alternates")
        self.case = case
        (g_init, self.g), (d_init, self.d) = networks(case)
        self.adam = optax.adam(
            cases.RATE, cases.BETA_1, cases.BETA_2, eps=cases.EPSILON
        )
        keys = jax.random.split(jax.random.key(0), 3)
        g, g_state = jax.jit(g_init)(keys[0])
        d, d_state = jax.jit(d_init)(keys[1])
        self.state = {
            "g": (g, g_state, self.adam.init(g)),
            "d": (d, d_state, self.adam.init(d)),
            "key": keys[2],
        }
        self.step = jax.jit(self.alternating, donate_argnums=0)
        self.sample = jax.jit(lambda g, state, z: self.g(g, state, z)[0])
        self.batches = cases.batches(case)

    def alternating(self, state, real):
        """D's update, then G's, on one generated batch."""
        key, z_key, mix_key = jax.random.split(state["key"], 3)
        g, g_state, g_adam = state["g"]
        d, d_state, d_adam = state["d"]
        latents = jax.random.normal(z_key, (self.case.batch, cases.LATENT_DIM))
        generate = partial(self.g, state=g_state, x=latents)
        fake, pull_back, g_state = jax.vjp(generate, g, has_aux=True)

        d_loss = partial(self.d_loss, state=d_state, real=real, fake=fake, key=mix_key)
        gradients, (loss, d_state) = jax.grad(d_loss, has_aux=True)(d)
        updates, d_adam = self.adam.update(gradients, d_adam)
        d = optax.apply_updates(d, updates)

        deceive = partial(self.g_loss, d, d_state)
        gradient, d_state = jax.grad(deceive, has_aux=True)(fake)
        updates, g_adam = self.adam.update(pull_back(gradient)[0], g_adam)
        g = optax.apply_updates(g, updates)
        new = {"g": (g, g_state, g_adam), "d": (d, d_state, d_adam), "key": key}
        return new, loss

    def d_loss(self, d, state, real, fake, key):
        """D's loss with its penalty; returns the loss and D's new state besides."""
        normalized, state = spectral(d, state)
        real_logits, state = self.d(normalized, state, real)
        fake_logits, state = self.d(normalized, state, fake)

        def squares(samples):
            def total(x):
                return self.d(normalized, state, x)[0].sum()

            return jnp.square(jax.grad(total)(samples)).sum((1, 2, 3))

        if self.case.wasserstein:
            mix = jax.random.uniform(key, (self.case.batch, 1, 1, 1))
            norm = jnp.sqrt(squares(real + mix * (fake - real)))
            loss = fake_logits.mean() - real_logits.mean()
            loss += cases.GP_WEIGHT * jnp.square(norm - 1.0).mean()
        else:
            loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
        if self.case.penalty == "r1":
            loss += cases.R1_WEIGHT / 2 * squares(real).mean()
        return loss, (loss, state)

    def g_loss(self, d, state, fake):
        """G's loss of its samples."""
        normalized, state = spectral(d, state)
        logits, state = self.d(normalized, state, fake)
        loss = -logits if self.case.wasserstein else softplus(-logits)
        return loss.mean(), state

    def train(self, steps):
        """Take so many steps."""
        for _ in range(steps):
            self.state, loss = self.step(self.state, next(self.batches))
        float(loss)  # wait for the last

    def generate(self, n):
        """Make so many samples."""
        g, state, _ = self.state["g"]
        rng, size = np.random.default_rng(0), min(n, 500)
        latents = rng.standard_normal((n, cases.LATENT_DIM), "float32")
        parts = [latents[i : i + size] for i in range(0, n, size)]
        return np.concatenate([self.sample(g, state, part) for part in parts])
