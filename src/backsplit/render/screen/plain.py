"""Drawing for a pipe: every column and every cell whole, and no colour. What Rich draws in such a width is the same."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from backsplit.render.screen.layout import GAP, Kind
from backsplit.render.screen.table import Drawable, Table
from backsplit.render.screen.text import cells

# Between two columns, below a header, and where the two meet.
LINES = " ", "─", "─"
LINES_IN_ASCII = "|", "-", "+"


def lines(drawn: Iterable[Drawable], encoding: str) -> Iterator[str]:
    """What is to be written, line by line."""
    for one in drawn:
        if isinstance(one, Table):
            yield from _table(one, encoding)
        else:
            yield one if isinstance(one, str) else one.plain


def _table(table: Table, encoding: str) -> Iterator[str]:
    if table.title:
        yield table.title.plain
    rows, _, widths = table.fitted(sys.maxsize, encoding)
    between, below, meeting = LINES if encoding.startswith("utf") else LINES_IN_ASCII
    columns = [(place, width, table.columns[place].kind is Kind.NUMBER) for place, width in (widths or {}).items()]
    gap = " " * (GAP - 1) + between
    yield gap.join(_padded(table.columns[place].header, width, right) for place, width, right in columns).rstrip()
    yield (below * (GAP - 1) + meeting).join(below * width for _, width, _ in columns)
    for row in rows:
        yield gap.join(_padded(row[place].plain, width, right) for place, width, right in columns).rstrip()


def _padded(cell: str, width: int, to_the_right: bool) -> str:
    characters = width + len(cell) - cells(cell)
    return cell.rjust(characters) if to_the_right else cell.ljust(characters)
