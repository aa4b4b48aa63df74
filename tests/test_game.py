"""The step against steps written by hand, and the rules around it."""

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan
from keras_gan.penalties import Penalty
from tests.small_gan import FixedLatents, compiled, images, labels, state_of

STEPS, BATCH = 10, 16

tensorflow_only = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow",
    reason="the hand-written step is TensorFlow",
)


@pytest.fixture
def batches():
    return images(STEPS * BATCH).reshape(STEPS, BATCH, 16, 16, 1)


def twins(kind, **rules):
    """A GAN and equal networks and optimizers for the step by hand."""
    gan = compiled(kind, dropout=0, cls=FixedLatents, ema=None, **rules)
    generator = keras.models.clone_model(gan.generator)
    discriminator = keras.models.clone_model(gan.discriminator)
    generator.set_weights(gan.generator.get_weights())
    discriminator.set_weights(gan.discriminator.get_weights())
    optimizers = keras.optimizers.Adam(1e-3), keras.optimizers.Adam(2e-3)
    return gan, generator, discriminator, optimizers


def largest_difference(network, other):
    pairs = zip(network.get_weights(), other.get_weights(), strict=True)
    return max(np.abs(a - b).max() for a, b in pairs)


@tensorflow_only
@pytest.mark.parametrize("kind", ["mlp", "dcgan"])
def test_simultaneous_update_is_the_two_tape_step(kind, batches):
    import tensorflow as tf

    gan, generator, discriminator, (g_opt, d_opt) = twins(kind, update="simultaneous")
    for step, real in enumerate(batches):
        gan.train_on_batch(real)
        latents = gan.table[step][:BATCH]
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            fake = generator(latents, training=True)
            pred_real = discriminator(real, training=True)
            pred_fake = discriminator(fake, training=True)
            g_loss = tf.reduce_mean(tf.nn.softplus(-pred_fake))
            d_loss = 0.5 * (
                tf.reduce_mean(tf.nn.softplus(-pred_real))
                + tf.reduce_mean(tf.nn.softplus(pred_fake))
            )
        g_gradients = g_tape.gradient(g_loss, generator.trainable_variables)
        d_gradients = d_tape.gradient(d_loss, discriminator.trainable_variables)
        g_opt.apply_gradients(zip(g_gradients, generator.trainable_variables))
        d_opt.apply_gradients(zip(d_gradients, discriminator.trainable_variables))
    assert largest_difference(gan.generator, generator) < 1e-6
    assert largest_difference(gan.discriminator, discriminator) < 1e-6


