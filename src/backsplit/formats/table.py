"""A delimited file as rows with their line numbers, from whichever line its header is on."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from backsplit.formats.columns import Header
from backsplit.formats.report import Report, shown
from backsplit.formats.source import Source

DELIMITERS = (",", "\t", ";", "|")
_BLANK = " \t,;|"  # a row of nothing but dividers is blank, whichever of them divides the file
_LINES_BEFORE_HEADER = 20  # a title, a date, blank lines: further down there is no header
# A cell may hold a product page or a long note; more than this is a quote that is never closed.
_LONGEST_CELL = 1 << 20

Columns = Mapping[str, tuple[str, ...]]
# Never read from a shop's export unless the user maps a column to them.
MAPPED_ONLY: Columns = {"priority": (), "customer": (), "note": ()}


class Row(dict[str, str]):
    """The cells of a row that a format asked for, without outer blanks; a column not there is blank."""

    __slots__ = ("at",)

    def __init__(self, at: int, cells: Mapping[str, str]) -> None:
        super().__init__(cells)
        self.at = at


class Layout(NamedTuple):
    """How a table is written: where its header begins and ends (lines from 1), and what divides its cells."""

    header: Header
    delimiter: str
    begins: int
    ends: int


class Table:
    """The rows under a header. Rows that cannot be read are reported and left out."""

    def __init__(
        self,
        source: Source,
        report: Report,
        layout: Layout,
        *,
        mapped: Mapping[str, int] | None = None,
        reach: int = 0,
        quoted: bool = True,
        footer: Callable[[Sequence[str]], bool] | None = None,
    ) -> None:
        self.source, self.report, self.layout = source, report, layout
        self.header = layout.header
        self.mapped = mapped or {}
        self._reach, self._quoted, self._footer = reach, quoted, footer

    def again(self) -> Table:
        """The same table from its start, whose bad rows have been told already."""
        quiet = Report(self.report.path, skip_bad=True)
        return Table(
            self.source,
            quiet,
            self.layout,
            mapped=self.mapped,
            reach=self._reach,
            quoted=self._quoted,
            footer=self._footer,
        )

    def numbered(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with the line on which it begins; every row has as many cells as the header."""
        csv.field_size_limit(_LONGEST_CELL)
        text = self.source.text()
        before = self.layout.begins - 1
        for _ in islice(text, before):
            pass
        reader = csv.reader(
            text,
            delimiter=self.layout.delimiter,
            quoting=csv.QUOTE_MINIMAL if self._quoted else csv.QUOTE_NONE,
            strict=True,
            skipinitialspace=True,  # `A, "B"` has a quoted cell too
        )
        width = len(self.header.names)
        next(reader, None)
        end = before + reader.line_num
        short = 0
        while True:
            try:
                for row in reader:
                    at = end + 1
                    end = before + reader.line_num
                    if len(row) == width:
                        yield at, row
                    elif fitted := self._fitted(at, row, width):
                        short = at
                        yield at, fitted
            except csv.Error as error:  # noqa: PERF203 - a bad row does not end the file
                at = end + 1
                end = before + reader.line_num
                self.report.bad(at, "not a row", _explained(error))
            else:
                if short and short == at and len(row) < width and not self.source.ends_with_a_line:
                    self._cut_off(at, len(row), width)
                return

    def rows(self, columns: Columns) -> Iterator[Row]:
        """Each row as the cells that a format asked for, by the format's own names for them."""
        columns = {**columns, **MAPPED_ONLY}
        places = [(name, place) for name in columns if (place := self.place(columns, name)) is not None]
        missing = dict.fromkeys(columns, "")
        footer = self._footer
        for at, cells in self.numbered():
            if footer is not None and footer(cells):
                continue
            if not any(map(str.strip, cells)):
                continue
            row = Row(at, missing)
            for name, place in places:
                row[name] = cells[place].strip()
            yield row

    def place(self, columns: Columns, name: str) -> int | None:
        """Where a column is: as --map says, or by the first of its names that the header has."""
        mapped = self.mapped.get(name)
        return mapped if mapped is not None else self.header.find(*columns.get(name, ()))

    def namer(self, columns: Columns) -> Callable[[str], str]:
        """What a column is called in this file, for a sentence."""

        def name(field: str) -> str:
            place = self.place(columns, field)
            return "" if place is None else self.header.names[place]

        return name

    def _fitted(self, at: int, row: list[str], width: int) -> list[str] | None:
        if not any(cell.strip(" \t\x1a") for cell in row):
            return None
        if self._footer is not None and self._footer(row):
            return None
        if len(row) > width:
            if not any(cell.strip() for cell in row[width:]):
                return row[:width]
            detail = (
                f"has {len(row):,} cells under {width} columns; is there a {shown(self.layout.delimiter)} unquoted?"
            )
            self.report.bad(at, "too many cells", detail)
            return None
        # Spreadsheets leave out the blank cells at the end of a row.
        if len(row) >= self._reach:
            return row + [""] * (width - len(row))
        cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
        detail = f"has {cells} under {width} columns; is the file cut off, or a quote left open?"
        self.report.bad(at, "too few cells", detail)
        return None

    def _cut_off(self, at: int, cells: int, width: int) -> None:
        detail = f"the last row has {cells} cells under {width} columns and no line end: the file looks cut off"
        if self.report.skip_bad:
            self.report.notice(f"{self.report.unit} {at}: {detail}.")
        else:
            self.report.bad(at, "cut off", detail)


def candidates(source: Source) -> Iterator[Layout]:
    """Every way in which the file's first rows could be its header."""
    csv.field_size_limit(_LONGEST_CELL)
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
    """The first row, divided into the most cells: for a sentence about a file that was not recognised."""
    first: dict[str, Layout] = {}
    for layout in candidates(source):
        first.setdefault(layout.delimiter, layout)
    return max(first.values(), key=lambda layout: len(layout.header.names), default=None)


def whole_rows_in_one_cell(source: Source, layout: Layout) -> bool:
    """Whether the file was saved again by a program that put each row into one quoted cell."""
    lines = islice(io.StringIO(source.sample, newline=""), layout.ends, None)
    width = len(layout.header.names)
    try:
        rows = [row for row in islice(csv.reader(lines, delimiter=layout.delimiter), 50) if any(row)]
    except csv.Error:
        return False
    mangled = [row for row in rows if len(row) < min(3, width) and row[0].count(layout.delimiter) >= max(1, width // 2)]
    return len(mangled) * 2 > len(rows)


def _explained(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text:
        return f"has a cell of more than {_LONGEST_CELL:,} characters; is a quote left open?"
    if "unexpected end of data" in text:
        return "ends within quotes: the file is cut off, or a quote is left open"
    if "expected after" in text:
        return "has a quote in the middle of a quoted cell; double it, or take it out"
    return f"is not a row of a table ({text})"
