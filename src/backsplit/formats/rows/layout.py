"""The possible headers and delimiters of a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from backsplit.formats.columns.header import Header
from backsplit.formats.opening.source import Source

DELIMITERS = (",", "\t", ";", "|")
# A cell may hold a product page or a long note. A longer one is a quote that is never closed.
LONGEST_CELL = 1 << 20
_BLANK = " \t,;|"  # a row of delimiters only is blank, whichever of them the file uses
_LINES_BEFORE_HEADER = 20  # a title, a date, blank lines may stand above a header, but no more


class Layout(NamedTuple):
    """A possible header, the lines on which it begins and ends (from 1), and the delimiter."""

    header: Header
    delimiter: str
    begins: int
    ends: int


def candidates(source: Source) -> Iterator[Layout]:
    """The file's first rows, divided by each delimiter: each could be the header."""
    csv.field_size_limit(LONGEST_CELL)
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(source.sample, newline=""), delimiter=delimiter, skipinitialspace=True)
        end = 0
        try:
            for row in islice(reader, _LINES_BEFORE_HEADER):
                begins, end = end + 1, reader.line_num
                if any(cell.strip(_BLANK) for cell in row):
                    yield Layout(Header([cell.strip() for cell in row]), delimiter, begins, end)
        except csv.Error:
            continue


def likeliest(source: Source) -> Layout | None:
    """The first row, divided into the most cells, for the sentence that refuses the file."""
    first: dict[str, Layout] = {}
    for layout in candidates(source):
        first.setdefault(layout.delimiter, layout)
    return max(first.values(), key=lambda layout: len(layout.header.names), default=None)


def whole_rows_in_one_cell(source: Source, layout: Layout) -> bool:
    """Whether a program has saved each row into one quoted cell."""
    lines = islice(io.StringIO(source.sample, newline=""), layout.ends, None)
    width = len(layout.header.names)
    try:
        rows = [row for row in islice(csv.reader(lines, delimiter=layout.delimiter), 50) if any(row)]
    except csv.Error:
        return False
    return sum(_is_mangled(row, layout.delimiter, width) for row in rows) * 2 > len(rows)


def _is_mangled(row: list[str], delimiter: str, width: int) -> bool:
    """Whether it has a whole row in its first cell. Several rows in a cell come of a lost quote, and are no reason."""
    delimiters = row[0].count(delimiter)
    return len(row) < min(3, width) and delimiters >= max(1, width // 2) and "\n" not in row[0]
