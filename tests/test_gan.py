"""GAN as a Keras model: every way to feed, score, watch and use it."""

import os

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

import keras_gan
from tests.small_gan import (
    LATENT_DIM,
    SHAPE,
    assert_same_state,
    compiled,
    images,
    labels,
    networks,
    state_of,
)


def rate(optimizer):
    return float(ops.convert_to_numpy(optimizer.learning_rate))


def steps(gan):
    return int(ops.convert_to_numpy(gan.optimizer.iterations))


class Sequence(keras.utils.PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        return images(16, seed=index)


def tf_dataset(with_labels=False):
    import tensorflow as tf

    data = (images(), labels()) if with_labels else images()
    return tf.data.Dataset.from_tensor_slices(data).batch(16)


def torch_loader():
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.from_numpy(images()))
    return torch.utils.data.DataLoader(data, batch_size=16)


def bare_loader():
    """A loader of samples that stand in no tuple."""
    torch = pytest.importorskip("torch")
    return torch.utils.data.DataLoader(torch.from_numpy(images()), batch_size=16)


@pytest.mark.parametrize(
    "data",
    [
        tf_dataset,
        lambda: tf_dataset(with_labels=True),
        Sequence,
        torch_loader,
        bare_loader,
    ],
    ids=["tf.data", "tf.data with labels", "PyDataset", "DataLoader", "bare loader"],
)
def test_fit_takes_what_any_fit_takes(data):
    gan = compiled()
    history = gan.fit(data(), epochs=2, verbose=0, validation_data=data()).history
    assert steps(gan) == 6
    assert len(history["val_g_loss"]) == 2
    assert gan.real_images.shape == (16, *SHAPE)


def test_fit_takes_a_generator_and_loses_no_batch():
    gan = compiled()
    gan.fit(((images(16, seed=i),) for i in range(5)), verbose=0, steps_per_epoch=5)
    assert steps(gan) == 5


def test_fit_takes_a_validation_split():
    history = compiled().fit(images(), validation_split=0.25, verbose=0).history
    assert "val_d_loss" in history


def test_batch_methods():
    gan = compiled()
    x = images(16)
    logs = gan.train_on_batch(x, return_dict=True)
    assert set(logs) == {"loss", "d_loss", "g_loss", "real_accuracy", "fake_accuracy"}
    assert gan.test_on_batch(x, return_dict=True).keys() == logs.keys()
    latents = gan.draw_latents(4, seed=0)
    on_batch = gan.predict_on_batch(latents)
    np.testing.assert_allclose(on_batch, gan.predict(latents, verbose=0), atol=1e-6)
    np.testing.assert_allclose(on_batch, ops.convert_to_numpy(gan(latents)), atol=1e-6)


def test_evaluation_repeats_and_leaves_the_training_alone():
    watched, plain = compiled(), compiled()
    plain.set_weights(watched.get_weights())
    x = images()
    one = watched.evaluate(x, verbose=0, return_dict=True)
    assert one == watched.evaluate(x, verbose=0, return_dict=True)
    for gan, extra in ((watched, {"validation_data": x}), (plain, {})):
        gan.fit(x, batch_size=16, epochs=2, verbose=0, shuffle=False, **extra)
        gan.generate(3)
    assert_same_state(watched, plain)


def test_metrics_of_samples_are_in_evaluate():
    gan = compiled(metrics=[keras.metrics.MeanAbsoluteError(name="distance")])
    history = gan.fit(images(), validation_data=images(20), verbose=0).history
    assert 0 < history["val_distance"][0] < 2
    assert "distance" not in history


def test_generate_depends_on_its_seed():
    gan = compiled()
    made = gan.generate(5, seed=1)
    assert made.shape == (5, *SHAPE)
    assert made.dtype == np.float32
    np.testing.assert_array_equal(made, gan.generate(5, seed=1))
    np.testing.assert_allclose(made[:3], gan.generate(3, seed=1), atol=1e-6)
    assert np.abs(made - gan.generate(5, seed=2)).max() > 1e-4
    assert np.abs(gan.generate(5) - gan.generate(5)).max() > 1e-6
    np.testing.assert_allclose(
        gan.generate(20, seed=1, batch_size=8), gan.generate(20, seed=1), atol=1e-6
    )


