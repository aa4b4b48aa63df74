"""GAN: the Keras model that holds two networks and plays them in `fit`."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_gan import (
    augmentations,
    backend,
    callback_list,
    compiling,
    data_checks,
    network_pair,
    random_state,
    rules,
    sampling,
    scoring,
    validation,
)
from keras_gan import ema as moving_average
from keras_gan.arguments import check_seed, checked_count
from keras_gan.checkpointing import fit as checkpointed
from keras_gan.datasets import untuned
from keras_gan.datasets.per_epoch import PerEpoch
from keras_gan.game import STRENGTH, Game
from keras_gan.host_batches import host_batches
from keras_gan.labels import encode
from keras_gan.layers.batch_norm import warn_of_inexact
from keras_gan.networks.spec import symbolic_inputs
from keras_gan.optimizer import AdversarialOptimizer
from keras_gan.players import Player, Players, check_network
from keras_gan.running_mean import RunningMean

_SHOWN = 64  # real samples kept from the first batch, for callbacks to show
# What Keras's `fit` takes after x and y, in its order.
_FIT = (
    *("batch_size", "epochs", "verbose", "callbacks", "validation_split"),
    *("validation_data", "shuffle", "class_weight", "sample_weight", "initial_epoch"),
    *("steps_per_epoch", "validation_steps", "validation_batch_size"),
    "validation_freq",
)


@keras.saving.register_keras_serializable(package="keras_gan")
class GAN(Game, keras.Model):
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
        self.held_out: Any = None
        self.parted = False
        self.real_images: np.ndarray | None = None
        self.real_labels: np.ndarray | None = None
        self.built = True

    # What it makes.

    @property
    def inference_generator(self) -> keras.Model:
        """The network that makes the samples: the average, where there is one."""
        return self.ema_generator if self.ema else self.generator

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Make samples from latents, or from ``[latents, labels]``.

        Args:
            inputs: Latents ``(batch, latent_dim)``, with labels if conditional.
            training: Whether to run the generator itself, in training mode; else
                its average is run where there is one.

        Returns:
            Tensor of samples in the generator's own range.

        Raises:
            ValueError: If the GAN is conditional and there are no labels.
        """
        if self.conditional and hasattr(inputs, "shape"):
            raise ValueError(
                "This GAN is conditional: it is called, and predicts, on [latents, "
                f"labels]. Received: one input of shape {tuple(inputs.shape)}."
            )
        if self.conditional and isinstance(inputs, list | tuple):
            latents, labels = inputs
            shape: Any = self.pair.generator.label_shape
            inputs = [latents, encode(labels, shape)]
        network = self.generator if training else self.inference_generator
        return self.outputs_of(network, inputs, training)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of what the generator makes of inputs of a shape."""
        return self.generator.compute_output_shape(input_shape)

    def draw_latents(self, n: int, seed: int | None = None) -> np.ndarray:
        """Draw ``n`` latents that depend on the seed alone, on any backend."""
        return sampling.draw_latents(n, self.latent_dim, self.latent_distribution, seed)

    @property
    def noise_dim(self) -> int:
        """Number of latent dimensions that are noise: all but a subclass's codes."""
        return self.latent_dim - self.code_dim

    def truncated(self, latents: np.ndarray, truncation: float | None) -> np.ndarray:
        """Pull the noise towards its mean, see `generate`; codes stay as they are."""
        noise = sampling.truncate(latents[:, : self.noise_dim], truncation)
        return np.concatenate([noise, latents[:, self.noise_dim :]], axis=1)

    def generate(
        self,
        n: int,
        labels: Any = None,
        seed: int | None = None,
        truncation: float | None = None,
        *,
        batch_size: int = 128,
    ) -> np.ndarray:
        """Make ``n`` samples. The state of the training is not touched.

        Args:
            n: Number of samples, at least 1.
            labels: Class numbers of a conditional GAN, one for each sample or one
                for all; by default random ones.
            seed: Integer for the same samples at every call; by default new ones.
            truncation: ψ in [0, 1]: latents are pulled towards their mean, to
                trade variety for typical samples. ``None`` is 1.
            batch_size: Most samples made at once.

        Returns:
            float32 array ``(n, *sample_shape)`` in the generator's own range.

        Raises:
            ValueError: If an argument is out of range, or labels are given to a GAN
                that takes none.

        Example:
            >>> trousers = gan.generate(8, labels=1, seed=0)
        """
        check_seed(seed)
        checked_count("batch_size", batch_size, 1)
        latents = self.truncated(self.draw_latents(n, seed), truncation)
        if self.conditional:
            labels = sampling.checked_labels(labels, n, self.num_classes, seed)
        return self.generate_from(latents, labels, seed=seed, batch_size=batch_size)

    def generate_from(
        self,
        latents: np.ndarray,
        labels: Any = None,
        *,
        seed: int | None = None,
        batch_size: int = 128,
    ) -> np.ndarray:
        """Make a sample of each of the given latents.

        Args:
            latents: ``(n, latent_dim)``, as `draw_latents` returns them.
            labels: Class numbers ``(n,)`` of a conditional GAN.
            seed: Integer seed of what the generator draws itself, if it has layers
                that do; by default new draws.
            batch_size: Most samples made at once.

        Returns:
            float32 array ``(n, *sample_shape)`` in the generator's own range.

        Raises:
            ValueError: If latents or labels have another shape, or one is missing.

        Example:
            >>> latents = gan.draw_latents(2, seed=0)
            >>> between = gan.generate_from(latents.mean(axis=0, keepdims=True))
        """
        latents = sampling.checked_latents(latents, self.latent_dim)
        labels = self.given_labels(len(latents), labels)
        checked_count("batch_size", batch_size, 1)
        label_shape = self.pair.generator.label_shape
        with random_state.untouched([self.inference_generator], seed):
            return sampling.generate(self, latents, labels, label_shape, batch_size)

    def given_labels(self, n: int, labels: Any) -> np.ndarray | None:
        """Return ``n`` class numbers, or ``None`` for a GAN that takes none.

        Args:
            n: How many samples they are for.
            labels: One for each, or one for all.

        Raises:
            ValueError: If there are labels and should not be, or the reverse.
        """
        if self.conditional and labels is None:
            raise ValueError(
                "This GAN makes samples of a class. labels must be a class number, one "
                f"for all or {n}, below {self.num_classes}. Received: labels=None."
            )
        if not self.conditional and labels is not None:
            raise ValueError(
                f"This GAN's generator takes no labels. Received: labels={labels!r}."
            )
        if labels is None:
            return None
        return sampling.checked_labels(labels, n, self.num_classes, None)

    def export(self, filepath: Any, *args: Any, **kwargs: Any) -> None:
        """Export the generator for serving: latents in (and labels), samples out.

        Args:
            filepath: Where to, as in `keras.Model.export`.
            *args: As in `keras.Model.export`.
            **kwargs: As in `keras.Model.export`, ``format`` among them.
        """
        self.inference_generator.export(filepath, *args, **kwargs)

    # A Keras model.

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

    def fit(self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Train, as `keras.Model.fit` does, on samples or (samples, labels).

        The first batch is looked at before the training starts, and kept as
        ``real_images`` and ``real_labels`` for callbacks to show. Arrays are looked at
        whole; of a data set, what is wrong in a later batch is not seen, and a label
        out of range there makes NaN on JAX.

        Args:
            x: Real samples: an array, or a dataset, loader or generator of samples
                or of (samples, labels), or a `keras_gan.datasets.PerEpoch`.
            y: Labels, where ``x`` is an array.
            *args: As in `keras.Model.fit`.
            **kwargs: As in `keras.Model.fit`; sample and class weights are refused.

        Returns:
            A `keras.callbacks.History`.

        Raises:
            ValueError: If the data does not fit the networks, or these have other
                variables to train than when the GAN was compiled.
        """
        twice = sorted(kwargs.keys() & set(_FIT[: len(args)]))
        if twice or len(args) > len(_FIT):
            raise TypeError(
                f"fit takes x, y and {', '.join(_FIT)}. Received: "
                f"{f'{twice} twice' if twice else f'{len(args) + 2} by position'}."
            )
        kwargs |= dict(zip(_FIT, args, strict=False))
        for weights in ("sample_weight", "class_weight"):
            if kwargs.get(weights) is not None:
                raise ValueError(f"A GAN has no sample weights. Received: {weights}.")
        if data_checks.is_ordered(x):
            kwargs.setdefault("shuffle", False)  # Keras warns that it would be ignored
        if self.compiled:  # else Keras's own error
            self.players.check_unchanged(self.generator, self.discriminator)
            x, samples, labels = data_checks.first_batch(x, y)
            data_checks.check(samples, labels, self.pair)
            self._show(samples, labels)
            shares = backend.shares(self)
            split = kwargs.get("validation_split")
            data_checks.check_shares(x, kwargs.get("batch_size"), shares, split)
            kwargs |= validation.checked(kwargs, self.pair, self.sample_metrics, shares)
            kwargs |= untuned.held_out(kwargs, self._makes_datasets())
            self.held_out = _samples_of(kwargs.get("validation_data"))
            self.parted = data_checks.is_part(x)
            self._catch_up()
            backend.begin(self, [*self.variables, *self.optimizer.variables])
        self.fitting = True
        try:
            if isinstance(x, PerEpoch) or checkpointed.find(kwargs.get("callbacks")):
                return checkpointed.fit(self, self._fit, x, y, kwargs)
            return self._fit(x, y, **kwargs)
        finally:
            self.fitting, self.held_out = False, None

    def _catch_up(self) -> None:
        """Go on counting where a callback has put back earlier weights, and the count.

        Learning rates follow the optimizer's count, all other schedules this one.
        """
        counts = [self.steps_done, self.optimizer.iterations]
        done = max(int(keras.ops.convert_to_numpy(count)) for count in counts)
        self.steps_done.assign(done)

    def _show(self, samples: np.ndarray, labels: np.ndarray | None) -> None:
        """Keep some real samples for callbacks to show."""
        before = self.real_labels
        self.real_images = samples[:_SHOWN]
        self.real_labels = None if labels is None else labels[:_SHOWN]
        if before is not None and labels is not None and before.ndim != labels.ndim:
            # A function of TensorFlow that is traced again takes any rank, which is
            # none: labels in another form want another function.
            self.train_function = self.test_function = None

    def _fit(self, x: Any, y: Any, **given: Any) -> keras.callbacks.History:
        """Train by Keras's own `fit`."""
        x, y, given = untuned.for_fit(x, y, given, self._makes_datasets())
        given["callbacks"] = callback_list.for_fit(self, x, given)
        return super().fit(x, y, **given)

    def _makes_datasets(self) -> bool:
        """Whether Keras makes data sets of arrays, for this process alone."""
        return keras.backend.backend() == "tensorflow" and backend.shares(self) == 1

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: str | int = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Score held-out samples, as `keras.Model.evaluate` does.

        As many samples are generated, from the same latents at every evaluation:
        for the losses of the game batch by batch, and then for metrics of samples,
        which read the real ones again.

        Args:
            x: Real samples, as in `fit`.
            y: Labels, where ``x`` is an array.
            batch_size: As in `keras.Model.evaluate`.
            verbose: As in `keras.Model.evaluate`.
            sample_weight: Refused: a GAN has none.
            steps: As in `keras.Model.evaluate`.
            callbacks: As in `keras.Model.evaluate`.
            return_dict: As in `keras.Model.evaluate`; else a list, in the order of
                ``metrics`` and then of the metrics of samples.
            **kwargs: As in `keras.Model.evaluate`.

        Raises:
            ValueError: If the data does not fit the networks or the metrics.
        """
        if sample_weight is not None:
            raise ValueError("A GAN has no sample weights. Received: sample_weight.")
        of_samples = self.sample_metrics if self.compiled else []
        data_checks.check_whole(x, "x")
        if of_samples or isinstance(x, PerEpoch):
            x = validation.held(x, steps, "steps")
        looked_at = self.held_out is not None and x is self.held_out  # by `fit`
        if self.compiled and not looked_at:
            x, samples, labels = data_checks.first_batch(x, y)
            data_checks.check(samples, labels, self.pair)
            data_checks.check_shares(x, batch_size, backend.shares(self))
        x = untuned.untuned(x)
        logs = super().evaluate(
            x, y, batch_size, verbose, None, steps, callbacks, True, **kwargs
        )
        if batch_size is None and steps is not None:
            batch_size = untuned.BATCH_SIZE  # which steps count
        scores = self._scores(of_samples, x, y, batch_size, steps)
        if scores and verbose and not self.fitting:
            print(" - ".join(f"{name}: {value:.4f}" for name, value in scores.items()))
        if return_dict:
            return logs | scores
        names = [metric.name for metric in self.metrics if metric.name in logs]
        names += sorted(logs.keys() - set(names))  # of a metric of several numbers
        return [*(logs[name] for name in names), *scores.values()]

    def train_on_batch(self, x: Any, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Play one step, as `keras.Model.train_on_batch` does.

        Args:
            x: Real samples, an array ``(batch, *sample_shape)``.
            y: Their labels.
            *args: As in `keras.Model.train_on_batch`.
            **kwargs: As in `keras.Model.train_on_batch`.

        Raises:
            ValueError: As in `fit`.
        """
        self._check_batch(x, y)
        return super().train_on_batch(x, y, *args, **kwargs)

    def test_on_batch(self, x: Any, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Score one batch of held-out samples, as `keras.Model.test_on_batch` does.

        Args:
            x: Real samples, an array ``(batch, *sample_shape)``.
            y: Their labels.
            *args: As in `keras.Model.test_on_batch`.
            **kwargs: As in `keras.Model.test_on_batch`.

        Raises:
            ValueError: As in `fit`.
        """
        self._check_batch(x, y)
        return super().test_on_batch(x, y, *args, **kwargs)

    def _check_batch(self, x: Any, y: Any) -> None:
        """Refuse what `fit` would, where there is but one batch."""
        if self.compiled:  # else Keras's own error
            self.players.check_unchanged(self.generator, self.discriminator)
            _, samples, labels = data_checks.first_batch(x, y)
            data_checks.check(samples, labels, self.pair)

    def _scores(self, metrics: Sequence[Any], *data: Any) -> dict[str, float]:
        """Return the metrics of all samples, if there are any."""
        if not metrics:
            return {}
        return scoring.score(self, metrics, lambda: host_batches(*data))

    # Saving.

    def save(self, filepath: Any, *args: Any, **kwargs: Any) -> None:
        """Save all of the GAN, as `keras.Model.save` does.

        Args:
            filepath: A path that ends in ``.keras``, or another that Keras takes, but
                no HDF5 file, which cannot hold a GAN.
            *args: As in `keras.Model.save`.
            **kwargs: As in `keras.Model.save`.

        Raises:
            ValueError: If it is an HDF5 file.
        """
        if str(filepath).lower().endswith((".h5", ".hdf5")):
            raise ValueError(
                "A GAN is saved to a .keras file: Keras's HDF5 files hold no two "
                f"networks. Received: filepath={str(filepath)!r}."
            )
        super().save(filepath, *args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        config = super().get_config()
        for key in ("generator", "discriminator", "ema", "augment"):
            config[key] = keras.saving.serialize_keras_object(getattr(self, key))
        for key in ("latent_dim", "latent_distribution", "num_classes", "packing"):
            config[key] = getattr(self, key)
        config["seed"] = self.seed
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "GAN":
        """Rebuild a GAN, its networks included."""
        config = dict(config)
        for key in ("generator", "discriminator", "ema", "augment"):
            config[key] = keras.saving.deserialize_keras_object(
                config[key], custom_objects
            )
        return cls(**config)

    def get_compile_config(self) -> dict[str, Any]:
        """Return the arguments of `compile`, as they were given."""
        if not self.compiled:
            return {}
        given = dict(self.rules.given)
        given["metrics"] = scoring.saveable(given["metrics"])
        return keras.saving.serialize_keras_object(given)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as the saved GAN was; its optimizers' state is loaded after."""
        self.compile(**keras.saving.deserialize_keras_object(config))

    def save_own_variables(self, store: Any) -> None:
        """Save the random state, which Keras leaves out."""
        super().save_own_variables(store)
        for prefix, states in self._seed_states().items():
            random_state.save(store, states, prefix)

    def load_own_variables(self, store: Any) -> None:
        """Load the random state."""
        for prefix, states in self._seed_states().items():
            random_state.load(store, states, prefix)
        super().load_own_variables(random_state.without_states(store))

    def _seed_states(self) -> dict[str, list[keras.Variable]]:
        owners = [self.seed_generator, self.generator, self.discriminator]
        owners += [x for x in (self.augment, self.ema_generator) if x is not None]
        return {
            random_state.OF_GAN: random_state.seed_states(owners),
            random_state.OF_PENALTIES: random_state.seed_states(
                self.penalties if self.compiled else []
            ),
        }


def _samples_of(validation_data: Any) -> Any:
    """Return what Keras evaluates of what `fit` was given."""
    if isinstance(validation_data, list | tuple):
        return validation_data[0]
    return validation_data
