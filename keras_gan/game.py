"""The adversarial step: how two players move, and what each of them wants."""

import copy
from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_gan import backend, sampling, schedule
from keras_gan.augmentations import Augmentation
from keras_gan.batch import Batch
from keras_gan.ema import EMA
from keras_gan.labels import encode
from keras_gan.layers.reparameterized import shared_kernels
from keras_gan.layers.spectral_norm import iterate_once
from keras_gan.network_pair import NetworkPair
from keras_gan.networks.spec import NetworkSpec
from keras_gan.objectives import check_logs, of_each_sample
from keras_gan.optimizer import AdversarialOptimizer
from keras_gan.packing import for_each, pack
from keras_gan.penalties import Penalty
from keras_gan.players import Player, Players
from keras_gan.random_state import seed_states
from keras_gan.rules import Rules
from keras_gan.running_mean import RunningMean

#: What the strength of an augmentation that changes is logged as.
STRENGTH = "augment_strength"

_VERDICTS = "verdicts"  # D's on real samples, on their way to the augmentation


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
    packing: int
    latent_dim: int
    code_dim: int
    latent_distribution: str
    ema: EMA | None
    ema_generator: keras.Model | None
    augment: keras.layers.Layer | None
    steps_done: keras.Variable
    seed_generator: keras.random.SeedGenerator
    evaluation_seed: keras.random.SeedGenerator
    parted: bool  # whether the data is this process's part of each batch already
    optimizer: AdversarialOptimizer
    rules: Rules
    players: Players
    penalties: list[Penalty]
    pair_metrics: list[keras.metrics.Metric]
    trackers: dict[str, RunningMean]

    def adversarial_step(self, data: Any) -> dict[str, Any]:
        """Play one round on a batch of real samples; return the running means."""
        real, labels = self.unpack(data)
        simultaneous = self.rules.update == "simultaneous"
        play = self.simultaneous_update if simultaneous else self.alternating_update
        with iterate_once() as iterated:  # a spectral norm is one number in an update
            logs = play(real, labels, iterated)
        for counter in (self.optimizer.iterations, self.steps_done):
            backend.add(counter, 1)
        step = self.steps_done.value
        size = ops.shape(real)[0] * backend.replicas()
        if self.ema:
            self.ema.update(self.ema_generator, self.generator, step, size)
        if isinstance(self.augment, Augmentation):
            self.augment.advance(step, logs.pop(_VERDICTS), size)
        return self.track(logs, real)

    def alternating_update(self, real: Any, labels: Any, iterated: set) -> Any:
        """D learns from fresh fakes, ``d_steps`` times; then G from the last ones."""
        g, d, state = self.players.all()
        moves = []
        for move in range(self.rules.d_steps):
            iterated.clear()
            latents = self.sample_latents(ops.shape(real)[0])
            fakes = backend.record(
                lambda z=latents: self.synthesize(z, labels), g.variables, state
            )
            seen = self.batch(real, ops.stop_gradient(fakes.value), labels, latents)
            seen.update = seen.step * self.rules.d_steps + move
            seen.fake_is_fixed = True
            gradients, d_logs = self.gradients(d, lambda b=seen: self.d_move(b))
            backend.apply_gradients(d.optimizer, gradients, d.variables)
            moves.append(d_logs)

        def deceive(fake: Any) -> tuple[Any, dict[str, Any]]:
            return self.g_move(self.batch(real, fake, labels, latents))

        gradients, g_logs = self.gradients(g, deceive, fakes)
        backend.apply_gradients(g.optimizer, gradients, g.variables)
        return _merged(_averaged(moves), g_logs)

    def simultaneous_update(self, real: Any, labels: Any, iterated: set) -> Any:
        """One forward pass of both players, both gradients from it, both updates."""
        g, d, state = self.players.all()
        latents = self.sample_latents(ops.shape(real)[0])

        def forward() -> tuple[Any, list, list]:
            fake = self.synthesize(latents, labels)
            seen = self.batch(real, fake, labels, latents)
            with shared_kernels(self.discriminator):
                return fake, seen.real_outputs, seen.fake_outputs

        def seen(recorded: tuple) -> Batch:
            fake, *outputs = recorded
            return self.batch(real, fake, labels, latents, *outputs)

        game = backend.record(forward, [*g.variables, *d.variables], state, uses=2)
        d_gradients, d_logs = self.gradients(d, lambda r: self.d_move(seen(r)), game)
        g_gradients, g_logs = self.gradients(g, lambda r: self.g_move(seen(r)), game)
        backend.apply_gradients(d.optimizer, d_gradients, d.variables)
        backend.apply_gradients(g.optimizer, g_gradients, g.variables)
        return _merged(d_logs, g_logs)

    def gradients(
        self, player: Player, objective: Callable, recording: Any = None
    ) -> tuple[list[Any], dict[str, Any]]:
        """Differentiate the mean of a player's objective by the player's variables."""
        scale = player.optimizer.scale_loss(ops.ones(()))  # 1 but under float16

        def scalar(*recorded: Any) -> tuple[Any, dict[str, Any]]:
            with shared_kernels(self.discriminator):
                loss, logs = objective(*recorded)
            loss = ops.mean(loss) + player.regularization()
            return loss * ops.cast(scale, loss.dtype), {**logs, "loss": loss}

        logs, gradients = backend.value_and_grad(
            scalar, player.variables, self.players.state, recording
        )
        return gradients, logs

    # What the players want: to be overridden by a subclass.

    def discriminator_objective(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Return D's loss per sample, before penalties, and scalars to log."""
        real, fake = batch.real_logits, batch.fake_logits
        loss = self.rules.d_half.function(real, fake)
        loss = of_each_sample("The discriminator's loss", loss, batch)
        of_real, of_fake = self.rules.verdicts(real, fake)
        return loss, {
            "d_loss": ops.mean(loss),
            "real_accuracy": _share(of_real > 0),
            "fake_accuracy": _share(of_fake <= 0),
        }

    def generator_objective(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Return G's loss per sample and scalars to log."""
        half = self.rules.g_half
        real = batch.real_logits if half.uses_real else None
        loss = half.function(real, batch.fake_logits)
        loss = of_each_sample("The generator's loss", loss, batch)
        return loss, {"g_loss": ops.mean(loss)}

    def d_move(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Return D's objective, penalties added, and what augmentation adapts to."""
        loss, logs = self.penalized("discriminator", batch)
        if isinstance(self.augment, Augmentation):
            verdicts, _ = self.rules.verdicts(batch.real_logits, batch.fake_logits)
            logs[_VERDICTS] = ops.stop_gradient(verdicts)
        return loss, logs

    def g_move(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Return G's objective with its penalties."""
        return self.penalized("generator", batch)

    def penalized(
        self, player: str, batch: Batch, lazily: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        """Add a player's penalties to its objective."""
        mine = [p for p in self.rules.penalties if player in p.players]
        lazy = [p for p in mine if lazily and p.every > 1]
        eager = [p for p in mine if p not in lazy]
        # Eager ones first: the pass that gives a slope gives the logits there, too.
        # Lazy ones last: a spectral norm that `shared_kernels` does not find iterates
        # where it is first called, and must not do so in a branch mostly left out.
        values = [_value(penalty, player, batch) for penalty in eager]
        objective = f"{player}_objective"
        loss, logs = getattr(self, objective)(batch)
        loss = of_each_sample(objective, loss, batch)
        logs = dict(logs)
        if f"{player[0]}_loss" not in logs:
            logs[f"{player[0]}_loss"] = ops.mean(loss)
        values += [self.lazy_value(penalty, player, batch) for penalty in lazy]
        for penalty, value in zip([*eager, *lazy], values, strict=True):
            weight = ops.cast(schedule.value_at(penalty.weight, batch.step), loss.dtype)
            loss = loss + weight * ops.cast(value, loss.dtype)
            logs[penalty.log_name(player)] = ops.mean(value)
        return loss, logs

    def lazy_value(self, penalty: Penalty, player: str, batch: Batch) -> Any:
        """Return a penalty per sample: now and then, and then stronger."""

        def now() -> Any:
            # What a batch remembers must not leave the branch.
            value = _value(penalty, player, copy.copy(batch))
            return ops.cast(value, keras.backend.floatx()) * penalty.every

        due = ops.equal(batch.update % penalty.every, 0)
        never = ops.zeros((ops.shape(batch.real)[0],), keras.backend.floatx())
        return backend.when(due, now, never, self.players.state)

    # The pieces of a step.

    def unpack(self, data: Any) -> tuple[Any, Any]:
        """Return the real samples, in Keras's float type, and labels or ``None``."""
        data = data if self.parted else backend.my_part(data)
        real, labels, weights = keras.utils.unpack_x_y_sample_weight(data)
        if weights is not None:
            raise ValueError("A GAN has no sample weights. Received: sample_weight.")
        return ops.cast(real, keras.backend.floatx()), labels

    def sample_latents(self, batch_size: Any) -> Any:
        """Draw latents for a training step, ``(batch_size, latent_dim)``."""
        return self.random_latents(batch_size, self.seed_generator)

    def random_latents(self, batch_size: Any, seed: Any) -> Any:
        """Draw latents inside the compiled step, from a `SeedGenerator`."""
        shape = (batch_size, self.latent_dim)
        return sampling.random_latents(shape, self.latent_distribution, seed)

    def generator_inputs(self, latents: Any, labels: Any) -> Any:
        """Join latents and labels, in the form that the generator takes."""
        return _inputs(latents, labels, self.pair.generator)

    def synthesize(self, latents: Any, labels: Any) -> Any:
        """Run the generator in training mode."""
        return self.outputs_of(self.generator, self.generator_inputs(latents, labels))

    def outputs_of(self, network: Any, inputs: Any, training: bool = True) -> Any:
        """Run a network; by Keras's own call under ``run_eagerly``."""
        if self.run_eagerly:
            return network(inputs, training=training)
        return backend.run(network, inputs, training)

    def batch(self, real: Any, fake: Any, *rest: Any, training: bool = True) -> Batch:
        """Gather what an objective sees, with both networks bound to the labels."""
        labels = rest[0]

        def discriminate(samples: Any) -> list:
            if self.augment is not None and training:
                samples = for_each(self.augmented, samples, self.packing)
            inputs = _inputs(samples, labels, self.pair.discriminator)
            outputs = self.outputs_of(self.discriminator, inputs, training)
            return [_at_least_float32(x) for x in keras.tree.flatten(outputs)]

        def synthesize(latents: Any) -> Any:
            if training:
                return self.synthesize(latents, labels)
            return self(self.generator_inputs(latents, labels))  # type: ignore[operator]

        return Batch(
            discriminate,
            pack(real, self.packing),
            pack(ops.cast(fake, real.dtype), self.packing),
            *rest,
            step=self.steps_done.value,
            outputs_and_slope=self.outputs_and_slope,
            noise_dim=self.latent_dim - self.code_dim,
            sample_range=self.pair.generator.output_range,
            synthesize=synthesize,
            generator=self.generator,
            discriminator=self.discriminator,
        )

    def augmented(self, samples: Any) -> Any:
        """Augment what the discriminator is about to see."""
        if isinstance(self.augment, Augmentation):
            return self.augment.of_range(samples, self.pair.generator.output_range)
        return self.augment(samples, training=True)  # type: ignore[misc]

    def outputs_and_slope(self, function: Callable, samples: Any) -> tuple:
        """Run a function; differentiate its first output by each sample, too."""
        return backend.outputs_and_slope(function, samples, self.players.state)

    def evaluation_step(self, data: Any) -> dict[str, Any]:
        """Score a batch of real samples against as many generated ones."""
        real, labels = self.unpack(data)
        latents = self.random_latents(ops.shape(real)[0], self.evaluation_seed)
        seeds = seed_states([self.ema_generator or self.generator, self.discriminator])
        of_penalties = [v for penalty in self.penalties for v in penalty.variables]
        remembered = [*seeds, *of_penalties]
        before = [ops.copy(v.value) for v in remembered]
        for seed in seeds:  # of noise that the networks draw themselves
            seed.assign(self.evaluation_seed.next())
        inputs = self.generator_inputs(latents, labels)
        fake = self(inputs)  # type: ignore[operator]  # a GAN is a model
        seen = self.batch(real, fake, labels, latents, training=False)
        seen.update = seen.step * self.rules.d_steps  # as D counts
        d_loss, d_logs = self.penalized("discriminator", seen, lazily=False)
        seen.update = seen.step
        g_loss, g_logs = self.penalized("generator", seen, lazily=False)
        for variable, value in zip(remembered, before, strict=True):
            variable.assign(value)  # to look must not change what comes after
        total = ops.mean(d_loss) + ops.mean(g_loss)
        for player in (self.players.discriminator, self.players.generator):
            total = total + player.regularization()
        for metric in self.pair_metrics:
            metric.update_state(real, ops.cast(fake, real.dtype))
        results = {metric.name: metric.result() for metric in self.pair_metrics}
        return self.track({**d_logs, **g_logs, "loss": total}, real) | results

    def track(self, logs: dict[str, Any], real: Any) -> dict[str, Any]:
        """Add a step's scalars to the running means and return these."""
        check_logs(logs, self.trackers, type(self).__name__)
        if STRENGTH in self.trackers:
            logs[STRENGTH] = self.augment.strength.value  # type: ignore[union-attr]
        size = ops.cast(ops.shape(real)[0], "float32")
        return {
            name: self.trackers[name].updated_result(value, size)
            for name, value in backend.mean_of_logs(logs).items()
        }


def _value(penalty: Penalty, player: str, batch: Batch) -> Any:
    """Return a penalty of each sample."""
    value = getattr(penalty, player)(batch)
    return of_each_sample(f"The penalty {penalty.name!r}", value, batch)


def _inputs(first: Any, labels: Any, network: NetworkSpec) -> Any:
    """Add labels, in the network's own form, if it takes any."""
    if network.label_shape is None:
        return first
    return [first, encode(labels, network.label_shape)]


def _merged(d_logs: dict[str, Any], g_logs: dict[str, Any]) -> dict[str, Any]:
    return {**d_logs, **g_logs, "loss": d_logs["loss"] + g_logs["loss"]}


def _averaged(moves: list[dict[str, Any]]) -> dict[str, Any]:
    """Average what D's moves in a step log: a lazy penalty is in some of them only."""
    last = moves[-1]
    means = {name: sum(m[name] for m in moves) / len(moves) for name in last}
    return {**means, **{name: last[name] for name in last if name == _VERDICTS}}


def _share(right: Any) -> Any:
    return ops.mean(ops.cast(right, "float32"))


def _at_least_float32(logits: Any) -> Any:
    """Losses are computed in float32 where the network computes in 16 bits."""
    dtype = keras.backend.standardize_dtype(logits.dtype)
    return ops.cast(logits, "float32") if dtype in ("float16", "bfloat16") else logits