def test_generate_truncates_towards_the_mean():
    gan = compiled()
    mean = gan.predict(np.zeros((1, LATENT_DIM), "float32"), verbose=0)
    spread = [
        np.abs(gan.generate(16, seed=0, truncation=t) - mean).mean()
        for t in (0, 0.5, 1)
    ]
    assert spread[0] < 1e-6 < spread[1] < spread[2]


def test_generate_takes_labels_only_if_conditional():
    gan = compiled(num_classes=3)
    assert gan.generate(4, labels=[0, 1, 2, 0], seed=0).shape == (4, *SHAPE)
    np.testing.assert_array_equal(
        gan.generate(4, labels=1, seed=0), gan.generate(4, labels=[1] * 4, seed=0)
    )
    for wrong in ([3, 0, 0, 0], [0, 1], [0.5, 1, 1, 1], [-1, 0, 0, 0]):
        with pytest.raises(ValueError, match="labels"):
            gan.generate(4, labels=wrong)
    with pytest.raises(ValueError, match="takes no labels"):
        compiled().generate(4, labels=1)


@pytest.mark.parametrize("n", [0, -1, 2.5])
def test_generate_refuses_no_number(n):
    with pytest.raises(ValueError, match="n must be"):
        compiled().generate(n)


def test_average_is_what_is_shown():
    gan = compiled("dcgan", ema=keras_gan.EMA(decay=0.9, ramp_up=None))
    expected = [w.copy() for w in gan.generator.get_weights()]
    for i in range(3):
        gan.train_on_batch(images(16, seed=i))
        for mean, weight in zip(expected, gan.generator.get_weights(), strict=True):
            mean += 0.1 * (weight - mean)
    for mean, weight in zip(expected, gan.ema_generator.get_weights(), strict=True):
        np.testing.assert_allclose(mean, weight, atol=1e-6)
    latents = gan.draw_latents(4, seed=0)
    shown = gan.ema_generator.predict(latents, verbose=0)
    np.testing.assert_allclose(gan.generate(4, seed=0), shown, atol=1e-6)
    assert not gan.ema_generator.trainable_variables


def test_uniform_latents_are_in_range():
    gan = keras_gan.GAN(*networks(), latent_distribution="uniform", seed=0)
    gan.compile("adam", "adam")
    latents = ops.convert_to_numpy(gan.sample_latents(2000))
    assert -1 <= latents.min() < -0.95
    assert 0.95 < latents.max() <= 1
    assert np.abs(gan.draw_latents(2000, seed=0)).max() <= 1
    gan.train_on_batch(images(8))


def test_one_seed_gives_one_training():
    def train(seed):
        keras.utils.set_random_seed(0)
        gan = keras_gan.GAN(*networks(), seed=seed)
        gan.compile("adam", "adam")
        gan.fit(images(), batch_size=16, shuffle=False, verbose=0)
        return gan.generator.get_weights()[0]

    np.testing.assert_array_equal(train(1), train(1))
    assert np.abs(train(1) - train(2)).max() > 0


