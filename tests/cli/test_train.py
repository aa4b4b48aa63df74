"""keras-gan train: what a run leaves, how it goes on, and what is refused."""

import errno
import json
import os
import shutil
import signal

import keras
import numpy as np
import pytest
from PIL import Image, ImageSequence

import keras_gan
from keras_gan import recipes
from keras_gan.callbacks import Checkpoint
from keras_gan.checkpointing import state
from keras_gan_cli import training
from tests.cli.conftest import CLASSES, IMAGES, SIDE, class_folder
from tests.small_gan import assert_same_state

SMALL = ("--batch-size", 16, "--set", "latent_dim=4", "--quiet")


def step_of(folder):
    gan = keras.saving.load_model(folder / "model.keras")
    return int(keras.ops.convert_to_numpy(gan.optimizer.iterations))


def history_of(folder):
    return json.loads((folder / "history.json").read_text())


class TestRun:
    def test_all_files_are_there(self, run):
        assert sorted(os.listdir(run)) == [
            "checkpoints",
            "config.json",
            "curves.png",
            "history.csv",
            "history.json",
            "model.keras",
            "samples",
            "samples.png",
            "training.gif",
        ]
        assert sorted(os.listdir(run / "samples")) == [
            "real.png",
            "samples_000000.png",
            "samples_000003.png",
            "samples_000006.png",
        ]

    def test_the_model_is_the_whole_trained_gan(self, run):
        gan = keras.saving.load_model(run / "model.keras")
        assert isinstance(gan, keras_gan.GAN)
        assert gan.compiled
        assert gan.num_classes == CLASSES
        assert step_of(run) == 6

    def test_the_history_has_a_row_for_each_epoch(self, run):
        history = history_of(run)
        assert history["epoch"] == [1, 2]
        assert history["step"] == [3, 6]
        assert history["seconds"][0] < history["seconds"][1]
        assert np.isfinite(history["d_loss"]).all()
        assert len((run / "history.csv").read_text().splitlines()) == 3

    def test_the_configuration_is_exact(self, run, data_file):
        config = json.loads((run / "config.json").read_text())
        assert config["recipe"] == "vanilla"
        assert config["data"] == str(data_file)
        assert config["backend"] == keras.backend.backend()
        assert config["batch_size"] == 16
        assert config["epochs"] == 2
        assert config["seed"] == 0
        assert config["labels"] is True
        assert config["fast"] is False
        assert config["precision"] == "float32"
        expected = recipes.get("vanilla").settings() | {"latent_dim": 4}
        expected = {k: list(v) if k == "hidden" else v for k, v in expected.items()}
        assert config["settings"] == expected
        assert config["images"] == {
            "shape": [SIDE, SIDE, 1],
            "number": IMAGES,
            "classes": CLASSES,
            "class_names": None,
            "drawn": True,
        }
        assert config["versions"]["keras"] == keras.__version__
        assert config["versions"]["keras_gan"] == keras_gan.__version__

    def test_pictures(self, run):
        last = (run / "samples" / "samples_000006.png").read_bytes()
        assert (run / "samples.png").read_bytes() == last
        with Image.open(run / "training.gif") as animation:
            assert len(list(ImageSequence.Iterator(animation))) == 3
        with Image.open(run / "curves.png") as curves:
            assert curves.width > 500
        with Image.open(run / "samples" / "real.png") as real:
            assert real.height == CLASSES * (SIDE * 7 + 2) + 2  # a row for each class

    def test_a_run_is_not_overwritten(self, refused, run, data_file):
        before = (run / "model.keras").read_bytes()
        err = refused("train", "dcgan", "--data", data_file, "--out", run)
        assert "holds another run" in err
        assert "--resume" in err
        assert (run / "model.keras").read_bytes() == before


