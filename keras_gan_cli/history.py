"""What a training logged, in rows and in columns, on disk."""

import csv
import io
import json
from typing import Any

from keras_gan_cli.run_folder import RunFolder

Row = dict[str, float]


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
