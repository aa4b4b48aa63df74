"""The seam's contract, on whichever backend is active, by hand-made derivatives."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend


def numpy(tensor):
    if keras.backend.backend() == "torch":
        tensor = tensor.detach()
    return np.asarray(tensor)


@pytest.fixture
def a():
    return keras.Variable(3.0, name="a")


@pytest.fixture
def b():
    return keras.Variable(5.0, name="b")


@pytest.fixture
def count():
    return keras.Variable(0, dtype="int32", trainable=False, name="count")


def test_value_and_grad_differentiates_by_the_given_variables_alone(a, b, count):
    def objective():
        count.assign_add(1)
        return a * a * b, {"value": a + b}

    aux, gradients = backend.value_and_grad(objective, [a], [a, b, count])
    assert [float(numpy(g)) for g in gradients] == [30.0]  # 2ab
    assert float(numpy(aux["value"])) == 8.0
    assert int(ops.convert_to_numpy(count)) == 1  # what it assigned is kept


def test_a_recording_is_continued(a, b, count):
    def forward():
        count.assign_add(1)
        return a * b

    recording = backend.record(forward, [a], [a, b, count])
    assert float(numpy(recording.value)) == 15.0
    _, gradients = backend.value_and_grad(
        lambda value: (value * value + a, None), [a], [a, b, count], recording
    )
    assert float(numpy(gradients[0])) == 151.0  # 2(ab)b through it, 1 directly
    assert int(ops.convert_to_numpy(count)) == 1  # and is not run again


def test_two_gradients_through_one_recording(a, b):
    recording = backend.record(lambda: (a * b, a + b), [a, b], [a, b], uses=2)
    _, by_a = backend.value_and_grad(
        lambda r: (r[0] * r[1], None), [a], [a, b], recording
    )
    _, by_b = backend.value_and_grad(lambda r: (r[0], None), [b], [a, b], recording)
    assert float(numpy(by_a[0])) == 5 * 8 + 15
    assert float(numpy(by_b[0])) == 3.0


@pytest.mark.skipif(keras.backend.backend() != "torch", reason="about PyTorch's graph")
def test_a_recording_is_let_go_of_after_its_uses(a, b):
    recording = backend.record(lambda: a * b, [a], [a, b])

    def gradient():
        return backend.value_and_grad(lambda r: (r * r, None), [a], [a, b], recording)

    assert float(numpy(gradient()[1][0])) == 150.0
    with pytest.raises(RuntimeError):
        gradient()


def test_input_gradient_is_per_sample_and_differentiable(a):
    x = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")

    def cubes(samples):
        return a * ops.sum(samples**3, axis=1)

    gradient = backend.input_gradient(cubes, ops.convert_to_tensor(x), [a])
    np.testing.assert_allclose(numpy(gradient), 9 * x**2, rtol=1e-6)

    def penalty():
        slopes = backend.input_gradient(cubes, ops.convert_to_tensor(x), [a])
        return ops.sum(ops.square(slopes)), None

    _, (by_a,) = backend.value_and_grad(penalty, [a], [a])
    expected = 2 * 3.0 * np.sum((3 * x**2) ** 2)  # d/da sum (3 a x²)²
    assert float(numpy(by_a)) == pytest.approx(expected, rel=1e-6)


def test_apply_gradients_moves_variables_and_slots(a):
    optimizer = keras.optimizers.SGD(0.5, momentum=0.9)
    optimizer.build([a])
    for expected in (2.0, 0.1):  # 3 - 0.5·2, then 2 - (0.9·1 + 0.5·2)
        backend.apply_gradients(optimizer, [ops.convert_to_tensor(2.0)], [a])
        assert float(ops.convert_to_numpy(a)) == pytest.approx(expected)
    assert int(ops.convert_to_numpy(optimizer.iterations)) == 2


def test_add_adds_in_place_and_takes_no_gradient(a, count):
    backend.add(a, ops.convert_to_tensor(0.5))
    backend.add(count, 2)
    assert float(ops.convert_to_numpy(a)) == 3.5
    assert int(ops.convert_to_numpy(count)) == 2
    _, (by_a,) = backend.value_and_grad(lambda: (a * a, None), [a], [a])
    assert float(numpy(by_a)) == 7.0


@pytest.mark.parametrize("due", [True, False])
def test_when_runs_or_leaves_and_keeps_what_is_assigned(a, count, due):
    def objective():
        def now():
            count.assign_add(1)
            return a * a * ops.ones((2,))

        predicate = ops.equal(ops.convert_to_tensor(int(due)), 1)
        value = backend.when(predicate, now, ops.zeros((2,)), [a, count])
        return ops.sum(value) + a, None

    _, (by_a,) = backend.value_and_grad(objective, [a], [a, count])
    assert float(numpy(by_a)) == (13.0 if due else 1.0)  # 2·2a + 1
    assert int(ops.convert_to_numpy(count)) == int(due)


def test_alone_a_batch_is_not_shared(a):
    values = [a * ops.ones((2, 3)), ops.zeros(())]
    assert backend.sum_over_replicas(values) == values
    logs = {"loss": ops.ones(())}
    assert backend.mean_of_logs(logs) is logs
    batch = (np.ones((4, 2)), np.arange(4))
    assert backend.my_part(batch) is batch
    counts = (backend.replicas(), backend.processes(), backend.shares(keras.Model()))
    assert counts == (1, 1, 1)
    assert not backend.is_scattered()
    assert backend.of_each_process(7) == [7]
    assert (backend.process_index(), int(backend.replica_index())) == (0, 0)