def test_subclassed_networks_are_accepted():
    class Maker(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(2)

        def call(self, latents):
            return self.dense(latents)

    judge = keras.Sequential([keras.layers.Dense(1)])
    gan = keras_gan.GAN(Maker(), judge, latent_dim=4)
    gan.compile("adam", "adam")
    gan.train_on_batch(images(8, shape=(2,)))
    assert gan.generate(3).shape == (3, 2)
    with pytest.raises(ValueError, match="latent_dim"):
        keras_gan.GAN(Maker(), judge)


def test_summary_and_plot_of_each_network(tmp_path, capsys):
    gan = compiled()
    gan.summary()
    printed = capsys.readouterr().out
    assert "generator" in printed
    assert "discriminator" in printed
    dots = [keras.utils.model_to_dot(n) for n in (gan.generator, gan.discriminator)]
    assert all("Dense" in dot.to_string() for dot in dots)


def test_compiling_anew_keeps_nothing_of_the_last_time():
    rules = {
        "penalties": ["lecam", "r1"],
        "metrics": [keras.metrics.MeanAbsoluteError()],
    }
    gan = compiled(**rules)
    variables, layers = len(gan.variables), len(gan.layers)
    gan.compile("adam", "adam", **rules)
    assert (len(gan.variables), len(gan.layers)) == (variables, layers)
    gan.compile("adam", "adam", penalties=gan.penalties[:1])
    assert len(gan.layers) == layers - 1
    gan.compile("adam", "adam", penalties=gan.penalties)  # its own list
    assert [p.name for p in gan.penalties] == ["lecam"]
    assert gan.get_compile_config()["penalties"]
    gan.train_on_batch(images(8))


# Keras's callbacks, each on both optimizers.


def fit(gan, *callbacks, epochs=2, **kwargs):
    return gan.fit(
        images(),
        batch_size=16,
        epochs=epochs,
        verbose=0,
        shuffle=False,
        callbacks=list(callbacks),
        **kwargs,
    )


def test_learning_rates_of_named_optimizers_are_logged_by_player():
    gan = compiled(optimizers=("adam", "rmsprop"))
    halved = keras.callbacks.LearningRateScheduler(lambda epoch, lr: lr / 2)
    logs = fit(gan, halved).history
    assert {"learning_rate_g_adam", "learning_rate_d_rmsprop"} <= logs.keys()


def test_predicting_a_conditional_gan_without_labels():
    gan = compiled(num_classes=3)
    latents = gan.draw_latents(2, seed=0)
    assert gan.predict([latents, np.array([0, 2])], verbose=0).shape == (2, *SHAPE)
    with pytest.raises(ValueError, match=r"conditional.*\[latents, labels\].*\(.*8\)"):
        gan.predict(latents, verbose=0)


def test_output_shape():
    assert compiled().compute_output_shape((None, 8)) == (None, *SHAPE)


def test_learning_rate_scheduler():
    gan = compiled()
    fit(gan, keras.callbacks.LearningRateScheduler(lambda epoch, lr: lr / 2))
    assert rate(gan.g_optimizer) == pytest.approx(1e-3 / 4)
    assert rate(gan.d_optimizer) == pytest.approx(2e-3 / 4)


def test_reduce_lr_on_plateau():
    gan = compiled()
    plateau = keras.callbacks.ReduceLROnPlateau(
        monitor="g_loss", mode="min", factor=0.1, patience=1, min_delta=1e9
    )
    fit(gan, plateau)
    assert rate(gan.g_optimizer) == pytest.approx(1e-4)
    assert rate(gan.d_optimizer) == pytest.approx(2e-4)


def test_learning_rate_schedules_are_each_players_own():
    schedule = keras.optimizers.schedules.PolynomialDecay(1e-3, 6, 0.0)
    gan = compiled(
        optimizers=(keras.optimizers.Adam(schedule), keras.optimizers.Adam(1e-3))
    )
    fit(gan)
    assert rate(gan.g_optimizer) == 0
    assert rate(gan.d_optimizer) == pytest.approx(1e-3)


def test_model_checkpoint(tmp_path):
    gan = compiled()
    path = tmp_path / "best.keras"
    fit(
        gan,
        keras.callbacks.ModelCheckpoint(
            path, monitor="val_g_loss", mode="min", save_best_only=True
        ),
        validation_data=images(16),
        epochs=1,
    )
    assert_same_state(gan, keras.saving.load_model(path))


def test_early_stopping_restores_the_best_weights():
    gan = compiled()
    stop = keras.callbacks.EarlyStopping(
        monitor="g_loss",
        mode="min",
        min_delta=1e9,
        patience=2,
        restore_best_weights=True,
    )
    history = fit(gan, stop, epochs=10).history
    assert len(history["g_loss"]) == 3
    # The count of steps is a weight, and goes on with the optimizers' all the same.
    fit(gan, epochs=1)
    counts = gan.steps_done, gan.optimizer.iterations, gan.g_optimizer.iterations
    assert len({int(ops.convert_to_numpy(count)) for count in counts}) == 1


def test_csv_logger_and_tensorboard(tmp_path):
    gan = compiled()
    csv = keras.callbacks.CSVLogger(tmp_path / "log.csv")
    board = keras.callbacks.TensorBoard(tmp_path / "board", histogram_freq=1)
    fit(gan, csv, board)
    header, *rows = (tmp_path / "log.csv").read_text().splitlines()
    assert {"g_loss", "d_loss", "real_accuracy"} <= set(header.split(","))
    assert len(rows) == 2
    events = [f for f in os.listdir(tmp_path / "board" / "train") if "events" in f]
    assert events


def test_backup_and_restore_continues_bit_for_bit(tmp_path):
    class Killed(Exception):
        pass

    class Kill(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise Killed

    def new():
        keras.utils.set_random_seed(0)
        return compiled(penalties=["gradient_penalty"])

    straight = new()
    fit(straight, epochs=4)
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(Killed):
        fit(new(), backup, Kill(), epochs=4)
    keras.utils.set_random_seed(99)
    resumed = compiled(penalties=["gradient_penalty"])
    fit(resumed, keras.callbacks.BackupAndRestore(tmp_path / "backup"), epochs=4)
    assert_same_state(straight, resumed)


def test_swap_ema_weights_of_both_optimizers():
    def averaging():
        return keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)

    gan = compiled(optimizers=(averaging(), averaging()))
    seen = []

    class Look(keras.callbacks.Callback):
        def on_test_begin(self, logs=None):
            model = self.model
            seen.append(
                [n.get_weights() for n in (model.generator, model.discriminator)]
            )

    class LookAfter(Look):
        def on_test_begin(self, logs=None):
            super().on_test_begin(logs)

    swap = keras.callbacks.SwapEMAWeights()
    fit(gan, Look(), swap, LookAfter(), validation_data=images(16), epochs=1)
    raw, averaged = seen
    for before, after in zip(raw, averaged, strict=True):
        assert any(np.abs(a - b).max() > 0 for a, b in zip(before, after, strict=True))


def test_terminate_on_nan():
    def d_loss(pred_fake, pred_real):
        return keras_gan.losses.per_sample(pred_fake - pred_real) / 0.0

    gan = compiled(d_loss=d_loss)
    history = fit(gan, keras.callbacks.TerminateOnNaN(), epochs=3).history
    assert len(history["loss"]) == 1


# What is wrong is said before it costs anything.


def unchanged(gan, before):
    return all((a == b).all() for a, b in zip(before, state_of(gan), strict=True))


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (images() * 127 + 128, None, r"tanh.*\[-1, 1\].*127\.5"),
        ((images() * 127 + 128).astype("uint8"), None, "uint8"),
        (images(shape=(14, 14, 1)), None, r"\(16, 16, 1\).*\(14, 14, 1\)"),
        (images(shape=(16, 16, 3)), None, r"\(16, 16, 1\).*\(16, 16, 3\)"),
        (
            np.where(np.arange(48)[:, None, None, None] == 7, np.nan, images()),
            None,
            "7",
        ),
        (images()[:0], None, "empty"),
    ],
    ids=["0..255", "uint8", "size", "channels", "NaN", "empty"],
)
@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_bad_data_is_refused_before_training(x, y, message, method):
    gan = compiled()
    before = state_of(gan)
    with pytest.raises(ValueError, match=message):
        getattr(gan, method)(x, y, verbose=0)
    assert unchanged(gan, before)
    gan.fit(images(), verbose=0)  # and nothing is broken


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "takes labels and the data has none"),
        (labels() + 1, r"0\.\.2.*3 classes"),
        (labels() + 0.5, "whole class numbers"),
        (np.zeros((48, 4), "float32"), "one-hot rows of 3"),
    ],
    ids=["missing", "out of range", "fractions", "width"],
)
def test_bad_labels_are_refused_before_training(y, message):
    with pytest.raises(ValueError, match=message):
        compiled(num_classes=3).fit(images(), y, verbose=0)


