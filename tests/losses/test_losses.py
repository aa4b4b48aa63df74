"""Every registered loss: reference values, formulas, gradients, shapes, configs.

One harness for all of them. It follows the registry, so a new loss is tested as
soon as it has a name, and needs one thing more: its formula in `FORMULAS`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import GAN, backend, losses
from keras_gan.losses.smoothed_loss import SmoothedLoss


def _minus_log_sigmoid(x: np.ndarray) -> np.ndarray:
    return np.logaddexp(0, -x)


def _minus_log_one_minus_sigmoid(x: np.ndarray) -> np.ndarray:
    return np.logaddexp(0, x)


class Formula(NamedTuple):
    """A loss as a paper writes it, per sample, on float64 arrays ``(batch,)``."""

    discriminator: Callable[[np.ndarray, np.ndarray], np.ndarray]
    generator: Callable[[np.ndarray, np.ndarray], np.ndarray]


def _log_discriminator(r: np.ndarray, f: np.ndarray) -> np.ndarray:
    return (_minus_log_sigmoid(r) + _minus_log_one_minus_sigmoid(f)) / 2


def _relativistic_average(shortfall: Callable[[np.ndarray], np.ndarray]) -> Formula:
    """Real outputs lead the mean of fake ones, and their mean leads fake ones."""

    def discriminator(r: np.ndarray, f: np.ndarray) -> np.ndarray:
        return (shortfall(r - f.mean()) + shortfall(-(f - r.mean()))) / 2

    return Formula(discriminator, lambda r, f: discriminator(f, r))


FORMULAS = {
    "minimax": Formula(
        _log_discriminator, lambda r, f: -_minus_log_one_minus_sigmoid(f)
    ),
    "non_saturating": Formula(_log_discriminator, lambda r, f: _minus_log_sigmoid(f)),
    "least_squares": Formula(
        lambda r, f: ((r - 1) ** 2 + f**2) / 2, lambda r, f: (f - 1) ** 2 / 2
    ),
    "wasserstein": Formula(lambda r, f: f - r, lambda r, f: -f),
    "hinge": Formula(
        lambda r, f: np.maximum(1 - r, 0) + np.maximum(1 + f, 0), lambda r, f: -f
    ),
    "relativistic": Formula(
        lambda r, f: _minus_log_sigmoid(r - f), lambda r, f: _minus_log_sigmoid(f - r)
    ),
    "relativistic_average": _relativistic_average(_minus_log_sigmoid),
    "relativistic_average_hinge": _relativistic_average(
        lambda lead: np.maximum(1 - lead, 0)
    ),
    "relativistic_average_least_squares": _relativistic_average(
        lambda lead: (lead - 1) ** 2
    ),
}

every_loss = pytest.mark.parametrize("name", losses.names())
SMOOTHED = [n for n in losses.names() if isinstance(losses.get(n), SmoothedLoss)]
every_smoothed_loss = pytest.mark.parametrize("name", SMOOTHED)
both_players = pytest.mark.parametrize("player", ["discriminator", "generator"])

# Mild outputs, outputs a discriminator has early, and outputs of one that is sure.
REAL = np.array([0.3, -1.2, 2.1, 9.0, -7.5, 50.0, -50.0, 0.0])
FAKE = np.array([-0.4, 0.9, -1.7, -8.0, 6.5, -50.0, 50.0, 0.0])
LOGIT_SHAPES = [(-1,), (-1, 1), (-1, 2, 2, 1)]


def _formula(name: str) -> Formula:
    if name not in FORMULAS:
        pytest.fail(
            f"The loss {name!r} is registered and has no formula here. Add one to "
            "FORMULAS in this file: both halves, per sample, as the paper has them."
        )
    return FORMULAS[name]


def _tensor(values: np.ndarray) -> Any:
    return ops.convert_to_tensor(values, dtype="float32")


def _values(loss: losses.AdversarialLoss, player: str, real: Any, fake: Any) -> Any:
    """One player's loss, given what the training step gives."""
    if player == "discriminator":
        return loss.discriminator(real, fake)
    return loss.generator(real if loss.generator_uses_real else None, fake)


