"""Properties that hold for any game: drawn networks, data, losses, penalties, rules."""

import dataclasses
import re
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

import keras_gan
from keras_gan import losses, penalties
from keras_gan.networks import mlp
from tests.small_gan import assert_same_state, state_of

LATENT_DIM = 3
SHAPES = ((4, 4, 1), (8, 8, 3), (5, 3, 2), (5,))
# Penalties that move pixels.
OF_IMAGES = ("consistency", "balanced_consistency", "code_consistency")
LOGS = {"loss", "d_loss", "g_loss", "real_accuracy", "fake_accuracy"}
OPTIMIZERS: dict[str, Callable[[], keras.optimizers.Optimizer]] = {
    "adam": lambda: keras.optimizers.Adam(1e-3, beta_1=0.5),
    "sgd": lambda: keras.optimizers.SGD(1e-4, momentum=0.9, nesterov=True),
    "rmsprop": lambda: keras.optimizers.RMSprop(1e-3, centered=True),
    "scheduled": lambda: keras.optimizers.AdamW(
        keras.optimizers.schedules.ExponentialDecay(1e-3, 2, 0.5)
    ),
    "accumulated": lambda: keras.optimizers.Adam(
        1e-3, clipnorm=1.0, gradient_accumulation_steps=2
    ),
}
AUGMENTATIONS: dict[str, Callable[[], Any]] = {
    "ada": lambda: "ada",
    "strong ada": lambda: keras_gan.augmentations.ADA("c", initial=0.9, ramp_images=8),
    "diffaugment": keras_gan.augmentations.DiffAugment,
}
LABELS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "int64": lambda numbers, _: numbers,
    "uint8": lambda numbers, _: numbers.astype("uint8"),
    "float32": lambda numbers, _: numbers.astype("float32"),
    "column": lambda numbers, _: numbers[:, None],
    "one-hot": lambda numbers, classes: np.eye(classes, dtype="float32")[numbers],
}
_PACKAGE = str(Path(keras_gan.__file__).parent)


