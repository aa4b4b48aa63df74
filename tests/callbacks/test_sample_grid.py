"""SampleGrid: what it shows, when, where to, and that it takes no part."""

import sys
import types

import keras
import numpy as np
import pytest
from PIL import Image, ImageSequence

import keras_gan
from keras_gan.callbacks import Checkpoint, SampleGrid
from keras_gan.networks import mlp
from keras_gan.pictures.grid import grid
from tests.small_gan import compiled, images, labels

BACKEND = keras.backend.backend()


@pytest.fixture(scope="module")
def shared():
    return compiled()


@pytest.fixture
def gan(shared):
    """A GAN that is compiled once, put back to step 0 for each test."""
    shared.optimizer.iterations.assign(0)
    return shared


def fit(gan, *callbacks, epochs=2, y=None, n=48, **options):
    """Six batches of eight images an epoch."""
    keras.utils.set_random_seed(7)
    options = {"batch_size": 8, "verbose": 0, **options}
    return gan.fit(images(n), y, epochs=epochs, callbacks=list(callbacks), **options)


def values_of(variables):
    return [keras.ops.convert_to_numpy(v) for v in variables]


def steps_of(folder):
    return sorted(int(p.stem.removeprefix("samples_")) for p in folder.glob("samples*"))


class Collected(list):
    """Grids as `on_grid` gets them."""

    def __call__(self, picture, step):
        self.append((step, picture))

    @property
    def steps(self):
        return [step for step, _ in self]


class TestWhen:
    def test_before_training_and_after_every_epoch(self, gan, tmp_path):
        fit(gan, SampleGrid(tmp_path / "new" / "folder"))
        names = sorted(p.name for p in (tmp_path / "new" / "folder").iterdir())
        assert names == [
            "real.png",
            "samples_000000.png",
            "samples_000006.png",
            "samples_000012.png",
            "training.gif",
        ]

    def test_every_so_many_batches_and_at_the_end(self, gan):
        grids = Collected()
        fit(gan, SampleGrid(every=4, on_grid=grids), epochs=3)
        assert grids.steps == [0, 4, 8, 12, 16, 18]

    @pytest.mark.skipif(BACKEND == "torch", reason="PyTorch has no such steps")
    def test_steps_that_are_executed_together(self):
        grids = Collected()
        gan = compiled(steps_per_execution=3)
        fit(gan, SampleGrid(every=4, on_grid=grids), epochs=2)
        assert grids.steps == [0, 6, 9, 12]

    def test_after_a_training_that_was_stopped(self, gan):
        stop = keras.callbacks.LambdaCallback(
            on_train_batch_begin=lambda batch, logs: setattr(
                gan, "stop_training", batch == 3
            )
        )
        grids = Collected()
        fit(gan, stop, SampleGrid(every=100, on_grid=grids), epochs=5)
        assert grids.steps == [0, 4]

    def test_weights_restored_by_another_callback_are_seen(self, tmp_path):
        def backup():
            return keras.callbacks.BackupAndRestore(
                tmp_path / "backup", delete_checkpoint=False
            )

        fit(compiled(), backup(), epochs=1)
        grids = Collected()
        fit(compiled(), SampleGrid(on_grid=grids), backup(), epochs=2)
        assert grids.steps == [6, 12]


class TestNoPart:
    @pytest.mark.parametrize(
        ("kind", "num_classes", "every"),
        [("dcgan", None, "epoch"), ("mlp", None, 2), ("mlp", 3, 2)],
    )
    def test_the_training_is_the_same_with_and_without(self, kind, num_classes, every):
        gan = compiled(kind, num_classes)
        variables = [*gan.variables, *gan.optimizer.variables]
        before = values_of(variables)
        y = labels() if num_classes else None
        fit(gan, y=y)
        plain = values_of(variables)
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
        fit(gan, SampleGrid(on_grid=Collected(), every=every, n=6), y=y)
        watched = values_of(variables)
        assert any((old != new).any() for old, new in zip(before, plain, strict=True))
        for variable, one, other in zip(variables, plain, watched, strict=True):
            np.testing.assert_array_equal(one, other, err_msg=variable.path)

    def test_the_model_is_not_read_on_batches_without_a_grid(self, gan, monkeypatch):
        callback = SampleGrid(on_grid=Collected(), every=100)
        callback.set_model(gan)
        callback.set_params({"epochs": 1})
        gan.fit(images(8), batch_size=8, verbose=0)
        callback.on_train_begin()
        callback.on_epoch_begin(0)

        def read(self):
            raise AssertionError("JAX would copy its state here")

        monkeypatch.setattr(SampleGrid, "model", property(read))
        for batch in range(50):
            callback.on_train_batch_begin(batch)
            callback.on_train_batch_end(batch)

    def test_it_does_not_make_keras_wait_for_each_batch(self):
        assert "on_train_batch_end" not in vars(SampleGrid)
        assert "on_batch_end" not in vars(SampleGrid)


