"""Tables in a terminal."""

from collections.abc import Sequence


def show(
    header: Sequence[str], rows: Sequence[Sequence[str]], lines: bool = False
) -> None:
    """Print a table, as wide as the terminal; its widest columns give way.

    Args:
        header: Name of each column.
        rows: Its rows.
        lines: Whether to part the rows, which have more than one line each.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        leading=int(lines),
    )
    table.add_column(header[0], no_wrap=True)
    for name in header[1:]:
        table.add_column(name, min_width=len(name), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))  # as it is, without markup
    Console().print(table)
