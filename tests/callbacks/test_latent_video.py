"""LatentVideo: the walk that it shows, when, and that it takes no part."""

import keras
import numpy as np
import pytest
from PIL import Image, ImageSequence

import keras_gan
from keras_gan.callbacks import latent_video
from keras_gan.callbacks.latent_video import LatentVideo
from keras_gan.latents import interpolation
from keras_gan.networks import mlp
from tests.small_gan import LATENT_DIM, compiled, images, labels, state_of


@pytest.fixture(scope="module")
def shared():
    return compiled()


@pytest.fixture
def gan(shared):
    """A GAN that is compiled once, put back to step 0 for each test."""
    shared.optimizer.iterations.assign(0)
    return shared


def fit(gan, *callbacks, epochs=2, y=None):
    """Three batches an epoch."""
    keras.utils.set_random_seed(7)
    options = {"batch_size": 16, "verbose": 0}
    gan.fit(images(), y, epochs=epochs, callbacks=list(callbacks), **options)


def frames_of(path):
    with Image.open(path) as animation:
        frames = ImageSequence.Iterator(animation)
        return np.stack([np.asarray(f.convert("L"), "float64") for f in frames])


def cells(picture, side=56, margin=2):
    """The images of a grid, ``(rows, columns, side, side)``."""
    step = side + margin
    rows, columns = (size // step for size in picture.shape)
    return np.stack(
        [
            [
                picture[margin + r * step :, margin + c * step :][:side, :side]
                for c in range(columns)
            ]
            for r in range(rows)
        ]
    )


def networks_of(shape):
    return mlp.generator(shape, 4, hidden=(8,)), mlp.discriminator(shape, hidden=(8,))


def seen_by(monkeypatch):
    """Every animation of the callback: latents of its frames, labels, samples."""
    calls = []

    def frames_of(gan, latents, labels, seed):
        made = interpolation.frames_of(gan, latents, labels, seed)
        calls.append((latents, labels, made))
        return made

    monkeypatch.setattr(latent_video, "frames_of", frames_of)
    return calls


@pytest.mark.parametrize("name", ["latent_walk.gif", "walk.webp"])
def test_the_frames_show_the_walks(gan, tmp_path, monkeypatch, name):
    calls = seen_by(monkeypatch)
    video = LatentVideo(
        tmp_path / "new" / "folder", name=name, n=6, columns=3, frames=12, seconds=1.2
    )
    fit(gan, video)
    assert [p.name for p in (tmp_path / "new" / "folder").iterdir()] == [name]
    path = tmp_path / "new" / "folder" / name
    with Image.open(path) as animation:
        assert animation.n_frames == 12
        assert animation.info["loop"] == 0
        animation.seek(1)
        animation.load()
        assert animation.info["duration"] == 100
    ((_, _, samples),) = calls
    samples = samples.reshape(12, 2, 3, 16, 16).repeat(3, axis=3).repeat(3, axis=4)
    shown = np.stack([cells(frame, side=48) for frame in frames_of(path)])
    assert np.abs(shown - (samples + 1) * 127.5).mean() < 8  # 32 shades, or lossy


def test_a_walk_is_smooth_and_closed(gan, tmp_path, monkeypatch):
    calls = seen_by(monkeypatch)
    fit(gan, LatentVideo(tmp_path, n=5, points=3, frames=30, seed=4))
    latents = calls[0][0].reshape(30, 5, LATENT_DIM)
    stops = gan.draw_latents(15, seed=4).reshape(5, 3, LATENT_DIM).swapaxes(0, 1)
    np.testing.assert_allclose(latents[::10], stops, rtol=1e-6)
    steps = np.linalg.norm(np.roll(latents, -1, axis=0) - latents, axis=-1)
    apart = np.linalg.norm(np.roll(stops, -1, axis=0) - stops, axis=-1)
    assert (steps < 0.25 * apart.max(axis=0)).all()  # from the last to the first too
    lengths, ends = (np.linalg.norm(x, axis=-1) for x in (latents, stops))
    assert (lengths > ends.min(axis=0) - 1e-5).all()  # along the sphere, not through it


def test_uniform_latents_stay_in_their_cube(tmp_path, monkeypatch):
    calls = seen_by(monkeypatch)
    networks = networks_of((16, 16, 1))
    gan = keras_gan.GAN(*networks, latent_distribution="uniform")
    gan.compile("adam", "adam")
    fit(gan, LatentVideo(tmp_path, n=50), epochs=1)
    assert np.abs(calls[0][0]).max() <= 1


def test_classes_come_in_rows_and_share_a_columns_walk(tmp_path, monkeypatch):
    calls = seen_by(monkeypatch)
    video = LatentVideo(tmp_path, n=8, labels=[2, 0], frames=10)
    fit(compiled(num_classes=3), video, y=labels(), epochs=1)
    ((latents, classes, samples),) = calls
    latents = latents.reshape(10, 2, 4, LATENT_DIM)
    np.testing.assert_array_equal(latents[:, 0], latents[:, 1])
    assert (latents[:, :, 0] != latents[:, :, 1]).all()
    np.testing.assert_array_equal(classes.reshape(2, 4), [[2] * 4, [0] * 4])
    assert frames_of(tmp_path / "latent_walk.gif").shape[1:] == (2 * 50 + 2, 4 * 50 + 2)
    rows = samples.reshape(10, 2, 4, -1)
    assert np.abs(rows[:, 0] - rows[:, 1]).max() > 0.01


def test_truncation_pulls_the_walks_to_the_mean(gan, tmp_path, monkeypatch):
    calls = seen_by(monkeypatch)
    fit(gan, LatentVideo(tmp_path, n=2, frames=8, truncation=0.0), epochs=1)
    assert not calls[0][0].any()


def test_every_so_many_epochs_and_at_the_end(gan, tmp_path):
    fit(gan, LatentVideo(tmp_path, n=1, frames=3, every=2), epochs=5)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "latent_walk.gif",
        "latent_walk_000006.gif",
        "latent_walk_000012.gif",
    ]


