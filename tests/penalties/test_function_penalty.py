"""FunctionPenalty: a plain function, given what its parameters name."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import penalties
from keras_gan.penalties import FunctionPenalty
from tests.penalties.players import array, batch_of


@keras.saving.register_keras_serializable(package="tests_function_penalty")
def drift(real_logits: Any) -> Any:
    return ops.square(real_logits[:, 0])


def _batch(**more: Any) -> Any:
    real, fake = np.array([[1.0], [2.0], [-3.0]]), np.array([[4.0], [5.0], [6.0]])
    return batch_of(lambda x: 2 * x, real, fake, **more)


def test_value_per_sample() -> None:
    values = FunctionPenalty(drift).discriminator(_batch())
    np.testing.assert_allclose(array(values), [4, 16, 36])


def test_several_values_for_a_sample_are_averaged() -> None:
    values = FunctionPenalty(lambda real_logits: real_logits**2, name="square")
    np.testing.assert_allclose(array(values.discriminator(_batch())), [4, 16, 36])
    patches = FunctionPenalty(
        lambda real: ops.concatenate([real, 3 * real], axis=1), name="patches"
    )
    np.testing.assert_allclose(array(patches.discriminator(_batch())), [2, 4, -6])


def test_one_value_for_the_batch() -> None:
    def gap(real: Any, fake: Any, step: Any) -> Any:
        return ops.mean(fake) - ops.mean(real) + step

    values = FunctionPenalty(gap).discriminator(_batch(step=7))
    np.testing.assert_allclose(array(values), [12, 12, 12])


def test_every_parameter_is_a_part_of_the_batch() -> None:
    seen = {}

    def everything(
        critic: Any,
        real: Any,
        fake: Any,
        input_gradient: Any,
        labels: Any,
        latents: Any,
        real_logits: Any,
        fake_logits: Any,
        step: Any,
    ) -> Any:
        seen.update(locals())
        return critic(real)[:, 0]

    batch = _batch(labels="y", latents=np.zeros((3, 2)), step=5, input_gradient="g")
    np.testing.assert_allclose(
        array(FunctionPenalty(everything).discriminator(batch)), [2, 4, -6]
    )
    assert (seen["labels"], seen["step"], seen["input_gradient"]) == ("y", 5, "g")
    assert seen["real_logits"] is batch.real_logits
    assert seen["latents"] is batch.latents


def test_by_itself_in_get() -> None:
    penalty = penalties.get(drift)
    assert isinstance(penalty, FunctionPenalty)
    assert (penalty.name, penalty.weight, penalty.every) == ("drift", 1.0, 1)
    assert penalties.get(lambda real: real[:, 0]).name == "lambda"


def test_defaults_are_left_alone() -> None:
    def scaled(real: Any, factor: float = 10.0) -> Any:
        return factor * real[:, 0]

    values = FunctionPenalty(scaled).discriminator(_batch())
    np.testing.assert_allclose(array(values), [10, 20, -30])


def test_configuration() -> None:
    penalty = FunctionPenalty(drift, 0.5, name="mine", every=2)
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(penalty)
    )
    assert copy.function is drift
    assert (copy.weight, copy.name, copy.every) == (0.5, "mine", 2)


def test_unknown_parameter() -> None:
    with pytest.raises(
        ValueError, match=r"critic, real, fake.*parameters \['images'\]"
    ):
        FunctionPenalty(lambda images: images)
