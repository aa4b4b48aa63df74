"""Which samples a grid shows, and where."""

import numpy as np

from keras_gan.pictures.layout import MAX_ROWS, in_rows, layout


def test_without_classes_the_grid_is_square():
    assert layout(64) == (64, 8, None)
    assert layout(10).columns == 4
    assert layout(10, columns=5).columns == 5


def test_there_are_no_more_columns_than_samples():
    assert layout(10, columns=30) == (10, 10, None)
    wanted = layout(4, columns=30, num_classes=2)
    assert (wanted.n, wanted.columns) == (8, 4)


def test_one_class_in_each_row():
    wanted = layout(8, num_classes=3)
    assert wanted.n == 9
    assert wanted.columns == 3
    assert wanted.labels.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_chosen_classes():
    wanted = layout(64, columns=2, num_classes=10, classes=[7, 3])
    assert wanted.labels.tolist() == [7, 7, 3, 3]


def test_many_classes_do_not_make_an_endless_grid():
    wanted = layout(64, num_classes=1000)
    assert len(set(wanted.labels.tolist())) == MAX_ROWS
    assert wanted.n == 64


def test_images_are_put_into_the_row_of_their_class():
    images = np.arange(4, dtype="float32").reshape(4, 1, 1, 1)
    rows = in_rows(images, np.array([1, 0, 1, 1]), layout(4, num_classes=2))
    assert rows.ravel()[[0, 2, 3]].tolist() == [1, 0, 2]
    assert np.isnan(rows.ravel()[1])