def test_labels_of_another_form_in_another_training():
    gan = compiled(num_classes=3)
    for y in (labels(), labels()[:, None], np.eye(3, dtype="int32")[labels()]):
        gan.fit(images(), y, validation_data=(images(), y), verbose=0)
        gan.evaluate(images(), y, verbose=0)
    assert steps(gan) == 3 * 2


def test_bad_validation_data_is_refused_before_training():
    gan = compiled()
    with pytest.raises(ValueError, match="tanh"):
        gan.fit(images(), validation_data=images() * 9, verbose=0)
    assert steps(gan) == 0


def test_sample_weights_are_refused():
    with pytest.raises(ValueError, match="no sample weights"):
        compiled().fit(images(), sample_weight=np.ones(48), verbose=0)


def test_fit_before_compile_is_refused():
    with pytest.raises(ValueError, match="compile"):
        keras_gan.GAN(*networks()).fit(images())


def test_one_optimizer_for_both_is_refused():
    adam = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="same object twice"):
        keras_gan.GAN(*networks()).compile(adam, adam)


def test_one_optimizer_for_both_is_refused_within_a_loss_scale():
    adam = keras.optimizers.Adam()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        with pytest.raises(ValueError, match="same object twice"):
            keras_gan.GAN(*networks()).compile(adam, adam)
    finally:
        keras.config.set_dtype_policy("float32")


