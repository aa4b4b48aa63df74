"""Saved, loaded and trained on, as if it had never stopped."""

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan
from tests.small_gan import (
    assert_same_state,
    compiled,
    images,
    labels,
    noisy_networks,
)


def fit(gan, epochs, initial_epoch=0, data=None, **kwargs):
    x, y = data or (images(), None)
    return gan.fit(
        x,
        y,
        batch_size=20,  # the last batch is smaller
        epochs=epochs,
        initial_epoch=initial_epoch,
        shuffle=False,
        verbose=0,
        **kwargs,
    )


@pytest.mark.parametrize(
    ("kind", "num_classes", "rules"),
    [
        ("mlp", 3, {"penalties": ["gradient_penalty"], "d_steps": 2}),
        ("dcgan", None, {"update": "simultaneous", "loss": "hinge"}),
    ],
)
def test_two_epochs_and_two_more_are_four(tmp_path, kind, num_classes, rules):
    data = (images(), labels() if num_classes else None)

    def new():
        keras.utils.set_random_seed(0)
        return compiled(kind, num_classes, **rules)

    straight, stopped = new(), new()
    whole = fit(straight, 4, data=data).history
    fit(stopped, 2, data=data)
    stopped.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    rest = fit(loaded, 4, 2, data=data).history
    assert_same_state(straight, loaded)
    assert {name: values[2:] for name, values in whole.items()} == rest


def test_float16_loss_scales_are_saved(tmp_path):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        gan = compiled()
        fit(gan, 1)
        gan.save(tmp_path / "gan.keras")
        loaded = keras.saving.load_model(tmp_path / "gan.keras")
    finally:
        keras.config.set_dtype_policy("float32")
    assert isinstance(loaded.g_optimizer, keras.optimizers.LossScaleOptimizer)
    assert_same_state(gan, loaded)


def test_what_was_compiled_is_loaded(tmp_path):
    gan = compiled(
        loss=keras_gan.losses.NonSaturating(),
        g_loss="hinge",
        penalties=[keras_gan.penalties.R1(3.0, name="slope"), "gradient_penalty"],
        d_steps=2,
        metrics=[keras.metrics.MeanAbsoluteError(name="mae")],
        ema=keras_gan.EMA(half_life=500, ramp_up=0.1),
        steps_per_execution=1,
    )
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert [p.get_config() for p in loaded.penalties] == [
        p.get_config() for p in gan.penalties
    ]
    assert loaded.rules.d_steps == 2
    assert loaded.ema.get_config() == gan.ema.get_config()
    assert isinstance(loaded.rules.g_half.loss, keras_gan.losses.Hinge)
    assert isinstance(loaded.rules.d_half.loss, keras_gan.losses.NonSaturating)
    assert "mae" in loaded.evaluate(images(), verbose=0, return_dict=True)
    assert float(ops.convert_to_numpy(loaded.d_optimizer.learning_rate)) == (
        pytest.approx(2e-3)
    )


def test_compiled_twice_is_saved_as_it_was_last(tmp_path):
    gan = compiled(penalties=["lecam"])
    fit(gan, 1)
    gan.compile("adam", "adam", penalties=["lecam"])
    fit(gan, 2)
    gan.save(tmp_path / "gan.keras")
    assert_same_state(gan, keras.saving.load_model(tmp_path / "gan.keras"))


def test_registered_functions_are_loaded_and_others_are_refused(tmp_path):
    @keras.saving.register_keras_serializable(package="test_saving")
    def d_loss(pred_fake, pred_real):
        return keras_gan.losses.per_sample(pred_fake - pred_real)

    gan = compiled(d_loss=d_loss)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert loaded.rules.given["d_loss"] is d_loss
    assert_same_state(gan, loaded)


def test_uncompiled_gan_is_saved_and_generates(tmp_path):
    gan = compiled()
    fit(gan, 1)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras", compile=False)
    np.testing.assert_array_equal(gan.generate(5, seed=0), loaded.generate(5, seed=0))


def test_weights_alone_are_saved_with_seeds(tmp_path):
    gan, other = compiled(), compiled()
    fit(gan, 1)
    gan.save_weights(tmp_path / "gan.weights.h5")
    other.load_weights(tmp_path / "gan.weights.h5")
    assert_same_state(gan, other)


def test_penalties_do_not_bind_weights(tmp_path):
    trained = compiled(penalties=["gradient_penalty"])
    fit(trained, 1)
    trained.save(tmp_path / "gan.keras")
    trained.save_weights(tmp_path / "gan.weights.h5")
    loaded = keras.saving.load_model(tmp_path / "gan.keras", compile=False)
    other = compiled(penalties=["dragan", "r1", "zero_centered"])
    other.load_weights(tmp_path / "gan.weights.h5")
    for gan in (loaded, other):
        np.testing.assert_array_equal(
            gan.generate(3, seed=0), trained.generate(3, seed=0)
        )


def test_generator_alone_is_saved(tmp_path):
    gan = compiled(ema=None)
    gan.generator.save(tmp_path / "generator.keras")
    generator = keras.saving.load_model(tmp_path / "generator.keras")
    latents = gan.draw_latents(4, seed=0)
    np.testing.assert_allclose(
        generator.predict(latents, verbose=0), gan.generate(4, seed=0), atol=1e-6
    )


@pytest.mark.skipif(
    keras.backend.backend() == "torch",
    reason="Keras exports a SavedModel from TensorFlow and JAX",
)
@pytest.mark.parametrize("num_classes", [None, 3])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_exported_generator_serves(tmp_path, num_classes):
    import tensorflow as tf

    gan = compiled(num_classes=num_classes)
    gan.export(tmp_path / "served", verbose=False)
    served = tf.saved_model.load(str(tmp_path / "served"))
    inputs = gan.draw_latents(3, seed=0)
    arguments = [inputs]
    if num_classes:
        arguments = [[inputs, np.arange(3, dtype="int32")]]
    made = served.serve(*arguments)
    chosen = np.arange(3) if num_classes else None
    np.testing.assert_allclose(made, gan.generate(3, chosen, seed=0), atol=1e-5)


@pytest.mark.parametrize("name", ["gan.h5", "gan.HDF5"])
def test_files_that_hold_no_gan_are_refused_before_they_are_written(tmp_path, name):
    with pytest.raises(ValueError, match=f"a .keras file.*{name}"):
        compiled().save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_noise_of_the_average_goes_on(tmp_path):
    """Of the generator that makes samples, which is another with its own seeds."""
    gan = keras_gan.GAN(*noisy_networks(), ema=0.9)
    latents = gan.draw_latents(4, seed=0)
    gan.predict(latents, verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    np.testing.assert_allclose(
        gan.predict(latents, verbose=0), loaded.predict(latents, verbose=0), atol=1e-6
    )
