"""What a training logged, in rows that survive it and are continued."""

import csv
import io
import json
from typing import Any

from keras_gan_cli.run_folder import RunFolder

Row = dict[str, float]

_COUNTS = ("epoch", "step")


def read(folder: RunFolder, last_step: int) -> list[Row]:
    """Read the rows up to a step, that of the saved model.

    Rows beyond are of epochs whose model was not saved; they are trained again.

    Args:
        folder: The run's folder.
        last_step: The step.
    """
    if not folder.history_csv.is_file():
        return []
    with folder.history_csv.open(newline="") as file:
        rows = [
            {key: int(v) if key in _COUNTS else float(v) for key, v in row.items()}
            for row in csv.DictReader(file)
        ]
    return [row for row in rows if row["step"] <= last_step]


def write(folder: RunFolder, rows: list[Row]) -> None:
    """Write all rows, as ``history.csv`` and ``history.json``."""
    table = io.StringIO()
    writer = csv.DictWriter(table, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    folder.write(folder.history_csv, table.getvalue())
    folder.write(folder.history_json, json.dumps(columns(rows), indent=1) + "\n")


def columns(rows: list[Row]) -> dict[str, list[Any]]:
    """Return the rows as a list for each column."""
    return {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}