def test_class_numbers_that_16_bits_do_not_hold():
    """bfloat16 has no 257: a label that Keras casts would become another class."""
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        gan = compiled(num_classes=300, ema=None)
    finally:
        keras.config.set_dtype_policy("float32")
    wanted = gan.generate(1, labels=np.array([257]), seed=0)
    assert np.abs(gan.generate(1, labels=np.array([256]), seed=0) - wanted).max() > 0
    np.testing.assert_array_equal(gan.generate(1, labels=257.0, seed=0), wanted)
    scores = [
        gan.evaluate(images(2), np.array([257, 299], dtype), verbose=0)
        for dtype in ("int32", "float32")
    ]
    assert scores[0] == scores[1]


def test_activity_regularizers_are_refused():
    maker, judge = networks()
    hidden = keras.layers.Dense(4, activity_regularizer="l2", name="lost")
    inner = keras.Sequential([keras.layers.Flatten(), hidden])
    judge = keras.Sequential([keras.Input(SHAPE), inner, keras.layers.Dense(1)])
    gan = keras_gan.GAN(maker, judge)
    with pytest.raises(ValueError, match=r"layers \['lost'\] of the discriminator"):
        gan.compile("adam", "adam")


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_a_frozen_player_is_told_and_stays(player):
    maker, judge = networks()
    frozen = {"generator": maker, "discriminator": judge}[player]
    frozen.trainable = False
    gan = keras_gan.GAN(maker, judge)
    with pytest.warns(UserWarning, match=f"The {player} has no trainable variables"):
        gan.compile("adam", "adam")
    before, others = [
        [keras.ops.convert_to_numpy(w) for w in network.weights]
        for network in (frozen, judge if frozen is maker else maker)
    ]
    gan.fit(images(), verbose=0)
    for a, b in zip(before, frozen.weights, strict=True):
        np.testing.assert_array_equal(a, keras.ops.convert_to_numpy(b))
    moved = judge if frozen is maker else maker
    assert any(
        (a != keras.ops.convert_to_numpy(b)).any()
        for a, b in zip(others, moved.weights, strict=True)
    )


def test_weight_regularizers_are_in_both_losses():
    maker, judge = networks()
    head = keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l1")
    judge = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), head])
    gan = keras_gan.GAN(maker, judge)
    gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0))
    penalty = 0.01 * np.prod(SHAPE)
    trained = gan.train_on_batch(images(8), return_dict=True)
    held = gan.evaluate(images(8), verbose=0, return_dict=True)
    for logs in (trained, held):
        game = logs["d_loss"] + logs["g_loss"]
        assert logs["loss"] - game == pytest.approx(penalty, rel=1e-3)


def test_networks_that_do_not_fit_are_refused():
    generator, _ = networks()
    _, judge = networks("dcgan")
    other = keras_gan.networks.mlp.discriminator((8, 8, 1))
    keras_gan.GAN(generator, judge)
    with pytest.raises(ValueError, match=r"\(16, 16, 1\).*\(8, 8, 1\)"):
        keras_gan.GAN(generator, other)
    with pytest.raises(TypeError, match=r"generator must be a keras\.Model"):
        keras_gan.GAN(lambda z: z, judge)
    with pytest.raises(ValueError, match="latents of 8 dimensions"):
        keras_gan.GAN(generator, judge, latent_dim=9)