def _gradients(
    loss: losses.AdversarialLoss, player: str, real: np.ndarray, fake: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """The mean loss and its gradients, by the backend that is in use."""
    variables = [
        keras.Variable(np.reshape(x, (-1, 1)), dtype="float32") for x in (real, fake)
    ]

    def objective() -> tuple[Any, Any]:
        value = ops.mean(_values(loss, player, *[v.value for v in variables]))
        return value, value

    value, gradients = backend.value_and_grad(objective, variables, variables)
    arrays = [
        np.zeros(len(real)) if g is None else ops.convert_to_numpy(g).ravel()
        for g in gradients
    ]
    return float(ops.convert_to_numpy(value)), *arrays


def _slopes(
    function: Callable[..., np.ndarray], *at: np.ndarray, step: float = 1e-6
) -> list[np.ndarray]:
    """Central differences of the mean of ``function`` in float64."""
    slopes = []
    for i, argument in enumerate(at):
        slope = np.zeros_like(argument)
        for j in range(len(argument)):
            ends = []
            for sign in (1, -1):
                moved = [np.array(a) for a in at]
                moved[i][j] += sign * step
                ends.append(np.mean(function(*moved)))
            slope[j] = (ends[0] - ends[1]) / (2 * step)
        slopes.append(slope)
    return slopes


@every_loss
def test_reference_values_and_gradients(name: str, reference: dict[str, Any]) -> None:
    loss = losses.get(name)
    if name not in reference["cases"][0]["losses"]:
        pytest.skip(f"the reference has no values for {name!r}; its formula is tested")
    for case in reference["cases"]:
        real, fake = np.array(case["real"]), np.array(case["fake"])
        expected = case["losses"][name]
        d, d_real, d_fake = _gradients(loss, "discriminator", real, fake)
        g, g_real, g_fake = _gradients(loss, "generator", real, fake)
        close = {"rtol": 2e-6, "atol": 1e-6}
        np.testing.assert_allclose(d, expected["d"], **close)
        np.testing.assert_allclose(g, expected["g"], **close)
        np.testing.assert_allclose(d_real, expected["d_grad_real"], **close)
        np.testing.assert_allclose(d_fake, expected["d_grad_fake"], **close)
        np.testing.assert_allclose(g_fake, expected["g_grad_fake"], **close)
        if not loss.generator_uses_real:
            assert not g_real.any()


@every_loss
@both_players
def test_formula_per_sample(name: str, player: str) -> None:
    expected = getattr(_formula(name), player)(REAL, FAKE)
    assert np.isfinite(expected).all()
    values = _values(
        losses.get(name), player, _tensor(REAL[:, None]), _tensor(FAKE[:, None])
    )
    np.testing.assert_allclose(
        ops.convert_to_numpy(values), expected, rtol=2e-6, atol=1e-6
    )


@every_loss
@both_players
def test_gradient_is_the_slope_of_the_formula(name: str, player: str) -> None:
    # Away from a kink: the hinge has one at -1 and 1, which no value here is.
    expected = _slopes(getattr(_formula(name), player), REAL, FAKE)
    _, *gradients = _gradients(losses.get(name), player, REAL, FAKE)
    for gradient, slope in zip(gradients, expected, strict=True):
        assert np.isfinite(gradient).all()
        np.testing.assert_allclose(gradient, slope, rtol=1e-4, atol=1e-6)


@every_loss
@pytest.mark.parametrize("size", [60.0, 1e4])
def test_outputs_of_any_size_have_finite_gradients(name: str, size: float) -> None:
    real, fake = size * np.array([1, -1, 1, -1]), size * np.array([1, 1, -1, -1])
    for player in Formula._fields:
        formula = getattr(_formula(name), player)
        value, *gradients = _gradients(losses.get(name), player, real, fake)
        np.testing.assert_allclose(
            value, formula(real, fake).mean(), rtol=1e-5, atol=1e-6
        )
        # The step is wide, for values of 1e8 have no digits left for a small one.
        slopes = _slopes(formula, real, fake, step=1e-3)
        np.testing.assert_allclose(gradients, slopes, rtol=1e-4, atol=1e-4)


@every_loss
@both_players
@pytest.mark.parametrize("shape", LOGIT_SHAPES, ids=str)
def test_one_value_per_sample(
    name: str, player: str, shape: tuple, rng: np.random.Generator
) -> None:
    loss = losses.get(name)
    size = 5 * max(1, abs(int(np.prod(shape))))
    real, fake = (rng.normal(0, 2, size).reshape(shape) for _ in range(2))
    values = _values(loss, player, _tensor(real), _tensor(fake))
    assert tuple(values.shape) == (5,)
    every_output = getattr(_formula(name), player)(real, fake)
    np.testing.assert_allclose(
        ops.convert_to_numpy(ops.mean(values)), every_output.mean(), rtol=1e-5
    )
    np.testing.assert_allclose(
        ops.convert_to_numpy(values),
        every_output.reshape(5, -1).mean(axis=1),
        rtol=1e-5,
        atol=1e-6,
    )


@every_loss
def test_as_keras_loss_is_the_mean_of_the_discriminators(name: str) -> None:
    loss = losses.get(name)
    real, fake = _tensor(REAL[:5, None]), _tensor(FAKE[:5, None])
    expected = np.mean(_formula(name).discriminator(REAL[:5], FAKE[:5]))
    np.testing.assert_allclose(
        ops.convert_to_numpy(loss(real, fake)), expected, rtol=1e-5
    )


@every_loss
def test_from_probabilities(name: str) -> None:
    loss = losses.get(name)
    if not loss.accepts_probabilities:
        with pytest.raises(ValueError, match=r"NonSaturating\(from_logits=False\)"):
            type(loss)(from_logits=False)
        return
    of_probabilities = type(loss)(from_logits=False)
    assert of_probabilities.decision_threshold == 0.5
    assert loss.decision_threshold == 0.0
    logits = REAL[:5, None], FAKE[:5, None]
    # Not `ops.sigmoid`, which TensorFlow would look through to the logits.
    probabilities = [_tensor(1 / (1 + np.exp(-x))) for x in logits]
    for player in ("discriminator", "generator"):
        np.testing.assert_allclose(
            ops.convert_to_numpy(_values(of_probabilities, player, *probabilities)),
            ops.convert_to_numpy(_values(loss, player, *map(_tensor, logits))),
            rtol=1e-3,  # 1 - D(x) has few digits left where D is sure
            atol=1e-5,
        )


@pytest.mark.parametrize(
    "name", [n for n in losses.names() if losses.get(n).accepts_probabilities]
)
def test_probabilities_of_0_and_1_stay_finite(name: str) -> None:
    loss = type(losses.get(name))(from_logits=False)
    sure = np.array([0.0, 1.0])
    for player in ("discriminator", "generator"):
        value, *gradients = _gradients(loss, player, sure, sure[::-1])
        assert np.isfinite([value, *np.concatenate(gradients)]).all()


@every_loss
def test_serialization(name: str) -> None:
    loss = type(losses.get(name))(name="mine")
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(loss)
    )
    assert type(copy) is type(loss)
    assert copy.get_config() == loss.get_config()
    assert copy.name == "mine"
    if loss.accepts_probabilities:
        copy = keras.saving.deserialize_keras_object(
            keras.saving.serialize_keras_object(type(loss)(from_logits=False))
        )
        assert copy.from_logits is False