class TestWhat:
    def test_the_latents_are_the_same_every_time(self):
        grids = Collected()
        gan = compiled(ema=None)
        gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0))
        fit(gan, SampleGrid(on_grid=grids, n=4))
        first, *others = (picture for _, picture in grids)
        assert first.std() > 0
        for other in others:
            np.testing.assert_array_equal(first, other)

    def test_the_grid_shows_what_generate_gives(self, gan):
        grids = Collected()
        fit(gan, SampleGrid(on_grid=grids, n=6, columns=3, seed=5, truncation=0.5))
        step, picture = grids[-1]
        made = gan.generate(6, seed=5, truncation=0.5)
        expected = grid(made, columns=3, scale=3)
        assert step == 12
        np.testing.assert_array_equal(picture, expected)

    def test_one_class_in_each_row(self, monkeypatch):
        gan, asked = compiled(num_classes=3), []
        generate = gan.generate
        monkeypatch.setattr(
            gan,
            "generate",
            lambda n, **options: (
                asked.append(options["labels"].tolist()) or generate(n, **options)
            ),
        )
        sampler = SampleGrid(on_grid=Collected(), n=5)
        fit(gan, sampler, y=labels(), epochs=1)
        assert asked == [[0, 0, 1, 1, 2, 2]] * 2
        fit(gan, SampleGrid(on_grid=Collected(), n=4, labels=[2, 0]), y=labels())
        assert asked[-1] == [2, 2, 0, 0]

    def test_real_images_are_those_of_the_data(self, gan, tmp_path):
        fit(gan, SampleGrid(tmp_path, n=4), epochs=1, shuffle=False)
        with Image.open(tmp_path / "real.png") as picture:
            seen = np.asarray(picture)[..., np.newaxis]
        expected = grid(images(48)[:4], scale=3)
        np.testing.assert_array_equal(seen, expected)

    @pytest.mark.parametrize("one_hot", [False, True])
    def test_real_images_lie_in_the_row_of_their_class(self, tmp_path, one_hot):
        real = np.stack([np.full((16, 16, 1), v, "float32") for v in (-1, 0, 1, 0)])
        classes = np.array([2, 0, 1, 0])
        given = np.eye(3)[classes] if one_hot else classes
        callback = SampleGrid(tmp_path, n=6, real=(real, given))
        fit(compiled(num_classes=3), callback, y=labels(), epochs=1)
        with Image.open(tmp_path / "real.png") as picture:
            middles = np.asarray(picture)[25::50, 25::50]
        assert middles.tolist() == [[128, 128], [255, 255], [0, 255]]

    @pytest.mark.parametrize("num_classes", [None, 3])
    def test_real_images_may_be_pixels(self, tmp_path, num_classes):
        y = labels(48) if num_classes else None
        pixels = np.round((images() + 1) * 127.5).astype("uint8")
        pictures = []
        for real in (images(), pixels):
            pair = (real, labels(48)) if num_classes else real
            gan = compiled(num_classes=num_classes)
            fit(gan, SampleGrid(tmp_path, real=pair), y=y, epochs=1)
            with Image.open(tmp_path / "real.png") as picture:
                pictures.append(np.asarray(picture, "int32"))
        assert np.abs(pictures[0] - pictures[1]).max() <= 1

    @pytest.mark.parametrize("shape", [(8, 8, 1), (16, 16, 3), (16, 16, 1, 1), (16,)])
    def test_real_images_of_another_shape_are_refused(self, gan, tmp_path, shape):
        callback = SampleGrid(tmp_path / "grids", real=np.zeros((4, *shape)))
        with pytest.raises(ValueError, match=r"real must hold .* \(16, 16, 1\)\. Rec"):
            fit(gan, callback)
        assert not (tmp_path / "grids").exists()

    def test_real_grey_images_may_lack_the_channel(self, gan, tmp_path):
        fit(gan, SampleGrid(tmp_path, real=images(4)[..., 0]), epochs=1)
        assert (tmp_path / "real.png").exists()

    def test_range_of_a_sigmoid_generator(self):
        latents = keras.Input((2,))
        bias = keras.initializers.Constant(-20.0)
        dark = keras.layers.Dense(16, "sigmoid", bias_initializer=bias)
        generator = keras.Model(latents, keras.layers.Reshape((4, 4, 1))(dark(latents)))
        discriminator = keras.Sequential(
            [keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(1)]
        )
        gan = keras_gan.GAN(generator, discriminator)
        gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0))
        grids = Collected()
        data = np.random.default_rng(0).uniform(0, 1, (8, 4, 4, 1)).astype("float32")
        gan.fit(data, callbacks=[SampleGrid(on_grid=grids, n=1)], verbose=0)
        picture = grids[0][1]
        assert picture[20, 20, 0] == 0  # 0 is black in [0, 1]

    def test_vectors_are_drawn_as_points(self, tmp_path):
        gan = keras_gan.GAN(
            mlp.generator((2,), 4, hidden=(8,), output_activation=None),
            mlp.discriminator((2,), hidden=(8,)),
        )
        gan.compile("adam", "adam")
        data = np.random.default_rng(0).normal(size=(32, 2)).astype("float32")
        callback = SampleGrid(tmp_path, real=data)
        gan.fit(data, batch_size=8, epochs=2, verbose=0, callbacks=[callback])
        assert steps_of(tmp_path) == [0, 4, 8]
        with Image.open(tmp_path / "samples_000008.png") as picture:
            assert picture.size == (480, 480)
        assert (tmp_path / "real.png").exists()
        assert (tmp_path / "training.gif").exists()


