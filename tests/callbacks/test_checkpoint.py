"""Checkpoint: a training that was stopped ends as if it had not been."""

import json
import os
import signal
import warnings

import keras
import numpy as np
import pytest

import keras_gan
from keras_gan import datasets
from keras_gan.callbacks import Checkpoint, LinearDecay
from keras_gan.checkpointing import folders, settings, state
from keras_gan.datasets.arrays import source_from_arrays
from tests.small_gan import (
    assert_same_state,
    compiled,
    images,
    labels,
    networks,
    state_of,
)

EPOCHS, STEPS = 3, 4

# All that changes while a GAN is trained is in "dcgan", which takes long to compile.
RULES = {
    "mlp": {"penalties": ["lecam"], "d_steps": 2},
    "dcgan": {"penalties": ["lecam", keras_gan.penalties.R1(1.0, every=3)]},
}
AUGMENT = {"mlp": None, "dcgan": "ada"}


def new(kind="mlp", **more):
    """A GAN as a program builds it."""
    keras.utils.set_random_seed(7)
    gan = keras_gan.GAN(*networks(kind), ema=0.9, seed=3, augment=AUGMENT[kind])
    g, d = keras.optimizers.Adam(1e-3), keras.optimizers.RMSprop(2e-3)
    gan.compile(g, d, **{**RULES[kind], **more})
    return gan


def batches():
    pixels = ((images() + 1) * 127.5).astype("uint8")
    return source_from_arrays("noise", pixels).batches(12, seed=5)


class Kill(BaseException):
    """Ends a training as a SIGKILL does: nothing more is done."""


class Killer(keras.callbacks.Callback):
    """Raise at a step, counted from 0 over all epochs, or in an evaluation."""

    def __init__(self, step=None, tests=None):
        super().__init__()
        self.step, self.tests, self.seen = step, tests, 0

    def on_train_batch_begin(self, batch, logs=None):
        if self.seen == self.step:
            raise Kill
        self.seen += 1

    def on_test_batch_begin(self, batch, logs=None):
        if self.tests is not None:
            self.tests -= 1
            if self.tests < 0:
                raise Kill


class Signals(keras.callbacks.Callback):
    """Send this process a signal before a step, or in an evaluation."""

    def __init__(self, number, step=None, in_test=False):
        super().__init__()
        self.number, self.step, self.in_test, self.seen = number, step, in_test, 0

    def on_train_batch_begin(self, batch, logs=None):
        if self.seen == self.step:
            os.kill(os.getpid(), self.number)
        self.seen += 1

    def on_test_begin(self, logs=None):
        if self.in_test:
            os.kill(os.getpid(), self.number)
            self.in_test = False


def scaled(rate):
    return keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(rate))


def fit(gan, directory, *others, every="epoch", data=None, **more):
    callbacks = [Checkpoint(directory, every), LinearDecay(EPOCHS), *others]
    return gan.fit(
        batches() if data is None else data,
        callbacks=callbacks,
        **{"epochs": EPOCHS, "verbose": 0, **more},
    )


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """What a training that nothing stops leaves: the GAN and its history."""
    whole = {}
    for kind in RULES:
        gan = new(kind)
        history = fit(gan, tmp_path_factory.mktemp(kind))
        whole[kind] = gan, history
    return whole


def assert_as_if_nothing_had_happened(gan, history, straight):
    one, whole = straight
    assert_same_state(one, gan)
    assert history.history == whole.history
    assert history.epoch == whole.epoch == list(range(EPOCHS))