@pytest.mark.once
class TestProgress:
    def test_options_of_the_data_and_of_time(self, call, data_file, tmp_path):
        out = tmp_path / "run"
        status, said, _ = call(
            *("train", "vanilla", "--data", data_file, "--out", out),
            *("--image-size", 12, "--channels", 3, "--limit", 40),
            *("--batch-size", 16, "--steps-per-epoch", 5, "--sample-every", 2),
            *("--epochs", 1000, "--minutes", 0.0001),
        )
        assert status == 0
        assert "Epoch 1/1000" in said
        assert "time limit of 0.0001 minutes" in said
        assert str(out / "samples.png") in said
        assert history_of(out)["epoch"] == [1]
        assert history_of(out)["step"][0] <= 5
        config = json.loads((out / "config.json").read_text())
        assert config["images"]["shape"] == [12, 12, 3]
        assert config["images"]["number"] == 40
        with Image.open(out / "samples.png") as grid:
            assert grid.mode == "RGB"


@pytest.mark.once
class TestLimit:
    @pytest.fixture
    def data(self, tmp_path):
        return class_folder(tmp_path / "data", {"ant": 0, "bee": 100, "cat": 200}, 20)

    def test_few_of_a_folder_of_classes_are_of_all(
        self, call, data, tmp_path, monkeypatch
    ):
        seen = labels_that_fit_sees(monkeypatch)
        out = tmp_path / "run"
        options = ("--data", data, "--out", out, *SMALL, "--labels", "--limit", 20)
        assert call("train", "vanilla", *options, "--epochs", 1)[0] == 0
        goes_on = ("train", "--out", out, "--resume", "--epochs", 2, "--quiet")
        assert call(*goes_on)[0] == 0
        assert set(seen[0]) == set(range(CLASSES))
        assert seen[0] == seen[1]

    def test_a_run_of_an_earlier_version_goes_on_with_the_first(
        self, call, data, tmp_path, monkeypatch
    ):
        seen = labels_that_fit_sees(monkeypatch)
        out = tmp_path / "run"
        options = ("--data", data, "--out", out, *SMALL, "--labels", "--limit", 20)
        with monkeypatch.context() as earlier:
            earlier.setattr(training, "_draws", lambda stored: False)
            assert call("train", "vanilla", *options, "--epochs", 1)[0] == 0
        config = json.loads((out / "config.json").read_text())
        for key in ("drawn", "class_names"):
            del config["images"][key]
        (out / "config.json").write_text(json.dumps(config))
        for epochs in (2, 3):
            goes_on = ("train", "--out", out, "--resume", "--epochs", epochs)
            assert call(*goes_on, "--quiet")[0] == 0
        assert seen == [[0] * 16] * 3
        config = json.loads((out / "config.json").read_text())
        assert config["images"]["drawn"] is False


def labels_that_fit_sees(monkeypatch):
    """The labels of the first epoch of each run to come, in their order."""
    seen, real = [], keras_gan.GAN.fit

    def fit(self, x, *args, **kwargs):
        batches = x.per_epoch.epoch(0)
        seen.append([int(label) for _, labels in batches for label in labels])
        return real(self, x, *args, **kwargs)

    monkeypatch.setattr(keras_gan.GAN, "fit", fit)
    return seen


class TestPrecision:
    @pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
    def test_networks_have_it_and_the_run_keeps_it(
        self, call, refused, data_file, tmp_path, policy
    ):
        out = tmp_path / "run"
        options = ("--out", out, *SMALL, "--epochs", 1, "--precision", policy)
        assert call("train", "vanilla", "--data", data_file, *options)[0] == 0
        assert keras.config.dtype_policy().name == "float32"
        assert json.loads((out / "config.json").read_text())["precision"] == policy
        goes_on = ("train", "--out", out, "--resume", "--quiet", "--epochs", 2)
        assert f"--precision is {policy} there and float32 here" in refused(
            *goes_on, "--precision", "float32"
        )
        assert call(*goes_on)[0] == 0
        assert history_of(out)["epoch"] == [1, 2]
        gan = keras.saving.load_model(out / "model.keras")
        for network in (gan.generator, gan.discriminator):
            assert any(layer.dtype_policy.name == policy for layer in network.layers)


