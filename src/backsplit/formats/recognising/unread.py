"""The columns of a plain file that hold none of its fields, so that the user sees what was not read."""

from __future__ import annotations

import csv
import io
from collections.abc import Container
from itertools import islice

from backsplit.formats.cells.dates import looks_like_a_date
from backsplit.formats.columns.header import normal
from backsplit.formats.opening.source import Source
from backsplit.formats.rows.layout import Layout
from backsplit.formats.wording import listed, printable

_MOST_NAMED = 12
# Parts of names that a date or a customer has in the languages that the fields' names are known in.
_LIKE_A_FACT = ("date", "datum", "fecha", "customer", "client", "kunde", "klant", "buyer", "comprador", "acheteur")


def not_read(source: Source, layout: Layout, places: Container[int]) -> str:
    """A sentence with the names of all columns but those at these places; empty if there are none.

    Those that look like a date or a customer, by their names or in the first row, come first.
    """
    first = _first_row(source, layout)
    unread = [(place, name) for place, name in enumerate(layout.header.names) if name and place not in places]
    unread.sort(key=lambda column: not _looks_like_a_fact(column[1], first[column[0]] if first[column[0] :] else ""))
    return f"not read: {listed((printable(name) for _, name in unread), _MOST_NAMED)}" if unread else ""


def _looks_like_a_fact(name: str, cell: str) -> bool:
    return any(part in normal(name) for part in _LIKE_A_FACT) or looks_like_a_date(cell)


def _first_row(source: Source, layout: Layout) -> list[str]:
    lines = islice(io.StringIO(source.sample, newline=""), layout.ends, None)
    try:
        return next(csv.reader(lines, delimiter=layout.delimiter), [])
    except csv.Error:
        return []