class TestKilled:
    @pytest.mark.parametrize(
        ("kind", "every", "step"),
        [
            ("mlp", "epoch", 6),
            ("mlp", 2, 6),
            ("mlp", 1, 11),
            ("mlp", 1, 0),
            ("dcgan", 3, 7),
        ],
    )
    def test_at_any_step(self, tmp_path, straight, kind, every, step):
        with pytest.raises(Kill):
            fit(new(kind), tmp_path, Killer(step), every=every)
        gan = new(kind)
        history = fit(gan, tmp_path, every=every)
        assert_as_if_nothing_had_happened(gan, history, straight[kind])

    def test_many_times(self, tmp_path, straight):
        steps = 0
        for more in (2, 1, 3, 1, 2, 1):
            with pytest.raises(Kill):
                fit(new(), tmp_path, Killer(more), every=1)
            steps += more
        gan = new()
        history = fit(gan, tmp_path, every=1)
        assert_as_if_nothing_had_happened(gan, history, straight["mlp"])

    def test_after_the_end_nothing_is_trained(self, tmp_path, straight):
        fit(new(), tmp_path)
        gan = new()
        history = fit(gan, tmp_path, Killer(step=0))
        assert_as_if_nothing_had_happened(gan, history, straight["mlp"])

    def test_and_then_for_longer(self, tmp_path):
        data = batches()
        gan, other = new(), new()
        gan.fit(data, epochs=2, verbose=0, callbacks=[Checkpoint(tmp_path / "a")])
        longer = new()
        longer.fit(data, epochs=3, verbose=0, callbacks=[Checkpoint(tmp_path / "a")])
        other.fit(data, epochs=3, verbose=0, callbacks=[Checkpoint(tmp_path / "b")])
        assert_same_state(longer, other)

    def test_and_begun_again_in_the_same_process(self, tmp_path, straight):
        """As a notebook's cell is, when callbacks have moved the learning rates."""
        gan = new()
        with pytest.raises(KeyboardInterrupt):
            fit(gan, tmp_path, Signals(signal.SIGINT, STEPS + 2))
        history = fit(gan, tmp_path)
        assert_as_if_nothing_had_happened(gan, history, straight["mlp"])


@pytest.mark.once
class TestTrainedElsewhere:
    """Trainings that would go back behind what their GAN has learnt."""

    def test_it_is_not_thrown_away(self, tmp_path):
        gan = new()
        fit(gan, tmp_path, epochs=1)
        gan.fit(batches(), epochs=2, verbose=0)
        before = state_of(gan)
        with pytest.raises(ValueError, match=r"done 12 training steps and .* step 4"):
            fit(gan, tmp_path, epochs=1)  # as a notebook's first cell is run again
        for one, other in zip(before, state_of(gan), strict=True):
            np.testing.assert_array_equal(one, other)
        anew = new()
        fit(anew, tmp_path, epochs=1)
        assert anew.optimizer.iterations == STEPS

    def test_nor_after_an_error(self, tmp_path):
        gan = new()
        with pytest.raises(Kill):
            fit(gan, tmp_path, Killer(6))
        gan.fit(batches(), epochs=1, verbose=0)
        with pytest.raises(ValueError, match="is of step 4"):
            fit(gan, tmp_path)

    def test_what_this_training_did_is_done_again(self, tmp_path, straight):
        gan = new()
        for step in (6, 3, 1):
            with pytest.raises(Kill):
                fit(gan, tmp_path, Killer(step))
        history = fit(gan, tmp_path)
        assert_as_if_nothing_had_happened(gan, history, straight["mlp"])

    def test_a_training_that_is_over_may_be_asked_for_again(self, tmp_path, straight):
        gan = new()
        for _ in range(2):
            history = fit(gan, tmp_path)
        assert_as_if_nothing_had_happened(gan, history, straight["mlp"])


class TestEvaluated:
    """Trainings with held-out data."""

    def run(self, directory, *others, **more):
        keras.utils.set_random_seed(7)
        gan = compiled(metrics=[keras.metrics.MeanAbsoluteError(name="mae")])
        early = keras.callbacks.EarlyStopping(
            "val_mae", patience=1, mode="min", restore_best_weights=True
        )
        plateau = keras.callbacks.ModelCheckpoint(
            directory / "best.weights.h5",
            monitor="val_mae",
            mode="min",
            save_best_only=True,
            save_weights_only=True,
        )
        held_out = (images(20, seed=9), None)
        history = fit(
            gan,
            directory / "checkpoints",
            *(early, plateau, *others),
            every=3,
            validation_data=held_out,
            validation_batch_size=10,
            **more,
        )
        return gan, history, early, plateau

    @pytest.mark.parametrize(
        "stops",
        [
            [Killer(tests=0)],
            [Killer(tests=3), Killer(step=1)],
            [Killer(step=5)],
        ],
    )
    def test_killed(self, tmp_path, stops):
        one, whole, early, best = self.run(tmp_path / "one")
        for stop in stops:
            with pytest.raises(Kill):
                self.run(tmp_path / "other", stop)
        gan, history, early_too, best_too = self.run(tmp_path / "other")
        assert_same_state(one, gan)
        assert history.history == whole.history
        assert (early_too.best, early_too.wait) == (early.best, early.wait)
        assert best_too.best == best.best

    def test_asked_to_end_in_an_evaluation(self, tmp_path, capsys):
        one, whole, *_ = self.run(tmp_path / "one")
        with pytest.raises(KeyboardInterrupt):
            self.run(tmp_path / "other", Signals(signal.SIGINT, in_test=True))
        newest = folders.found(tmp_path / "other" / "checkpoints")[-1]
        record = json.loads((newest / "training.json").read_text())
        assert record["progress"]["batch"] == STEPS  # all of them, and no end yet
        gan, history, *_ = self.run(tmp_path / "other")
        assert_same_state(one, gan)
        assert history.history == whole.history


