"""The same networks in plain JAX: parameters in, arrays out.

A network is a pair of functions. `init(key)` makes its parameters and its state, two
dictionaries by layer; `apply(parameters, state, x)` returns outputs and the new state.
"""

import jax
import jax.numpy as jnp
from jax import lax

from contenders import case as cases

_LAYOUT = ("NHWC", "HWIO", "NHWC")


def networks(case):
    """Return `(init, apply)` of the generator and of the discriminator."""
    makers = {"mlp": _mlp, "resnet": _resnet}
    return makers.get(case.network, _dcgan)(case)


def spectral(parameters, state):
    """Divide each kernel that has a u in the state by its σ, after one iteration.

    Called once in an update, before D judges anything.
    """
    normalized, moved = dict(parameters), dict(state)
    for name, u in state.items():
        if not name.endswith("/u"):
            continue
        kernel = parameters[name.removesuffix("/u")]
        matrix = lax.stop_gradient(kernel).reshape(-1, kernel.shape[-1])
        v = _unit(matrix @ u)
        u = lax.stop_gradient(_unit(matrix.T @ v))
        v = lax.stop_gradient(_unit(matrix @ u))
        sigma = v @ (kernel.reshape(-1, kernel.shape[-1]) @ u)
        normalized[name.removesuffix("/u")] = kernel / sigma
        moved[name] = u
    return normalized, moved


def _unit(vector):
    return vector / jnp.maximum(jnp.linalg.norm(vector), 1e-12)


class _Network:
    """Layers with names, in the order in which they are called.

    Run once with `key`, it makes the parameters that it is asked for; run without,
    it reads them.
    """

    def __init__(self, parameters, state, key=None):
        self.parameters, self.state, self.key = parameters, dict(state), key
        self.count = 0

    def _name(self, kind):
        self.count += 1
        return f"{kind}{self.count}"

    def _parameter(self, name, shape, std=0.02, mean=0.0):
        if self.key is not None:
            self.key, key = jax.random.split(self.key)
            self.parameters[name] = mean + std * jax.random.normal(key, shape)
        return self.parameters[name]

    def _kernel(self, name, shape, spectral):
        if spectral and self.key is not None:
            self.state[f"{name}/u"] = jax.random.normal(self.key, shape[-1:])
        fan = 1
        for size in shape[:-1]:
            fan *= size
        return self._parameter(name, shape, (2.0 / fan) ** 0.5 if spectral else 0.02)

    def dense(self, x, units, bias=True, spectral=False):
        """X W + b."""
        name = self._name("dense")
        x = x @ self._kernel(name, (x.shape[-1], units), spectral)
        return x + self._parameter(f"{name}/bias", (units,), 0.0) if bias else x

    def conv(self, x, width, size, stride=1, bias=True, spectral=False):
        """A convolution."""
        name = self._name("conv")
        kernel = self._kernel(name, (size, size, x.shape[-1], width), spectral)
        x = lax.conv_general_dilated(
            x, kernel, (stride, stride), "SAME", dimension_numbers=_LAYOUT
        )
        return x + self._parameter(f"{name}/bias", (width,), 0.0) if bias else x

    def transposed(self, x, width, bias=True):
        """A transposed convolution that doubles the map."""
        name = self._name("transposed")
        kernel = self._kernel(name, (4, 4, x.shape[-1], width), False)
        x = lax.conv_transpose(x, kernel, (2, 2), "SAME", dimension_numbers=_LAYOUT)
        return x + self._parameter(f"{name}/bias", (width,), 0.0) if bias else x

    def norm(self, x):
        """Batch normalization, with running moments in the state."""
        name = self._name("norm")
        scale = self._parameter(f"{name}/scale", x.shape[-1:], 0.0, 1.0)
        shift = self._parameter(f"{name}/shift", x.shape[-1:], 0.0)
        mean = x.mean((0, 1, 2))
        variance = x.var((0, 1, 2))
        for moment, value in (("mean", mean), ("variance", variance)):
            old = self.state.get(f"{name}/{moment}", jnp.zeros_like(value))
            moved = 0.9 * old + 0.1 * lax.stop_gradient(value)
            self.state[f"{name}/{moment}"] = moved
        return (x - mean) * (scale * lax.rsqrt(variance + 1e-5)) + shift


