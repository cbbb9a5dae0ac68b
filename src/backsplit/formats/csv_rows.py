"""Rows of a delimited file with their places; the delimiter and quotes are told from the file."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

from backsplit.formats.columns import Header
from backsplit.formats.report import Report, quoted
from backsplit.formats.source import LONGEST_LINE, Source
from backsplit.values import NamedTuple

MOST_LINES = 10_000  # of one row; a product page in a cell has some hundred


class NotARowError(csv.Error):
    """A reason that is always the same, and what is wrong with the row."""


class Lines:
    """`held` are the lines since the caller last cleared it."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._characters = 0
        self.held: list[str] = []

    def __iter__(self) -> Iterator[str]:
        """The lines that were given back, and then those that come. Raises NotARowError where a row has too many."""
        held, again = self.held, self._again
        while again:
            held.append(again.popleft())
            yield held[-1]
        for line in self._text:
            held.append(line)
            if len(held) > 1 and self._is_too_much():
                raise NotARowError("not a row", f"has a quote that is not closed within {MOST_LINES:,} lines")
            yield line

    def give_back(self) -> None:
        """All lines that are held, but the first, come again from a new iterator."""
        self._again.extendleft(reversed(self.held[1:]))

    def _is_too_much(self) -> bool:
        before = len(self.held[0]) if len(self.held) == 2 else self._characters
        self._characters = before + len(self.held[-1])
        return len(self.held) > MOST_LINES or self._characters > LONGEST_LINE


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


PIECE = 1 << 16  # characters that are read at once

Columns = Mapping[str, tuple[str, ...]]


class Row(dict[str, str]):
    """The cells that a format asked for, without outer blanks. A column that the file lacks is blank."""

    __slots__ = ("at",)
    at: int


AnyRow = TypeVar("AnyRow", bound=Row)


