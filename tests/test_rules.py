"""Rules: what `compile` accepts, and each of its errors."""

from typing import Any

import keras
import pytest
from keras import layers

from keras_gan import losses, network_pair, penalties, rules
from keras_gan.network_pair import NetworkPair

SIGMOID_LOSSES = [n for n in losses.names() if losses.get(n).accepts_probabilities]


def _pair(activation: str | None = None) -> NetworkPair:
    """Networks of which the discriminator ends in ``activation``."""
    with keras.StatelessScope(initialize_variables=False):  # no weights are needed
        return network_pair.match(
            keras.Sequential([keras.Input((3,)), layers.Dense(2)]),
            keras.Sequential([keras.Input((2,)), layers.Dense(1, activation)]),
        )


def _checked(pair: NetworkPair | None = None, **given: Any) -> rules.Rules:
    defaults = {
        "loss": "non_saturating",
        "g_loss": None,
        "d_loss": None,
        "penalties": (),
        "d_steps": 1,
        "update": "alternating",
    }
    return rules.checked(pair or _pair(), {**defaults, **given})


def test_defaults() -> None:
    checked = _checked()
    assert isinstance(checked.d_half.loss, losses.NonSaturating)
    assert isinstance(checked.g_half.loss, losses.NonSaturating)
    assert checked.penalties == []
    assert (checked.d_steps, checked.update) == (1, "alternating")
    assert checked.verdicts(2.0, 1.0) == (2.0, 1.0)
    assert checked.given["loss"] == "non_saturating"


@pytest.mark.parametrize("argument", ["loss", "g_loss", "d_loss"])
def test_a_loss_of_keras_has_targets(argument: str) -> None:
    with pytest.raises(
        ValueError, match=rf"targets\. Received: {argument}=.*'minimax'"
    ):
        _checked(**{argument: keras.losses.BinaryCrossentropy(from_logits=True)})


def test_optimizers_by_name_are_called_after_their_player() -> None:
    named = rules.player_optimizer("d_optimizer", "adam", [])
    assert named.name == "d_adam"
    assert float(named.learning_rate) == pytest.approx(1e-3)
    given = keras.optimizers.SGD(name="mine")
    assert rules.player_optimizer("g_optimizer", given, []) is given


@pytest.mark.parametrize("name", losses.names())
def test_every_loss_by_name(name: str) -> None:
    checked = _checked(loss=name)
    assert type(checked.d_half.loss) is type(losses.get(name))


def test_halves_override_the_loss() -> None:
    checked = _checked(loss="hinge", g_loss="wasserstein")
    assert isinstance(checked.d_half.loss, losses.Hinge)
    assert isinstance(checked.g_half.loss, losses.Wasserstein)
    checked = _checked(loss=None, d_loss="hinge", g_loss=losses.Minimax())
    assert isinstance(checked.d_half.loss, losses.Hinge)
    assert isinstance(checked.g_half.loss, losses.Minimax)


def test_functions_are_halves() -> None:
    checked = _checked(
        d_loss=lambda pred_fake, pred_real: pred_fake - pred_real,
        g_loss=lambda pred_fake: -pred_fake,
    )
    assert checked.d_half.function(5, 3) == -2
    assert checked.g_half.function(None, 3) == -3
    assert checked.d_half.loss is checked.g_half.loss is None
    assert checked.verdicts(2.0, 1.0) == (2.0, 1.0)


def test_verdicts_of_functions_know_probabilities() -> None:
    functions = {"d_loss": lambda fake, real: fake, "g_loss": lambda fake: fake}
    checked = _checked(_pair("sigmoid"), **functions)
    assert checked.verdicts(0.75, 0.25) == (0.25, -0.25)
    assert _checked(_pair(), **functions).verdicts(0.75, -0.25) == (0.75, -0.25)


def test_verdicts_are_those_of_the_discriminators_loss() -> None:
    checked = _checked(d_loss="least_squares", g_loss="hinge")
    assert checked.verdicts(2.0, 1.0) == (1.5, 0.5)
    checked = _checked(d_loss="hinge", g_loss="least_squares")
    assert checked.verdicts(2.0, 1.0) == (2.0, 1.0)
    checked = _checked(loss="relativistic")
    assert checked.verdicts(2.0, 1.0) == (1.0, -1.0)


def test_unknown_loss_lists_the_known_ones() -> None:
    for argument in ("loss", "g_loss", "d_loss"):
        with pytest.raises(ValueError, match=r"Unknown loss 'hinje'.*'hinge'") as error:
            _checked(**{argument: "hinje"})
        assert all(name in str(error.value) for name in losses.names())


def test_no_loss_at_all() -> None:
    for given in ({}, {"g_loss": "hinge"}, {"d_loss": "hinge"}):
        with pytest.raises(ValueError, match="Pass loss, or both g_loss and d_loss"):
            _checked(loss=None, **given)


def test_a_function_of_another_signature() -> None:
    with pytest.raises(ValueError, match=r"d_loss\(pred_fake, pred_real\)"):
        _checked(d_loss=lambda y_true, y_pred: y_pred)
    with pytest.raises(ValueError, match=r"g_loss\(pred_fake\)"):
        _checked(g_loss=lambda y_true, y_pred: y_pred)
    with pytest.raises(ValueError, match="must say 'fake' or 'real'"):
        _checked(d_loss=keras.losses.binary_crossentropy)


def test_a_function_is_one_players_loss() -> None:
    with pytest.raises(ValueError, match="pass it as g_loss or d_loss"):
        _checked(loss=lambda pred_fake: pred_fake)