@tensorflow_only
@pytest.mark.parametrize("kind", ["mlp", "dcgan"])
def test_alternating_update_is_the_step_by_hand(kind, batches):
    import tensorflow as tf

    gan, generator, discriminator, (g_opt, d_opt) = twins(kind)
    for step, real in enumerate(batches):
        gan.train_on_batch(real)
        with tf.GradientTape() as g_tape:
            fake = generator(gan.table[step][:BATCH], training=True)
            with g_tape.stop_recording(), tf.GradientTape() as d_tape:
                pred_real = discriminator(real, training=True)
                pred_fake = discriminator(fake, training=True)
                d_loss = 0.5 * (
                    tf.reduce_mean(tf.nn.softplus(-pred_real))
                    + tf.reduce_mean(tf.nn.softplus(pred_fake))
                )
            with g_tape.stop_recording():
                gradients = d_tape.gradient(d_loss, discriminator.trainable_variables)
                d_opt.apply_gradients(zip(gradients, discriminator.trainable_variables))
            pred_fake = discriminator(fake, training=True)
            g_loss = tf.reduce_mean(tf.nn.softplus(-pred_fake))
        gradients = g_tape.gradient(g_loss, generator.trainable_variables)
        g_opt.apply_gradients(zip(gradients, generator.trainable_variables))
    assert largest_difference(gan.generator, generator) < 1e-6
    assert largest_difference(gan.discriminator, discriminator) < 1e-6


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_each_player_is_moved_by_its_own_optimizer_alone(update):
    still, moving = keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.5)
    gan = compiled(optimizers=(still, moving), ema=None, update=update)
    g_before, d_before = gan.generator.get_weights(), gan.discriminator.get_weights()
    gan.train_on_batch(images(8))
    for a, b in zip(g_before, gan.generator.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    moved = zip(d_before, gan.discriminator.get_weights(), strict=True)
    assert any(np.abs(a - b).max() > 1e-4 for a, b in moved)
    assert all(layer.trainable for layer in gan.discriminator.layers)


def test_d_steps_moves_the_discriminator_more_often():
    gan = compiled(d_steps=3)
    gan.fit(images(32), batch_size=16, epochs=2, verbose=0)
    steps = [
        int(ops.convert_to_numpy(o.iterations))
        for o in (gan.optimizer, gan.g_optimizer, gan.d_optimizer)
    ]
    assert steps == [4, 4, 12]


def test_logs_are_running_means_weighted_by_batch_size():
    gan = compiled(dropout=0, ema=None)
    names = {"loss", "d_loss", "g_loss", "real_accuracy", "fake_accuracy", "r1"}
    gan.compile("adam", "adam", penalties=["r1"])
    history = gan.fit(images(20), batch_size=16, epochs=1, verbose=0).history
    assert set(history) == names


def test_loss_is_what_is_minimised_and_d_loss_is_without_penalties():
    frozen = keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0)
    gan = compiled(
        dropout=0, optimizers=frozen, penalties=[keras_gan.penalties.R1(weight=7.0)]
    )
    logs = gan.train_on_batch(images(16), return_dict=True)
    total = logs["d_loss"] + logs["g_loss"] + 7 * logs["r1"]
    assert logs["loss"] == pytest.approx(total, rel=1e-5)
    assert logs["r1"] > 0


def test_accuracies_are_shares_of_images_that_d_gets_right():
    generator = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(1, kernel_initializer="zeros")]
    )
    discriminator = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")]
    )
    gan = keras_gan.GAN(generator, discriminator)
    gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0))
    real = np.array([[1.0], [2.0], [-1.0], [3.0]], "float32")
    logs = gan.train_on_batch(real, return_dict=True)
    assert logs["real_accuracy"] == 0.75
    assert logs["fake_accuracy"] == 1.0  # D(0) = 0 is not above the threshold
    expected = np.log1p(np.exp(-real)).mean() / 2 + np.log(2) / 2
    assert logs["d_loss"] == pytest.approx(expected, rel=1e-5)
    assert logs["g_loss"] == pytest.approx(np.log(2), rel=1e-5)


def test_weight_regularizers_of_the_networks_count():
    def build(factor, rate):
        keras.utils.set_random_seed(0)
        regularizer = keras.regularizers.L2(factor)
        d = keras.Sequential(
            [keras.Input((2,)), keras.layers.Dense(1, kernel_regularizer=regularizer)]
        )
        g = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
        gan = keras_gan.GAN(g, d, seed=0)
        gan.compile(keras.optimizers.SGD(rate), keras.optimizers.SGD(rate))
        kernel = d.get_weights()[0]
        logs = gan.train_on_batch(images(8, shape=(2,)), return_dict=True)
        return kernel, d.get_weights()[0], logs["loss"]

    kernel, plain, _ = build(0.0, rate=0.1)
    _, shrunk, _ = build(0.5, rate=0.1)
    np.testing.assert_allclose(plain - shrunk, 0.1 * kernel, rtol=1e-4)
    loss, larger = (build(factor, rate=0.0)[2] for factor in (0.0, 0.5))
    assert larger - loss == pytest.approx(0.5 * np.square(kernel).sum(), rel=1e-4)


