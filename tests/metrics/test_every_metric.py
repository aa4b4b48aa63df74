"""What holds for every metric; a new one needs a line in the table."""

import keras
import numpy as np
import pytest

from keras_gan import metrics
from tests.metrics.table import TABLE, WIDTH, first, make, samples

each = pytest.mark.parametrize("name", TABLE)


def _batches(metric, real, generated, labels, cuts):
    for side, rows in (("real", real), ("generated", generated)):
        known = np.split(labels, cuts) if side == "generated" else [None] * 99
        for part, classes in zip(np.split(rows, cuts), known):
            metric.update_state(**{side: part}, labels=classes)
    return metric.results()


def _scored(metric, rng):
    real, _ = samples(rng, 60)
    generated, labels = samples(rng, 60)
    return _batches(metric, real, generated, labels, [])


def test_the_table_has_all():
    assert set(TABLE) == {*metrics.names(), "mode_coverage"}
    for name in metrics.names():
        assert type(metrics.get(f"fashion_{name}")) is TABLE[name][0]


def test_a_registered_name_may_begin_like_an_extractors(monkeypatch):
    class Mine(metrics.SlicedWasserstein):
        pass

    known = metrics._METRICS.members
    monkeypatch.setattr(metrics._METRICS, "members", dict(known))
    metrics.register("fashion_x", Mine)
    metrics.register("legacy_x", Mine)
    for name in ("fashion_x", "Fashion-X", "legacy_x"):
        assert type(metrics.get(name)) is Mine
    with pytest.raises(ValueError, match="Unknown metric 'fashion_y'"):
        metrics.get("fashion_y")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("fidd", "'fid'"),
        ("fashion_fidd", "'fashion_fid'"),
        ("fasion_fid", "'fashion_fid'"),
        ("legacy_kidd", "'legacy_kid'"),
    ],
)
def test_unknown_names_are_told_as_they_were_given(name, nearest):
    message = f"Unknown metric '{name}'. Did you mean {nearest}.* fashion_ or legacy_"
    with pytest.raises(ValueError, match=message):
        metrics.get(name)


@each
def test_is_called_by_its_name(name):
    assert make(name).name == name


@each
def test_default_arguments_survive_the_config(name):
    config = make(name).get_config()
    assert type(make(name)).from_config(config).get_config() == config


@each
def test_config_round_trip(name, rng):
    arguments = {**TABLE[name][1], "num_generated": 50, "name": "mine"}
    metric = make(name, **arguments)
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(metric)
    )
    assert type(again) is type(metric)
    assert again.get_config() == metric.get_config()
    assert {k: v for k, v in again.get_config().items() if k in arguments} == arguments
    state = rng.bit_generator.state
    expected = _scored(metric, rng)
    rng.bit_generator.state = state
    assert _scored(again, rng) == expected


@each
def test_a_given_name_comes_first(name, rng):
    assert all(key.startswith("mine") for key in _scored(make(name, name="mine"), rng))


@each
def test_streaming_in_uneven_batches(name, rng):
    real, _ = samples(rng, 60)
    generated, labels = samples(rng, 60)
    whole = _batches(make(name), real, generated, labels, [])
    parts = _batches(make(name), real, generated, labels, [1, 14, 15, 47])
    assert whole.keys() == parts.keys()
    np.testing.assert_allclose(list(parts.values()), list(whole.values()), rtol=1e-11)


@each
def test_result_changes_nothing(name, rng):
    metric = make(name)
    before = _scored(metric, rng)
    assert metric.results() == before
    assert all(type(value) is float for value in before.values())


@each
def test_samples_can_be_added_after_a_result(name, rng):
    real, _ = samples(rng, 60)
    generated, labels = samples(rng, 60)
    metric = make(name)
    _batches(metric, real[:30], generated[:30], labels[:30], [])
    later = _batches(metric, real[30:], generated[30:], labels[30:], [])
    whole = _batches(make(name), real, generated, labels, [])
    np.testing.assert_allclose(list(later.values()), list(whole.values()), rtol=1e-11)


@each
def test_reset_state_forgets(name, rng):
    metric = make(name)
    _scored(metric, np.random.default_rng(7))
    metric.reset_state()
    with pytest.raises(ValueError, match="needs at least 2"):
        metric.result()
    state = rng.bit_generator.state
    after = _scored(metric, rng)
    rng.bit_generator.state = state
    assert after == _scored(make(name), rng)


@each
def test_what_is_remembered_can_be_kept(name, rng):
    metric, again = make(name), make(name)
    expected = _scored(metric, rng)
    for side in metric.sides:
        again.seen[side].load(metric.seen[side].arrays())
        assert again.seen[side].count == metric.seen[side].count
        assert again.seen[side].width == metric.seen[side].width
    assert again.results() == expected


@each
def test_better_samples_score_better(name, rng):
    real, _ = samples(rng, 100)
    good, labels = samples(rng, 100)
    bad = rng.normal(size=(100, WIDTH)) + 9.0 * np.eye(WIDTH)[0]  # one class, and off
    better = first(_batches(make(name), real, good, labels, []))
    worse = first(_batches(make(name), real, bad, labels, []))
    assert (better < worse) == make(name).lower_is_better
    assert better != worse


@each
@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_samples(name, count, rng):
    metric = make(name)
    rows, labels = samples(rng, count)
    metric.update_state(rows, rows, labels=labels)
    with pytest.raises(ValueError, match=f"needs at least 2 .*Received: {count}."):
        metric.result()


@each
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_not_finite(name, value, rng):
    rows, labels = samples(rng, 5)
    rows[3, 1] = value
    with pytest.raises(ValueError, match="first in sample 3"):
        make(name).update_state(rows, rows, labels=labels)


@each
def test_other_shapes_in_a_later_batch(name, rng):
    metric = make(name)
    rows, labels = samples(rng, 5)
    metric.update_state(rows, rows, labels=labels)
    with pytest.raises(ValueError, match=r"one shape.*5 numbers, after rows of 4"):
        metric.update_state(np.ones((2, 5)), np.ones((2, 5)), labels=np.zeros(2, int))


@pytest.mark.parametrize(
    "made",
    [metrics.InceptionScore, metrics.ClassBalance, metrics.ConditionalAccuracy],
)
def test_an_extractor_without_logits(made):
    with pytest.raises(ValueError, match=r"reads the logits.*has features"):
        made("pixels")


def test_images_of_another_range(rng):
    images = rng.uniform(0, 255, (4, 3, 3, 1))
    with pytest.raises(ValueError, match=r"floats in \[-1, 1\]. Received: floats"):
        metrics.FID("pixels").update_state(images, images)


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        ("kid", "subsets", 0),
        ("kid", "subset_size", 1),
        ("kid", "seed", -1),
        ("inception_score", "splits", 1.5),
        ("inception_score", "seed", "a"),
        ("precision_recall", "k", 0),
        ("density_coverage", "k", True),
        ("sliced_wasserstein", "projections", 0),
        ("sliced_wasserstein", "seed", None),
    ],
)
def test_arguments_out_of_range(name, argument, value):
    message = f"{argument} must be a whole number, at least .*{argument}={value!r}"
    with pytest.raises(ValueError, match=message):
        make(name, **{argument: value})


@each
def test_is_lost_under_the_same_names(name, rng):
    lost = make(name).lost()
    assert lost.keys() == _scored(make(name), rng).keys()
    assert np.isnan(list(lost.values())).all()
