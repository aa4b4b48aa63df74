"""AC-GAN: what both players want of the classes, against float64."""

import keras
import numpy as np
import pytest

from keras_gan import ACGAN
from keras_gan.batch import Batch
from keras_gan.networks import mlp
from tests.small_gan import assert_same_state

BATCH, CLASSES, LATENTS, SHAPE = 6, 3, 4, (5,)
LABELS = np.array([0, 2, 1, 1, 0, 2])

FORMS = {
    "numbers": LABELS,
    "a column": LABELS[:, None].astype("float32"),
    "one-hot": np.eye(CLASSES, dtype="float32")[LABELS],
}


def generator(num_classes=CLASSES):
    return mlp.generator(
        SHAPE, LATENTS, hidden=(8,), num_classes=num_classes, output_activation=None
    )


def with_softmax():
    samples = keras.Input(SHAPE)
    x = keras.layers.Flatten()(samples)
    classes = keras.layers.Dense(CLASSES, activation="softmax")(x)
    return keras.Model(samples, [keras.layers.Dense(1)(x), classes])


def discriminator(heads=(CLASSES,), packing=1):
    return mlp.discriminator(
        SHAPE, hidden=(16,), heads=heads, packing=packing, dropout=0.0
    )


def compiled(update="alternating", rate=1e-2, **arguments):
    gan = ACGAN(generator(), discriminator(), seed=1, **arguments)
    adams = [keras.optimizers.Adam(rate, beta_1=0.5) for _ in range(2)]
    gan.compile(*adams, update=update)
    return gan


