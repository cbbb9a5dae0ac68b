"""A shop's export, written again with only some of its rows. Nothing of it is kept."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

from backsplit.domain.parcels import ExportLine, ExportOrder
from backsplit.errors import BadInput
from backsplit.formats import ReadOptions, cells, plain
from backsplit.formats.cells import Numbers
from backsplit.formats.columns import FIELDS, What, checked_map
from backsplit.formats.csv_rows import Table
from backsplit.formats.json_records import is_json
from backsplit.formats.reader import with_remembered, with_shops_names
from backsplit.formats.recognise import recognise_table
from backsplit.formats.report import FieldError, Report
from backsplit.formats.shops._toolkit import TableFormat
from backsplit.formats.source import Source
from backsplit.values import NamedTuple

PLAIN = "csv"
MOST_NAMED = 20  # rows that cannot be read
LONGEST_HEADER = 1 << 16  # bytes
LONGEST_ROW = 1 << 20  # characters; a million cells take 150 MB
LINE_END = re.compile(r"[\r\n]*\Z")
CLOSES = re.compile(r'[^"]*(?:""[^"]*)*"(?!")')  # the beginning of a line that ends a cell with quotes


class RowTooLong(Exception):
    """`at` is the line on which the row begins."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class RawRow(NamedTuple):
    """A row with its line end. `at` is the line on which it begins; `spans` say where each cell begins and ends."""

    at: int
    text: str
    spans: tuple[tuple[int, int], ...]

    def cell(self, place: int) -> str:
        """The text of a cell without its quotes and outer blanks; a cell that is not there is blank."""
        if place >= len(self.spans):
            return ""
        begin, end = self.spans[place]
        raw = self.text[begin:end].strip()
        return raw[1:-1].replace('""', '"').strip() if _is_quoted(raw) else raw

    def with_cells(self, cells: dict[int, str]) -> str:
        """The row with other raw text in these cells, and the same in all others."""
        parts, last = [], 0
        for place, (begin, end) in enumerate(self.spans):
            if place in cells:
                parts += [self.text[last:begin], cells[place]]
                last = end
        return "".join([*parts, self.text[last:]])

    def raw(self, place: int) -> str:
        """A cell with its quotes."""
        begin, end = self.spans[place] if place < len(self.spans) else (0, 0)
        return self.text[begin:end]

    def like(self, place: int, text: str) -> str:
        """The text as a cell in the place of another: quoted if that one is."""
        return f'"{text}"' if _is_quoted(self.raw(place).strip()) else text


def raw_rows(lines: Iterable[str], delimiter: str, *, quoted: bool) -> Iterator[RawRow]:
    """The rows of these lines, which keep their line ends. A row with a quote that is never closed ends the file.

    Raises RowTooLong.
    """
    held: list[str] = []
    spans: list[tuple[int, int]] = []
    begun, characters = 1, 0
    for at, line in enumerate(lines, 1):
        if not held:
            begun, characters, spans = at, 0, []
        held.append(line)
        characters += len(line)
        if characters > LONGEST_ROW:
            raise RowTooLong(begun)
        if len(held) > 1 and not CLOSES.match(line):  # within the quotes still
            continue
        row = "".join(held)
        if _add_spans(spans, row, delimiter, quoted=quoted):
            yield RawRow(begun, row, tuple(spans))
            held.clear()
    if row := "".join(held):
        yield RawRow(begun, row, ((0, len(row)),))


def byte_order_mark(source: Source) -> str:
    """What stands before the text of a file; mostly nothing."""
    return "\ufeff" if source.encoding == "utf-8" and source.head.startswith(codecs.BOM_UTF8) else ""


def has_quotes(table: Table, form: TableFormat | None) -> bool:
    """Whether quotes in a file are around cells: in some formats divided by tabs they are characters like any other."""
    return form is None or form.quoted or table.layout.delimiter != "\t"


def rows_of(table: Table, form: TableFormat | None) -> Iterator[RawRow]:
    """The rows of a file, the header among them and what stands above it. Raises BadInput."""
    try:
        yield from raw_rows(table.source.text(), table.layout.delimiter, quoted=has_quotes(table, form))
    except RowTooLong as error:
        raise table.report.refuse(
            f"cannot be written again: the row on line {error.at} has more than {LONGEST_ROW:,} characters."
        ) from None


