"""CollapseGuard, on trainings that truly fail, and on some that do not."""

import contextlib

import keras
import numpy as np
import pytest

import keras_gan
from keras_gan.callbacks import Checkpoint, LinearDecay
from keras_gan.callbacks.collapse_guard import CollapseGuard
from keras_gan.callbacks.learning_rates import ScaledSchedule, multiply
from keras_gan.networks import mlp
from tests.small_gan import compiled, images, labels, state_of

BACKEND = keras.backend.backend()
CENTRES = np.array([[-0.5, -0.4], [0.5, -0.4], [0.0, 0.5]], "float32")


def points(n, seed):
    """A mixture of three Gaussians in the plane."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 0.12, (n, 2))
    return (CENTRES[rng.integers(3, size=n)] + noise).astype("float32")


class Distance(keras.callbacks.Callback):
    """Log the sliced Wasserstein distance of 2000 samples from held-out points."""

    angles = np.arange(16) * np.pi / 16
    directions = np.stack([np.cos(angles), np.sin(angles)])
    held_out = points(2000, seed=99)

    def on_epoch_end(self, epoch, logs=None):
        made = self.model.generate(2000, seed=1, batch_size=2048)
        made, real = (np.sort(x @ self.directions, 0) for x in (made, self.held_out))
        logs["distance"] = float(np.abs(made - real).mean())


class At(keras.callbacks.Callback):
    """Do something to the GAN when an epoch begins."""

    def __init__(self, epoch, do):
        super().__init__()
        self.epoch, self.do = epoch, do

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            self.do(self.model)


def planar(g=5e-3, d=5e-3, optimizer=None, ema=None, width=32, **rules):
    optimizer = optimizer or (lambda rate: keras.optimizers.Adam(rate, beta_1=0.5))
    gan = keras_gan.GAN(
        mlp.generator((2,), 8, hidden=(width, width)),
        mlp.discriminator((2,), hidden=(width, width), dropout=0.0),
        ema=ema,
        seed=0,
    )
    gan.compile(optimizer(g), optimizer(d), **rules)
    return gan


def fit(gan, *callbacks, x=None, epochs=4, n=256, **options):
    """Eight steps an epoch."""
    x = points(n, seed=0) if x is None else x
    options = {"batch_size": 32, "verbose": 0, **options}
    return gan.fit(x, epochs=epochs, callbacks=list(callbacks), **options).history


def rates(gan):
    return [
        float(keras.ops.convert_to_numpy(o.learning_rate))
        for o in gan.optimizer.optimizers
    ]


def explode(gan):
    """Let the next step leave numbers that are not finite."""
    multiply(gan, 1e38)


def finite(gan):
    return all(np.isfinite(value).all() for value in state_of(gan))


def sgd(rate):
    return keras.optimizers.SGD(rate)


class TestNotANumber:
    def test_the_training_is_stopped_within_the_epoch(self):
        gan = planar(1e-2, 1e-2, sgd)
        guard = CollapseGuard("stop", nan_every=2)
        with pytest.warns(RuntimeWarning, match=r"not finite: .*d_loss=nan.* ends"):
            history = fit(gan, At(1, explode), guard)
        assert len(history["loss"]) == 2
        (event,) = guard.events
        assert event["trigger"] == "nan"
        assert event["action"] == "stop"
        assert event["epoch"] == 1
        assert 8 < event["step"] < 16
        assert f"Epoch 2, step {event['step']}:" in event["message"]
        assert not finite(gan)  # it was no false alarm

    def test_a_warning_comes_once_an_epoch(self):
        guard = CollapseGuard(nan_every=1)
        with pytest.warns(RuntimeWarning) as warned:
            fit(planar(1e-2, 1e-2, sgd), At(1, explode), guard, epochs=3)
        assert [e["epoch"] for e in guard.events] == [1, 2]
        assert len([w for w in warned if w.category is RuntimeWarning]) == 2

    def test_the_last_healthy_state_comes_back_and_the_epoch_goes_on(self):
        gan = planar(1e-2, 2e-2, sgd)
        guard = CollapseGuard("restore", nan_every=2, factor=1e-38)
        with pytest.warns(RuntimeWarning, match="Back to the state of step 8"):
            history = fit(gan, At(1, explode), guard)
        (event,) = guard.events
        assert event["action"] == "restore"
        assert finite(gan)
        assert np.isfinite(history["loss"]).all()  # the means began anew
        np.testing.assert_allclose(rates(gan), [1e-2, 2e-2], rtol=1e-4)

    def test_a_training_that_cannot_be_saved_ends_with_the_best_state(self):
        gan = planar(1e-2, 1e-2, sgd)
        kept = {}
        guard = CollapseGuard("restore", nan_every=1, factor=1.0, max_restores=2)
        keep = At(1, lambda gan: kept.update(weights=gan.get_weights()))
        with pytest.warns(RuntimeWarning):
            history = fit(gan, keep, At(1, explode), guard)
        actions = [event["action"] for event in guard.events]
        assert actions == ["restore", "restore", "stop"]
        assert len(history["loss"]) == 2
        names = [v.path for v in gan.weights]
        for name, was, now in zip(
            names, kept["weights"], gan.get_weights(), strict=True
        ):
            if name != "gan/steps_done":
                np.testing.assert_array_equal(was, now, err_msg=name)

    def test_samples_are_looked_at_where_the_logs_say_nothing(self):
        def spoil(gan):
            weight = gan.ema_generator.weights[-1]
            weight.assign(np.full(weight.shape, np.inf, "float32"))

        guard = CollapseGuard("stop")
        with pytest.warns(RuntimeWarning, match="100% of the values of the generated"):
            fit(planar(ema=0.9), At(1, spoil), guard)
        assert guard.events[0]["step"] == 16

    def test_it_is_found_before_samples_are_scored(self):
        gan = planar(1e-2, 1e-2, sgd, metrics=[keras.metrics.MeanSquaredError()])
        guard = CollapseGuard("restore", factor=1e-38)
        with pytest.warns(RuntimeWarning, match="Back to the state of step 8"):
            history = fit(gan, At(1, explode), guard, validation_data=points(32, 1))
        assert len(guard.events) == 1
        assert np.isfinite(history["val_mean_squared_error"]).all()
        assert np.isnan(history["loss"][1])  # of the steps that failed
        assert np.isfinite(history["loss"][2:]).all()

    def test_it_can_be_switched_off(self):
        guard = CollapseGuard("stop", nan_every=None, diversity=None)
        fit(planar(1e-2, 1e-2, sgd), At(1, explode), guard)
        assert guard.events == []


class TestDiversity:
    def test_a_generator_that_collapses_is_caught(self):
        """Against a discriminator that stands still it seeks its one favourite."""
        gan = planar(d=0.0)
        guard = CollapseGuard("stop", warmup=0, patience=2)
        with pytest.warns(RuntimeWarning, match="times as far apart as real ones"):
            history = fit(gan, guard, epochs=60)
        (event,) = guard.events
        assert event["trigger"] == "diversity"
        assert max(history["sample_diversity"][-2:]) < 0.1
        assert history["sample_diversity"][0] > 0.1
        spread, real = gan.generate(64, seed=5).std(axis=0), points(512, 3).std(axis=0)
        assert np.linalg.norm(spread) < 0.15 * np.linalg.norm(real)

    def test_collapse_within_each_class_is_caught(self):
        """The generator sees its labels alone: as varied as they are, no more."""
        gan = compiled(num_classes=3, ema=None)
        first = gan.generator.layers

        def deafen(gan):
            for layer in first:
                if isinstance(layer, keras.layers.Dense):
                    kernel = np.array(layer.kernel)
                    kernel[: gan.latent_dim] = 0
                    layer.kernel.assign(20 * kernel)
                    return

        guard = CollapseGuard("stop", warmup=0, patience=1)
        with pytest.warns(RuntimeWarning, match="samples of one class are"):
            gan.fit(
                images(), labels(), batch_size=48, verbose=0, epochs=3,
                callbacks=[At(1, deafen), guard],
            )  # fmt: skip
        assert guard.events[0]["epoch"] == 1
        made = gan.generate(3, labels=[0, 1, 2], seed=0)
        assert np.abs(made[0] - made[1]).max() > 0.5  # but not between classes

    def test_a_healthy_training_is_left_alone(self):
        guard = CollapseGuard("stop", warmup=24)
        history = fit(planar(), guard, epochs=12)
        assert guard.events == []
        assert len(history["sample_diversity"]) == 12
        assert min(history["sample_diversity"][3:]) > 0.2

    def test_nothing_is_trouble_while_it_warms_up(self):
        guard = CollapseGuard(warmup=32, patience=1, diversity=0.99)
        with pytest.warns(RuntimeWarning):
            fit(planar(0.0, 0.0), guard, epochs=6)  # never trained, never varied
        assert [event["step"] for event in guard.events] == [32, 40, 48]

    def test_real_samples_that_say_nothing_are_refused(self):
        gan = planar()
        with pytest.raises(ValueError, match=r"must differ\. Received: 64 at a mean"):
            fit(gan, CollapseGuard(), x=np.zeros((64, 2), "float32"))
        with pytest.raises(ValueError, match=r"2 samples or more.*diversity=None"):
            fit(gan, CollapseGuard(), x=np.zeros((1, 2), "float32"))
        fit(gan, CollapseGuard(real=points(9, 0)), x=np.zeros((64, 2), "float32"))


@pytest.mark.once
class TestAccuracy:
    def test_a_discriminator_that_wins_is_caught(self):
        guard = CollapseGuard("stop", accuracy=0.99, warmup=0, diversity=None)
        default = CollapseGuard(warmup=0, diversity=None)
        with pytest.warns(RuntimeWarning, match="the discriminator has won"):
            history = fit(
                planar(g=0.0), guard, default, x=points(256, 0) / 20 - 0.85, epochs=60
            )
        assert guard.events[0]["trigger"] == "accuracy"
        assert default.events == []  # not looked at unless it is asked for
        assert min(history["real_accuracy"][-3:]) > 0.99
        assert min(history["fake_accuracy"][-3:]) > 0.99
        assert (
            not min(history["real_accuracy"][-4], history["fake_accuracy"][-4]) > 0.99
        )


@pytest.mark.once
class TestMonitor:
    def disaster(self, guard, epochs):
        """A training whose rates are too high by far from epoch 35 on."""
        rules = {"penalties": [keras_gan.penalties.R1(0.1)]}
        return fit(
            planar(ema=0.95, width=64, **rules),
            LinearDecay(60),
            At(35, lambda gan: multiply(gan, 50)),
            Distance(),
            guard,
            epochs=epochs,
            n=512,
            batch_size=64,
        )["distance"]

    @pytest.mark.slow
    def test_a_training_recovers(self):
        options = {"monitor": "distance", "warmup": 200, "tolerance": 2, "patience": 2}
        lost = CollapseGuard(**options)
        with pytest.warns(RuntimeWarning):
            distance = self.disaster(lost, epochs=42)
        assert {event["trigger"] for event in lost.events} <= {"monitor", "diversity"}
        assert distance[-1] > 3 * min(distance)
        guard = CollapseGuard("restore", factor=1 / 50, **options)
        with pytest.warns(RuntimeWarning, match="times 0.02"):
            distance = self.disaster(guard, epochs=60)
        (event,) = guard.events
        assert event["epoch"] == 36
        assert max(distance[35:37]) > 3 * min(distance)  # it had been lost
        assert distance[-1] < 1.1 * min(distance)
        assert distance[-1] < min(distance[:35])  # it went on from there

    def test_the_best_state_is_that_of_the_best_value(self):
        values = [3.0, 2.0, 4.0, 5.0, 1.9]
        kept = {}

        class Scripted(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                logs["fid"] = values[epoch]
                kept[epoch] = self.model.generator.get_weights()

        def keep_now(gan):
            kept["now"] = gan.generator.get_weights()

        gan = planar()
        guard = CollapseGuard("restore", monitor="fid", warmup=0, patience=2)
        with pytest.warns(RuntimeWarning, match="fid is 5, worse than 3; its best was"):
            fit(gan, Scripted(), At(4, keep_now), guard, epochs=5)
        assert guard.events[0]["epoch"] == 3
        for best, now in zip(kept[1], kept["now"], strict=True):
            np.testing.assert_array_equal(best, now)

    @pytest.mark.parametrize("name", ["distance", "val_distance"])
    def test_what_is_not_logged_is_refused(self, name):
        guard = CollapseGuard(monitor=name)
        with pytest.raises(ValueError, match=rf"monitor='{name}'; there are \['d_loss"):
            fit(planar(), guard, validation_data=points(32, 1))

    @pytest.mark.parametrize("worst", [1.0, 9.0])
    def test_validation_need_not_come_with_every_epoch(self, worst):
        """Epochs without it neither are trouble nor end a row of epochs that are."""

        class EveryThird(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                if epoch % 3 == 0:
                    logs["val_fid"] = 1.0 if epoch == 0 else worst

        guard = CollapseGuard("stop", monitor="val_fid", warmup=0, patience=2)
        told = pytest.warns(RuntimeWarning, match="val_fid is 9")
        with told if worst > 1 else contextlib.nullcontext():
            fit(planar(), EveryThird(), guard, epochs=9)
        assert [e["epoch"] for e in guard.events] == ([6] if worst > 1 else [])

    def test_a_metric_of_validation_that_there_never_was_is_told_of(self):
        guard = CollapseGuard(monitor="val_fid", warmup=0)
        with pytest.warns(RuntimeWarning, match="'val_fid', which was never logged"):
            fit(planar(), guard)


class TestRestore:
    def restored(self, gan, *callbacks, epochs=3, **options):
        """Explode in the second epoch and go back to the end of the first."""
        seen = {}
        look = [
            At(1, lambda gan: seen.update(before=snapshot(gan))),
            At(1, explode),
            *callbacks,
            CollapseGuard("restore", factor=1e-38),
            At(2, lambda gan: seen.update(after=snapshot(gan))),
        ]
        with pytest.warns(RuntimeWarning, match="not finite"):
            fit(gan, *look, epochs=epochs, **options)
        return seen["before"], seen["after"]

    @pytest.mark.parametrize("penalties", [(), ("lecam",)])
    def test_all_that_was_learnt_goes_back_and_the_rest_goes_on(self, penalties):
        gan = planar(1e-3, 2e-3, ema=0.9, penalties=list(penalties))
        before, after = self.restored(gan)
        assert set(before) == set(after)
        goes_on = {name for name in before if not same(before[name], after[name])}
        expected = {"steps_done", "optimizer/iteration", "seed"}
        assert goes_on == expected
        for name in ("steps_done", "optimizer/iteration"):
            assert (before[name], after[name]) == (8, 16)

    @pytest.mark.skipif(BACKEND == "torch", reason="PyTorch has no such steps")
    def test_steps_that_are_executed_together(self):
        before, after = self.restored(planar(1e-3, 1e-3, steps_per_execution=4))
        moved = {name for name in before if not same(before[name], after[name])}
        assert moved == {"steps_done", "optimizer/iteration", "seed"}

    def test_loss_scales_of_half_precision_go_back(self):
        with_half = keras.dtype_policies.get("mixed_float16")
        keras.config.set_dtype_policy(with_half)
        try:
            gan = planar(1e-3, 1e-3, ema=0.9)
        finally:
            keras.config.set_dtype_policy("float32")
        assert isinstance(gan.g_optimizer, keras.optimizers.LossScaleOptimizer)
        before, after = self.restored(gan)
        assert any("scale" in name for name in before)
        moved = {name for name in before if not same(before[name], after[name])}
        assert moved == {"steps_done", "optimizer/iteration", "seed"}
        np.testing.assert_allclose(rates(gan), [1e-3, 1e-3], rtol=1e-3)

    def test_reductions_survive_linear_decay(self):
        class Bad(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                logs["score"] = float(epoch)  # the smaller the better

        gan = planar(4e-3, 8e-3)
        guard = CollapseGuard(
            "restore", monitor="score", warmup=0, patience=2, max_restores=1
        )
        seen = []
        look = keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: seen.append(rates(gan))
        )
        with pytest.warns(RuntimeWarning):
            fit(gan, LinearDecay(5), Bad(), guard, look, epochs=5)
        left = np.array([1, 4 / 5, 3 / 5, 0.5 * 2 / 5, 0.5 * 1 / 5])
        np.testing.assert_allclose(seen, np.outer(left, [4e-3, 8e-3]), rtol=1e-5)

    def test_a_schedule_is_scaled_in_the_compiled_step(self):
        """A generator whose rate is 0 stands still; its schedule is multiplied."""
        constant = keras.optimizers.schedules.PiecewiseConstantDecay
        gan = planar(constant([10_000], [1e-2, 0.0]), 1e-2, sgd)
        weight = gan.generator.trainable_variables[-1]
        moves = []

        class Moves(keras.callbacks.Callback):
            def on_epoch_begin(self, epoch, logs=None):
                self.was = np.array(keras.ops.convert_to_numpy(weight))
                assert self.model is gan

            def on_epoch_end(self, epoch, logs=None):
                assert self.model is gan
                now = keras.ops.convert_to_numpy(weight)
                moves.append(np.abs(now - self.was).max())

        fit(gan, Moves(), epochs=1)
        multiply(gan, 1e-12)
        multiply(gan, 0.5)
        fit(gan, Moves(), epochs=1)
        assert moves[0] > 1e-4
        assert moves[1] < 1e-7
        scaled = gan.g_optimizer.get_config()["learning_rate"]
        assert scaled["config"]["factor"] == 0.5e-12
        np.testing.assert_allclose(rates(gan), [0.5e-14, 0.5e-14], rtol=1e-5)

    def test_a_rate_that_cannot_be_scaled_is_refused_at_once(self):
        gan = planar()
        gan.g_optimizer.learning_rate = lambda: 1e-3
        with pytest.raises(ValueError, match="must be a number or a Keras"):
            fit(gan, CollapseGuard("restore"))


class TestNoPart:
    def test_the_training_is_the_same_with_and_without(self):
        states = []
        for callbacks in ([], [CollapseGuard("restore", nan_every=2)]):
            keras.utils.set_random_seed(7)
            gan = planar(ema=0.9)
            fit(gan, *callbacks, validation_data=points(32, 1))
            states.append(state_of(gan))
        for without, with_guard in zip(*states, strict=True):
            np.testing.assert_array_equal(without, with_guard)

    def test_only_a_gan_can_be_watched(self):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        with pytest.raises(TypeError, match="Received: a Sequential"):
            model.fit(
                np.zeros((4, 2)), np.zeros((4, 1)), verbose=0,
                callbacks=[CollapseGuard()],
            )  # fmt: skip


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("action", "panic"),
        ("mode", "least"),
        ("nan_every", 0),
        ("diversity", 0.0),
        ("diversity", 1.0),
        ("accuracy", 0.5),
        ("tolerance", 1.0),
        ("tolerance", float("nan")),
        ("patience", 0),
        ("warmup", -1),
        ("n", 1),
        ("factor", 0.0),
        ("factor", 1.5),
        ("max_restores", True),
    ],
)
def test_arguments_out_of_range_are_refused(argument, value):
    with pytest.raises(
        ValueError, match=f"{argument} must be .* Received: {argument}="
    ):
        CollapseGuard(**{argument: value})


def test_a_scaled_schedule_is_saved_with_the_gan(tmp_path):
    gan = planar(keras.optimizers.schedules.CosineDecay(1e-2, 100), 1e-2)
    multiply(gan, 0.5)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    np.testing.assert_allclose(rates(loaded), [0.5e-2, 0.5e-2], rtol=1e-6)
    config = loaded.g_optimizer.get_config()["learning_rate"]
    assert config["class_name"] == ScaledSchedule.__name__


def snapshot(gan):
    """All variables by name, copied; the seeds' as one."""
    weights = {id(v) for v in gan.weights}
    found = {}
    for owner, variables in (
        ("", gan.variables),
        ("optimizer", gan.optimizer.variables),
    ):
        for i, v in enumerate(variables):
            value = np.array(keras.ops.convert_to_numpy(v))
            if v is gan.steps_done:
                found["steps_done"] = value
            elif v is gan.optimizer.iterations:
                found["optimizer/iteration"] = value
            elif v is gan.seed_generator.state:
                found["seed"] = value
            elif v.name != "learning_rate" and v is not gan.evaluation_seed.state:
                kind = "" if owner or id(v) in weights else "seed of "
                found[f"{owner}/{i} {kind}{v.path}"] = value
    return found