@pytest.mark.parametrize(
    ("name", "of_probabilities"),
    [(n, False) for n in SMOOTHED]
    + [(n, True) for n in SMOOTHED if losses.get(n).accepts_probabilities],
)
def test_label_smoothing(name: str, of_probabilities: bool) -> None:
    """D's label of real samples is lowered; nothing else is."""
    real = np.array([0.3, -1.2, 2.1, -4.0])
    fake = real[::-1]
    loss = type(losses.get(name))(not of_probabilities, label_smoothing=0.25)

    def smoothed(r: np.ndarray, f: np.ndarray) -> np.ndarray:
        if name == "least_squares":
            return ((r - 0.75) ** 2 + f**2) / 2
        if of_probabilities:
            r, f = np.log(r / (1 - r)), np.log(f / (1 - f))
        kept = 0.75 * _minus_log_sigmoid(r) + 0.25 * _minus_log_one_minus_sigmoid(r)
        return (kept + _minus_log_one_minus_sigmoid(f)) / 2

    if of_probabilities:
        real, fake = 1 / (1 + np.exp(-real)), 1 / (1 + np.exp(-fake))
    value, *gradients = _gradients(loss, "discriminator", real, fake)
    np.testing.assert_allclose(value, smoothed(real, fake).mean(), rtol=1e-5)
    slopes = _slopes(smoothed, real, fake)
    np.testing.assert_allclose(gradients, slopes, rtol=1e-4, atol=1e-5)

    plain = type(loss)(not of_probabilities)
    np.testing.assert_array_equal(
        _values(loss, "generator", None, _tensor(fake)),
        _values(plain, "generator", None, _tensor(fake)),
    )