def test_held_out_data_that_is_new_in_each_epoch():
    """Of it, the first epoch is what is held out."""
    gan, x = compiled(dropout=0), images(16)

    def epoch(number):
        scale = tf.cast(1 - number, tf.float32)
        return tf.data.Dataset.from_tensor_slices(x * scale).batch(8)

    held = keras_gan.datasets.PerEpoch(epoch)
    history = gan.fit(x, batch_size=8, validation_data=held, verbose=0).history
    scores = gan.evaluate(held, verbose=0, return_dict=True)
    assert scores["d_loss"] == pytest.approx(history["val_d_loss"][0], rel=1e-5)
    assert scores == gan.evaluate(x, batch_size=8, verbose=0, return_dict=True)


def test_what_fit_refuses_is_refused_batch_by_batch_and_in_a_callback():
    gan, pixels = compiled(), np.zeros((4, *SHAPE), "uint8")
    for play in (gan.train_on_batch, gan.test_on_batch):
        with pytest.raises(ValueError, match="must be floating-point numbers"):
            play(pixels)
    evaluate = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: gan.evaluate(pixels, verbose=0)
    )
    with pytest.raises(ValueError, match="must be floating-point numbers"):
        gan.fit(images(8), callbacks=[evaluate], verbose=0)
    gan.generator.trainable = False
    with pytest.raises(ValueError, match="After a change of `trainable`"):
        gan.train_on_batch(images(4))


class Moments(keras.metrics.Metric):
    """A metric of two numbers."""

    def __init__(self):
        super().__init__(name="moments")
        self.mean = self.add_variable((), "zeros", name="mean")

    def update_state(self, real, fake, sample_weight=None):
        self.mean.assign(ops.mean(real))

    def result(self):
        return {"real_mean": self.mean.value, "a_square": self.mean.value**2}


def test_a_list_of_scores_lacks_none():
    gan = compiled(metrics=[Moments()])
    scores = gan.evaluate(images(8), verbose=0, return_dict=True)
    listed = gan.evaluate(images(8), verbose=0)
    logs = [metric.name for metric in gan.metrics if metric.name != "moments"]
    assert listed == [scores[name] for name in [*logs, "a_square", "real_mean"]]
    assert listed == pytest.approx(gan.test_on_batch(images(8)), rel=1e-4)


def test_predict_takes_class_numbers_where_the_generator_takes_one_hot():
    latents, label = keras.Input((4,)), keras.Input((3,))
    x = keras.layers.Concatenate()([latents, label])
    made = keras.layers.Reshape(SHAPE)(keras.layers.Dense(256, "tanh")(x))
    gan = keras_gan.GAN(keras.Model([latents, label], made), networks()[1])
    z, numbers = gan.draw_latents(5, seed=0), np.array([2, 0, 1, 1, 2])
    expected = gan.generate_from(z, numbers)
    for given in (numbers, np.eye(3, dtype="float32")[numbers]):
        made = gan.predict([z, given], verbose=0)
        np.testing.assert_allclose(made, expected, atol=1e-6)


def test_no_two_variables_have_one_path():
    """Or Keras has no tree of the state, which some checkpoints are made of."""
    gan = compiled("dcgan")
    tree = gan.get_state_tree()
    assert len(keras.tree.flatten(tree["non_trainable_variables"])) > 4


@pytest.mark.skipif(keras.backend.backend() == "jax", reason="JAX has none unasked")
def test_networks_in_float64():
    layers = keras.layers
    generator = keras.Sequential(
        [keras.Input((3,)), layers.Dense(2, activation="tanh", dtype="float64")]
    )
    judge = keras.Sequential([keras.Input((2,)), layers.Dense(1, dtype="float64")])
    gan = keras_gan.GAN(generator, judge)
    gan.compile("adam", "adam", penalties=["r1"])
    history = gan.fit(np.zeros((4, 2), "float32"), verbose=0).history
    assert np.isfinite(history["loss"]).all()


@pytest.mark.skipif(keras.backend.backend() != "torch", reason="fails on PyTorch")
def test_kernels_that_a_pass_changes_are_refused():
    inner = keras.layers.SpectralNormalization(keras.layers.Dense(1), name="keras_sn")
    judge = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), inner])
    gan = keras_gan.GAN(networks()[0], judge)
    with pytest.raises(ValueError, match=r"\['keras_sn'\] of the discriminator"):
        gan.compile("adam", "adam")