class TestGuarded:
    """Trainings that a guard sends back."""

    def run(self, directory, *others):
        keras.utils.set_random_seed(7)
        schedule = keras.optimizers.schedules.CosineDecay(1e-3, 40)
        optimizers = keras.optimizers.Adam(schedule), keras.optimizers.Adam(1e-3)
        gan = compiled(optimizers=optimizers)
        guard = keras_gan.callbacks.CollapseGuard(
            "restore", monitor="bad", tolerance=1.1, patience=1, warmup=0
        )
        callbacks = [_Bad(), guard, *others, Checkpoint(directory, 3)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # the guard's
            history = gan.fit(batches(), epochs=4, verbose=0, callbacks=callbacks)
        return gan, history, guard

    def test_and_killed(self, tmp_path):
        straight, whole, guard = self.run(tmp_path / "one")
        assert [event["step"] for event in guard.events] == [8]
        with pytest.raises(Kill):
            self.run(tmp_path / "other", Killer(step=9))
        gan, history, other = self.run(tmp_path / "other")
        assert_same_state(straight, gan)
        assert history.history == whole.history
        assert other.events == guard.events


class _Bad(keras.callbacks.Callback):
    """Logs a metric that gets worse in the second epoch."""

    def on_epoch_end(self, epoch, logs=None):
        logs["bad"] = [1.0, 2.0, 0.9, 0.95][epoch]


class TestSignals:
    def test_ctrl_c_ends_the_step(self, tmp_path, straight, capsys):
        before = signal.getsignal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            fit(new(), tmp_path, Signals(signal.SIGINT, 6))
        assert signal.getsignal(signal.SIGINT) is before
        gan = new()
        with pytest.raises(Kill):  # and it is the step that went on
            fit(gan, tmp_path, Killer(step=0))
        assert int(keras.ops.convert_to_numpy(gan.optimizer.iterations)) in (6, 7)
        gan = new()
        history = fit(gan, tmp_path)
        assert_as_if_nothing_had_happened(gan, history, straight["mlp"])

    @pytest.mark.parametrize("place", [{"step": 6}, {"in_test": True}])
    def test_without_a_place_in_the_data_it_does_not_wait(self, tmp_path, place):
        def run(directory, *others):
            gan = new()
            checkpoint = Checkpoint(directory, data_position=False)
            gan.fit(
                images(),
                batch_size=12,
                shuffle=False,
                epochs=EPOCHS,
                verbose=0,
                validation_data=(images(12), None),
                callbacks=[checkpoint, *others],
            )
            return gan

        straight = run(tmp_path / "one")
        stop = Signals(signal.SIGINT, **place)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "other", stop)
        assert stop.seen < 9  # of 12 steps: not at the end of an epoch
        assert_same_state(straight, run(tmp_path / "other"))

    def test_it_is_said_how_to_go_on(self, tmp_path, capsys):
        with pytest.raises(KeyboardInterrupt):
            fit(new(), tmp_path, Signals(signal.SIGINT, 1), verbose=2)
        newest = folders.found(tmp_path)[-1]
        assert f"The same program goes on from {newest}." in capsys.readouterr().err

    def test_sigterm_does_what_it_did(self, tmp_path, monkeypatch):
        came = []
        before = signal.signal(signal.SIGTERM, lambda number, frame: came.append(1))
        try:
            with pytest.raises(SystemExit) as ended:  # as its handler returned
                fit(new(), tmp_path, Signals(signal.SIGTERM, 2))
        finally:
            signal.signal(signal.SIGTERM, before)
        assert ended.value.code == 128 + signal.SIGTERM
        assert came == [1]


@pytest.mark.once
class TestShare:
    def test_what_takes_too_long_is_left_out(self, tmp_path, monkeypatch, straight):
        read = []
        means = state.means_of
        monkeypatch.setattr(
            "keras_gan.checkpointing.state.means_of",
            lambda gan: read.append(1) or means(gan),
        )
        gan = new()
        callbacks = [Checkpoint(tmp_path, 1, max_share=1e-9), LinearDecay(EPOCHS)]
        gan.fit(batches(), epochs=EPOCHS, verbose=0, callbacks=callbacks)
        # The first, before it is known how long one takes, and the last.
        assert [p.name for p in folders.found(tmp_path)] == [
            "checkpoint_000001",
            "checkpoint_000002",
        ]
        assert len(read) == 1  # nor is the model read for the others
        assert_same_state(straight["mlp"][0], gan)