@every_smoothed_loss
@pytest.mark.parametrize("size", [60.0, 1e4])
def test_label_smoothing_stays_finite(name: str, size: float) -> None:
    """From logits it holds D back where D is sure of a real sample."""
    sure = size * np.array([1.0, -1.0])
    loss = type(losses.get(name))(label_smoothing=0.1)
    value, real, _ = _gradients(loss, "discriminator", sure, -sure)
    if name == "least_squares":
        expected = ((sure - 0.9) ** 2 + sure**2).mean() / 2
        slopes = (sure - 0.9) / 2
    else:
        expected = np.mean([[0.1 * size, 0.9 * size], [0, size]])
        slopes = np.array([0.1, -0.9]) / 4
    np.testing.assert_allclose(value, expected, rtol=1e-5)
    np.testing.assert_allclose(real, slopes, rtol=1e-5)
    if loss.accepts_probabilities:
        loss = type(loss)(from_logits=False, label_smoothing=0.1)
        probabilities = np.array([1.0, 0.0])
        value, *gradients = _gradients(loss, "discriminator", probabilities, sure > 0)
        assert np.isfinite([value, *np.concatenate(gradients)]).all()


@every_loss
@pytest.mark.parametrize("shape", LOGIT_SHAPES)
def test_verdicts(name: str, shape: tuple[int, ...]) -> None:
    """What a loss compares D's outputs with is where D cannot tell."""
    real, fake = REAL.reshape(shape), FAKE.reshape(shape)
    border = {
        "least_squares": (0.5, 0.5),
        "relativistic": (fake, real),
        "relativistic_average": (fake.mean(), real.mean()),
        "relativistic_average_hinge": (fake.mean(), real.mean()),
        "relativistic_average_least_squares": (fake.mean(), real.mean()),
    }.get(name, (0.0, 0.0))
    verdicts = losses.get(name).verdicts(_tensor(real), _tensor(fake))
    for verdict, outputs, at in zip(verdicts, (real, fake), border, strict=True):
        np.testing.assert_allclose(
            ops.convert_to_numpy(verdict), outputs - at, rtol=1e-6, atol=1e-6
        )


@every_smoothed_loss
def test_threshold_of_smoothed_losses_is_what_d_answers_when_it_cannot_tell(
    name: str,
) -> None:
    loss = type(losses.get(name))(label_smoothing=0.2)
    at = np.array([loss.decision_threshold])
    _, real, fake = _gradients(loss, "discriminator", at, at)
    np.testing.assert_allclose(real + fake, 0, atol=1e-7)


@every_smoothed_loss
@pytest.mark.parametrize("wrong", [1.0, -0.1, float("nan"), True, "0.1", None])
def test_label_smoothing_out_of_range_is_refused(name: str, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"label_smoothing must be .* \[0, 1\).*") as e:
        type(losses.get(name))(label_smoothing=wrong)
    assert f"label_smoothing={wrong!r}" in str(e.value)


@every_smoothed_loss
def test_label_smoothing_is_saved(name: str) -> None:
    loss = type(losses.get(name))(label_smoothing=0.1, name="mine")
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(loss)
    )
    assert (copy.label_smoothing, copy.name) == (0.1, "mine")


@pytest.mark.parametrize("player", Formula._fields)
@pytest.mark.parametrize("shape", [(5, 1), (1, 1), (4,)], ids=str)
def test_outputs_that_make_no_pairs_are_refused(player: str, shape: tuple) -> None:
    real, fake = ops.zeros((4, 1)), ops.zeros(shape)
    with pytest.raises(ValueError, match="pairs the outputs") as error:
        _values(losses.Relativistic(), player, real, fake)
    assert "real_logits.shape=(4, 1)" in str(error.value)
    assert f"fake_logits.shape={shape}" in str(error.value)


@pytest.mark.parametrize(
    "name", [n for n in losses.names() if losses.get(n).generator_uses_real]
)
def test_relativistic_losses_look_at_differences_alone(name: str) -> None:
    loss, real, fake = losses.get(name), REAL[:5], FAKE[:5]
    for player in Formula._fields:
        np.testing.assert_allclose(
            _values(loss, player, _tensor(real + 3), _tensor(fake + 3)),
            _values(loss, player, _tensor(real), _tensor(fake)),
            rtol=1e-5,
            atol=1e-5,
        )


@every_loss
def test_names(name: str) -> None:
    assert type(losses.get(name)) is type(losses.get(name.upper().replace("_", "-")))
    assert losses.get(name) is not losses.get(name)
    loss = losses.get(name)
    assert losses.get(loss) is loss


