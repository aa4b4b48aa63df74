"""GAN: the Keras model that holds two networks and plays them in `fit`."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_gan import (
    augmentations,
    compiling,
    network_pair,
    rules,
    sampling,
    scoring,
)
from keras_gan import ema as moving_average
from keras_gan.arguments import check_seed
from keras_gan.fitting import Fitting
from keras_gan.game import STRENGTH, Game
from keras_gan.layers.batch_norm import warn_of_inexact
from keras_gan.making import Making
from keras_gan.networks.spec import symbolic_inputs
from keras_gan.optimizer import AdversarialOptimizer
from keras_gan.players import Player, Players, check_network
from keras_gan.running_mean import RunningMean
from keras_gan.saving import Saving


@keras.saving.register_keras_serializable(package="keras_gan")
class GAN(Game, Fitting, Making, Saving):
    """A generator and a discriminator that `fit` trains against each other.

    A step is, for each player, a forward pass, gradients, and an update. By default
    the players alternate: the discriminator learns to tell a batch of real samples
    from a fresh batch of generated ones, ``d_steps`` times; then the generator
    learns to deceive it, on the last of these batches. Whoever is not being trained
    is frozen by not being differentiated.

    It is a `keras.Model`: callbacks, `History`, `evaluate`, `save`, mixed precision
    and the rest work as they do on any. Called, it is the generator.

    Args:
        generator: Model from latents ``(batch, latent_dim)``, or from latents and
            labels, to samples. A subclassed one gets both as one argument,
            ``[latents, labels]``.
        discriminator: Model from samples, or from samples and labels, likewise, to one
            raw logit per sample, ``(batch, 1)``, or per patch.
        latent_dim: Number of latent dimensions; by default what the generator
            declares.
        latent_distribution: ``"normal"``, N(0, 1), or ``"uniform"``, U(-1, 1).
        num_classes: Number of classes of a conditional GAN; by default what a
            one-hot label input or the networks' embeddings tell.
        ema: Average of the generator's weights, which `generate`, `predict` and
            `evaluate` then use: a decay such as 0.999, or an `EMA`. Until the first
            step it has the weights that the generator has here.
        augment: A Keras layer applied to all that the discriminator sees in
            training, real and generated alike, in both players' moves; or a name,
            see `keras_gan.augmentations.names()`.
        packing: Samples that the discriminator judges at once, m (PacGAN): it then
            takes samples with m times the channels, see `keras_gan.packing.pack`.
        seed: Integer seed of the latents in training.
        name: Name of the model.
        **kwargs: ``dtype`` and ``trainable``, as for any layer.

    Raises:
        TypeError: If a network is not a Keras model.
        ValueError: If the networks do not fit each other or the arguments.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Nets, arXiv:1406.2661,
        algorithm 1.

    Example:
        >>> gan = GAN(generator, discriminator, latent_dim=128, ema=0.999)
        >>> gan.compile("adam", "adam", loss="non_saturating")
        >>> history = gan.fit(images, batch_size=64, epochs=20)
        >>> samples = gan.generate(16, seed=0)
    """

    #: Whether a subclassed discriminator, which declares no inputs, is called with
    #: ``[samples, labels]`` where there are classes; else with samples alone.
    judges_labels = True
    #: Whether the classes are the GAN's own, a part of its latents: the discriminator
    #: alone is then told them as labels.
    invents_labels = False
    #: How many of the latents, the last ones, are codes and no noise.
    code_dim = 0

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        latent_dim: int | None = None,
        *,
        latent_distribution: str = "normal",
        num_classes: int | None = None,
        ema: moving_average.EMA | float | None = None,
        augment: keras.layers.Layer | str | None = None,
        packing: int = 1,
        seed: int | None = None,
        name: str = "gan",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        check_seed(seed)
        self.pair = network_pair.match(
            *(generator, discriminator, latent_dim, num_classes, packing),
            *(self.judges_labels, self.invents_labels),
        )
        self.packing = packing
        self.generator = generator
        self.discriminator = discriminator
        self.latent_dim = self.pair.latent_dim
        self.latent_distribution = sampling.check_distribution(latent_distribution)
        self.num_classes = self.pair.num_classes
        self.conditional = self.pair.conditional
        self.ema = moving_average.get(ema)
        inputs = symbolic_inputs(self.pair.generator)
        self.ema_generator = (
            moving_average.average_of(generator, inputs) if self.ema else None
        )
        self.augment = augmentations.get(augment)
        if self.augment is not None and not self.augment.built:
            self.augment(keras.Input(self.pair.sample_shape))
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.evaluation_seed = keras.random.SeedGenerator(scoring.SEED)
        # Beside the optimizer's own count, which evaluation does not get on JAX.
        self.steps_done = self.add_weight(
            shape=(),
            initializer="zeros",
            dtype="int32",
            trainable=False,
            aggregation="only_first_replica",
            name="steps_done",
        )
        self.fitting = False
        self.looked_at: int | None = None
        self.parted = False
        self.real_images: np.ndarray | None = None
        self.real_labels: np.ndarray | None = None
        self.built = True

    def compile(
        self,
        g_optimizer: Any,
        d_optimizer: Any,
        loss: Any = "non_saturating",
        *,
        g_loss: Any = None,
        d_loss: Any = None,
        penalties: Sequence[Any] = (),
        d_steps: int = 1,
        update: str = "alternating",
        metrics: Sequence[keras.metrics.Metric | str] | None = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
    ) -> None:
        """Set the optimizers, the losses and the rules that `fit` plays by.

        Args:
            g_optimizer: The generator's optimizer, by name or as an object.
            d_optimizer: The discriminator's, not the same object.
            loss: Both players' loss: a name, see `keras_gan.losses.names()`, or an
                `AdversarialLoss`.
            g_loss: The generator's half, if another: a name, an object, or a
                function ``g_loss(pred_fake)``.
            d_loss: The discriminator's half, if another: a name, an object, or a
                function ``d_loss(pred_fake, pred_real)``. Functions are bound by
                parameter name and return a value per sample, or their mean.
            penalties: Penalties of either player: names, see
                `keras_gan.penalties.names()`, objects, or functions of what their
                parameters name, such as ``f(critic, real)``.
            d_steps: Updates of the discriminator for one of the generator; what is
                logged of D is their mean.
            update: ``"alternating"``, or ``"simultaneous"`` for the textbook's step:
                one forward pass, both gradients, both updates.
            metrics: For `evaluate` and ``validation_data``: metrics of all samples,
                by name, see `keras_gan.metrics.names()`, or as objects; or Keras's
                own, updated with every batch of (real, generated) samples.
            run_eagerly: As in `keras.Model.compile`. On PyTorch it lets Keras call
                each layer, for hooks and `keras.RematScope`; else common layers'
                ``call`` is called without what Keras does around it.
            steps_per_execution: As in `keras.Model.compile`.
            jit_compile: As in `keras.Model.compile`, where ``"auto"`` is XLA on a CPU,
                too, for large dense networks on TensorFlow; not on PyTorch, whose
                compiler takes no second gradient through one forward pass.

        Raises:
            ValueError: If an argument is unknown or out of range, the same optimizer
                is given twice, the loss does not fit the discriminator, or a network
                has an activity regularizer.
        """
        given = {k: v for k, v in locals().items() if k not in ("self", "__class__")}
        # Copies: a list may be this GAN's own, which is emptied below.
        given = {k: list(v) if isinstance(v, list) else v for k, v in given.items()}
        if jit_compile is True and keras.backend.backend() == "torch":
            raise ValueError(
                "jit_compile=True is not available on PyTorch: torch.compile takes no "
                "second gradient through one forward pass, as a GAN's step does. "
                "Leave jit_compile='auto'."
            )
        checked = rules.checked(self.pair, given)
        logs = self._log_names(checked.penalties)
        of_pairs, of_samples = scoring.checked(metrics, self.pair, logs)
        g, d = self.generator, self.discriminator
        for player in ("generator", "discriminator"):
            check_network(player, getattr(self, player))
        optimizer = AdversarialOptimizer(
            rules.player_optimizer("g_optimizer", g_optimizer, [self, g]),
            rules.player_optimizer("d_optimizer", d_optimizer, [self, d]),
        )
        optimizer.build_players(g.trainable_variables, d.trainable_variables)
        self._forget_compiled()  # before Keras notes which layers there are
        super().compile(
            optimizer=optimizer,
            run_eagerly=run_eagerly,
            steps_per_execution=steps_per_execution,
            jit_compile=jit_compile,
            auto_scale_loss=False,  # each player has its own loss scale
        )
        if jit_compile == "auto" and not run_eagerly:
            compiling.use_xla_where_it_pays(self, checked, optimizer.optimizers)
        self.rules = checked
        self.penalties = checked.penalties
        for penalty in self.penalties:
            for player in penalty.players if penalty.takes_slope else ():
                warn_of_inexact(getattr(self, player))
        self.pair_metrics, self.sample_metrics = of_pairs, of_samples
        self.trackers = {name: RunningMean(name) for name in logs}
        self.players = Players(
            Player(g.trainable_variables, optimizer.g_optimizer),
            Player(d.trainable_variables, optimizer.d_optimizer),
            self.variables,
        )

    def _log_names(self, penalties: Sequence[Any]) -> list[str]:
        """Return the names of all that a step logs, each of which must be one's own."""
        names = [*rules.LOGS, *self.extra_logs]
        names += [STRENGTH] if getattr(self.augment, "changes", False) else []
        names += [p.log_name(player) for p in penalties for player in p.players]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(
                f"Each log has a name of its own. Received: {twice} twice. Pass "
                "name=... to the penalty."
            )
        return names

    def _forget_compiled(self) -> None:
        """Let go of what an earlier `compile` made, or it is kept, and saved, too."""
        for name in ("penalties", "pair_metrics", "sample_metrics", "trackers"):
            getattr(self, name, []).clear()  # Keras tracks what is not taken out

    @property
    def g_optimizer(self) -> keras.optimizers.Optimizer:
        """The generator's optimizer."""
        return self.optimizer.g_optimizer

    @property
    def d_optimizer(self) -> keras.optimizers.Optimizer:
        """The discriminator's optimizer."""
        return self.optimizer.d_optimizer

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The running means that every step logs, and Keras's metrics in `compile`.

        Metrics of all samples are in ``sample_metrics``: no step updates them.
        """
        if not self.compiled:
            return []
        return [*self.trackers.values(), *self.pair_metrics]

    def reset_metrics(self) -> None:
        """Begin the running means anew, and evaluation from its fixed latents."""
        super().reset_metrics()
        self.evaluation_seed.state.assign([scoring.SEED, 0])