@pytest.mark.once
class TestRecipes:
    """What the recipe decides unless it is given."""

    @pytest.fixture
    def tiny(self, monkeypatch):
        """A recipe that needs labels, and is small only where it is fast."""
        card = {"labels": "required", "fast": {"hidden": (8,), "epochs": 1}}
        make = recipes.get("vanilla").make
        tiny = recipes.Recipe("tiny", "", "Me", 16, 50, make, **card)
        monkeypatch.setattr(recipes, "_RECIPES", dict(recipes._RECIPES))
        recipes.register(tiny)

    @pytest.mark.usefixtures("tiny")
    def test_fast_and_labels_are_kept_in_the_configuration(
        self, call, refused, data_file, tmp_path
    ):
        out = tmp_path / "run"
        options = ("--fast", "--set", "latent_dim=3", "--out", out, "--quiet")
        assert call("train", "tiny", "--data", data_file, *options)[0] == 0
        config = json.loads((out / "config.json").read_text())
        assert (config["fast"], config["labels"]) == (True, True)
        assert (config["batch_size"], config["epochs"]) == (16, 1)
        assert config["settings"]["hidden"] == [8]
        assert config["settings"]["latent_dim"] == 3
        gan = keras.saving.load_model(out / "model.keras")
        assert (gan.num_classes, gan.latent_dim) == (CLASSES, 3)

        goes_on = ("train", "--out", out, "--resume", "--quiet", "--epochs", 2)
        assert "hidden is [8] there" in refused(*goes_on, "--set", "hidden=9")
        assert call(*goes_on, "--fast", "--set", "hidden=8")[0] == 0
        assert history_of(out)["epoch"] == [1, 2]
        assert json.loads((out / "config.json").read_text()) == {**config, "epochs": 2}

    def test_labels_that_the_recipe_needs_and_the_data_lacks(self, refused, tmp_path):
        np.save(tmp_path / "a.npy", np.zeros((20, 16, 16), np.uint8))
        out = tmp_path / "run"
        err = refused("train", "cgan", "--data", tmp_path / "a.npy", "--out", out)
        assert "a.npy has no labels, and the recipe cgan needs them" in err
        assert "subfolders, one for each class; an .npz file if it holds" in err
        assert not out.exists()

    @pytest.mark.parametrize("arguments", [("cgan",), ("vanilla", "--labels")])
    def test_an_image_beside_the_class_folders_is_named(
        self, refused, tmp_path, arguments
    ):
        data = class_folder(tmp_path / "data", {"ant": 0, "bee": 100})
        shutil.copy(data / "ant" / "0.png", data / "stray.png")
        err = refused(
            "train", *arguments, "--data", data, "--out", tmp_path / "run", *SMALL
        )
        assert "has no labels" in err
        assert "1 of 17 are not: stray.png. Move or remove these." in err

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["infogan", "--labels"], "--labels: the recipe infogan takes no labels"),
            (["acgan", "--no-labels"], "--no-labels: the recipe acgan needs labels"),
        ],
    )
    def test_labels_that_the_recipe_refuses(
        self, refused, data_file, tmp_path, arguments, message
    ):
        out = tmp_path / "run"
        err = refused("train", *arguments, "--data", data_file, "--out", out)
        assert message in err
        assert not out.exists()


class Stop(keras.callbacks.Callback):
    """Sends this process a signal before a batch of the third epoch."""

    def __init__(self, number):
        super().__init__()
        self.number = number

    def on_train_batch_begin(self, batch, logs=None):
        if batch == 1 and keras.ops.equal(self.model.optimizer.iterations, 7):
            os.kill(os.getpid(), self.number)


def stopped_by(monkeypatch, number):
    """Have the next runs get a signal in the third epoch."""
    real = keras_gan.GAN.fit

    def fit(self, *args, callbacks, **kwargs):
        return real(self, *args, callbacks=[*callbacks, Stop(number)], **kwargs)

    monkeypatch.setattr(keras_gan.GAN, "fit", fit)
    return lambda: monkeypatch.setattr(keras_gan.GAN, "fit", real)