def some(on_tensorflow: int, on_jax: int, on_torch: int) -> Any:
    """Return settings of so many examples, the same in every run, nothing kept.

    Most are PyTorch's, which runs at once what others compile for seconds. A failure
    is shown as it was found: to make it smaller would take minutes.
    """
    examples = {"tensorflow": on_tensorflow, "jax": on_jax, "torch": on_torch}
    return settings(
        max_examples=examples[keras.backend.backend()],
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module", autouse=True)
def _hypothesis_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what Hypothesis caches out of the working tree."""
    set_hypothesis_home_dir(tmp_path_factory.mktemp("hypothesis"))


# What is drawn.


@dataclasses.dataclass(frozen=True)
class Case:
    """A game: all that a GAN is built, compiled and fitted with."""

    shape: tuple[int, ...] = (4, 4, 1)
    num_classes: int | None = None
    labels: str = "int64"
    dtype: str = "float32"
    policy: str = "float32"
    n: int = 5
    batch_size: int = 2
    loss: str = "non_saturating"
    penalties: tuple[tuple[str, int], ...] = ()
    d_steps: int = 1
    update: str = "alternating"
    packing: int = 1
    dropout: float = 0.0
    ema: float | None = None
    augment: str | None = None
    g_optimizer: str = "adam"
    d_optimizer: str = "adam"
    run_eagerly: bool = False

    @property
    def batches(self) -> int:
        """Batches in an epoch, the last of them perhaps smaller."""
        return -(-self.n // self.batch_size)

    def gan(self) -> keras_gan.GAN:
        """Build and compile the GAN, the same one each time."""
        keras.utils.clear_session(free_memory=False)
        keras.utils.set_random_seed(0)
        packed = self.packing > 1  # a discriminator of packs takes no labels
        gan = keras_gan.GAN(
            mlp.generator(
                self.shape, LATENT_DIM, hidden=(8,), num_classes=self.num_classes
            ),
            mlp.discriminator(
                self.shape,
                hidden=(8,),
                num_classes=None if packed else self.num_classes,
                dropout=self.dropout,
                packing=self.packing,
                heads=(3,) if "code_consistency" in dict(self.penalties) else (),
            ),
            ema=self.ema,
            augment=AUGMENTATIONS[self.augment]() if self.augment else None,
            packing=self.packing,
            seed=1,
        )
        gan.compile(
            OPTIMIZERS[self.g_optimizer](),
            OPTIMIZERS[self.d_optimizer](),
            self.loss,
            penalties=[penalty(*which) for which in self.penalties],
            d_steps=self.d_steps,
            update=self.update,
            run_eagerly=self.run_eagerly,
        )
        return gan

    def data(self) -> tuple[np.ndarray, np.ndarray | None]:
        """Return samples and their labels, if there are classes."""
        rng = np.random.default_rng(0)
        x = rng.uniform(-1, 1, (self.n, *self.shape)).astype(self.dtype)
        if self.num_classes is None:
            return x, None
        numbers = rng.integers(self.num_classes, size=self.n)
        return x, LABELS[self.labels](numbers, self.num_classes)

    def fit(self, gan: keras_gan.GAN, epochs: int, **options: Any) -> dict[str, list]:
        """Train for so many epochs; return the history."""
        x, y = self.data()
        return gan.fit(
            x,
            y,
            batch_size=self.batch_size,
            epochs=epochs,
            shuffle=False,
            verbose=0,
            **options,
        ).history


def penalty(name: str, every: int) -> penalties.Penalty:
    """Return a registered penalty that is due now and then."""
    config = penalties.get(name).get_config()
    if name != "code_consistency":  # heads that nothing else wants have no gradient
        config["every"] = every
    if name == "lecam":
        config["start"] = 1  # or it would do nothing for a thousand updates
    return type(penalties.get(name)).from_config(config)


@st.composite
def cases(draw: st.DrawFn, **fixed: Any) -> Case:
    """Draw a game that is allowed; ``fixed`` are fields that are not drawn."""
    images = fixed.get("penalties", (("", 1),))[0][0] in OF_IMAGES
    shape = draw(st.sampled_from([s for s in SHAPES if len(s) == 3 or not images]))
    fitting = [p for p in penalties.names() if len(shape) == 3 or p not in OF_IMAGES]
    due = st.tuples(st.sampled_from(fitting), st.integers(1, 3))
    update = draw(st.sampled_from(["alternating", "simultaneous"]))
    most = 3 if update == "alternating" else 1
    augment = st.sampled_from(list(AUGMENTATIONS))
    drawn = {
        "shape": shape,
        "num_classes": draw(st.sampled_from([None, 2, 5])),
        "labels": draw(st.sampled_from(list(LABELS))),
        "dtype": draw(st.sampled_from(["float32", "float16", "float64"])),
        "policy": draw(st.sampled_from(["float32", "mixed_bfloat16"])),
        "n": draw(st.integers(5, 8)),  # two batches or more
        "batch_size": draw(st.integers(1, 4)),
        "loss": draw(st.sampled_from(losses.names())),
        "penalties": tuple(
            draw(st.lists(due, max_size=3, unique_by=lambda which: which[0]))
        ),
        "d_steps": draw(st.integers(1, most)),
        "update": update,
        "packing": draw(st.integers(1, 2)),
        "dropout": draw(st.sampled_from([0.0, 0.3])),
        "ema": draw(st.sampled_from([None, 0.0, 0.5, 0.999])),
        "augment": draw(st.none() | augment) if len(shape) == 3 else None,
        "g_optimizer": draw(st.sampled_from(list(OPTIMIZERS))),
        "d_optimizer": draw(st.sampled_from(list(OPTIMIZERS))),
    }
    return Case(**{**drawn, **fixed})


@contextmanager
def policy(name: str) -> Iterator[None]:
    """Set Keras's policy of mixed precision for a while."""
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy("float32")


def saved_and_loaded(gan: keras_gan.GAN) -> keras_gan.GAN:
    """Return what comes out of the file that a GAN is saved in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "gan.keras")
        gan.save(path)
        return keras.saving.load_model(path)


# What holds for each of them.


def check_training(case: Case, epochs: int = 2, validated: bool = True) -> None:
    """All is finite, both have learned, all is counted and logged, and is saved."""
    gan = case.gan()
    players = (gan.generator, gan.discriminator)
    before = [player.get_weights() for player in players]
    x, y = case.data()
    held_out = {"validation_data": (x[:2], _first(y, 2))} if validated else {}
    history = case.fit(gan, epochs, **held_out)
    assert all(np.isfinite(v.astype("float64")).all() for v in state_of(gan))
    for player, weights in zip(players, before, strict=True):
        pairs = zip(weights, player.get_weights(), strict=True)
        assert any((a != b).any() for a, b in pairs), f"{player.name} has not moved"
    assert int(keras.ops.convert_to_numpy(gan.steps_done)) == epochs * case.batches
    assert int(keras.ops.convert_to_numpy(gan.optimizer.iterations)) == (
        epochs * case.batches
    )
    check_history(case, gan, history, epochs, validated=validated)
    if case.augment == "strong ada":
        assert 0 < history["augment_strength"][0] <= 1
    check_samples(case, gan)


def check_history(
    case: Case,
    gan: keras_gan.GAN,
    history: dict[str, list],
    epochs: int,
    *,
    validated: bool,
) -> None:
    """There is one finite number an epoch for each log that there should be."""
    names = LOGS | {p.log_name(player) for p in gan.penalties for player in p.players}
    names |= {"augment_strength"} if case.augment in ("ada", "strong ada") else set()
    names |= {f"val_{name}" for name in names} if validated else set()
    assert set(history) == names
    for name, values in history.items():
        assert len(values) == epochs, name
        assert np.isfinite(values).all(), name


def check_samples(case: Case, gan: keras_gan.GAN) -> None:
    """Samples are of their shape, and the same ones from a saved GAN."""
    samples = gan.generate(5, seed=4)
    assert samples.shape == (5, *case.shape)
    assert samples.dtype == np.float32
    assert np.abs(samples).max() <= 1
    assert np.ptp(samples) > 0
    loaded = saved_and_loaded(gan)
    np.testing.assert_array_equal(loaded.generate(5, seed=4), samples)
    assert_same_state(gan, loaded)


def check_going_on(case: Case, epochs: int = 1) -> None:
    """A training is the same, bit for bit, with a save and a load in its middle."""
    straight = case.gan()
    whole = case.fit(straight, 2 * epochs)
    stopped = case.gan()
    case.fit(stopped, epochs)
    loaded = saved_and_loaded(stopped)
    rest = case.fit(loaded, 2 * epochs, initial_epoch=epochs)
    assert_same_state(straight, loaded)
    assert set(rest) == set(whole)
    for name, values in rest.items():  # on several threads TensorFlow's last bit varies
        np.testing.assert_allclose(values, whole[name][epochs:], rtol=1e-5, atol=1e-6)


def check_evaluation(case: Case) -> None:
    """Two evaluations agree and leave all as it was."""
    gan = case.gan()
    x, y = case.data()
    before = state_of(gan)
    options = {"batch_size": case.batch_size, "verbose": 0, "return_dict": True}
    scores = gan.evaluate(x, y, **options)
    assert np.isfinite(list(scores.values())).all()
    assert set(scores) >= LOGS
    assert gan.evaluate(x, y, **options) == scores
    for a, b in zip(before, state_of(gan), strict=True):
        np.testing.assert_array_equal(a, b)


def _first(labels: np.ndarray | None, n: int) -> np.ndarray | None:
    return None if labels is None else labels[:n]


@some(on_tensorflow=2, on_jax=2, on_torch=40)
@given(cases())
def test_a_training_is_sound(case: Case) -> None:
    with policy(case.policy):
        check_training(case)


@some(on_tensorflow=1, on_jax=1, on_torch=24)
@given(cases())
def test_a_training_goes_on_from_a_file_as_it_would_have(case: Case) -> None:
    with policy(case.policy):
        check_going_on(case)


@some(on_tensorflow=3, on_jax=2, on_torch=40)
@given(cases())
def test_an_evaluation_repeats_and_changes_nothing(case: Case) -> None:
    with policy(case.policy):
        check_evaluation(case)


@pytest.mark.parametrize("loss", losses.names())
def test_each_loss(loss: str) -> None:
    @seed(losses.names().index(loss))
    @some(on_tensorflow=2, on_jax=1, on_torch=3)
    @given(cases(loss=loss, run_eagerly=True))
    def each(case: Case) -> None:
        with policy(case.policy):
            check_training(case, epochs=1, validated=False)

    each()


@pytest.mark.parametrize("name", penalties.names())
def test_each_penalty(name: str) -> None:
    """Compiled, as branches of lazy penalties are only there."""

    @seed(penalties.names().index(name))
    @some(on_tensorflow=1, on_jax=1, on_torch=4)
    @given(
        st.sampled_from([2, 1, 3]).flatmap(
            lambda k: cases(penalties=((name, k),), augment=None)
        )
    )
    def each(case: Case) -> None:
        with policy(case.policy):
            check_training(case, epochs=1, validated=False)

    each()


# What is refused, and how.


@contextmanager
def refused(pattern: str) -> Iterator[None]:
    """Expect an error that the package raises itself and that names an argument."""
    with pytest.raises((ValueError, TypeError)) as caught:
        yield
    told = f"{type(caught.value).__name__}: {caught.value}"
    assert re.search(pattern, str(caught.value)), told
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert frames[-1].filename.startswith(_PACKAGE), told


def without(function: Callable[[Any], Any], bad: st.SearchStrategy, word: str) -> None:
    """Run a function on bad values, each of which it must refuse."""

    @some(on_tensorflow=40, on_jax=40, on_torch=40)
    @given(bad)
    def each(value: Any) -> None:
        with refused(word):
            function(value)

    each()


# Of another type, or out of range.
ODD = st.sampled_from(["", "x", "hinje", 3 + 1j, b"x", [3], {"x": 1}, object()])
NO_OBJECT = ODD | st.sampled_from([3, 0.5, int])
NO_COUNT = ODD | st.integers(max_value=0) | st.floats() | st.just(False)
NO_SEED = st.sampled_from(["", "x", 0.5, [3], -1, 2**32, 2**70, object()])
NO_SHARE = ODD | st.floats(max_value=-1e-9) | st.floats(1, exclude_min=True)

COMPILE: dict[str, tuple[str, st.SearchStrategy]] = {
    "d_steps": ("d_steps", NO_COUNT | st.just(True) | st.none()),
    "update": ("update", NO_OBJECT | st.none()),
    "loss": ("loss", NO_OBJECT | st.none()),
    "g_loss": ("loss", NO_OBJECT),
    "d_loss": ("loss", NO_OBJECT),
    "penalties": (
        "penalt",
        st.sampled_from(["r9", 3, 0.5, [3], ["r9"], [None], [int], ["r1", "r1"]])
        | st.sampled_from(sorted(LOGS)).map(lambda x: [penalties.R1(name=x)]),
    ),
    "metrics": ("metric", st.sampled_from(["x", 3, 0.5, [3], ["x"], [None], [int]])),
    "g_optimizer": ("g_optimizer", NO_OBJECT | st.none()),
    "d_optimizer": ("d_optimizer", NO_OBJECT | st.none()),
}
CONSTRUCTOR: dict[str, tuple[str, st.SearchStrategy]] = {
    "latent_dim": ("latent_dim", NO_COUNT | st.integers(1, 2) | st.integers(4)),
    "latent_distribution": ("latent_distribution", NO_OBJECT | st.none()),
    "num_classes": ("num_classes", NO_COUNT | st.integers(1, 2) | st.integers(4)),
    "ema": ("ema|decay", NO_SHARE | st.sampled_from([1, 1.0, True, False])),
    "augment": ("augmentation", NO_OBJECT),
    "packing": ("packing", NO_COUNT | st.none() | st.integers(2, 2**40)),
    "seed": ("seed", NO_SEED),
}
GENERATE: dict[str, tuple[str, st.SearchStrategy]] = {
    "n": ("n must be", NO_COUNT | st.none()),
    "labels": (
        "labels",
        st.sampled_from([3, -1, 0.5, "x", [0], [0, 1, 2, 0], [], [[[0]]] * 3]),
    ),
    "seed": ("seed", st.sampled_from(["", "x", 0.5, -1, object()])),
    "truncation": ("truncation", NO_SHARE),
    "batch_size": ("batch_size", NO_COUNT | st.none()),
}


def eager(**fields: Any) -> Case:
    """Return a game of three classes, with a penalty, that needs no compilation."""
    given = {"num_classes": 3, "penalties": (("lecam", 1),), "run_eagerly": True}
    return Case(**{**given, **fields})


@pytest.mark.once
@pytest.mark.parametrize("argument", COMPILE)
def test_compile_refuses_by_name_and_changes_nothing(argument: str) -> None:
    """A GAN that was compiled before goes on as it was."""
    case = eager()
    gan = case.gan()
    parts = {name: getattr(gan, name) for name in ("rules", "players", "optimizer")}
    held = [dict(gan.trackers), list(gan.penalties), list(gan.metrics)]
    given = {"g_optimizer": "adam", "d_optimizer": "sgd", "penalties": ["r1"]}
    word, bad = COMPILE[argument]
    without(lambda value: gan.compile(**{**given, argument: value}), bad, word)
    for name, part in parts.items():
        assert getattr(gan, name) is part, name
    assert [gan.trackers, gan.penalties, gan.metrics] == held
    assert set(case.fit(gan, 1)) == {*LOGS, "lecam"}


@pytest.mark.once
@pytest.mark.parametrize("argument", CONSTRUCTOR)
def test_the_constructor_refuses_by_name(argument: str) -> None:
    made = eager().gan()
    word, bad = CONSTRUCTOR[argument]

    def build(value: Any) -> keras_gan.GAN:
        return keras_gan.GAN(made.generator, made.discriminator, **{argument: value})

    without(build, bad, word)


@pytest.mark.once
@pytest.mark.parametrize("argument", GENERATE)
def test_generate_refuses_by_name(argument: str) -> None:
    gan = eager().gan()
    word, bad = GENERATE[argument]
    without(lambda value: gan.generate(**{"n": 3, argument: value}), bad, word)


@some(on_tensorflow=10, on_jax=10, on_torch=10)
@given(cases(update="simultaneous", d_steps=1), st.integers(2, 9))
def test_a_simultaneous_update_is_of_one_step(case: Case, d_steps: int) -> None:
    with refused(r"simultaneous.*d_steps"):
        dataclasses.replace(case, d_steps=d_steps).gan()


@some(on_tensorflow=10, on_jax=10, on_torch=10)
@given(cases(), st.integers(1, 4), st.integers(1, 4))
def test_a_discriminator_takes_packs_of_the_gans_size(
    case: Case, packing: int, taken: int
) -> None:
    generator = mlp.generator(case.shape, LATENT_DIM, hidden=(8,))
    judge = mlp.discriminator(case.shape, hidden=(8,), packing=taken)
    if packing == taken:
        gan = keras_gan.GAN(generator, judge, packing=packing)
        assert gan.pair.sample_shape == case.shape
    else:
        with refused("packing|shape"):
            keras_gan.GAN(generator, judge, packing=packing)


@pytest.mark.parametrize("augment", AUGMENTATIONS)
def test_vectors_are_not_augmented(augment: str) -> None:
    with refused(r"images.*\(None, 5\)"):
        Case(shape=(5,), augment=augment).gan()


@pytest.mark.parametrize("name", OF_IMAGES)
def test_vectors_are_not_moved(name: str) -> None:
    """And nothing is lost by an error, as it is on JAX by one within a step."""
    case = Case(shape=(5,), run_eagerly=True)
    gan = case.gan()
    before = gan.get_weights()
    with refused(r"images.*5,?\)"):
        gan.compile("adam", "adam", penalties=[name], run_eagerly=True)
        case.fit(gan, 1)
    for a, b in zip(before, gan.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.once
@pytest.mark.parametrize("loss", losses.names())
def test_no_loss_of_logits_after_a_sigmoid(loss: str) -> None:
    judge = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "sigmoid")])
    gan = keras_gan.GAN(mlp.generator((2,), LATENT_DIM, hidden=(8,)), judge)
    with refused("sigmoid"):
        gan.compile("adam", "adam", loss=loss)


def test_each_log_has_a_name_of_its_own() -> None:
    """Or one would be written over the other."""
    gan = eager(augment="ada").gan()
    mean = keras.metrics.MeanAbsoluteError
    for names in (
        {"penalties": [penalties.R1(name="augment_strength")]},
        {"metrics": [mean(name="augment_strength")]},
        {"metrics": [mean(name="r1")], "penalties": ["r1"]},
        {"metrics": [mean(name="d_loss")]},
    ):
        with refused("name"):
            gan.compile("adam", "adam", **names)


def test_an_optimizer_is_of_one_player_of_one_gan() -> None:
    """Its slots are of other variables, and where these are alike, wrong."""
    gan, other = eager().gan(), eager().gan()
    g_optimizer, d_optimizer = gan.g_optimizer, gan.d_optimizer
    gan.compile(g_optimizer, d_optimizer)  # as before
    with refused("optimizer"):
        gan.compile(d_optimizer, g_optimizer)
    with refused("optimizer"):
        other.compile(g_optimizer, d_optimizer)


# Data: what is done to good samples, and what the error says.
SAMPLES: dict[str, tuple[str, Callable[[np.ndarray, int], Any]]] = {
    "uint8": ("dtype uint8", lambda x, i: (127 * x + 128).astype("uint8")),
    "int32": ("dtype int32", lambda x, i: (x * 99).astype("int32")),
    "bool": ("dtype bool", lambda x, i: x > 0),
    "complex": ("dtype complex64", lambda x, i: x.astype("complex64")),
    "object": ("dtype object", lambda x, i: x.astype(object)),
    "large": ("must lie there", lambda x, i: np.where(_at(x, i), 1.1, x)),
    "NaN": ("must be finite", lambda x, i: np.where(_at(x, i), np.nan, x)),
    "infinite": ("must be finite", lambda x, i: np.where(_at(x, i), np.inf, x)),
    "rows": ("of shape", lambda x, i: x[:, : i % 4]),
    "channels": ("of shape", lambda x, i: np.repeat(x, 2 + i, axis=-1)),
    "flat": ("of shape", lambda x, i: x.reshape(len(x), -1)),
    "numbers": ("of shape", lambda x, i: x[:, 0, 0, 0]),
    "one number": ("shape", lambda x, i: x[0, 0, 0, 0]),
    "none": ("empty", lambda x, i: x[:0]),
}
NUMBERS: dict[str, Callable[[np.ndarray, int], Any]] = {
    "missing": lambda y, i: None,
    "large": lambda y, i: np.where(np.arange(len(y)) == i % len(y), 3 + i, y),
    "negative": lambda y, i: np.where(np.arange(len(y)) == i % len(y), -1 - i, y),
    "fractions": lambda y, i: y + 0.5,
    "NaN": lambda y, i: np.where(np.arange(len(y)) == i % len(y), np.nan, y),
    "words": lambda y, i: y.astype(str),
    "one-hot rows": lambda y, i: np.eye(4 + i, dtype="float32")[y],
    "matrices": lambda y, i: np.zeros((len(y), 2, 2)),
    "one number": lambda y, i: y[0],
    "none": lambda y, i: y[:0],
}


def _at(x: np.ndarray, i: int) -> np.ndarray:
    """Return where the i-th number is, counted from the first again at the end."""
    return (np.arange(x.size) == i * 7 % x.size).reshape(x.shape)


def check_refused(data: tuple[Any, Any], word: str) -> None:
    """Neither `fit` nor `evaluate` takes it, nor as validation data; nothing moves."""
    case = eager()
    gan = case.gan()
    before = state_of(gan)
    with refused(word):
        gan.fit(*data, verbose=0)
    with refused(word):
        gan.evaluate(*data, verbose=0)
    with refused(word):
        case.fit(gan, 1, validation_data=data)
    for a, b in zip(before, state_of(gan), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.once
@pytest.mark.parametrize("kind", SAMPLES)
def test_bad_samples_are_refused_before_anything_moves(kind: str) -> None:
    word, change = SAMPLES[kind]
    x, y = eager().data()

    @some(on_tensorflow=3, on_jax=3, on_torch=3)
    @given(st.integers(0, 99))
    def each(i: int) -> None:
        bad = change(x, i)
        check_refused((bad, y[: len(bad)] if bad.ndim else y), word)

    each()


@pytest.mark.once
@pytest.mark.parametrize("kind", NUMBERS)
def test_bad_labels_are_refused_before_anything_moves(kind: str) -> None:
    x, y = eager().data()

    @some(on_tensorflow=3, on_jax=3, on_torch=3)
    @given(st.integers(0, 99))
    def each(i: int) -> None:
        check_refused((x, NUMBERS[kind](y, i)), "labels")

    each()
