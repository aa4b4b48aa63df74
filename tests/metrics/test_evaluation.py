"""Scoring two sets of samples: sharing, keeping, counting."""

import numpy as np
import pytest

from keras_gan.files import cache
from keras_gan.metrics import FID, KID, evaluation
from keras_gan.metrics.accumulators import Rows
from keras_gan.metrics.extractors import Extractor
from keras_gan.metrics.sample_metric import SampleMetric


class Counting(Extractor):
    """Two statistics of each sample, and how many samples were looked at."""

    outputs = ("features", "logits")
    prefix = "counting_"
    title = "counting"

    def __init__(self):
        self.looked_at = 0
        self.prepared = 0

    def extract(self, samples):
        self.looked_at += len(samples)
        flat = samples.reshape(len(samples), -1)
        return {"features": flat[:, :3], "logits": flat[:, 3:5]}

    def check_shape(self, shape):
        pass

    def fingerprint(self):
        return "counting"

    def prepare(self):
        self.prepared += 1


class Means(SampleMetric):
    """The means that it saw, so that a test can look at them."""

    base_name = "means"

    def score(self, real, generated):
        return self.named(
            real=real.rows.mean(),
            generated=generated.rows.mean(),
            count=generated.count,
        )


class Labels(Rows):
    kind = "labels"

    def add(self, rows, labels=None):
        super().add(labels[:, None])


class Asked(SampleMetric):
    base_name = "asked"
    sides = ("generated",)
    accumulator = Labels

    def score(self, real, generated):
        return generated.rows.sum()


class LogitMeans(Means):
    base_name = "logit_means"
    output = "logits"


@pytest.fixture(autouse=True)
def _empty(monkeypatch, tmp_path):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))


REAL = np.random.default_rng(0).uniform(-1, 1, (30, 4, 4, 1)).astype("float32")
MADE = np.random.default_rng(1).uniform(-1, 1, (50, 4, 4, 1)).astype("float32")


def read(samples=REAL):
    return [(samples[:13], None), (samples[13:], None)]


def generate(n, labels):
    yield MADE[: n // 2], np.ones(n // 2)
    yield MADE[n // 2 : n], np.ones(n - n // 2)


def score(*metrics, real=read, **kwargs):
    return evaluation.score(metrics, real, generate, **kwargs)


def test_each_sample_is_looked_at_once_for_all_metrics():
    extractor = Counting()
    one, other = Means(extractor, name="other"), LogitMeans(extractor)
    results = score(one, other)
    assert extractor.looked_at == len(REAL) + len(REAL)
    flat, made = REAL.reshape(30, -1), MADE[:30].reshape(30, -1)
    assert results["counting_real"] == pytest.approx(flat[:, 3:5].mean(), abs=1e-6)
    named = score(Means(extractor, name="m"))
    assert named["m_real"] == pytest.approx(flat[:, :3].mean(), abs=1e-6)
    assert named["m_generated"] == pytest.approx(made[:, :3].mean(), abs=1e-6)


def test_real_samples_are_looked_at_once_ever():
    first, second = Counting(), Counting()
    one = score(Means(first))
    other = score(Means(second), real=lambda: read(REAL[::-1].copy()))
    assert second.looked_at == len(REAL)  # the generated ones
    assert other["counting_real"] == pytest.approx(one["counting_real"], abs=1e-6)
    changed = Counting()
    score(Means(changed), real=lambda: read(REAL * 0.5))
    assert changed.looked_at == 2 * len(REAL)


def test_samples_that_change_are_not_kept(tmp_path):
    calls = iter(range(10))
    score(Means(Counting()), real=lambda: read(REAL * (1 - next(calls) / 10)))
    assert not list((tmp_path / "cache").rglob("*.npz"))


def test_numbers_of_generated_samples():
    results = score(
        Means(Counting(), num_generated=50, name="many"),
        Means(Counting(), num_generated=7, name="few"),
        Means(Counting(), name="same"),
    )
    counts = {name: results[f"{name}_count"] for name in ("many", "few", "same")}
    assert counts == {"many": 50, "few": 7, "same": 30}
    expected = MADE[:7].reshape(7, -1)[:, :3].mean()
    assert results["few_generated"] == pytest.approx(expected, abs=1e-6)


def test_a_metric_of_one_side_looks_at_no_other():
    extractor = Counting()
    assert score(Asked(extractor)) == {"counting_asked": 30.0}
    assert extractor.looked_at == 30


def test_progress_and_preparation():
    told, extractor = [], Counting()
    score(Means(extractor), progress=lambda *step: told.append(step))
    assert extractor.prepared == 1
    assert told == [
        ("real", 13, 30),
        ("real", 30, 30),
        ("generated", 15, 30),
        ("generated", 30, 30),
    ]


def test_equals_the_metric_used_alone():
    alone = FID(Counting())
    alone.update_state(REAL, MADE[:30])
    assert score(FID(Counting())) == {"counting_fid": pytest.approx(alone.result())}


def test_a_metric_is_left_empty():
    metric = Means(Counting())
    score(metric)
    assert metric.seen["real"].count == metric.seen["generated"].count == 0


def test_a_metric_is_left_empty_by_a_failure_too():
    metric = Means(Counting())
    broken = MADE.copy()
    broken[20] = np.nan
    with pytest.raises(ValueError, match="finite"):
        evaluation.score([metric], read, lambda n, _: read(broken[:30]))
    assert metric.seen["real"].count == metric.seen["generated"].count == 0


def test_two_numbers_of_one_name():
    extractor = Counting()
    two = [KID(extractor, subsets=1, name=n) for n in ("counting_kid_std", None)]
    with pytest.raises(ValueError, match=r"own name.*counting_kid_std.*Pass name="):
        score(two[1], FID(extractor, name="counting_kid_std"))
    assert extractor.looked_at == extractor.prepared == 0
    assert set(score(*two)) == {
        "counting_kid_std_kid",
        "counting_kid_std_kid_std",
        "counting_kid",
        "counting_kid_std",
    }
    with pytest.raises(ValueError, match=r"own name.*counting_count"):  # not declared
        score(Means(extractor), LogitMeans(extractor))


def test_outputs_that_are_not_finite():
    class Broken(Counting):
        def extract(self, samples):
            outputs = super().extract(samples)
            outputs["logits"][-1] = np.nan
            return outputs

    with pytest.raises(ValueError, match=r"The logits .* finite.*from Broken\(\)"):
        score(Means(Broken()))


@pytest.mark.parametrize("number", [0, 1])
def test_too_few_real_samples(number):
    with pytest.raises(ValueError, match=f"at least 2 real samples.*{number}"):
        score(Means(Counting()), real=lambda: [(REAL[:number], None)])


def test_sides_of_different_shapes():
    metric = FID("pixels")
    metric.update_state(real=np.zeros((3, 4)))
    metric.update_state(generated=np.zeros((3, 5)))
    with pytest.raises(ValueError, match=r"of one shape.*'real': 4, 'generated': 5"):
        metric.result()


def test_labels_reach_the_generator():
    asked = []

    def spy(n, labels):
        asked.append(labels)
        return generate(n, labels)

    evaluation.score(
        [Means(Counting())], lambda: [(REAL[:2], [5, 6]), (REAL[2:4], [7, 8])], spy
    )
    assert list(asked[0]) == [5, 6, 7, 8]
