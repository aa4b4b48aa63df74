"""The adversarial step: how two players move, and what each of them wants."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_gan import backend, sampling
from keras_gan.batch import Batch
from keras_gan.ema import EMA
from keras_gan.labels import encode
from keras_gan.network_pair import NetworkPair
from keras_gan.networks.spec import NetworkSpec
from keras_gan.optimizer import AdversarialOptimizer
from keras_gan.penalties import Penalty
from keras_gan.players import Player, Players
from keras_gan.rules import Rules


class Game(backend.TrainerMixin):
    """The part of `GAN` that plays: a step, its updates and the two objectives.

    To change what a player wants, override `discriminator_objective` or
    `generator_objective`. Nothing but `gradients` takes a gradient, and nothing
    here knows the framework below Keras.
    """

    #: Names of what a subclass's objectives log beyond the losses and accuracies.
    extra_logs: tuple[str, ...] = ()

    # What `GAN` provides.
    generator: keras.Model
    discriminator: keras.Model
    pair: NetworkPair
    latent_dim: int
    latent_distribution: str
    ema: EMA | None
    ema_generator: keras.Model | None
    augment: keras.layers.Layer | None
    seed_generator: keras.random.SeedGenerator
    evaluation_seed: keras.random.SeedGenerator
    optimizer: AdversarialOptimizer
    rules: Rules
    players: Players
    penalties: list[Penalty]
    pair_metrics: list[keras.metrics.Metric]
    trackers: dict[str, keras.metrics.Mean]

    def adversarial_step(self, data: Any) -> dict[str, Any]:
        """Play one round on a batch of real samples; return the running means."""
        real, labels = self.unpack(data)
        simultaneous = self.rules.update == "simultaneous"
        play = self.simultaneous_update if simultaneous else self.alternating_update
        logs = play(real, labels)
        step = self.optimizer.iterations
        step.assign_add(1)
        if self.ema:
            size = ops.shape(real)[0]
            self.ema.update(self.ema_generator, self.generator, step, size)
        return self.track(logs, real)

    def alternating_update(self, real: Any, labels: Any) -> dict[str, Any]:
        """D learns from fresh fakes, ``d_steps`` times; then G from the last ones."""
        g, d, state = self.players.all()
        for _ in range(self.rules.d_steps):
            latents = self.sample_latents(ops.shape(real)[0])
            fakes = backend.record(
                lambda z=latents: self.synthesize(z, labels), g.variables, state
            )
            seen = self.batch(real, ops.stop_gradient(fakes.value), labels, latents)
            gradients, d_logs = self.gradients(d, lambda b=seen: self.penalized(b))
            backend.apply_gradients(d.optimizer, gradients, d.variables)

        def deceive(fake: Any) -> tuple[Any, dict[str, Any]]:
            return self.generator_objective(self.batch(real, fake, labels, latents))

        gradients, g_logs = self.gradients(g, deceive, fakes)
        backend.apply_gradients(g.optimizer, gradients, g.variables)
        return _merged(d_logs, g_logs)

    def simultaneous_update(self, real: Any, labels: Any) -> dict[str, Any]:
        """One forward pass of both players, both gradients from it, both updates."""
        g, d, state = self.players.all()
        latents = self.sample_latents(ops.shape(real)[0])

        def forward() -> tuple[Any, Any, Any]:
            seen = self.batch(real, self.synthesize(latents, labels), labels, latents)
            return seen.fake, seen.real_logits, seen.fake_logits

        def seen(recorded: tuple) -> Batch:
            fake, *logits = recorded
            return self.batch(real, fake, labels, latents, *logits)

        game = backend.record(forward, [*g.variables, *d.variables], state)
        d_gradients, d_logs = self.gradients(d, lambda r: self.penalized(seen(r)), game)
        g_gradients, g_logs = self.gradients(
            g, lambda r: self.generator_objective(seen(r)), game
        )
        backend.apply_gradients(d.optimizer, d_gradients, d.variables)
        backend.apply_gradients(g.optimizer, g_gradients, g.variables)
        return _merged(d_logs, g_logs)

    def gradients(
        self, player: Player, objective: Callable, recording: Any = None
    ) -> tuple[list[Any], dict[str, Any]]:
        """Differentiate the mean of a player's objective by the player's variables."""
        scale = player.optimizer.scale_loss(ops.ones(()))  # 1 but under float16

        def scalar(*recorded: Any) -> tuple[Any, dict[str, Any]]:
            loss, logs = objective(*recorded)
            loss = ops.mean(loss) + player.regularization()
            return loss * scale, {**logs, "loss": loss}

        logs, gradients = backend.value_and_grad(
            scalar, player.variables, self.players.state, recording
        )
        return gradients, logs

    # What the players want: to be overridden by a subclass.

    def discriminator_objective(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Return D's loss per sample, before penalties, and scalars to log."""
        real, fake = batch.real_logits, batch.fake_logits
        loss = self.rules.d_half.function(real, fake)
        return loss, {
            "d_loss": ops.mean(loss),
            "real_accuracy": _share(real > self.rules.threshold),
            "fake_accuracy": _share(fake <= self.rules.threshold),
        }

    def generator_objective(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Return G's loss per sample and scalars to log."""
        half = self.rules.g_half
        real = batch.real_logits if half.uses_real else None
        loss = half.function(real, batch.fake_logits)
        return loss, {"g_loss": ops.mean(loss)}

    def penalized(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Add the penalties to the discriminator's objective."""
        loss, logs = self.discriminator_objective(batch)
        fake = ops.stop_gradient(batch.fake)
        for penalty in self.rules.penalties:
            value = penalty(batch.critic, batch.real, fake, self.input_gradient)
            loss = loss + penalty.weight * value
            logs[penalty.name] = ops.mean(value)
        return loss, logs

    # The pieces of a step.

    def unpack(self, data: Any) -> tuple[Any, Any]:
        """Return the real samples, in Keras's float type, and labels or ``None``."""
        real, labels, weights = keras.utils.unpack_x_y_sample_weight(data)
        if weights is not None:
            raise ValueError("A GAN has no sample weights. Received: sample_weight.")
        return ops.cast(real, keras.backend.floatx()), labels

    def sample_latents(self, batch_size: Any) -> Any:
        """Draw latents for a training step, ``(batch_size, latent_dim)``."""
        shape = (batch_size, self.latent_dim)
        seed = self.seed_generator
        return sampling.random_latents(shape, self.latent_distribution, seed)

    def synthesize(self, latents: Any, labels: Any) -> Any:
        """Run the generator in training mode."""
        inputs = _inputs(latents, labels, self.pair.generator)
        return self.generator(inputs, training=True)

    def batch(self, real: Any, fake: Any, *rest: Any, training: bool = True) -> Batch:
        """Gather what an objective sees, with D bound to the labels."""
        labels = rest[0]

        def critic(samples: Any) -> Any:
            if self.augment is not None and training:
                samples = self.augment(samples, training=True)
            inputs = _inputs(samples, labels, self.pair.discriminator)
            outputs = self.discriminator(inputs, training=training)
            return keras.tree.map_structure(_at_least_float32, outputs)

        return Batch(critic, real, ops.cast(fake, real.dtype), *rest)

    def input_gradient(self, critic: Callable, samples: Any) -> Any:
        """Differentiate the critic's output for each sample by that sample."""
        return backend.input_gradient(critic, samples, self.players.state)

    def evaluation_step(self, data: Any) -> dict[str, Any]:
        """Score a batch of real samples against as many generated ones."""
        real, labels = self.unpack(data)
        latents = sampling.random_latents(
            (ops.shape(real)[0], self.latent_dim),
            self.latent_distribution,
            self.evaluation_seed,
        )
        inputs = _inputs(latents, labels, self.pair.generator)
        fake = self(inputs)  # type: ignore[operator]  # a GAN is a model
        seen = self.batch(real, fake, labels, latents, training=False)
        remembered = [v for penalty in self.penalties for v in penalty.variables]
        before = [ops.copy(v.value) for v in remembered]
        d_loss, d_logs = self.penalized(seen)
        for variable, value in zip(remembered, before, strict=True):
            variable.assign(value)  # to look must not change what comes after
        g_loss, g_logs = self.generator_objective(seen)
        total = ops.mean(d_loss) + ops.mean(g_loss)
        for metric in self.pair_metrics:
            metric.update_state(seen.real, seen.fake)
        results = {metric.name: metric.result() for metric in self.pair_metrics}
        return self.track({**d_logs, **g_logs, "loss": total}, real) | results

    def track(self, logs: dict[str, Any], real: Any) -> dict[str, Any]:
        """Add a step's scalars to the running means and return these."""
        unknown = sorted(set(logs) - set(self.trackers))
        if unknown:
            raise ValueError(
                f"An objective logs {unknown}, which are not declared. Set "
                f"`extra_logs = {tuple(unknown)}` on {type(self).__name__}."
            )
        for name, value in logs.items():
            self.trackers[name].update_state(value, sample_weight=ops.shape(real)[0])
        return {name: tracker.result() for name, tracker in self.trackers.items()}


def _inputs(first: Any, labels: Any, network: NetworkSpec) -> Any:
    """Add labels, in the network's own form, if it takes any."""
    if network.label_shape is None:
        return first
    return [first, encode(labels, network.label_shape)]


def _merged(d_logs: dict[str, Any], g_logs: dict[str, Any]) -> dict[str, Any]:
    return {**d_logs, **g_logs, "loss": d_logs["loss"] + g_logs["loss"]}


def _share(right: Any) -> Any:
    return ops.mean(ops.cast(right, "float32"))


def _at_least_float32(logits: Any) -> Any:
    """Losses are computed in float32 where the network computes in 16 bits."""
    dtype = keras.backend.standardize_dtype(logits.dtype)
    return ops.cast(logits, "float32") if dtype in ("float16", "bfloat16") else logits
