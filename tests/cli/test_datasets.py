"""keras-gan datasets."""

from keras_gan import datasets


def test_all_forms_of_names_are_listed(call):
    status, out, _ = call("datasets")
    assert status == 0
    for name in datasets.names():
        assert name in out