def _network(function, shape):
    """Return `(init, apply)` of a function of layers and inputs."""

    def init(key):
        layers = _Network({}, {}, key)
        function(layers, jnp.zeros((2, *shape)))
        return layers.parameters, layers.state

    def apply(parameters, state, x):
        layers = _Network(parameters, state)
        return function(layers, x), layers.state

    return init, apply


def _pair(case, generator, discriminator):
    image = (case.size.side, case.size.side, 1)
    return (
        _network(generator, (cases.LATENT_DIM,)),
        _network(discriminator, image),
    )


def _leaky(x):
    return jax.nn.leaky_relu(x, 0.2)


def _mlp(case):
    side = case.size.side

    def generator(layers, z):
        x = _leaky(layers.dense(z, 256))
        x = _leaky(layers.dense(x, 512))
        return jnp.tanh(layers.dense(x, side**2)).reshape(-1, side, side, 1)

    def discriminator(layers, x):
        x = _leaky(layers.dense(x.reshape(len(x), -1), 512))
        return layers.dense(_leaky(layers.dense(x, 256)), 1)

    return _pair(case, generator, discriminator)


def _dcgan(case):
    side, doublings = (7, 2) if case.size.side == 28 else (4, 4)
    widths = [case.size.filters * 2**i for i in reversed(range(doublings))]

    def generator(layers, z):
        x = layers.dense(z, widths[0] * side**2, bias=False)
        x = jax.nn.relu(layers.norm(x.reshape(-1, side, side, widths[0])))
        for width in widths[1:]:
            x = jax.nn.relu(layers.norm(layers.transposed(x, width, bias=False)))
        return jnp.tanh(layers.transposed(x, 1))

    def discriminator(layers, x):
        for i, width in enumerate(reversed(widths)):
            normalize = case.batch_norm and i > 0
            x = layers.conv(x, width, 4, 2, bias=not normalize)
            x = _leaky(layers.norm(x) if normalize else x)
        return layers.dense(x.reshape(len(x), -1), 1)

    return _pair(case, generator, discriminator)


def _resnet(case):
    filters = case.size.filters

    def doubled(x):
        return x.repeat(2, axis=1).repeat(2, axis=2)

    def halved(x):
        n, side, _, width = x.shape
        return x.reshape(n, side // 2, 2, side // 2, 2, width).mean((2, 4))

    def up(layers, x):
        y = doubled(jax.nn.relu(layers.norm(x)))
        y = layers.conv(y, filters, 3)
        y = layers.conv(jax.nn.relu(layers.norm(y)), filters, 3)
        return y + doubled(layers.conv(x, filters, 1))

    def down(layers, x, first, halve):
        y = x if first else jax.nn.relu(x)
        y = layers.conv(y, filters, 3, spectral=True)
        y = layers.conv(jax.nn.relu(y), filters, 3, spectral=True)
        if not halve:
            return x + y
        return halved(y) + layers.conv(halved(x), filters, 1, spectral=True)

    def generator(layers, z):
        x = layers.dense(z, 49 * filters).reshape(-1, 7, 7, filters)
        x = jax.nn.relu(layers.norm(up(layers, up(layers, x))))
        return jnp.tanh(layers.conv(x, 1, 3))

    def discriminator(layers, x):
        for i in range(4):
            x = down(layers, x, first=i == 0, halve=i < 2)
        return layers.dense(jax.nn.relu(x).sum((1, 2)), 1, spectral=True)

    return _pair(case, generator, discriminator)