def check_not_torn(table: Table) -> None:
    """Raises BadInput for a table that was read to its end and in which a quote is left open."""
    if table.torn:
        raise table.report.refuse(
            f"cannot be written again: a quote is left open on line {table.torn}; correct that row."
        )


def _add_spans(spans: list[tuple[int, int]], row: str, delimiter: str, *, quoted: bool) -> bool:
    """Add where the cells of a row are behind those that are known. False where a quote is open at its end."""
    match = LINE_END.search(row)
    end = match.start() if match else len(row)
    if not quoted or '"' not in row:
        begin = 0
        for cell in row[:end].split(delimiter):
            spans.append((begin, begin + len(cell)))
            begin += len(cell) + len(delimiter)
        return True
    pattern = _cell(delimiter)
    begin = spans[-1][1] + len(delimiter) if spans else 0
    while found := pattern.match(row, begin):
        stop = found.end()
        if not found["closed"] and row[begin:stop].lstrip(" ").startswith('"'):
            return False
        spans.append((begin, stop))
        if row[stop : stop + 1] != delimiter:
            break
        begin = stop + 1
    return True


@lru_cache(maxsize=8)
def _cell(delimiter: str) -> re.Pattern[str]:
    """A quoted cell, whose quotes may hold anything, or one without quotes."""
    other = f"[^{re.escape(delimiter)}\\r\\n]*"
    return re.compile(f' *(?P<closed>"(?:[^"]|"")*"(?!"){other})|{other}')


def _is_quoted(raw: str) -> bool:
    return len(raw) > 1 and raw.startswith('"') and raw.endswith('"')


NO_CSV = "cannot be written again: it is no CSV, and no table divided by tabs."
WAITS = "waits, was sent or is not wanted"


@dataclass
class RowCounts:
    """Counted while rows are written: those that are the same, those that are changed, those left out by reason."""

    same: int = 0
    changed: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def recognise_csv(
    source: Source, report: Report, options: ReadOptions, what: What, refusal: str
) -> tuple[Table, TableFormat | None, ReadOptions]:
    """The table of a plain CSV and its shop's format, and the options with what is remembered for it.

    Raises BadInput, with `refusal` for a file that is none.
    """
    if source.is_sheet or is_json(source) or source.gzipped:
        raise report.refuse(refusal)
    options, _ = with_remembered(source, report, options, what)
    table, form = recognise_table(source, report, options, what)
    return table, form, with_shops_names(report, options, form.name) if form else options


def _plain_format(table: Table, options: ReadOptions) -> TableFormat:
    """A plain table as if it were a shop's: its rows are lines, its columns those that hold the fields."""
    read = plain.plain_file(table, "orders", options, ())
    columns = {field: (read.names[place],) for field, place in read.places.items()}
    return TableFormat(
        name=PLAIN,
        title="plain tables",
        recognised_by="",
        tells="",
        columns=columns,
        needs=(),
        orders=lambda table: plain.found_orders(read._replace(file=table)),
        passes_through=True,
    )


def is_export(path: str, options: ReadOptions, through: str) -> bool:
    """Whether a file may be what was written of an export: it begins as `through` does, or can be written again."""
    with suppress(OSError), open(path, "rb") as file, open(through, "rb") as export:  # noqa: PTH123 - as typed
        if (begins := export.readline(LONGEST_HEADER)) and begins == file.readline(LONGEST_HEADER):
            return True
    try:
        Export(path, options).close()
    except BadInput:
        return False
    return True


