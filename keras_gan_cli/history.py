"""What a training logged, in rows and in columns, on disk."""

import csv
import io
import json
from typing import Any

from keras_gan_cli.run_folder import RunFolder

Row = dict[str, float]


def write(folder: RunFolder, rows: list[Row]) -> None:
    """Write all rows, as ``history.csv`` and ``history.json``.

    What was not logged in an epoch is empty there.
    """
    table = io.StringIO()
    writer = csv.DictWriter(table, fieldnames=_names(rows), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    folder.write(folder.history_csv, table.getvalue())
    folder.write(folder.history_json, json.dumps(columns(rows), indent=1) + "\n")


def columns(rows: list[Row]) -> dict[str, list[Any]]:
    """Return the rows as a list for each column, ``None`` where nothing was logged."""
    return {key: [row.get(key) for row in rows] for key in _names(rows)}


def _names(rows: list[Row]) -> list[str]:
    """The columns: a run that is continued may log more than it did, or less."""
    return list(dict.fromkeys(key for row in rows for key in row))