class TestData:
    """What the place can be found in."""

    @pytest.mark.parametrize("kind", ["arrays", "dataset", "per_epoch", "repeated"])
    def test_that_is_read_again(self, tmp_path, kind):
        import tensorflow as tf

        x, y = images(), labels()
        fixed = tf.data.Dataset.from_tensor_slices((x, y)).batch(10)  # the last has 8

        def run(directory, *others):
            keras.utils.set_random_seed(1)
            gan = compiled(num_classes=3)
            more = {"batch_size": 10}
            data = (x, y)
            if kind != "arrays":
                data, more = (fixed, None), {}
            if kind == "per_epoch":
                examples = tf.data.Dataset.from_tensor_slices((x, y))
                data = (
                    datasets.PerEpoch(lambda n: examples.shuffle(48, n).batch(10)),
                    None,
                )
            if kind == "repeated":
                data, more = (fixed.repeat(), None), {"steps_per_epoch": 3}
            callbacks = [Checkpoint(directory, 2), *others]
            gan.fit(*data, epochs=3, verbose=0, callbacks=callbacks, **more)
            return gan

        straight = run(tmp_path / "one")
        with pytest.raises(Kill):
            run(tmp_path / "other", Killer(5))
        assert_same_state(straight, run(tmp_path / "other"))

    def test_begins_at_the_initial_epoch(self, tmp_path):
        data = batches().per_epoch
        whole, first = new(), new()
        whole.fit(data, epochs=2, verbose=0)
        first.fit(data, epochs=1, verbose=0)
        checkpoint = Checkpoint(tmp_path)
        first.fit(data, epochs=2, initial_epoch=1, verbose=0, callbacks=[checkpoint])
        assert_same_state(whole, first)

    @pytest.mark.parametrize("first", [0, 1])
    def test_begins_in_an_epoch_whatever_the_initial_one(self, tmp_path, first):
        straight, gan = new(), new()
        fit(straight, tmp_path / "one", initial_epoch=first)
        with pytest.raises(Kill):
            fit(new(), tmp_path / "other", Killer(6), every=1, initial_epoch=first)
        history = fit(gan, tmp_path / "other", every=1, initial_epoch=first)
        assert_same_state(straight, gan)
        assert history.epoch == list(range(first, EPOCHS))

    def test_that_is_shuffled_anew_is_refused(self, tmp_path):
        data = batches().map(lambda x: x)  # which knows no epochs any more
        with pytest.raises(ValueError, match="yields other batches each time"):
            fit(new(), tmp_path, data=data)

    def test_of_another_kind_is_refused(self, tmp_path):
        with pytest.raises(TypeError, match=r"x must be arrays.*Received: a list"):
            fit(new(), tmp_path, data=[(images(12),)])

    def test_of_any_kind_where_its_place_is_not_kept(self, tmp_path):
        def run(directory, *others):
            gan = new()
            checkpoint = Checkpoint(directory, data_position=False)
            callbacks = [checkpoint, *others]
            data = keras_gan.validation.Held([images(12, seed=i) for i in range(4)])
            gan.fit(data, epochs=3, verbose=0, shuffle=False, callbacks=callbacks)
            return gan

        straight = run(tmp_path / "one")
        with pytest.raises(Kill):
            run(tmp_path / "other", Killer(9))
        assert_same_state(straight, run(tmp_path / "other"))

    def test_whose_place_is_not_kept_any_more(self, tmp_path):
        with pytest.raises(KeyboardInterrupt):
            fit(new(), tmp_path, Signals(signal.SIGINT, STEPS + 3))
        gan = new()
        checkpoint = Checkpoint(tmp_path, data_position=False, allow_changes=True)
        gan.fit(batches(), epochs=EPOCHS, verbose=0, callbacks=[checkpoint])
        assert gan.optimizer.iterations == STEPS + 3 + 2 * STEPS  # an epoch anew

    def test_without_a_size_is_refused(self, tmp_path):
        data = batches().filter(lambda x: True)
        with pytest.raises(ValueError, match="number of batches"):
            fit(new(), tmp_path, data=data)

    def test_that_is_other_data_is_refused(self, tmp_path):
        fit(new(), tmp_path, data=images(48, seed=1))
        with pytest.raises(ValueError, match="is of other data"):
            fit(new(), tmp_path, data=images(48, seed=2))