@pytest.mark.once
class TestWhere:
    def test_animation_of_the_whole_training(self, gan, tmp_path):
        fit(gan, SampleGrid(tmp_path, animation="all.webp"), epochs=3)
        with Image.open(tmp_path / "all.webp") as animation:
            assert len(list(ImageSequence.Iterator(animation))) == 4
        assert not (tmp_path / "training.gif").exists()

    def test_no_animation(self, gan, tmp_path):
        fit(gan, SampleGrid(tmp_path, animation=None))
        assert not list(tmp_path.glob("*.gif"))

    @pytest.mark.parametrize("name", ["../../up.gif", "sub/up.gif", "./up.gif"])
    def test_an_animation_outside_of_the_folder_is_refused(self, tmp_path, name):
        with pytest.raises(ValueError, match="animation must be the name of a file"):
            SampleGrid(tmp_path, animation=name)

    def test_an_animation_at_a_path_of_its_own(self, gan, tmp_path):
        fit(gan, SampleGrid(tmp_path / "grids", animation=tmp_path / "all.gif"))
        assert (tmp_path / "all.gif").exists()

    def test_a_continued_training_continues_the_animation(self, gan, tmp_path):
        fit(gan, SampleGrid(tmp_path, n=4))
        Image.new("L", (102, 102)).save(tmp_path / "samples_000099.png")  # a later one
        fit(gan, SampleGrid(tmp_path, n=4))
        assert steps_of(tmp_path) == [0, 6, 12, 18, 24, 99]
        with Image.open(tmp_path / "training.gif") as animation:
            assert len(list(ImageSequence.Iterator(animation))) == 5

    def test_a_training_with_nothing_left_keeps_the_animation(self, tmp_path):
        for _ in range(2):
            checkpoint = Checkpoint(tmp_path / "checkpoints")
            fit(compiled(), SampleGrid(tmp_path), checkpoint)
            with Image.open(tmp_path / "training.gif") as animation:
                assert animation.n_frames == 3

    def test_files_of_others_are_left_alone(self, gan, tmp_path):
        (tmp_path / "notes.txt").write_text("mine")
        (tmp_path / "samples_000000.png").write_bytes(b"old")
        (tmp_path / "samples_000500.png").write_bytes(b"older")
        fit(gan, SampleGrid(tmp_path))
        assert (tmp_path / "notes.txt").read_text() == "mine"
        assert (tmp_path / "samples_000500.png").read_bytes() == b"older"
        with Image.open(tmp_path / "samples_000000.png") as picture:
            picture.verify()

    def test_tensorboard(self, gan, tmp_path):
        import tensorflow as tf

        grids = Collected()
        fit(gan, SampleGrid(tensorboard=tmp_path, on_grid=grids, n=4))
        (file,) = tmp_path.iterdir()
        seen = {}
        for record in tf.data.TFRecordDataset(str(file)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            for value in event.summary.value:
                assert value.metadata.plugin_data.plugin_name == "images"
                seen[value.tag, event.step] = value.tensor.string_val
        assert set(seen) == {
            ("real", 0),
            ("samples", 0),
            ("samples", 6),
            ("samples", 12),
        }
        width, height, png = seen["samples", 12]
        decoded = tf.io.decode_png(png).numpy()
        assert decoded.shape == (int(height), int(width), 1)
        np.testing.assert_array_equal(decoded, grids[-1][1])

    def test_inline_in_a_notebook(self, gan, monkeypatch):
        shown = []

        class Handle:
            def update(self, image):
                shown.append(("update", image))

        def display(image, display_id):
            shown.append(("new", image))
            return Handle()

        ipython = types.ModuleType("IPython")
        ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())
        ipython.display = types.SimpleNamespace(
            Image=lambda data, format: (format, data[1:4]), display=display
        )
        monkeypatch.setitem(sys.modules, "IPython", ipython)
        fit(gan, SampleGrid())
        png = ("png", b"PNG")
        assert shown == [("new", png)] * 2 + [("update", png)] * 2

    def test_not_inline_in_a_terminal(self, gan, monkeypatch):
        ipython = types.ModuleType("IPython")
        ipython.get_ipython = lambda: types.SimpleNamespace()  # IPython, no kernel
        monkeypatch.setitem(sys.modules, "IPython", ipython)
        fit(gan, SampleGrid(on_grid=Collected()), epochs=1)