class Export:
    """An export whose rows can be written again. Raises BadInput for a file that is not one of a shop's orders."""

    def __init__(self, path: str, options: ReadOptions) -> None:
        self._source = Source(path, options.encoding)
        self._report = Report(self._source.path, skip_bad=True)
        self._unread: tuple[str, ...] = ()
        self._options = options._replace(map=checked_map(options.map, FIELDS["orders"]))
        try:
            with self._source.explained():
                table, form = self._recognised()
        except BaseException:
            self.close()
            raise
        self._table: Table = table
        self._form: TableFormat = form
        self._quantity = table.place(form.columns, "quantity") or 0
        self._digits: Callable[[str], str] = self._numbers() if form.name == PLAIN else str
        self.encoding = self._source.encoding

    def _recognised(self) -> tuple[Table, TableFormat]:
        table, form, self._options = recognise_csv(self._source, self._report, self._options, "orders", NO_CSV)
        if form is None:
            return table, _plain_format(table, self._options)
        if form.orders is None or not form.passes_through:
            raise self._report.refuse(
                f"cannot be written again: a row of {form.title} is not a line with its quantity. Take labels from"
                " another export of the shop, or from a plain table."
            )
        return table, form

    def _numbers(self) -> Numbers:
        """How the numbers of a plain file are read: as when it is imported."""
        column = lambda: ((at, row[self._quantity]) for at, row in self._table.again().numbered())  # noqa: E731
        name = self._table.header.names[self._quantity]
        return Numbers(self._report, self._options.decimal, column, "quantity", name)

    def orders(self) -> Iterator[ExportOrder]:
        """The orders, in the file's order. Lines that are sent or not wanted come last.

        Raises BadInput where the file cannot be read to its end.
        """
        with self._source.explained():
            yield from self._orders()

    def _orders(self) -> Iterator[ExportOrder]:
        table = self._table.again()
        quantities = dict(self._quantities(table))
        self._unread = table.report.problems
        check_not_torn(table)
        for order in self._form.orders(self._table.again()) if self._form.orders else ():
            lines = sorted(order.lines, key=lambda line: bool(line.left_out))
            found = (
                ExportLine(
                    line.at,
                    cells.shown(self._options.sku_of(line.sku, line.name)),
                    quantities.get(line.at, 0),
                    line.name.strip(),
                )
                for line in lines
            )
            number = self._options.prefix + cells.shown(order.number)
            yield ExportOrder(number, [line for line in found if line.sku], order.left_out if order.closed else "")

    def rewritten(self, units: Mapping[int, int], reason: Callable[[str], str], count: RowCounts) -> Iterator[str]:
        """The text of the file with the rows that go, by where they begin, and their units.

        What is no row of an order stays. `reason` says why nothing of an order goes, by its number; blank if it does.
        Raises BadInput where the file cannot be read to its end.
        """
        with self._source.explained():
            yield from self._rewritten(units, reason, count)

    def _rewritten(self, units: Mapping[int, int], reason: Callable[[str], str], count: RowCounts) -> Iterator[str]:
        yield byte_order_mark(self._source)
        group: list[RawRow] = []
        current = ""
        for row in rows_of(self._table, self._form):
            if row.at <= self._table.layout.ends or self._is_no_order(row):
                yield from self._order(group, units, reason, count)
                group = []
                yield row.text
                continue
            key = self._key(row)
            if group and key and key != current:
                yield from self._order(group, units, reason, count)
                group = []
            current = key or current
            group.append(row)
        yield from self._order(group, units, reason, count)

    @property
    def notices(self) -> list[str]:
        """Sentences for the user: what was typed before and is taken again; of rows that cannot be read the first."""
        return [*self._report.notices, *(f"left out: {problem}" for problem in self._unread[:MOST_NAMED])]

    def numbers(self) -> list[str]:
        """The numbers of the orders, with the prefix, in the file's order."""
        return list(dict.fromkeys(order.number for order in self.orders()))

    def extended(self, columns: Sequence[str], cells: Mapping[str, Sequence[str]]) -> Iterator[str]:
        """The text of the file with the rows of these orders alone, and more columns behind the last.

        The first row of an order has its cells, so that a mail merge takes it once; the others have blanks.
        """
        yield byte_order_mark(self._source)
        layout = self._table.layout
        blank, current, last = [""] * len(columns), "", ""
        for row in rows_of(self._table, self._form):
            if row.at <= layout.ends:
                yield self._with_more(row, columns) if row.at >= layout.begins else row.text
                continue
            if self._is_no_order(row):
                continue
            current = self._key(row) or current
            number = self._options.prefix + current
            if number in cells:
                yield self._with_more(row, cells[number] if number != last else blank)
                last = number

    def _with_more(self, row: RawRow, cells: Sequence[str]) -> str:
        """The row with more cells, written as the file writes its own."""
        delimiter = self._table.layout.delimiter
        found = LINE_END.search(row.text)
        end = found.start() if found else len(row.text)
        return "".join([row.text[:end], *(delimiter + self._cell(cell) for cell in cells), row.text[end:] or "\n"])

    def _cell(self, text: str) -> str:
        text = text.encode(self.encoding, "replace").decode(self.encoding)
        if not has_quotes(self._table, self._form):
            return " ".join(text.split())
        is_plain = not any(mark in text for mark in (self._table.layout.delimiter, '"', "\r", "\n"))
        return text if is_plain else '"' + text.replace('"', '""') + '"'

    def close(self) -> None:
        self._source.close()

    def _order(
        self, rows: list[RawRow], units: Mapping[int, int], reason: Callable[[str], str], count: RowCounts
    ) -> Iterator[str]:
        """The rows of one order that go. The order's own cells go along with the first of them."""
        if not rows:
            return
        why = reason(self._options.prefix + self._key(rows[0]))
        going = [row for row in rows if row.at in units]
        if not going:
            count.left_out[why or WAITS] += len(rows)
            return
        for row in rows:
            if row.at not in units:
                if self._is_line(row):
                    count.left_out[WAITS] += 1
                else:  # a row for the order as a whole
                    count.same += 1
                    yield row.text
                continue
            cells: dict[int, str] = {}
            if units[row.at] != self._units(row.cell(self._quantity)):
                cells[self._quantity] = row.like(self._quantity, str(units[row.at]))
            if row is going[0] and row is not rows[0] and self._is_line(rows[0]):
                cells |= self._carried(rows[0], row)
            count.changed += bool(cells)
            count.same += not cells
            yield row.with_cells(cells) if cells else row.text

    def _carried(self, first: RawRow, row: RawRow) -> dict[int, str]:
        """The order's own cells of the first row, for the blank cells of another."""
        return {
            place: first.raw(place)
            for place in range(len(row.spans))
            if place not in self._line_places and not row.cell(place) and first.cell(place)
        }

    @property
    def _line_places(self) -> set[int]:
        """The columns that say something of a line and not of the order."""
        own = {"sku", "quantity", "name", "line_status", "item_status", "ships", "item", "refunded", "shipped"}
        places = {self._table.place(self._form.columns, name) for name in own if name in self._form.columns}
        named = {n for n, name in enumerate(self._table.header.names) if name.lower().startswith(("lineitem", "item"))}
        return {place for place in places if place is not None} | named

    def _key(self, row: RawRow) -> str:
        for name in ("order", "record"):
            if name in self._form.columns:
                place = self._table.place(self._form.columns, name)
                if place is not None and (cell := row.cell(place)):
                    return cell
        return ""

    def _is_line(self, row: RawRow) -> bool:
        return bool(row.cell(self._quantity)) and ("item" not in self._form.columns or bool(self._item(row)))

    def _item(self, row: RawRow) -> str:
        place = self._table.place(self._form.columns, "item")
        return row.cell(place) if place is not None else ""

    def _is_no_order(self, row: RawRow) -> bool:
        """Padding and a footer stay as they are."""
        cells = [row.cell(place) for place in range(len(row.spans))]
        return not any(cells) or bool(self._form.footer and self._form.footer(cells))

    def _quantities(self, table: Table) -> Iterator[tuple[int, int]]:
        for at, row in table.numbered():
            try:
                units = self._units(row[self._quantity])
            except FieldError as error:
                if row[self._quantity].strip():
                    name = self._table.header.names[self._quantity]
                    table.report.bad(at, error.reason, error.detail, column=name)
                continue
            if units >= 0:
                yield at, units

    def _units(self, cell: str) -> int:
        """Raises FieldError."""
        return cells.whole(self._digits(cell), "quantity")