class TestResume:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_a_run_that_got_a_signal_goes_on(
        self, call, refused, data_file, tmp_path, monkeypatch, number
    ):
        out, straight = tmp_path / "run", tmp_path / "straight"
        same = ("train", "vanilla", "--data", data_file, "--epochs", 4, *SMALL)
        same = (*same, "--resume", "--metrics", "sliced_wasserstein")
        same = (*same, "--metric-images", 16)
        no_more = stopped_by(monkeypatch, number)
        err = refused(*same, "--out", out, status=128 + number)
        no_more()
        assert f"--out {out} --resume" in err
        drawn = number == signal.SIGINT  # after SIGTERM there may be no time
        assert (out / "curves.png").exists() is drawn
        assert (out / "training.gif").exists() is drawn
        record = json.loads(
            (max((out / "checkpoints").iterdir()) / "training.json").read_text()
        )
        assert (record["step"], record["progress"]["batch"]) == (7, 1)

        assert call(*same, "--out", out)[0] == 0  # the same command again
        assert call(*same, "--out", straight)[0] == 0
        gans = [keras.saving.load_model(f / "model.keras") for f in (out, straight)]
        assert_same_state(*gans)
        one, other = history_of(out), history_of(straight)
        seconds = one.pop("seconds")
        assert seconds == sorted(seconds)
        other.pop("seconds")
        assert one == other
        assert one["step"] == [3, 6, 9, 12]
        assert len(one["val_sliced_wasserstein"]) == 4
        with Image.open(out / "training.gif") as animation:
            assert len(list(ImageSequence.Iterator(animation))) >= 5

    @pytest.mark.parametrize("epochs", [(), ("--epochs", 1)])
    def test_a_run_that_is_over_is_left_as_it_is(self, call, run, epochs):
        before = (run / "model.keras").read_bytes()
        config = (run / "config.json").read_text()
        step = step_of(run)
        status, said, _ = call("train", "--out", run, "--resume", *epochs)
        assert status == 0
        assert "All 2 epochs are done; nothing was trained. Give --epochs N abo" in said
        assert (run / "config.json").read_text() == config
        assert step_of(run) == step
        assert history_of(run)["epoch"] == [1, 2]
        assert len(before) > 0

    def test_a_run_that_was_interrupted_before_it_began(
        self, refused, data_file, tmp_path, monkeypatch
    ):
        def interrupt(*args, **kwargs):
            raise KeyboardInterrupt

        monkeypatch.setattr(keras_gan.GAN, "fit", interrupt)
        out = tmp_path / "run"
        options = ("--data", data_file, "--out", out, *SMALL)
        assert "interrupted\n" in refused("train", "vanilla", *options, status=130)
        assert not out.exists()

    def test_a_run_that_was_killed_at_its_beginning_begins_anew(
        self, call, data_file, tmp_path, run
    ):
        out = tmp_path / "run"
        out.mkdir()
        config = json.loads((run / "config.json").read_text())
        (out / "config.json").write_text(json.dumps(config))
        (out / ".model.123.keras").write_text("half a model of a killed process")
        assert call("train", "--out", out, "--resume", "--quiet")[0] == 0
        assert history_of(out)["epoch"] == [1, 2]
        assert not list(out.glob(".*"))

    def test_a_run_that_was_killed_as_it_started_begins_anew(
        self, call, refused, data_file, tmp_path, monkeypatch
    ):
        class Killed(Checkpoint):
            def on_train_begin(self, logs=None):
                super().on_train_begin(logs)
                raise RuntimeError("killed")

        out = tmp_path / "run"
        options = ("--data", data_file, "--out", out, "--epochs", 1, *SMALL, "--resume")
        monkeypatch.setattr(training, "Checkpoint", Killed)
        assert "killed" in refused("train", "vanilla", *options)
        monkeypatch.undo()
        assert (out / "checkpoints").is_dir()  # the folder is not empty
        assert call("train", "vanilla", *options)[0] == 0  # the same command again
        assert history_of(out)["epoch"] == [1]

    def test_without_a_run_it_begins_one(self, refused, tmp_path, data_file, call):
        out = tmp_path / "run"
        out.mkdir()
        (out / ".config.123.json").write_text("{")  # killed while it was written
        assert "holds no run" in refused("train", "--out", out, "--resume")
        options = ("--data", data_file, "--out", out, "--epochs", 1, *SMALL)
        assert call("train", "vanilla", *options, "--resume")[0] == 0

    def test_a_run_without_checkpoints_is_not_overwritten(self, refused, run, tmp_path):
        out = tmp_path / "old"
        out.mkdir()
        for name in ("config.json", "model.keras"):
            (out / name).write_bytes((run / name).read_bytes())
        err = refused("train", "--out", out, "--resume", "--epochs", 9)
        assert "holds a model and no checkpoints" in err

    def test_classes_keep_their_numbers_without_one_of_them(
        self, call, refused, run_of_folder, tmp_path
    ):
        out = shutil.copytree(run_of_folder[0], tmp_path / "run")
        shades = {"bee": 100, "cat": 200}
        data = class_folder(tmp_path / "data", shades, count=12)
        again = ("train", "--out", out, "--resume", "--quiet", "--allow-changes")
        assert call(*again, "--data", data, "--epochs", 2)[0] == 0
        images = json.loads((out / "config.json").read_text())["images"]
        assert (images["number"], images["classes"]) == (24, CLASSES)
        assert images["class_names"] == ["ant", "bee", "cat"]
        (data / "bee").rename(data / "wasp")
        assert "the classes 'wasp' are not" in refused(*again, "--epochs", 3)

    def test_changes_that_are_asked_for(self, call, refused, data_file, tmp_path):
        out = tmp_path / "run"
        options = ("--data", data_file, "--out", out, "--epochs", 1, *SMALL)
        assert call("train", "vanilla", *options)[0] == 0
        changed = ("train", "--out", out, "--resume", "--epochs", 2, "--quiet")
        changed = (*changed, "--set", "d_learning_rate=1e-5", "--batch-size", 12)
        assert "--batch-size is 16 there and 12 here" in refused(*changed)
        assert call(*changed, "--allow-changes")[0] == 0
        config = json.loads((out / "config.json").read_text())
        assert (config["batch_size"], config["settings"]["d_learning_rate"]) == (
            12,
            1e-5,
        )
        assert history_of(out)["step"] == [3, 7]

    def test_a_change_that_fails_changes_nothing(self, refused, run):
        before = (run / "config.json").read_bytes()
        again = ("train", "--out", run, "--resume", "--epochs", 9, "--allow-changes")
        assert "of other networks" in refused(*again, "--set", "hidden=5")
        err = refused(again[0], "minimax", *again[1:])
        assert "RECIPE is vanilla there and minimax here" in err
        assert "--fast is False there and True here" in refused(*again, "--fast")
        assert (run / "config.json").read_bytes() == before

    def test_a_checkpoint_that_cannot_be_loaded_changes_nothing(
        self, refused, run, tmp_path, monkeypatch
    ):
        def load(*args):
            raise ValueError("these weights do not fit")

        out = shutil.copytree(run, tmp_path / "run")
        before = (out / "config.json").read_bytes()
        monkeypatch.setattr(state, "load", load)
        again = ("train", "--out", out, "--resume", "--epochs", 9, "--allow-changes")
        again = (*again, "--set", "beta_1=0.9", "--quiet")
        assert "weights do not fit" in refused(*again)
        assert (out / "config.json").read_bytes() == before

    def test_changes_with_nothing_left_to_do_change_nothing(self, call, run, tmp_path):
        out = shutil.copytree(run, tmp_path / "run")
        before = (out / "config.json").read_bytes()
        again = ("train", "--out", out, "--resume", "--quiet")
        assert call(*again, "--allow-changes", "--set", "beta_1=0.9")[0] == 0
        assert (out / "config.json").read_bytes() == before
        assert call(*again, "--epochs", 3)[0] == 0
        assert history_of(out)["epoch"] == [1, 2, 3]

    def test_more_and_less_may_be_logged(self, call, data_file, tmp_path):
        out = tmp_path / "run"
        options = ("--data", data_file, "--out", out, "--epochs", 1, *SMALL)
        # An empty variable of a shell is no name of a metric or a folder.
        empty = ("--metrics", "", "--data-dir", "")
        assert call("train", "vanilla", *options, *empty)[0] == 0
        again = ("train", "--out", out, "--resume", "--allow-changes")
        metrics = ("--metrics", "sliced_wasserstein", "--metric-images", 16)
        assert call(*again, "--epochs", 2, *metrics)[0] == 0
        assert call(*again, "--epochs", 3, "--metrics", "")[0] == 0
        history = history_of(out)
        assert history["epoch"] == [1, 2, 3]
        found = [value is not None for value in history["val_sliced_wasserstein"]]
        assert found == [False, True, False]
        rows = (out / "history.csv").read_text().splitlines()
        assert {row.count(",") for row in rows} == {rows[0].count(",")}
        assert (out / "curves.png").exists()

    def test_changes_without_resume(self, refused, data_file, tmp_path):
        options = ("--data", data_file, "--out", tmp_path / "run", *SMALL)
        err = refused("train", "vanilla", *options, "--allow-changes", status=2)
        assert "--allow-changes is for --resume" in err

    @pytest.mark.parametrize("more", [(), ("--resume",), ("--metrics", "")])
    def test_images_to_compare_with_and_no_metrics(
        self, refused, data_file, tmp_path, more
    ):
        options = ("--data", data_file, "--out", tmp_path / "run", *SMALL, *more)
        err = refused("train", "vanilla", *options, "--metric-images", 9, status=2)
        assert "--metric-images is for --metrics" in err
        assert not (tmp_path / "run").exists()

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["dcgan"], "RECIPE is vanilla there and dcgan here"),
            (["--data", "builtin"], "there and builtin here"),
            (["--batch-size", "8"], "--batch-size is 16 there and 8 here"),
            (["--no-labels"], "--labels is True there and False here"),
            (["--fast"], "--fast is False there and True here"),
            (["--precision", "mixed_bfloat16"], "--precision is float32 there"),
            (["--set", "latent_dim=5"], "latent_dim is 4 there and 5 here"),
            (["--set", "beta_1=0.9"], "beta_1 is 0.5 there and 0.9 here"),
        ],
    )
    def test_another_run_is_refused(self, refused, run, arguments, message):
        before = (run / "model.keras").read_bytes()
        options = [*arguments, "--out", run, "--resume", "--epochs", 9]
        assert message in refused("train", *options)
        assert (run / "model.keras").read_bytes() == before