def test_vectors_move_in_a_plane(tmp_path):
    gan = keras_gan.GAN(*networks_of((2,)))
    gan.compile("adam", "adam")
    x = images(shape=(2,))
    video = LatentVideo(tmp_path, n=20, frames=4)
    gan.fit(x, batch_size=16, verbose=0, callbacks=[video])
    shown = frames_of(tmp_path / "latent_walk.gif")
    assert shown.shape == (4, 480, 480)
    changed = np.abs(np.diff(shown, axis=0)).max(axis=0) > 60
    assert 0 < changed.mean() < 0.3  # the points move, the axes do not
    assert not changed[-20:].any()


def test_the_training_is_the_same_with_and_without(tmp_path):
    states = []
    for callbacks in ([], [LatentVideo(tmp_path, n=2, frames=4, every=1)]):
        keras.utils.set_random_seed(7)
        gan = compiled()
        fit(gan, *callbacks)
        states.append(state_of(gan))
    for without, with_video in zip(*states, strict=True):
        np.testing.assert_array_equal(without, with_video)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("n", 0),
        ("columns", True),
        ("points", 1),
        ("frames", 1),
        ("seconds", 0.5),
        ("seconds", float("nan")),
        ("every", 0),
        ("labels", []),
        ("name", "walk.mp4"),
        ("name", "folder/walk.gif"),
    ],
)
def test_arguments_out_of_range_are_refused(tmp_path, argument, value):
    with pytest.raises(ValueError, match=r"must .*Received: "):
        LatentVideo(tmp_path, **{argument: value})


def test_what_cannot_be_drawn_is_refused_before_training(gan, tmp_path):
    with pytest.raises(ValueError, match="takes no labels"):
        fit(gan, LatentVideo(tmp_path, labels=[1]))
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="directory must be a folder"):
        fit(gan, LatentVideo(tmp_path / "file"))
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(TypeError, match="Received: a Sequential"):
        model.fit(
            np.zeros((4, 2)),
            np.zeros((4, 1)),
            verbose=0,
            callbacks=[LatentVideo(tmp_path)],
        )
    assert int(keras.ops.convert_to_numpy(gan.optimizer.iterations)) == 0


def test_the_shortest_time_that_is_named_is_taken(tmp_path):
    assert LatentVideo(tmp_path, frames=35, seconds=0.7).seconds == 0.7