def blobs(n=120, seed=0):
    """Points around a centre for each class, the class being easy to tell."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % CLASSES
    centres = 2 * np.eye(CLASSES, *SHAPE)
    points = centres[labels] + 0.1 * rng.standard_normal((n, *SHAPE))
    return points.astype("float32"), labels


def softplus(x):
    return np.log1p(np.exp(x))


def cross_entropy(logits):
    return np.array(
        [np.log(np.exp(row).sum()) - row[c] for row, c in zip(logits, LABELS)]
    )


@pytest.fixture
def outputs(rng):
    """Verdicts and class logits, real ones and fake ones, in float64."""
    shapes = (BATCH, 1), (BATCH, CLASSES)
    real, fake = ([2 * rng.standard_normal(s) for s in shapes] for _ in range(2))
    return real, fake


def batch_of(outputs, labels, step=0):
    as_float32 = [[x.astype("float32") for x in some] for some in outputs]
    tensors = [list(map(keras.ops.convert_to_tensor, some)) for some in as_float32]
    labels = keras.ops.convert_to_tensor(labels)
    samples = keras.ops.zeros((len(labels), 1))
    return Batch(None, samples, samples, labels, None, *tensors, step=step)


def assert_close(value, expected):
    value = keras.ops.convert_to_numpy(value)
    assert value.shape == np.shape(expected)
    np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("classify_fakes", [True, False])
def test_objectives(outputs, form, classify_fakes):
    gan = compiled(class_weight=0.7, classify_fakes=classify_fakes)
    batch = batch_of(outputs, FORMS[form])
    (real, real_classes), (fake, fake_classes) = outputs
    of_real, of_fake = cross_entropy(real_classes), cross_entropy(fake_classes)
    adversarial = (0.5 * (softplus(-real) + softplus(fake)))[:, 0]

    loss, logs = gan.discriminator_objective(batch)
    classes = of_real + of_fake if classify_fakes else of_real
    assert_close(loss, adversarial + 0.7 * classes)
    assert_close(logs["d_loss"], adversarial.mean())
    assert_close(logs["class_loss"], of_real.mean())
    right = (real_classes.argmax(1) == LABELS).mean()
    assert_close(logs["class_accuracy"], right)

    loss, logs = gan.generator_objective(batch)
    assert_close(loss, softplus(-fake)[:, 0] + 0.7 * of_fake)
    assert_close(logs["g_loss"], softplus(-fake).mean())
    assert_close(logs["fake_class_loss"], of_fake.mean())


def test_the_weight_may_follow_a_schedule(outputs):
    fades = keras.optimizers.schedules.PolynomialDecay(4.0, 8, 0.0)
    gan = compiled(class_weight=fades)
    loss, _ = gan.generator_objective(batch_of(outputs, LABELS, step=6))
    fake, classes = outputs[1]
    assert_close(loss, softplus(-fake)[:, 0] + 1.0 * cross_entropy(classes))


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_it_learns_the_classes(update):
    gan = compiled(update)
    before = [w.copy() for w in gan.get_weights()]
    history = gan.fit(*blobs(), batch_size=20, epochs=12, verbose=0).history
    assert {"d_loss", "g_loss", *gan.extra_logs} < set(history)
    assert all(np.isfinite(values).all() for values in history.values())
    assert history["class_accuracy"][-1] > 0.95
    assert history["class_loss"][-1] < 0.5 * history["class_loss"][0]
    assert history["fake_class_loss"][-1] < 0.5 * history["fake_class_loss"][0]
    pairs = zip(before, gan.get_weights())
    assert all((a != b).any() for a, b in pairs if a.dtype == "float32")


def test_it_is_evaluated_and_makes_what_it_is_asked_for():
    gan = compiled()
    scores = gan.evaluate(*blobs(20), batch_size=20, verbose=0, return_dict=True)
    assert set(gan.extra_logs) < set(scores)
    assert np.isfinite(list(scores.values())).all()
    assert gan.generate(4, labels=[0, 1, 2, 0], seed=0).shape == (4, *SHAPE)


def test_saved_and_loaded(tmp_path):
    fades = keras.optimizers.schedules.PolynomialDecay(1.0, 100)
    gan = compiled(class_weight=fades, classify_fakes=False, ema=0.5)
    data = blobs(40)
    gan.fit(*data, batch_size=20, verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert type(loaded) is ACGAN
    assert loaded.class_weight.get_config() == fades.get_config()
    assert loaded.classify_fakes is False
    for each in (gan, loaded):
        each.fit(*data, batch_size=20, shuffle=False, verbose=0)
    assert_same_state(gan, loaded)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: ACGAN(generator(None), discriminator()), "generator of latents and"),
        (lambda: ACGAN(generator(), discriminator(())), r"outputs of 3 units.*heads="),
        (lambda: ACGAN(generator(), discriminator((4,))), r"Received.*\(None, 4\)"),
        (
            lambda: ACGAN(generator(), discriminator(packing=2), packing=2),
            "ACGAN has packing=1. Received: packing=2",
        ),
        (
            lambda: ACGAN(generator(), with_softmax()),
            r"must be raw logits.*end in \('softmax',\)",
        ),
        (
            lambda: ACGAN(generator(), discriminator(), class_weight=-1),
            "class_weight must be a number, at least 0.*class_weight=-1",
        ),
    ],
)
def test_what_does_not_fit_is_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_a_sigmoid_beside_a_head_is_refused():
    samples = keras.Input(SHAPE)
    x = keras.layers.Flatten()(samples)
    verdict = keras.layers.Dense(1, activation="sigmoid")(x)
    judge = keras.Model(samples, [verdict, keras.layers.Dense(CLASSES)(x)])
    with pytest.raises(ValueError, match="ends in a sigmoid"):
        ACGAN(generator(), judge).compile("adam", "adam")


def test_a_subclassed_discriminator_sees_samples_alone():
    class Judge(keras.Model):
        def __init__(self):
            super().__init__()
            self.flatten = keras.layers.Flatten()
            self.verdict, self.classes = map(keras.layers.Dense, (1, CLASSES))

        def call(self, samples):
            x = self.flatten(samples)
            return [self.verdict(x), self.classes(x)]

    class Maker(keras.Model):
        def __init__(self):
            super().__init__()
            self.made = generator()

        def call(self, inputs):
            return self.made(inputs)

    gan = ACGAN(Maker(), Judge(), latent_dim=LATENTS, num_classes=CLASSES)
    gan.compile("adam", "adam")
    samples = np.zeros((6, *SHAPE), "float32")
    gan.train_on_batch(samples, np.arange(6) % CLASSES)
    assert gan.generate(2, labels=1).shape == (2, *SHAPE)