def test_plain_functions_are_the_named_loss():
    def d_loss(pred_fake, pred_real):
        bce = keras.losses.BinaryCrossentropy(from_logits=True)
        real = bce(ops.ones_like(pred_real), pred_real)
        return (real + bce(ops.zeros_like(pred_fake), pred_fake)) / 2

    def g_loss(pred_fake):
        bce = keras.losses.BinaryCrossentropy(from_logits=True)
        return bce(ops.ones_like(pred_fake), pred_fake)

    def train(**rules):
        keras.utils.set_random_seed(0)
        gan = compiled(**rules)
        return gan.fit(images(), batch_size=16, verbose=0, shuffle=False).history

    one = train(loss="non_saturating")
    other = train(loss=None, g_loss=g_loss, d_loss=d_loss)
    for name in one:
        assert one[name] == pytest.approx(other[name], abs=1e-5)


def test_probabilities_give_what_logits_give():
    def train(sigmoid, loss):
        keras.utils.set_random_seed(0)
        activation = "sigmoid" if sigmoid else None
        d = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation)])
        g = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
        gan = keras_gan.GAN(g, d, seed=0)
        gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1), loss=loss)
        x = images(64, shape=(2,))
        return gan.fit(x, batch_size=16, verbose=0, shuffle=False).history

    one = train(False, keras_gan.losses.NonSaturating())
    other = train(True, keras_gan.losses.NonSaturating(from_logits=False))
    for name in one:
        assert one[name] == pytest.approx(other[name], abs=1e-4)


def test_a_subclass_changes_an_objective_and_logs_its_own():
    class Tied(keras_gan.GAN):
        extra_logs = ("brightness",)

        def generator_objective(self, batch):
            loss, logs = super().generator_objective(batch)
            brightness = ops.mean(batch.fake, axis=(1, 2, 3))
            logs["brightness"] = ops.mean(brightness)
            return loss + 100 * ops.square(brightness - 0.5), logs

    adams = keras.optimizers.Adam(1e-2), keras.optimizers.Adam(1e-3)
    gan = compiled(cls=Tied, ema=None, optimizers=adams)
    history = gan.fit(images(), batch_size=16, epochs=30, verbose=0).history
    first, last = history["brightness"][0], history["brightness"][-1]
    assert abs(last - 0.5) < abs(first - 0.5) / 2


def test_undeclared_logs_are_refused_by_name():
    class Chatty(keras_gan.GAN):
        def generator_objective(self, batch):
            loss, logs = super().generator_objective(batch)
            return loss, {**logs, "surprise": ops.mean(loss)}

    with pytest.raises(ValueError, match=r"surprise.*extra_logs"):
        compiled(cls=Chatty).train_on_batch(images(8))


def test_logs_that_are_no_scalars_are_refused_by_name():
    class Rows(keras_gan.GAN):
        extra_logs = ("rows",)

        def generator_objective(self, batch):
            loss, logs = super().generator_objective(batch)
            return loss, {**logs, "rows": batch.fake_logits}

    with pytest.raises(ValueError, match=r"scalar.*'rows' of shape \(8, 1\)"):
        compiled(cls=Rows).train_on_batch(images(8))


def test_what_an_objective_leaves_out_is_not_logged_as_0():
    class Silent(keras_gan.GAN):
        extra_logs = ("never",)

        def discriminator_objective(self, batch):
            loss, _ = super().discriminator_objective(batch)
            return loss, {}

    gan = compiled(cls=Silent, penalties=["r1"])
    history = gan.fit(images(16), batch_size=8, verbose=0).history
    assert set(history) == {"loss", "d_loss", "g_loss", "r1"}
    assert history["d_loss"][0] > 0
    assert set(gan.evaluate(images(8), verbose=0, return_dict=True)) == set(history)


BAD_LOSSES = {
    "nothing": (lambda fake, real: None, TypeError, "Received: None"),
    "a pair": (lambda fake, real: (fake, {}), TypeError, "discriminator's loss must"),
    "both kinds": (
        lambda fake, real: ops.concatenate([fake, -real]),
        ValueError,
        r"shape \(16, 1\) for 8 samples",
    ),
}


@pytest.mark.parametrize("name", BAD_LOSSES)
def test_a_loss_of_another_form_is_refused(name):
    function, error, message = BAD_LOSSES[name]
    gan = compiled(g_loss="hinge", d_loss=function)
    with pytest.raises(error, match=message):
        gan.train_on_batch(images(8))