def test_names_lists_all_of_the_first_release() -> None:
    assert {
        "minimax",
        "non_saturating",
        "least_squares",
        "wasserstein",
        "hinge",
        "relativistic",
        "relativistic_average",
        "relativistic_average_hinge",
        "relativistic_average_least_squares",
    } <= set(losses.names())


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("bce", "non_saturating"),
        ("saturating", "minimax"),
        ("LSGAN", "least_squares"),
        ("wgan", "wasserstein"),
        ("RpGAN", "relativistic"),
        ("RaGAN", "relativistic_average"),
        ("RaHinge", "relativistic_average_hinge"),
        ("RaLSGAN", "relativistic_average_least_squares"),
    ],
)
def test_names_from_the_literature(alias: str, name: str) -> None:
    assert type(losses.get(alias)) is type(losses.get(name))
    assert alias not in losses.names()


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> type:
    """A loss from outside the package, known as "my_loss" during a test."""
    monkeypatch.setattr(losses._LOSSES, "members", dict(losses._LOSSES.members))

    class Mine(losses.RelativisticAverage):
        pass

    losses.register("my_loss", Mine)
    return Mine


def test_a_loss_from_outside_is_known_by_its_name(registered: type) -> None:
    assert type(losses.get("My-Loss")) is registered
    assert losses.names()[-1] == "my_loss"
    with pytest.raises(ValueError, match="is taken: it stands for the loss 'my_loss'"):
        losses.register("MyLoss", registered)


def test_a_gan_trains_with_a_loss_from_outside(
    registered: type, small_networks: Callable, rng: np.random.Generator
) -> None:
    gan = GAN(*small_networks((2,)))
    gan.compile("adam", "adam", loss="my_loss")
    history = gan.fit(rng.uniform(-1, 1, (6, 2)), batch_size=3, verbose=0).history
    assert np.isfinite([history["d_loss"], history["g_loss"]]).all()


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="Unknown loss 'hing'") as error:
        losses.get("hing")
    assert "Did you mean 'hinge'?" in str(error.value)
    for name in losses.names():
        assert name in str(error.value)


@pytest.mark.parametrize("wrong", [3, None, losses.Hinge])
def test_what_is_no_loss_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="loss must be a name"):
        losses.get(wrong)


def test_saturation() -> None:
    """Where D is sure of a fake, minimax stands still and the remedy does not."""
    sure = np.array([-20.0])
    *_, minimax = _gradients(losses.Minimax(), "generator", sure, sure)
    *_, remedy = _gradients(losses.NonSaturating(), "generator", sure, sure)
    assert abs(minimax[0]) < 1e-8
    np.testing.assert_allclose(remedy, -1, rtol=1e-6)


def test_discriminator_loss_at_indifference_is_log_2() -> None:
    zero = _tensor(np.zeros((3, 1)))
    values = losses.NonSaturating().discriminator(zero, zero)
    np.testing.assert_allclose(ops.convert_to_numpy(values), np.log(2), rtol=1e-6)


def test_a_loss_without_halves_says_what_is_missing() -> None:
    class Half(losses.AdversarialLoss):
        pass

    zero = _tensor(np.zeros((3, 1)))
    with pytest.raises(NotImplementedError, match="Half must define `discriminator"):
        Half().discriminator(zero, zero)
    with pytest.raises(NotImplementedError, match="Half must define `generator"):
        Half().generator(None, zero)


def test_the_documented_subclass_works() -> None:
    class Exponential(losses.AdversarialLoss):
        def discriminator(self, real_logits: Any, fake_logits: Any) -> Any:
            return losses.per_sample(ops.exp(-real_logits) + ops.exp(fake_logits))

        def generator(self, real_logits: Any, fake_logits: Any) -> Any:
            return losses.per_sample(ops.exp(-fake_logits))

    real, fake = np.array([0.5, -1.0]), np.array([0.1, 0.2])
    value, d_real, d_fake = _gradients(Exponential(), "discriminator", real, fake)
    np.testing.assert_allclose(value, np.mean(np.exp(-real) + np.exp(fake)), rtol=1e-6)
    np.testing.assert_allclose(d_real, -np.exp(-real) / 2, rtol=1e-6)
    np.testing.assert_allclose(d_fake, np.exp(fake) / 2, rtol=1e-6)


def test_per_sample_shapes() -> None:
    for shape in [(4,), (4, 1), (4, 3, 3, 1)]:
        values = np.arange(np.prod(shape), dtype="float32").reshape(shape)
        mean = losses.per_sample(_tensor(values))
        np.testing.assert_allclose(
            ops.convert_to_numpy(mean), values.reshape(4, -1).mean(axis=1), rtol=1e-6
        )
    assert losses.per_sample(_tensor(np.array(2.0))).shape == ()
