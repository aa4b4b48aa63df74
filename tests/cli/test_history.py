"""Histories that are written."""

import json

from keras_gan_cli import history
from keras_gan_cli.run_folder import RunFolder

ROWS = [
    {"epoch": 1, "step": 10, "seconds": 0.5, "d_loss": 0.7},
    {"epoch": 2, "step": 20, "seconds": 1.0, "d_loss": 0.6},
]


def test_rows_are_written_as_a_table(tmp_path):
    folder = RunFolder(tmp_path)
    history.write(folder, ROWS)
    assert folder.history_csv.read_text().splitlines() == [
        "epoch,step,seconds,d_loss",
        "1,10,0.5,0.7",
        "2,20,1.0,0.6",
    ]


def test_a_run_that_goes_on_may_log_more_or_less(tmp_path):
    folder = RunFolder(tmp_path)
    rows = [{"epoch": 1, "r1": 3.0}, {"epoch": 2, "val_fid": 9.0}]
    history.write(folder, rows)
    assert folder.history_csv.read_text().splitlines() == [
        "epoch,r1,val_fid",
        "1,3.0,",
        "2,,9.0",
    ]
    columns = json.loads(folder.history_json.read_text())
    assert columns == {"epoch": [1, 2], "r1": [3.0, None], "val_fid": [None, 9.0]}


def test_columns_are_written_as_json_too(tmp_path):
    folder = RunFolder(tmp_path)
    history.write(folder, ROWS)
    columns = json.loads(folder.history_json.read_text())
    assert columns == history.columns(ROWS)
    assert columns["d_loss"] == [0.7, 0.6]