def test_a_loss_of_pairs_is_refused_before_training():
    def of_d(fake, real):
        return ops.square(real) + ops.reshape(ops.square(fake), (-1,))

    def of_g(fake, real):
        return ops.softplus(ops.transpose(real) - fake)

    class Own(keras_gan.losses.Hinge):
        def generator(self, real, fake):
            return -fake + ops.reshape(fake, (-1,))

    for wrong in ({"d_loss": of_d}, {"g_loss": of_g}, {"loss": Own()}):
        with pytest.raises(ValueError, match=r"_loss or loss .* each pair of logits"):
            compiled(**{"loss": "hinge", **wrong})


def test_a_loss_of_two_values_for_each_sample():
    """Of a batch of two as well, and though it cannot be told from zeros."""

    def of_d(fake, real):
        if real.shape[0] == 7:
            raise RuntimeError("no seven")
        return ops.concatenate([-real, fake], axis=1)

    gan = compiled(loss="hinge", d_loss=of_d)
    assert np.isfinite(gan.train_on_batch(images(2))).all()


@pytest.mark.parametrize("every", [1, 2])
def test_a_penalty_may_return_a_column_or_one_value(every):
    class Column(keras_gan.penalties.Penalty):
        def __call__(self, critic, real, fake, input_gradient):
            return ops.square(critic(real))

    class One(keras_gan.penalties.Penalty):
        def __call__(self, critic, real, fake, input_gradient):
            return ops.mean(ops.square(critic(real)))

    found = []
    for kind in (Column, One):
        keras.utils.set_random_seed(0)
        gan = compiled(dropout=0, penalties=[kind(every=every, name="p")])
        found.append(gan.train_on_batch(images(8), return_dict=True)["p"])
    assert found[0] == pytest.approx(found[1], rel=1e-5)
    assert found[0] > 0


def test_a_penalty_of_nothing_is_refused_by_name():
    class Empty(keras_gan.penalties.Penalty):
        def __call__(self, critic, real, fake, input_gradient):
            return None

    gan = compiled(penalties=[Empty(name="empty")])
    with pytest.raises(TypeError, match="The penalty 'empty' must return"):
        gan.train_on_batch(images(8))


@pytest.mark.parametrize("every", [2, 4])
def test_lazy_penalties_are_logged_with_several_moves_of_d(every):
    """Each is in some of D's moves only, and never in the last one of a step."""
    found = []
    for k in (1, every):
        keras.utils.set_random_seed(0)
        frozen = [keras.optimizers.SGD(0.0) for _ in range(2)]
        r1 = keras_gan.penalties.R1(every=k)
        gan = compiled(dropout=0, optimizers=frozen, penalties=[r1], d_steps=2)
        history = gan.fit(
            images(8), batch_size=8, epochs=4, shuffle=False, verbose=0
        ).history
        found.append(np.mean(history["r1"]))
    assert found[0] == pytest.approx(found[1], rel=1e-5)
    assert found[0] > 0


def test_evaluation_counts_updates_as_training_does():
    gan = compiled(
        dropout=0, d_steps=5, penalties=[keras_gan.penalties.LeCam(start=10)]
    )
    x = images(16)
    history = gan.fit(x, batch_size=4, validation_data=(x,), verbose=0).history
    assert history["lecam"][0] > 0
    assert history["val_lecam"][0] > 0


def test_layers_that_are_frozen_later_ask_for_compile():
    gan = compiled()
    gan.fit(images(8), batch_size=8, verbose=0)
    gan.discriminator.layers[-1].trainable = False
    with pytest.raises(ValueError, match=r"discriminator'? has .*call `compile` again"):
        gan.fit(images(8), batch_size=8, verbose=0)
    with pytest.raises(ValueError, match="before layers were frozen or thawed"):
        gan.compile(*gan.optimizer.optimizers)
    gan.compile("adam", "adam")
    gan.fit(images(8), batch_size=8, verbose=0)


