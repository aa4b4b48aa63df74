"""Metrics of samples on a GAN: in evaluate, in validation_data, saved with it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_gan
from keras_gan import metrics, scoring, validation
from keras_gan.metrics import FID, ConditionalAccuracy, SampleMetric
from keras_gan.metrics.extractors import ModelFeatures
from keras_gan.networks import mlp
from tests.metrics.own_rows import OwnRows
from tests.small_gan import SHAPE, compiled, images, labels, noisy_networks

CLASSES = 3


def fid(**kwargs):
    return FID("pixels", name="distance", **kwargs)


def expected(gan, real, n=None, classes=None):
    """The same number from the metric alone and latents drawn by hand."""
    n = n or len(real)
    latents = np.random.default_rng(scoring.SEED).standard_normal((n, 8), "float32")
    made = gan.generate_from(latents, classes)
    alone = fid()
    alone.update_state(real, made)
    return pytest.approx(alone.result(), rel=1e-5)


def batched(x):
    return tf.data.Dataset.from_tensor_slices(x).batch(7)


def test_evaluate_adds_the_number_to_the_losses():
    gan, x = compiled(metrics=[fid()]), images(20)
    report = gan.evaluate(x, verbose=0, return_dict=True)
    assert report["distance"] == expected(gan, x)
    plain = compiled()
    plain.set_weights(gan.get_weights())
    losses = plain.evaluate(x, verbose=0, return_dict=True)
    assert losses == {k: v for k, v in report.items() if k != "distance"}
    names = [*(metric.name for metric in gan.metrics), "distance"]
    assert gan.evaluate(x, verbose=0) == [report[name] for name in names]


@pytest.mark.parametrize("form", ["dataset", "batches", "generator", "numpy"])
def test_any_data_gives_the_same_number(form):
    gan, x = compiled(metrics=[fid()]), images(20)
    parts = [x[:7], x[7:14], x[14:]]
    forms = {
        "dataset": lambda: (batched(x), {}),
        "batches": lambda: (validation.Held(parts), {}),
        "generator": lambda: ((part for part in parts), {"steps": 3}),
        "numpy": lambda: (x, {"batch_size": 7}),
    }
    data, options = forms[form]()
    report = gan.evaluate(data, verbose=0, return_dict=True, **options)
    assert report["distance"] == expected(gan, x)


def test_steps_bound_the_real_samples():
    gan, x = compiled(metrics=[fid()]), images(20)
    report = gan.evaluate(batched(x), steps=2, verbose=0, return_dict=True)
    assert report["distance"] == expected(gan, x[:14])


def test_a_generator_needs_steps():
    gan = compiled(metrics=[fid()])
    with pytest.raises(ValueError, match=r"pass steps=.*steps=None"):
        gan.evaluate((x for x in [images(4)]), verbose=0)
    forever = (images(4) for _ in iter(int, 1))
    with pytest.raises(ValueError, match="pass validation_steps="):
        gan.fit(images(8), validation_data=forever, verbose=0)


@pytest.mark.parametrize("steps_per_execution", [1, 2])
def test_validation_drives_keras_callbacks(tmp_path, steps_per_execution):
    if keras.backend.backend() == "torch" and steps_per_execution > 1:
        pytest.skip("PyTorch has no steps_per_execution")
    gan = compiled(metrics=[fid()], steps_per_execution=steps_per_execution)
    best = tmp_path / "best.keras"
    watch = {"monitor": "val_distance", "mode": "min"}
    history = gan.fit(
        images(),
        batch_size=12,
        epochs=4,
        verbose=0,
        validation_data=images(14, seed=2),
        callbacks=[
            keras.callbacks.ModelCheckpoint(best, save_best_only=True, **watch),
            keras.callbacks.EarlyStopping(patience=0, min_delta=1e9, **watch),
        ],
    ).history
    assert len(history["val_distance"]) == 2  # stopped: 1e9 better there is not
    assert "distance" not in history
    loaded = keras.saving.load_model(best)
    report = loaded.evaluate(images(14, seed=2), verbose=0, return_dict=True)
    assert report["distance"] == pytest.approx(min(history["val_distance"]), rel=1e-4)


def test_the_training_is_the_same_without_metrics():
    with_metric, without = compiled(metrics=[fid()]), compiled()
    without.set_weights(with_metric.get_weights())
    for gan in (with_metric, without):
        gan.fit(
            images(),
            batch_size=16,
            shuffle=False,
            verbose=0,
            validation_data=images(8),
        )
    for a, b in zip(with_metric.get_weights(), without.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_steps_of_an_array_are_keras_own_batches():
    gan, x = compiled(metrics=[fid()]), images(80)
    report = gan.evaluate(x, steps=2, verbose=0, return_dict=True)
    assert report["distance"] == expected(gan, x[:64])


def test_validation_split():
    gan, x = compiled(metrics=[fid()]), images(20)
    history = gan.fit(x, validation_split=0.5, verbose=0).history
    assert history["val_distance"] == [expected(gan, x[10:])]


def test_a_callback_may_evaluate_a_generator():
    gan, seen = compiled(metrics=[fid()]), []

    class Look(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            stream = ((images(6, seed=i),) for i in range(2))
            report = self.model.evaluate(stream, steps=2, verbose=0, return_dict=True)
            seen.append(report["distance"])

    gan.fit(images(), verbose=0, callbacks=[Look()])
    held = np.concatenate([images(6, seed=0), images(6, seed=1)])
    assert seen == [expected(gan, held)]


def test_samples_in_16_bits():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        gan = keras_gan.GAN(
            keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]),
            keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]),
        )
    finally:
        keras.config.set_dtype_policy("float32")
    gan.compile("adam", "adam", metrics=[fid()])
    assert gan.generate(3).dtype == np.float32
    x = np.random.default_rng(0).standard_normal((9, 2)).astype("float32")
    assert gan.evaluate(x, verbose=0, return_dict=True)["distance"] > 0


def test_validation_has_no_weights():
    gan, x = compiled(), images(8)
    with pytest.raises(ValueError, match="has no sample weights"):
        gan.fit(x, validation_data=(x, None, np.ones(8)), verbose=0)


def test_arguments_of_fit_by_position():
    gan, x = compiled(metrics=[fid()]), images(20)
    history = gan.fit(x, None, 10, 2, 0, None, 0.0, x[:8]).history
    assert len(history["val_distance"]) == 2
    with pytest.raises(TypeError, match=r"\['epochs'\] twice"):
        gan.fit(x, None, 10, 2, epochs=3)
    with pytest.raises(TypeError, match="20 by position"):
        gan.fit(x, None, *[None] * 18)


def test_validation_by_a_generator():
    gan = compiled(metrics=[fid()])
    stream = (images(6, seed=i) for i in range(9))
    history = gan.fit(
        images(), epochs=2, validation_data=stream, validation_steps=2, verbose=0
    ).history
    held = np.concatenate([images(6, seed=0), images(6, seed=1)])
    assert history["val_distance"][-1] == expected(gan, held)


def test_a_conditional_gan_is_asked_for_the_real_classes():
    gan = compiled(num_classes=CLASSES, metrics=[fid()])
    x, y = images(20), np.sort(labels(20))
    asked = np.random.default_rng(scoring.SEED).permutation(y)
    report = gan.evaluate(x, y, verbose=0, return_dict=True)
    assert report["distance"] == expected(gan, x, classes=asked)
    for n in (50, 7):
        other = compiled(num_classes=CLASSES, metrics=[fid(num_generated=n)])
        report = other.evaluate(x, y, verbose=0, return_dict=True)
        classes = np.resize(asked, n)
        assert report["distance"] == expected(other, x, n, classes)
        assert len(set(classes)) == CLASSES  # the data's first ones are of one class


def test_classes_may_be_one_hot_rows():
    y = np.array([2, 0, 1])
    np.testing.assert_array_equal(scoring.class_numbers(np.eye(3)[y]), y)
    np.testing.assert_array_equal(scoring.class_numbers(y[:, None]), y)
    assert scoring.class_numbers(np.array([[1, 1, 0], [0, 0, 0]])) is None
    assert scoring.class_numbers(np.array([[0.3, 0.7]])) is None


def test_images_are_seen_between_minus_one_and_one():
    """A generator that ends in a sigmoid, or in nothing, makes other values."""
    seen = []

    class Spy(keras_gan.metrics.extractors.Pixels):
        def extract(self, samples):
            seen.append((samples.min(), samples.max()))
            return super().extract(samples)

    def evaluate(activation, real):
        gan = keras_gan.GAN(
            mlp.generator(SHAPE, 4, hidden=(8,), output_activation=activation),
            mlp.discriminator(SHAPE, hidden=(8,)),
        )
        gan.compile("adam", "adam", metrics=[FID(Spy())])
        gan.evaluate(real, verbose=0)

    evaluate("sigmoid", images(8) / 2 + 0.5)
    (low, high), _ = seen
    assert -1 <= low < -0.9  # the sigmoid's 0
    assert 0.9 < high <= 1
    evaluate(None, images(8))
    assert all(low >= -1 and high <= 1 for low, high in seen)
    with pytest.raises(ValueError, match=r"in \[-1, 1\]. Received: floats from -2"):
        evaluate(None, 3 * images(8))  # nobody knows what its white is


def test_vectors_are_seen_as_they_are(rng):
    gan = keras_gan.GAN(
        mlp.generator((2,), 4, hidden=(8,), output_activation=None),
        mlp.discriminator((2,), hidden=(8,)),
    )
    gan.compile("adam", "adam", metrics=[fid()])
    x = (100 * rng.standard_normal((30, 2))).astype("float32")
    assert gan.evaluate(x, verbose=0, return_dict=True)["distance"] > 1000


def test_names_and_one_object(capsys):
    gan = compiled(metrics="sliced_wasserstein")
    assert isinstance(gan.sample_metrics[0], metrics.SlicedWasserstein)
    gan.evaluate(images(8), verbose=2)
    assert "sliced_wasserstein: " in capsys.readouterr().out


def test_saved_with_the_gan(tmp_path):
    gan = compiled(metrics=["sliced_wasserstein", fid(num_generated=9)])
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert [m.name for m in loaded.sample_metrics] == ["sliced_wasserstein", "distance"]
    assert loaded.sample_metrics[1].num_generated == 9
    one = gan.evaluate(images(8), verbose=0, return_dict=True)
    other = loaded.evaluate(images(8), verbose=0, return_dict=True)
    assert other == pytest.approx(one, rel=1e-5)


def test_a_metric_of_a_model_in_memory_is_left_out_of_the_file(tmp_path):
    model = keras.Sequential(
        [keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(3)]
    )
    gan = compiled(metrics=FID(model, name="seen"))
    with pytest.warns(UserWarning, match="without its metric 'seen'"):
        gan.save(tmp_path / "one.keras")
    gan = compiled(metrics=[FID(model, name="seen"), fid()])
    assert "seen" in gan.evaluate(images(8), verbose=0, return_dict=True)
    with pytest.warns(UserWarning, match="without its metric 'seen'"):
        gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert [m.name for m in loaded.sample_metrics] == ["distance"]
    model.save(tmp_path / "features.keras")
    by_path = ModelFeatures(str(tmp_path / "features.keras"))
    gan.compile("adam", "adam", metrics=[FID(by_path, name="seen")])
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    one = gan.evaluate(images(8), verbose=0, return_dict=True)
    other = loaded.evaluate(images(8), verbose=0, return_dict=True)
    assert other["seen"] == pytest.approx(one["seen"], rel=1e-5)
    (tmp_path / "features.keras").unlink()
    lost = keras.saving.load_model(tmp_path / "gan.keras")
    assert lost.generate(2).shape == (2, *SHAPE)
    with pytest.raises(ValueError, match=r"features\.keras"):
        lost.evaluate(images(8), verbose=0)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (["fidd"], ValueError, "Unknown metric 'fidd'. Did you mean 'fid'"),
        ([3], TypeError, "metrics must be names or objects. Received: 3"),
        ([fid(), fid()], ValueError, r"own name. Received: \['distance'\] twice"),
        ([FID("pixels", name="g_loss")], ValueError, r"\['g_loss'\] twice"),
        (["fashion_fid"], ValueError, r"shape \(28, 28, 1\).*\(16, 16, 1\)"),
    ],
)
def test_wrong_metrics_are_refused_by_compile(given, error, message):
    with pytest.raises(error, match=message):
        compiled(metrics=given)


def test_a_metric_of_classes_needs_a_gan_that_is_told_them():
    with pytest.raises(ValueError, match=r"^fashion_accuracy needs a GAN that is told"):
        compiled(metrics=[ConditionalAccuracy(name="fashion_accuracy")])
    metric = ConditionalAccuracy(OwnRows())
    assert compiled(num_classes=3, metrics=[metric]).compiled
    x = images()
    with pytest.raises(ValueError, match="needs a GAN that is told classes: train one"):
        scoring.score(compiled(), [metric], lambda: [(x, None)])


def test_what_cannot_be_loaded_is_said_before_the_training():
    class Absent(metrics.extractors.Pixels):
        def prepare(self):
            raise OSError("there is no network")

    gan = compiled(metrics=[FID(Absent())])
    before = gan.get_weights()
    with pytest.raises(OSError, match="no network"):
        gan.fit(images(), validation_data=images(8), verbose=0)
    for a, b in zip(before, gan.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_a_generator_that_is_lost_has_scores_that_are_no_numbers():
    gan = compiled(metrics=[fid(), "sliced_wasserstein", metrics.KID("pixels")])
    expected = set(gan.evaluate(images(8), verbose=0, return_dict=True))
    network = gan.inference_generator
    network.set_weights([np.full_like(w, np.nan) for w in network.get_weights()])
    with pytest.warns(RuntimeWarning, match="makes NaN or infinity"):
        report = gan.evaluate(images(8), verbose=0, return_dict=True)
    assert set(report) == expected
    names = ("distance", "sliced_wasserstein", "kid", "kid_std")
    assert all(np.isnan(report[name]) for name in names)


def test_a_metric_from_outside():
    @keras.saving.register_keras_serializable(package="tests")
    class Brightness(SampleMetric):
        base_name = "brightness"

        def score(self, real, generated):
            return abs(real.rows.mean() - generated.rows.mean())

    metrics.register("brightness", Brightness)
    try:
        x = images(12)
        assert isinstance(metrics.get("Fashion-Brightness"), Brightness)
        gan = compiled(metrics=[Brightness("pixels", name="b")])
        report = gan.evaluate(x, verbose=0, return_dict=True)
        rng = np.random.default_rng(scoring.SEED)
        made = gan.generate_from(rng.standard_normal((12, 8), "float32"))
        assert report["b"] == pytest.approx(abs(x.mean() - made.mean()), abs=1e-5)
    finally:
        del metrics._METRICS.members["brightness"]


@pytest.mark.parametrize("ema", [None, 0.9])
def test_noise_of_the_generator_is_the_same_at_every_evaluation(ema):
    def trained(**given):
        keras.utils.set_random_seed(0)
        gan = keras_gan.GAN(*noisy_networks(), ema=ema, seed=1)
        gan.compile("adam", "adam")
        logs = gan.fit(
            images(), batch_size=16, epochs=2, shuffle=False, verbose=0, **given
        ).history
        return gan, logs

    gan, logs = trained(validation_data=images(seed=1))
    first, again = (gan.evaluate(images(seed=2), verbose=0) for _ in range(2))
    assert first == again
    _, alone = trained()
    assert {name: logs[name] for name in alone} == alone