@pytest.mark.once
class TestFullDisk:
    """What cannot be written, and what is kept all the same."""

    @pytest.fixture
    def full(self, monkeypatch):
        """A disk that is full from the second epoch on, for all files."""
        state = {"full": False}
        real_replace = os.replace

        def replace(source, target):
            if state["full"] and "run" in str(target):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            real_replace(source, target)

        fit = keras_gan.GAN.fit

        class Fills(keras.callbacks.Callback):
            def on_epoch_begin(self, epoch, logs=None):
                state["full"] = epoch == 1

        def filling(self, *args, callbacks, **kwargs):
            return fit(self, *args, callbacks=[Fills(), *callbacks], **kwargs)

        monkeypatch.setattr(os, "replace", replace)
        monkeypatch.setattr(keras_gan.GAN, "fit", filling)
        return state

    @pytest.mark.filterwarnings("always::RuntimeWarning")
    def test_the_training_goes_on_and_says_so(
        self, call, data_file, tmp_path, full, monkeypatch
    ):
        out = tmp_path / "run"
        options = ("--data", data_file, "--out", out, "--epochs", 2, *SMALL)
        status, _, err = call("train", "vanilla", *options)
        for what in ("No checkpoint could", "The grid of step 6", "history.csv could"):
            assert f"warning: {what}" in err or f"{out}/{what}" in err
        assert "No space left on device. The training goes on" in err
        assert status == 1
        assert f"its end could not be written: [Errno {errno.ENOSPC}]" in err
        assert "checkpoint_000001. Make room" in err
        assert f"--out {out} --resume" in err
        assert step_of(out) == 3  # the first epoch's

        goes_on = ("train", "--out", out, "--resume", "--epochs", 3, "--quiet")
        monkeypatch.undo()
        assert call(*goes_on)[0] == 0
        assert step_of(out) == 9
        assert history_of(out)["step"] == [3, 6, 9]