class Table:
    """The rows under a header. Rows that cannot be read are reported and left out.

    A lost quote joins a row with those after it. What cannot be read is therefore only its first line: the lines after
    that are read again by themselves.

    `mapped` are the places of the columns that --map names. A row may end after `reach` cells. A row for which
    `footer` is true is not read.
    """

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
        self.torn = 0  # the line of the first row that a lost quote has joined with others, as far as they were read

    def again(self) -> Table:
        """The same table from its start, without reporting its bad rows a second time."""
        quiet = self.report.again()
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
        """Each row with the line on which it begins. Every row has as many cells as the header."""
        return chain.from_iterable(self._pieces())

    def _pieces(self) -> Iterator[Iterable[tuple[int, list[str]]]]:
        """The rows. They are read many at once, as long as each is a line of its own."""
        csv.field_size_limit(LONGEST_CELL)
        text = self.source.text()
        before = self.layout.begins - 1
        for _ in islice(text, before):
            pass
        header = self._reader(Lines(text))
        next(header, None)
        end = before + header.line_num
        last: list[str] = []
        while piece := text.read(PIECE):
            piece += text.readline()
            rows = self._one_a_line(piece)
            if rows is None:
                yield self._one_by_one(chain(io.StringIO(piece, newline=""), text), end)
                return
            yield enumerate(rows, end + 1)
            end, last = end + len(rows), rows[-1]
        self._notice_no_line_end(last)

    def _one_a_line(self, piece: str) -> list[list[str]] | None:
        """The rows of whole lines; None where a row may have more lines than one, or something is to be told of it."""
        if self._quoted and '"' in piece:
            return None
        try:
            rows = list(self._reader(io.StringIO(piece, newline="")))
        except csv.Error:
            return None
        return rows if set(map(len, rows)) == {len(self.header.names)} else None

    def _one_by_one(self, text: Iterable[str], before: int) -> Iterator[tuple[int, list[str]]]:
        """The rows of these lines, which stand after the line `before`."""
        lines = Lines(text)
        held = lines.held
        reader = self._reader(lines)
        width = len(self.header.names)
        end = before
        short = 0  # the line of a row that was filled up, and how many cells it had
        had = 0
        last: list[str] = []
        while True:
            try:
                for row in reader:
                    if len(row) == width and (len(held) == 1 or not self._swallows_rows(held)):
                        fitted: list[str] | None = row
                    elif (fitted := self._fitted(row, width)) is not None:
                        short, had = end + 1, len(row)
                    at, end = end + 1, before + reader.line_num
                    held.clear()
                    last = fitted or []
                    if fitted is not None:
                        yield at, fitted
            except csv.Error as error:  # noqa: PERF203 - a bad row does not end the file
                at, last = end + 1, []
                self._bad(at, len(held), error)
                if len(held) > 1:
                    lines.give_back()
                    before, reader = at, self._reader(lines)
                end = before + reader.line_num
                held.clear()
            else:
                if short and short == at and had < width and not self.source.ends_with_a_line:
                    self._cut_off(at, had, width)
                else:
                    self._notice_no_line_end(last)
                return

    def rows(self, columns: Columns) -> Iterator[Row]:
        """Each row as the cells of these columns, by the format's own names for them."""
        return self.rows_as(Row, columns)

    def rows_as(self, row_class: type[AnyRow], columns: Columns) -> Iterator[AnyRow]:
        """The same, as rows of a class of their own."""
        places = [(name, place) for name in columns if (place := self.place(columns, name)) is not None]
        missing = dict.fromkeys(columns, "")
        footer = self._footer
        for at, cells in self.numbered():
            if footer is not None and footer(cells):
                continue
            if not any(map(str.strip, cells)):
                continue
            row = row_class(missing)
            row.at = at
            for name, place in places:
                row[name] = cells[place].strip()
            yield row

    def place(self, columns: Columns, name: str) -> int | None:
        """The place of a column: by --map, else by the first of its names in the header."""
        mapped = self.mapped.get(name)
        return mapped if mapped is not None else self.header.find(*columns.get(name, ()))

    def namer(self, columns: Columns) -> Callable[[str], str]:
        """The name of a field's column in this file, for sentences; blank if it has none."""

        def name(field: str) -> str:
            place = self.place(columns, field)
            return "" if place is None else self.header.names[place]

        return name

    def _reader(self, lines: Iterable[str]) -> Any:
        return csv.reader(
            iter(lines),
            delimiter=self.layout.delimiter,
            quoting=csv.QUOTE_MINIMAL if self._quoted else csv.QUOTE_NONE,
            strict=True,
            skipinitialspace=True,  # `A, "B"` has a quoted cell too
        )

    def _fitted(self, row: list[str], width: int) -> list[str] | None:
        """The row with as many cells as the header; None for one that is blank, or a footer. Raises NotARowError."""
        if len(row) == width:
            raise NotARowError("not a row", "has rows within a cell; is a quote left open?")
        if not any(cell.strip(" \t\x1a") for cell in row):
            return None
        if self._footer is not None and self._footer(row):
            return None
        if len(row) > width:
            if not any(cell.strip() for cell in row[width:]):
                return row[:width]
            detail = (
                f"has {len(row):,} cells under {width} columns; is a {quoted(self.layout.delimiter)} in it unquoted?"
            )
            raise NotARowError("too many cells", detail)
        # Spreadsheets leave out the blank cells at the end of a row.
        if len(row) >= self._reach:
            return row + [""] * (width - len(row))
        cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
        detail = f"has {cells} under {width} columns; is the file cut off, or a quote left open?"
        raise NotARowError("too few cells", detail)

    def _swallows_rows(self, held: Sequence[str]) -> bool:
        """Whether these lines of one row look like rows themselves: a lost quote has joined them, and another ends it.

        Of two lines nobody can tell.
        """
        delimiter, count = self.layout.delimiter, len(self.header.names) - 1
        return len(held) > 2 and count > 0 and all(line.count(delimiter) == count for line in held)

    def _bad(self, at: int, lines: int, error: csv.Error) -> None:
        """Report a row of so many lines; those after the first are read again, each as the beginning of a row."""
        reason, detail = error.args if isinstance(error, NotARowError) else ("not a row", _explained(error))
        if lines > 1:
            self.torn = self.torn or at
            detail = f"{detail} (the row runs to line {at + lines - 1})"
        self.report.bad(at, reason, detail)

    def _notice_no_line_end(self, last: Sequence[str]) -> None:
        """Name the last value of a file whose last line has no end: if the file is cut off, that value may be, too."""
        value = next((cell.strip() for cell in reversed(last) if cell.strip()), "")
        if value and not self.source.ends_with_a_line:
            self.report.notice(
                f"The last line has no line end, and its last value was read as {quoted(value)}."
                " If the file was cut off there, fetch it again."
            )

    def _cut_off(self, at: int, cells: int, width: int) -> None:
        detail = f"the last row has {cells} cells under {width} columns and no line end: the file looks cut off"
        if self.report.skip_bad:
            self.report.notice(f"{self.report.unit} {at}: {detail}.")
        else:
            self.report.bad(at, "cut off", detail)


def _explained(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text:
        return f"has a cell of more than {LONGEST_CELL:,} characters; is a quote left open?"
    if "unexpected end of data" in text:
        return "ends within quotes: the file is cut off, or a quote is left open"
    if "expected after" in text:
        return "has a quote in the middle of a quoted cell; double it, or remove it"
    return f"is not a row of a table ({text})"
