"""Histories that are written, read and continued."""

import json

from keras_gan_cli import history
from keras_gan_cli.run_folder import RunFolder

ROWS = [
    {"epoch": 1, "step": 10, "seconds": 0.5, "d_loss": 0.7},
    {"epoch": 2, "step": 20, "seconds": 1.0, "d_loss": 0.6},
]


def test_rows_come_back_as_they_were(tmp_path):
    folder = RunFolder(tmp_path)
    history.write(folder, ROWS)
    assert history.read(folder, last_step=20) == ROWS
    assert folder.history_csv.read_text().splitlines()[:2] == [
        "epoch,step,seconds,d_loss",
        "1,10,0.5,0.7",
    ]


def test_epochs_whose_model_was_not_saved_are_forgotten(tmp_path):
    folder = RunFolder(tmp_path)
    history.write(folder, ROWS)
    assert history.read(folder, last_step=15) == ROWS[:1]
    assert history.read(folder, last_step=0) == []


def test_no_history(tmp_path):
    assert history.read(RunFolder(tmp_path), last_step=5) == []


def test_columns_are_written_as_json_too(tmp_path):
    folder = RunFolder(tmp_path)
    history.write(folder, ROWS)
    columns = json.loads(folder.history_json.read_text())
    assert columns == history.columns(ROWS)
    assert columns["d_loss"] == [0.7, 0.6]