def test_a_subclass_may_add_a_variable_when_it_is_compiled():
    class Counting(keras_gan.GAN):
        extra_logs = ("count",)

        def compile(self, *args, **kwargs):
            super().compile(*args, **kwargs)
            self.counter = self.add_weight(
                shape=(), initializer="zeros", trainable=False, name="counter"
            )

        def generator_objective(self, batch):
            self.counter.assign_add(1.0)
            loss, logs = super().generator_objective(batch)
            return loss, {**logs, "count": self.counter.value + 0.0}

    gan = compiled(cls=Counting)
    history = gan.fit(images(32), batch_size=8, verbose=0).history
    assert history["count"] == [2.5]  # of 1, 2, 3, 4


def test_a_table_of_classes_is_moved_as_any_weight():
    """Adam's first step is the learning rate, however many samples share a row."""
    latents, classes = keras.Input((4,)), keras.Input((), dtype="int32")
    x = keras_gan.layers.ConditionalBatchNormalization(2)(
        [keras.layers.Dense(6)(latents), classes]
    )
    row = keras.layers.Embedding(2, 3)(classes)
    x = keras.layers.Dense(2)(keras.layers.Concatenate()([x, row]))
    generator = keras.Model([latents, classes], x)
    discriminator = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(8, "tanh"), keras.layers.Dense(1)]
    )
    gan = keras_gan.GAN(generator, discriminator, num_classes=2, seed=0)
    gan.compile(keras.optimizers.Adam(1e-2, epsilon=1e-12), "sgd")
    before = [ops.convert_to_numpy(v) for v in generator.trainable_variables]
    gan.train_on_batch(images(64, shape=(2,)), np.arange(64) % 2)
    for variable, old in zip(generator.trainable_variables, before, strict=True):
        if variable.name == "bias" and old.shape == (6,):
            continue  # what is before a normalization has no gradient but rounding
        moved = np.abs(ops.convert_to_numpy(variable) - old)
        np.testing.assert_allclose(moved, 1e-2, rtol=1e-3)


def test_labels_reach_both_networks():
    gan = compiled(num_classes=3, dropout=0, ema=None)
    x, y = images(), labels()
    gan.fit(x, y, batch_size=16, epochs=1, verbose=0)
    latents = np.repeat(gan.draw_latents(1, seed=0), 3, axis=0)
    made = gan.predict([latents, np.arange(3)], verbose=0)
    assert np.abs(made[0] - made[1]).max() > 1e-4
    one_hot = np.eye(3, dtype="float32")[y]  # numbers and one-hot rows are the same
    assert gan.evaluate(x, y, verbose=0) == pytest.approx(
        gan.evaluate(x, one_hot, verbose=0)
    )


def test_augmentation_sees_real_and_fake_in_training_only():
    class Negative(keras.layers.Layer):
        def call(self, inputs, training=False):
            return -inputs if training else inputs

    def d_loss(augment):
        keras.utils.set_random_seed(0)
        d = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        g = keras.Sequential(
            [keras.Input((4,)), keras.layers.Dense(2, kernel_initializer="zeros")]
        )
        gan = keras_gan.GAN(g, d, augment=augment, seed=0)
        gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0))
        x = images(8, shape=(2,))
        negated = gan.train_on_batch(-x, return_dict=True)["d_loss"]
        return gan.train_on_batch(x, return_dict=True)["d_loss"], negated

    plain, negated = d_loss(None)
    augmented, _ = d_loss(Negative())
    assert augmented == pytest.approx(negated, rel=1e-6)
    assert augmented != pytest.approx(plain, rel=1e-3)


def test_penalty_state_is_left_alone_by_evaluation():
    class Counting(Penalty):
        default_name = "count"

        def __init__(self, weight=1.0, name=None):
            super().__init__(weight, name)
            self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False)

        def __call__(self, critic, real, fake, input_gradient):
            self.seen.assign_add(1.0)
            return keras_gan.losses.per_sample(critic(real)) * 0.0

    penalty = Counting()
    gan = compiled(penalties=[penalty])
    gan.fit(images(), batch_size=16, epochs=1, verbose=0, validation_data=images(20))
    gan.evaluate(images(), verbose=0)
    assert float(ops.convert_to_numpy(penalty.seen)) == 3


