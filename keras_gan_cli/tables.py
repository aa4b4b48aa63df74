"""Tables in a terminal."""

from collections.abc import Sequence


def show(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; its last column takes the room that is left.

    Args:
        header: Name of each column.
        rows: Its rows.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in header[:-1]:
        table.add_column(name, no_wrap=len(header) == 2, overflow="fold")
    table.add_column(header[-1], overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))  # as it is, without markup
    Console().print(table)