def same(a, b):
    return np.array_equal(a, b, equal_nan=True)


@pytest.mark.once
class TestContinued:
    """Its arguments are no settings of the training: others may go on with it."""

    def run(self, folder, guard, epochs, *others):
        gan = planar()
        checkpoint = Checkpoint(folder)
        data = points(256, seed=0)
        options = {"batch_size": 32, "verbose": 0, "epochs": epochs}
        gan.fit(data, callbacks=[guard, *others, checkpoint], **options)
        return guard

    def test_with_more_to_watch(self, tmp_path):
        self.run(tmp_path, CollapseGuard(warmup=0), 1)
        watching = CollapseGuard(
            accuracy=0.75, monitor="loss", tolerance=1.01, patience=1, warmup=0
        )
        with contextlib.suppress(RuntimeWarning):
            self.run(tmp_path, watching, 3)
        assert set(watching.get_memory()["_in_a_row"]) > {"diversity"}

    def test_and_asked_to_restore(self, tmp_path):
        self.run(tmp_path, CollapseGuard(warmup=0), 1)
        guard = CollapseGuard("restore")
        with pytest.warns(RuntimeWarning, match="Back to the state of step 8"):
            self.run(tmp_path, guard, 3, At(1, explode))
        assert guard.events[0]["action"] == "restore"


def test_real_samples_in_another_scale():
    gan = compiled()
    pixels = ((images() + 1) * 127.5).astype("uint8")
    with pytest.raises(ValueError, match=r"scaled to \[-1, 1\]. Received: dtype uint8"):
        gan.fit(images(), verbose=0, callbacks=[CollapseGuard(real=pixels)])