def test_vector_data_trains_on_a_ring_of_gaussians():
    """Nothing in GAN assumes images: 8 modes, most samples near one of them."""
    rng = np.random.default_rng(0)
    angles = 2 * np.pi * rng.integers(8, size=4096) / 8
    centres = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    x = (centres + 0.05 * rng.standard_normal(centres.shape)).astype("float32")
    keras.utils.set_random_seed(1)
    gan = keras_gan.GAN(
        keras_gan.networks.mlp.generator(
            (2,), 8, hidden=(64, 64), output_activation=None
        ),
        keras_gan.networks.mlp.discriminator((2,), hidden=(64, 64), dropout=0),
        ema=0.99,
        seed=0,
    )
    gan.compile(
        keras.optimizers.Adam(1e-3, beta_1=0.5), keras.optimizers.Adam(1e-3, beta_1=0.5)
    )
    gan.fit(x, batch_size=128, epochs=30, verbose=0)
    made = gan.generate(2000, seed=0)
    modes = np.stack(
        [np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], axis=1
    )
    distances = np.linalg.norm(made[:, None] - modes[None], axis=-1)
    near = distances.min(axis=1) < 0.2
    counts = np.bincount(distances.argmin(axis=1)[near], minlength=8)
    assert near.mean() > 0.5
    assert (counts > 20).sum() >= 6


def test_float16_scales_each_player_and_trains():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        gan = compiled(dropout=0)
    finally:
        keras.config.set_dtype_policy("float32")
    scales = [o.dynamic_scale for o in gan.optimizer.optimizers]
    assert scales[0] is not scales[1]
    before = state_of(gan)
    logs = gan.fit(images(), batch_size=16, epochs=2, verbose=0).history
    assert np.isfinite(logs["loss"]).all()
    assert any((a != b).any() for a, b in zip(before, state_of(gan), strict=True))


def test_bfloat16_trains_with_float32_losses():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        gan = compiled("dcgan", penalties=["r1"])
    finally:
        keras.config.set_dtype_policy("float32")
    logs = gan.fit(images(), batch_size=16, epochs=2, verbose=0).history
    assert np.isfinite(logs["loss"]).all()
    assert gan.generate(2, seed=0).dtype == np.float32


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_eager_is_what_the_compiled_step_is(update):
    def train(**how):
        keras.utils.set_random_seed(0)
        gan = compiled(update=update, penalties=["r1"], **how)
        return gan.fit(images(32), batch_size=16, verbose=0, shuffle=False).history

    compiled_logs, eager_logs = train(), train(run_eagerly=True)
    for name, values in compiled_logs.items():
        assert values == pytest.approx(eager_logs[name], abs=2e-4), name


@pytest.mark.skipif(
    keras.backend.backend() == "torch",
    reason="Keras on PyTorch runs one step at a time",
)
def test_steps_per_execution_changes_nothing():
    def train(steps):
        keras.utils.set_random_seed(0)
        gan = compiled(steps_per_execution=steps)
        history = gan.fit(images(80), batch_size=16, verbose=0, shuffle=False).history
        return gan, history

    one, logs = train(1)
    other, logs_of_other = train(3)
    for name, values in logs.items():
        assert values == pytest.approx(logs_of_other[name], abs=1e-5)
    for a, b in zip(state_of(one), state_of(other), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.skipif(
    keras.backend.backend() != "torch", reason="XLA is TensorFlow's and JAX's"
)
def test_torch_compile_is_refused_before_it_fails():
    with pytest.raises(ValueError, match=r"jit_compile=True is not available"):
        compiled(jit_compile=True)


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="XLA is TensorFlow's and JAX's"
)
def test_xla_changes_nothing():
    def train(**how):
        keras.utils.set_random_seed(0)
        gan = compiled(dropout=0, cls=FixedLatents, penalties=["r1"], **how)
        return gan.fit(images(32), batch_size=16, verbose=0, shuffle=False).history

    plain, xla = train(jit_compile=False), train(jit_compile=True)
    for name, values in plain.items():
        assert values == pytest.approx(xla[name], abs=1e-5), name