@pytest.mark.once
class TestSettings:
    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"d_steps": 1}, "compile.d_steps is 2 there and 1 here"),
            ({"loss": "hinge"}, "compile.loss is 'non_saturating' there and 'hinge'"),
            ({"penalties": ["dragan"]}, "compile.penalties\\[0\\] is 'lecam' there"),
            ({"update": "simultaneous", "d_steps": 1}, "compile.update is 'alternat"),
        ],
    )
    def test_others_are_refused_by_name(self, tmp_path, changed, message):
        fit(new(), tmp_path)
        before = sorted(tmp_path.iterdir())
        with pytest.raises(ValueError, match=message):
            fit(new(**changed), tmp_path)
        assert sorted(tmp_path.iterdir()) == before

    def test_other_networks_are_refused(self, tmp_path):
        fit(new(), tmp_path)
        with pytest.raises(ValueError, match="generator has variables of other shapes"):
            fit(new("dcgan", **RULES["mlp"]), tmp_path)
        checkpoint = Checkpoint(tmp_path, allow_changes=True)  # which cannot help
        with pytest.raises(ValueError, match="weights fit no others"):
            new("dcgan").fit(batches(), verbose=0, callbacks=[checkpoint])

    def test_a_network_that_does_other_things_is_refused_by_name(self, tmp_path):
        def run(rate, **more):
            gan = compiled(dropout=rate)
            checkpoint = Checkpoint(tmp_path, **more)
            gan.fit(batches(), epochs=2, verbose=0, callbacks=[checkpoint])

        run(0.2)
        with pytest.raises(ValueError, match=r"\.rate is 0.2 there and 0.5 here"):
            run(0.5)
        run(0.5, allow_changes=True)

    def test_networks_of_an_older_checkpoint_are_taken(self, tmp_path, monkeypatch):
        def without(*given):
            found = of(*given)
            return {key: found[key] for key in found if key != "networks"}

        of = settings.of
        with monkeypatch.context() as older:
            older.setattr(settings, "of", without)
            fit(new(), tmp_path, epochs=1)
        gan = new()
        fit(gan, tmp_path, epochs=2)
        assert gan.optimizer.iterations == 2 * STEPS

    def test_others_are_taken_if_asked_for(self, tmp_path):
        fit(new(), tmp_path)
        gan = new(d_steps=1)
        gan.g_optimizer.learning_rate = 5e-4  # half of what it was
        checkpoint = Checkpoint(tmp_path, allow_changes=True)
        gan.fit(batches(), epochs=4, verbose=0, callbacks=[checkpoint])
        rate = float(keras.ops.convert_to_numpy(gan.g_optimizer.learning_rate))
        assert rate == pytest.approx(1e-3 / EPOCHS / 2)  # of what the decay had left
        assert gan.optimizer.iterations == 4 * STEPS

    @pytest.mark.parametrize(
        ("before", "after", "rate"),
        [
            (keras.optimizers.Adam, keras.optimizers.AdamW, 1e-4),
            (keras.optimizers.Adam, keras.optimizers.RMSprop, 1e-4),
            (lambda rate: "adam", keras.optimizers.Adam, 1e-4),
            (scaled, scaled, 1e-4),
        ],
        ids=["akin", "another kind", "by name", "in a loss scale"],
    )
    @pytest.mark.filterwarnings("ignore:Skipping variable loading:UserWarning")
    def test_another_rate(self, tmp_path, before, after, rate):
        """It is the one that was asked for, whatever became of the state."""
        for optimizer in (before(1e-3), after(rate)):
            gan = keras_gan.GAN(*networks("mlp"), seed=3)
            gan.compile(optimizer, keras.optimizers.SGD(1e-3))
            checkpoint = Checkpoint(tmp_path, allow_changes=True)
            epochs = 1 + int(checkpoint.directory.exists() and any(tmp_path.iterdir()))
            gan.fit(batches(), epochs=epochs, verbose=0, callbacks=[checkpoint])
        found = float(keras.ops.convert_to_numpy(gan.g_optimizer.learning_rate))
        assert found == pytest.approx(rate)

    def test_a_memory_that_cannot_be_kept(self, tmp_path):
        class Careless(keras.callbacks.Callback):
            def get_memory(self):
                return {"seen": np.zeros(3)}

        gan = new()
        with pytest.raises(TypeError, match=r"from Careless: seen=array"):
            fit(gan, tmp_path, Careless())
        assert gan.optimizer.iterations == 0

    def test_a_shorter_epoch_ends_the_one_that_was_begun(self, tmp_path):
        with pytest.raises(KeyboardInterrupt):
            fit(new(), tmp_path, Signals(signal.SIGINT, 3))
        gan = new()
        checkpoint = Checkpoint(tmp_path, allow_changes=True)
        gan.fit(
            batches(), steps_per_epoch=2, epochs=2, verbose=0, callbacks=[checkpoint]
        )
        assert gan.history.epoch == [0, 1]
        assert gan.optimizer.iterations == 3 + 2

    def test_two_are_refused(self, tmp_path):
        with pytest.raises(ValueError, match="one Checkpoint"):
            fit(new(), tmp_path, Checkpoint(tmp_path / "b"))

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"every": 0}, "every"),
            ({"every": "day"}, "every"),
            ({"keep": 0}, "keep"),
            ({"max_share": 2.0}, "max_share"),
            ({"every": 5, "data_position": False}, "every must be 'epoch'"),
        ],
    )
    def test_arguments_out_of_range(self, tmp_path, arguments, message):
        with pytest.raises((ValueError, TypeError), match=message):
            Checkpoint(tmp_path, **arguments)

    def test_steps_that_do_not_divide(self, tmp_path):
        if keras.backend.backend() == "torch":
            pytest.skip("PyTorch has one step in an execution")
        with pytest.raises(ValueError, match="steps_per_execution=3, 4 steps"):
            fit(new(steps_per_execution=3), tmp_path)


