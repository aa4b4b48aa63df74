"""The mean of what is logged is Keras's mean."""

import keras
import numpy as np

from keras_gan.running_mean import RunningMean


def test_it_is_keras_mean_of_scalars():
    mean, expected = RunningMean("m"), keras.metrics.Mean("m")
    assert float(mean.result()) == float(expected.result()) == 0.0
    rng = np.random.default_rng(0)
    for _ in range(2):
        for size in (32, 32, 7):
            value = keras.ops.convert_to_tensor(rng.standard_normal(), "float32")
            mean.update_state(value, sample_weight=size)
            expected.update_state(value, sample_weight=size)
        np.testing.assert_allclose(float(mean.result()), float(expected.result()))
        mean.reset_state()
        expected.reset_state()


def test_one_sample_where_nothing_is_said():
    mean = RunningMean()
    for value in (1.0, 3.0):
        mean.update_state(value)
    assert float(mean.result()) == 2.0


def test_the_mean_so_far_is_its_result():
    mean = RunningMean()
    for value, size in ((1.0, 32), (4.0, 16)):
        so_far = mean.updated_result(value, size)
        assert float(so_far) == float(mean.result())
    assert float(so_far) == 2.0