@pytest.mark.once
class TestBadInput:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"n": 0}, "n must be a whole number, at least 1. Received: n=0"),
            ({"columns": 1.5}, "columns must be .* Received: columns=1.5"),
            ({"every": 0}, "every must be 'epoch' or a number of batches"),
            ({"every": True}, "every must be 'epoch' or a number of batches"),
            ({"every": "batch"}, "Received: 'batch'"),
            ({"show": "never"}, "show must be True, False or 'auto'"),
            ({"on_grid": "print"}, r"on_grid must be a function of \(image, step\)"),
            ({"animation": "film.mp4"}, r"animation must end in .gif or .webp"),
            ({"labels": []}, "labels must name a class"),
        ],
    )
    def test_arguments(self, options, message):
        with pytest.raises(ValueError, match=message):
            SampleGrid("somewhere", **options)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"labels": [0]}, r"takes no labels. Received: labels=\[0\]"),
            ({"truncation": 2}, "truncation must be in"),
        ],
    )
    def test_arguments_that_do_not_fit_the_gan(self, gan, options, message):
        before = values_of(gan.variables)
        with pytest.raises(ValueError, match=message):
            fit(gan, SampleGrid(on_grid=Collected(), **options))
        for old, new in zip(before, values_of(gan.variables), strict=True):
            np.testing.assert_array_equal(old, new)

    def test_nowhere_to_put_the_grids(self, gan):
        with pytest.raises(ValueError, match="nowhere to put its grids"):
            fit(gan, SampleGrid())

    @pytest.mark.parametrize("argument", ["directory", "tensorboard"])
    def test_folder_that_cannot_be_written_to_stops_before_training(
        self, gan, tmp_path, argument
    ):
        (tmp_path / "file").touch()
        with pytest.raises(OSError, match=f"{argument} must be a folder"):
            fit(gan, SampleGrid(**{argument: tmp_path / "file" / "grids"}))
        assert int(keras.ops.convert_to_numpy(gan.optimizer.iterations)) == 0

    def test_a_model_that_generates_nothing(self):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        data = np.zeros((4, 2), "float32")
        with pytest.raises(TypeError, match="Sequential, which has no `generate`"):
            model.fit(data, data[:, :1], verbose=0, callbacks=[SampleGrid("x")])