@pytest.mark.once
class TestFiles:
    def test_two_are_kept(self, tmp_path):
        fit(new(), tmp_path, every=1)
        assert [p.name for p in sorted(tmp_path.iterdir())] == [
            f"checkpoint_{n:06d}" for n in (EPOCHS * STEPS - 1, EPOCHS * STEPS)
        ]

    def test_the_gan_in_it_can_be_loaded(self, tmp_path):
        gan = new()
        fit(gan, tmp_path)
        loaded = keras.saving.load_model(folders.found(tmp_path)[-1] / "model.keras")
        assert_same_state(gan, loaded)

    def test_a_damaged_one_is_set_aside(self, tmp_path, straight):
        fit(new(), tmp_path)
        newest = folders.found(tmp_path)[-1]
        content = bytearray((newest / "model.keras").read_bytes())
        content[len(content) // 2] ^= 1
        (newest / "model.keras").write_bytes(content)
        gan = new()
        with pytest.warns(RuntimeWarning, match=r"model.keras is not what was written"):
            history = fit(gan, tmp_path)
        assert_as_if_nothing_had_happened(gan, history, straight["mlp"])
        assert (tmp_path / f"damaged_{newest.name}").is_dir()

    def test_if_all_are_damaged_nothing_begins(self, tmp_path):
        fit(new(), tmp_path)
        for path in folders.found(tmp_path):
            (path / "training.json").write_text("{}")
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(ValueError, match="All checkpoints are damaged"):
            fit(new(), tmp_path)
        assert sorted(tmp_path.rglob("*")) == before

    def test_a_gan_that_is_lost_is_not_written(self, tmp_path):
        fit(new(), tmp_path, epochs=1)
        before = folders.found(tmp_path)
        gan = new()
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            fit(gan, tmp_path, _Spoiler())
        assert any("not finite" in str(w.message) for w in told)
        assert folders.found(tmp_path) == before

    def test_other_versions_are_told(self, tmp_path, monkeypatch):
        fit(new(), tmp_path, epochs=1)
        monkeypatch.setattr("keras_gan.version.__version__", "0.0.1")
        with pytest.warns(RuntimeWarning, match="other versions"):
            fit(new(), tmp_path)

    def test_a_model_that_is_no_gan(self, tmp_path):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        with pytest.raises(RuntimeError, match=r"GAN.fit.*a Sequential"):
            model.fit(
                np.zeros((4, 2)),
                np.zeros((4, 1)),
                verbose=0,
                callbacks=[Checkpoint(tmp_path)],
            )


class _Spoiler(keras.callbacks.Callback):
    """Make the generator NaN."""

    def on_epoch_begin(self, epoch, logs=None):
        for variable in self.model.generator.trainable_variables:
            variable.assign(variable.value * float("nan"))