class TestDivergence:
    @pytest.mark.filterwarnings("ignore:.*no checkpoint is kept:RuntimeWarning")
    def test_a_model_of_nan_is_not_saved(self, call, data_file, tmp_path):
        out = tmp_path / "run"
        status, _, err = call(
            *("train", "vanilla", "--data", data_file, "--out", out, "--epochs", 3),
            *("--set", "g_learning_rate=1e38", "--set", "d_learning_rate=1e38"),
            *("--set", "loss=wasserstein", *SMALL),
        )
        assert status == 1
        assert "losses became NaN or infinite in epoch" in err
        assert not (out / "model.keras").exists()


@pytest.mark.once
class TestRefused:
    """One clear line, and nothing is written."""

    @pytest.mark.parametrize(
        ("arguments", "message", "status"),
        [
            (["dcgn", "--data", "builtin"], "Unknown recipe 'dcgn'. Did you mean", 1),
            (["dcgan", "--data", "bultin"], "Unknown data set 'bultin'", 1),
            (["dcgan", "--data", "none.npy"], "no such file", 1),
            (["dcgan", "--data", "run"], "--out run makes a folder of that name", 1),
            (["dcgan"], "--data is missing", 2),
            (["--data", "builtin"], "RECIPE is missing", 2),
            (["dcgan", "--data", "builtin", "--epochs", "0"], "x>=1", 2),
            (["dcgan", "--data", "builtin", "--minutes", "0"], "x>0", 2),
            (["dcgan", "--data", "builtin", "--split", "test"], "split", 1),
            (
                ["dcgan", "--data", "builtin", "--batch-size", "20000"],
                "--batch-size",
                1,
            ),
            (["dcgan", "--data", "builtin", "--image-size", "30"], "30", 1),
            (["dcgan", "--data", "builtin", "--set", "filter=1"], "filters", 2),
            (["dcgan", "--data", "builtin", "--set", "filters=x"], "whole number", 2),
            (["dcgan", "--data", "builtin", "--set", "loss=hinges"], "hinge", 1),
            (["dcgan", "--data", "builtin", "--sample-every", "day"], "day", 2),
            (["--resume"], "holds no run", 1),
            (["dcgan", "--data", "builtin", "--metrics", "fdi"], "'fid'", 1),
            (["dcgan", "--data", "builtin", "--backend", "theano"], "theano", 2),
        ],
    )
    def test_bad_arguments(
        self, refused, tmp_path, monkeypatch, arguments, message, status
    ):
        monkeypatch.chdir(tmp_path)
        err = refused("train", *arguments, "--out", "run", status=status)
        assert message in err
        assert not list(tmp_path.iterdir())

    def test_labels_of_data_that_has_none(self, refused, tmp_path):
        np.save(tmp_path / "a.npy", np.zeros((20, 16, 16), np.uint8))
        options = ("--data", tmp_path / "a.npy", "--out", tmp_path / "run", "--labels")
        assert "has no labels" in refused("train", "vanilla", *options)
        assert not (tmp_path / "run").exists()

    def test_folders_that_cannot_be_written_to(self, refused, tmp_path):
        (tmp_path / "file").touch()
        for out in (tmp_path / "file", tmp_path / "file" / "run"):
            err = refused("train", "vanilla", "--data", "builtin", "--out", out)
            assert "is no folder" in err

    def test_data_that_fit_refuses(self, refused, tmp_path):
        images = np.zeros((20, 16, 16, 1), "float32")
        images[3] = np.nan
        np.save(tmp_path / "nan.npy", images)
        out = tmp_path / "run"
        options = ("--data", tmp_path / "nan.npy", "--out", out)
        assert "image 3" in refused("train", "vanilla", *options)
        assert not out.exists()

    def test_another_backend_than_the_one_that_runs(self, refused, tmp_path):
        other = "jax" if keras.backend.backend() != "jax" else "tensorflow"
        options = ("--data", "builtin", "--out", tmp_path / "run", "--backend", other)
        err = refused("train", "vanilla", *options)
        assert f"--backend {other}" in err or "is not installed" in err