@pytest.mark.parametrize("d_steps", [0, -1, 1.0, "2", True, None])
def test_bad_d_steps(d_steps: Any) -> None:
    with pytest.raises(ValueError, match=f"d_steps must be 1 or more.*{d_steps!r}"):
        _checked(d_steps=d_steps)


@pytest.mark.parametrize("update", ["both", None, "Alternating"])
def test_bad_update(update: Any) -> None:
    with pytest.raises(
        ValueError, match=r"update must be one of.*simultaneous"
    ) as error:
        _checked(update=update)
    assert f"Received: {update!r}" in str(error.value)


def test_a_simultaneous_update_has_one_step() -> None:
    assert _checked(update="simultaneous").update == "simultaneous"
    with pytest.raises(ValueError, match=r"moves each player once.*d_steps=2"):
        _checked(update="simultaneous", d_steps=2)


@pytest.mark.parametrize("name", losses.names())
def test_a_sigmoid_under_a_loss_of_logits_names_both_remedies(name: str) -> None:
    with pytest.raises(ValueError, match="ends in a sigmoid") as error:
        _checked(_pair("sigmoid"), loss=name)
    message = str(error.value)
    assert "remove the sigmoid" in message
    assert "from_logits=False" in message
    if name in SIGMOID_LOSSES:
        assert f"{type(losses.get(name)).__name__}(from_logits=False)" in message


def test_other_activations_of_a_verdict() -> None:
    with pytest.raises(ValueError, match="remove the hard_sigmoid"):
        _checked(_pair("hard_sigmoid"))
    for loss in ("hinge", losses.NonSaturating(from_logits=False)):
        with pytest.raises(ValueError, match="ends in a softmax"):
            _checked(_pair("softmax"), loss=loss)


@pytest.mark.parametrize("name", SIGMOID_LOSSES)
def test_a_sigmoid_under_a_loss_of_probabilities(name: str) -> None:
    loss = type(losses.get(name))(from_logits=False)
    checked = _checked(_pair("sigmoid"), loss=loss)
    assert checked.d_half.loss is loss
    assert checked.verdicts(1.0, 0.0) == (0.5, -0.5)


@pytest.mark.parametrize("name", SIGMOID_LOSSES)
@pytest.mark.parametrize("activation", [None, "tanh", "relu"])
def test_probabilities_from_no_sigmoid(name: str, activation: str | None) -> None:
    loss = type(losses.get(name))(from_logits=False)
    with pytest.raises(ValueError, match=r"takes probabilities.*End it in a sigmoid"):
        _checked(_pair(activation), loss=loss)


def test_one_half_that_does_not_fit_is_enough() -> None:
    for argument in ("g_loss", "d_loss"):
        with pytest.raises(ValueError, match="takes probabilities"):
            _checked(**{argument: losses.NonSaturating(from_logits=False)})


def test_functions_may_be_of_probabilities() -> None:
    _checked(
        _pair("sigmoid"),
        d_loss=lambda fake, real: fake - real,
        g_loss=lambda fake: -fake,
    )


def test_penalties_by_name_or_as_objects_alone_or_in_a_list() -> None:
    mine = penalties.R1(name="mine")
    checked = _checked(penalties=["gradient_penalty", mine])
    assert [p.name for p in checked.penalties] == ["gradient_penalty", "mine"]
    assert checked.penalties[1] is mine
    assert [p.name for p in _checked(penalties="r1").penalties] == ["r1"]
    assert _checked(penalties=mine).penalties == [mine]


def test_two_penalties_of_one_name() -> None:
    with pytest.raises(ValueError, match=r"'r1' twice. Pass name=..."):
        _checked(penalties=["r1", penalties.R1(weight=1.0)])
    _checked(penalties=["r1", penalties.R1(name="another")])


def test_unknown_penalty_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="Unknown penalty 'r9'") as error:
        _checked(penalties=["r9"])
    assert all(name in str(error.value) for name in penalties.names())


def test_a_function_is_a_penalty() -> None:
    def drift(real_logits: Any) -> Any:
        return real_logits[:, 0] ** 2

    (penalty,) = _checked(penalties=drift).penalties
    assert penalty.name == "drift"


def test_a_function_of_unknown_things_is_no_penalty() -> None:
    with pytest.raises(ValueError, match=r"penalty is given .* with parameters"):
        _checked(penalties=[lambda critic, weather: 0])


@pytest.mark.parametrize("name", ["loss", "d_loss", "g_loss", "real_accuracy"])
def test_a_penalty_named_like_a_log_of_the_game(name: str) -> None:
    """It would be logged over the loss."""
    with pytest.raises(ValueError, match=name):
        _checked(penalties=[penalties.R1(name=name)])


def test_optimizers_by_name_or_as_objects() -> None:
    network = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    adam = keras.optimizers.Adam()
    assert rules.player_optimizer("g_optimizer", adam, [network]) is adam
    assert isinstance(
        rules.player_optimizer("g_optimizer", "sgd", [network]), keras.optimizers.SGD
    )


def test_float16_gets_a_loss_scale() -> None:
    policy = keras.DTypePolicy("mixed_float16")
    network = keras.Sequential([keras.Input((3,)), layers.Dense(2)], name="plain")
    halves = keras.Sequential([keras.Input((3,)), layers.Dense(2, dtype=policy)])
    halves.dtype_policy = policy
    scaled = rules.player_optimizer("g_optimizer", "adam", [network, halves])
    assert isinstance(scaled, keras.optimizers.LossScaleOptimizer)
    assert rules.player_optimizer("g_optimizer", scaled, [halves]) is scaled
